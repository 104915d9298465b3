package traces

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/coldcurve/coldcurve/sim"
)

// Arrivals says where the invocations of a minute's count fall within it.
type Arrivals string

// The ways of placing a count in its minute.
const (
	Uniform Arrivals = "uniform" // independent and uniform, then sorted
	Even    Arrivals = "even"    // in the middles of equal parts
	Poisson Arrivals = "poisson" // the count is redrawn from Poisson(count), then uniform
)

func (a Arrivals) check() error {
	switch a {
	case Uniform, Even, Poisson:
		return nil
	}
	return fmt.Errorf("found arrivals = %s, expected uniform, even or poisson", shown(string(a)))
}

// placer puts counts into minutes. All its draws are keyed by (minute, place
// in the minute): a cut at the start changes no draw after it.
type placer struct {
	mode    Arrivals
	scale   float64
	times   sim.Stream
	state   sim.Stream
	spacing []float64 // places in the minute, ns; of one with many, a part of them
	from    int64     // which of the minute's is the first of spacing
	minute  int64
	sum     float64 // of the gaps up to the end of spacing
	per     float64 // ns of a unit of the sums
}

// spacingMost is how many places of a minute are kept at a time.
const spacingMost = 1 << 16

// ordinal keys the i-th invocation of a minute.
func ordinal(minute, i int64) uint64 { return uint64(minute)<<32 | uint64(i) }

// count returns how many invocations a minute gets whose table says c.
func (p *placer) count(minute, c int64) int64 {
	if p.scale != 1 {
		want := float64(c) * p.scale
		c = int64(want)
		if p.state.Uniform(ordinal(minute, 0)) < want-float64(c) {
			c++
		}
	}
	if p.mode == Poisson && c > 0 {
		c = poissonQuantile(p.state.Uniform(ordinal(minute, 1)), float64(c))
	}
	return c
}

// prepare draws where the n invocations of a minute fall. Sorted uniforms are
// normalised partial sums of n+1 exponentials (Devroye, Non-Uniform Random
// Variate Generation, 1986, V.2.1), so no sorting is needed and the
// distribution is that of the order statistics.
func (p *placer) prepare(minute, n int64) {
	if p.mode == Even {
		return
	}
	p.minute, p.from, p.sum, p.spacing = minute, 0, 0, p.spacing[:0]
	p.add(n)
	sum := p.sum
	for i := int64(len(p.spacing)); i <= n; i++ {
		sum -= math.Log(p.times.Uniform(ordinal(minute, i)))
	}
	p.per = float64(sim.Minute) / sum
	p.scaleUp()
}

// add goes on to the next sums of a minute of n.
func (p *placer) add(n int64) {
	p.from += int64(len(p.spacing))
	k := int(min(n-p.from, spacingMost))
	if cap(p.spacing) < k {
		p.spacing = make([]float64, min(k+k/4, spacingMost))
	}
	p.spacing = p.spacing[:k]
	for i := range p.spacing {
		p.sum -= math.Log(p.times.Uniform(ordinal(p.minute, p.from+int64(i))))
		p.spacing[i] = p.sum
	}
}

// scaleUp makes places of sums.
func (p *placer) scaleUp() {
	for i := range p.spacing {
		p.spacing[i] *= p.per
	}
}

// place sets the arrivals of the minute's invocations from the i-th of n on, which
// are asked for in order.
func (p *placer) place(out []sim.Invocation, base sim.Time, i, n int64) {
	if p.mode == Even {
		for k := range out {
			out[k].Arrival = base + (2*(i+int64(k))+1)*(sim.Minute/2)/n
		}
		return
	}
	for len(out) > 0 {
		for i >= p.from+int64(len(p.spacing)) {
			p.add(n)
			p.scaleUp()
		}
		places := p.spacing[i-p.from:]
		places = places[:min(len(places), len(out))]
		for k, at := range places {
			out[k].Arrival = base + min(sim.Time(at), sim.Minute-1)
		}
		out, i = out[len(places):], i+int64(len(places))
	}
}

// countMax is the largest count of a minute: far above any platform's, and
// (2·count+1)·30 s stays below 2^63 ns.
const countMax = 100_000_000

// poissonQuantile is the inverse CDF of the Poisson distribution of mean
// lambda at u ∈ (0, 1): it starts at the normal approximation, takes the exact
// CDF there, P(N ≤ k) = Q(k+1, λ), and walks by the probabilities.
func poissonQuantile(u, lambda float64) int64 {
	if lambda < 16 {
		p := math.Exp(-lambda)
		cdf, k := p, int64(0)
		for u > cdf && p > 0 {
			k++
			p *= lambda / float64(k)
			cdf += p
		}
		return k
	}
	k := math.Floor(max(0, lambda+math.Sqrt(lambda)*distuv.UnitNormal.Quantile(u)))
	logGamma, _ := math.Lgamma(k + 1)
	p := math.Exp(k*math.Log(lambda) - lambda - logGamma)
	cdf := mathext.GammaIncRegComp(k+1, lambda)
	for k > 0 && cdf-p >= u {
		cdf -= p
		p *= k / lambda
		k--
	}
	for cdf < u && p > 0 {
		k++
		p *= lambda / k
		cdf += p
	}
	return int64(k)
}
