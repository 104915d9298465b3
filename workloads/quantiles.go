package workloads

import (
	"errors"
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Quantiles is a distribution of which a few quantiles were published. Between two
// of them, and beyond the outer ones with the slope of the piece next to them, the
// logarithm of the duration is linear in the standard normal score of the
// probability: a lognormal in pieces, which is one lognormal where the quantiles are
// those of one.
type Quantiles struct {
	scores []float64 // of the probabilities, ascending
	logs   []float64 // of nanoseconds
	slopes []float64 // of the pieces between; slopes[0] holds below, the last above
	most   float64   // ns; +Inf: any
}

// NewQuantiles returns the distribution whose quantile at probabilities[i], in (0, 1)
// and rising, is values[i], above 0 and not falling; at least two. What would be longer
// than most is most; 0: any.
func NewQuantiles(probabilities []float64, values []sim.Time, most sim.Time) (Quantiles, error) {
	if len(probabilities) != len(values) || len(values) < 2 {
		return Quantiles{}, fmt.Errorf("%d probabilities and %d values, want as many of each, at least two", len(probabilities), len(values))
	}
	q := Quantiles{most: math.Inf(1)}
	for i, p := range probabilities {
		switch {
		case !(p > 0 && p < 1) || i > 0 && p <= probabilities[i-1]:
			return Quantiles{}, fmt.Errorf("probability %d is %v, want them to rise within 0 … 1", i+1, p)
		case i > 0 && values[i] < values[i-1]:
			return Quantiles{}, fmt.Errorf("the quantile at %v is %v, below the %v at %v", p, spec.Duration(values[i]), spec.Duration(values[i-1]), probabilities[i-1])
		}
		if err := positiveTime(fmt.Sprintf("the quantile at %v", p), values[i]); err != nil {
			return Quantiles{}, err
		}
		q.scores = append(q.scores, score(p))
		q.logs = append(q.logs, math.Log(float64(values[i])))
		if i > 0 {
			q.slopes = append(q.slopes, (q.logs[i]-q.logs[i-1])/(q.scores[i]-q.scores[i-1]))
		}
	}
	if most != 0 {
		if last := values[len(values)-1]; most < last || most > maxDuration {
			return Quantiles{}, fmt.Errorf("most is %v, want at least the last quantile, %v, and at most %v", spec.Duration(most), spec.Duration(last), spec.Duration(maxDuration))
		}
		q.most = float64(most)
	}
	return q, nil
}

// score is the standard normal quantile, √2·erf⁻¹(2u−1); 2u−1 is exact for the
// uniforms of a sim.Stream.
func score(u float64) float64 { return float64(math.Sqrt2 * math.Erfinv(float64(2*u)-1)) }

// Sample returns e^(line of u's piece at its score), cut at most.
func (q Quantiles) Sample(u float64) sim.Time {
	z := score(u)
	i := 0
	for i < len(q.slopes)-1 && z > q.scores[i+1] {
		i++
	}
	return toTime(min(math.Exp(q.logs[i]+float64(q.slopes[i]*(z-q.scores[i]))), q.most))
}

// Mean returns the sum over the pieces of ∫ e^(a + s·z)·φ(z) dz =
// e^(a + s²÷2)·(Φ(end − s) − Φ(start − s)), in nanoseconds.
func (q Quantiles) Mean() float64 {
	mean, start := 0.0, math.Inf(-1)
	for i, s := range q.slopes {
		a, end := q.logs[i]-float64(s*q.scores[i]), math.Inf(1)
		if i < len(q.slopes)-1 {
			end = q.scores[i+1]
		} else if s > 0 && !math.IsInf(q.most, 1) {
			end = (math.Log(q.most) - a) / s
			mean += q.most * above(end)
		}
		mean += math.Exp(a+float64(s*s)/2) * (above(start-s) - above(end-s))
		start = end
	}
	return mean
}

// above is 1 − Φ(z).
func above(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

type quantilesSpec struct {
	P10  *spec.Duration `toml:"p10" help:"the 10th percentile; of all of these at least two"`
	P50  *spec.Duration `toml:"p50" help:"the median"`
	P75  *spec.Duration `toml:"p75" help:"the 75th percentile"`
	P90  *spec.Duration `toml:"p90" help:"the 90th percentile"`
	P95  *spec.Duration `toml:"p95" help:"the 95th percentile"`
	P99  *spec.Duration `toml:"p99" help:"the 99th percentile"`
	P999 *spec.Duration `toml:"p999" help:"the 99.9th percentile"`
	Most spec.Duration  `toml:"most" help:"longer ones are cut to it; absent: the tail goes on as from the last but one to the last"`
}

func newQuantilesOf(s quantilesSpec) (Sampler, error) {
	var probabilities []float64
	var values []sim.Time
	for _, q := range []struct {
		p float64
		v *spec.Duration
	}{{0.1, s.P10}, {0.5, s.P50}, {0.75, s.P75}, {0.9, s.P90}, {0.95, s.P95}, {0.99, s.P99}, {0.999, s.P999}} {
		if q.v != nil {
			probabilities, values = append(probabilities, q.p), append(values, sim.Time(*q.v))
		}
	}
	if len(values) < 2 {
		return nil, errors.New("want at least two of p10, p50, p75, p90, p95, p99 and p999")
	}
	return NewQuantiles(probabilities, values, sim.Time(s.Most))
}
