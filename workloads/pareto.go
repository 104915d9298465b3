package workloads

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// Pareto is the distribution with P(X > x) = (scale ÷ x)^shape for x ≥ scale.
type Pareto struct{ scale, inverseShape float64 }

// NewPareto returns the Pareto distribution of that scale (its minimum, above
// 0) and shape (its tail's exponent, in [0.01, 1000]). With a shape ≤ 1 the
// mean is infinite, with one ≤ 2 the variance.
func NewPareto(scale sim.Time, shape float64) (Pareto, error) {
	if err := positiveTime("scale", scale); err != nil {
		return Pareto{}, err
	}
	if err := within("shape", shape, 0.01, 1000); err != nil {
		return Pareto{}, err
	}
	return Pareto{float64(scale), 1 / shape}, nil
}

// Sample returns scale·(1−u)^(−1÷shape).
func (p Pareto) Sample(u float64) sim.Time {
	return toTime(float64(p.scale * math.Exp(float64(negLog1m(u)*p.inverseShape))))
}

// Mean returns scale·shape ÷ (shape−1) in nanoseconds, +Inf where shape ≤ 1.
func (p Pareto) Mean() float64 {
	if p.inverseShape >= 1 {
		return math.Inf(1)
	}
	return p.scale / (1 - p.inverseShape)
}
