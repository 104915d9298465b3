package traces

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/coldcurve/coldcurve/sim"
)

// newPlacer places one function's counts.
func newPlacer(mode Arrivals, name string) *placer {
	h := sim.HashName(name)
	key := sim.RunKey{Seed: 7}
	return &placer{mode: mode, scale: 1, times: sim.NewStream(key, sim.PurposeArrival, h), state: sim.NewStream(key, sim.PurposeState, h)}
}

// at returns the place of the i-th of n.
func (p *placer) at(i, n int64) sim.Time {
	var one [1]sim.Invocation
	p.place(one[:], 0, i, n)
	return one[0].Arrival
}

// kolmogorov is the distance between a sorted sample and a distribution, times √n.
// The 99.9 % point of its limit is 1.95 (Kolmogorov 1933).
func kolmogorov(sorted []float64, cdf func(float64) float64) float64 {
	n, d := float64(len(sorted)), 0.0
	for i, x := range sorted {
		f := cdf(x)
		d = max(d, math.Abs(f-float64(i)/n), math.Abs(f-float64(i+1)/n))
	}
	return d * math.Sqrt(n)
}

// The k-th of n uniform arrivals in a minute is Beta(k, n+1−k) (David and
// Nagaraja, Order Statistics, 2.3).
func TestUniformPlacementIsOrderStatistics(t *testing.T) {
	const minutes = 20_000
	for _, n := range []int64{1, 2, 5, 40} {
		p := newPlacer(Uniform, "f")
		sample := make([][]float64, n)
		for m := range int64(minutes) {
			p.prepare(m, n)
			before := sim.Time(-1)
			for i := range n {
				at := p.at(i, n)
				if at < before || at < 0 || at >= sim.Minute {
					t.Fatalf("n = %d: %d after %d", n, at, before)
				}
				before = at
				sample[i] = append(sample[i], float64(at)/float64(sim.Minute))
			}
		}
		for k := range n {
			a, b := float64(k+1), float64(n-k)
			slices.Sort(sample[k])
			if d := kolmogorov(sample[k], func(x float64) float64 { return mathext.RegIncBeta(a, b, x) }); d > 1.95 {
				t.Errorf("n = %d, k = %d: Kolmogorov distance %.2f", n, k+1, d)
			}
		}
	}
}

// A minute of very many is placed part by part: in order, uniform over the minute,
// and in memory that does not grow with it.
func TestPlacementInParts(t *testing.T) {
	const n = 3*spacingMost + 17
	p := newPlacer(Uniform, "f")
	for minute := range int64(2) { // the second begins anew
		p.prepare(minute, n)
		var sample []float64
		before := sim.Time(0)
		for i := range int64(n) {
			at := p.at(i, n)
			if at < before || at >= sim.Minute {
				t.Fatalf("%d of minute %d: %d after %d", i, minute, at, before)
			}
			before = at
			sample = append(sample, float64(at)/float64(sim.Minute))
		}
		if d := kolmogorov(sample, func(x float64) float64 { return x }); d > 1.95 {
			t.Errorf("Kolmogorov distance %.2f", d)
		}
	}
	if cap(p.spacing) > spacingMost {
		t.Errorf("%d places are kept, want at most %d", cap(p.spacing), spacingMost)
	}
}

// The quantile k of u is the least with P(N ≤ k) ≥ u; gonum's CDF is the oracle.
func TestPoissonQuantile(t *testing.T) {
	u := sim.NewStream(sim.RunKey{}, sim.PurposeState, 1)
	for _, lambda := range []float64{0.01, 1, 5, 15.9, 16, 100, 12_345, 1e6} {
		d := distuv.Poisson{Lambda: lambda}
		for i := range uint64(300) {
			p := u.Uniform(i)
			k := float64(poissonQuantile(p, lambda))
			const slack = 1e-9 // the two sum differently
			if d.CDF(k) < p-slack || k > 0 && d.CDF(k-1) > p+slack {
				t.Fatalf("λ = %v, u = %v: %v, where the CDF is %v after %v", lambda, p, k, d.CDF(k), d.CDF(k-1))
			}
		}
	}
}

// Even: 3 in a minute at 10, 30 and 50 s.
func TestEven(t *testing.T) {
	p := newPlacer(Even, "f")
	for i, want := range []sim.Time{10, 30, 50} {
		if got := p.at(int64(i), 3); got != want*sim.Second {
			t.Errorf("%d: %d", i, got)
		}
	}
}

// A scaled count is the product rounded down, or up with the probability of
// its fraction, so that its mean is the product.
func TestScaledCount(t *testing.T) {
	for _, scale := range []float64{0.01, 0.3, 0.9, 1.3, 2, 2.5, 7.75} {
		for _, count := range []int64{1, 3, 10, 1000} {
			p := newPlacer(Even, "f")
			p.scale = scale
			product := scale * float64(count)
			floor, fraction := int64(product), product-math.Floor(product)
			sum := int64(0)
			const n = 10_000
			for m := range int64(n) {
				c := p.count(m, count)
				if c != floor && c != floor+1 {
					t.Fatalf("%d × %v = %d", count, scale, c)
				}
				sum += c
			}
			// Binomial: 4 standard deviations.
			if mean := float64(sum) / n; math.Abs(mean-product) > 4*math.Sqrt(fraction*(1-fraction)/n)+1e-9 {
				t.Errorf("%d × %v: mean %v, want %v", count, scale, mean, product)
			}
		}
	}
}
