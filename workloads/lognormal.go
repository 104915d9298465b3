package workloads

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// Lognormal is the distribution of e^(mu + sigma·Z) seconds, Z standard normal.
type Lognormal struct {
	logMedian float64 // of nanoseconds
	sigma     float64
}

// NewLognormal returns the lognormal distribution of that median, above 0, and
// that sigma: the standard deviation of the natural logarithm, in [0, 20].
func NewLognormal(median sim.Time, sigma float64) (Lognormal, error) {
	if err := positiveTime("median", median); err != nil {
		return Lognormal{}, err
	}
	return newLognormal(math.Log(float64(median)), sigma)
}

// NewLognormalMu returns the lognormal distribution whose logarithm, in
// seconds, has mean mu, in [−20, 22], and standard deviation sigma, in [0, 20].
func NewLognormalMu(mu, sigma float64) (Lognormal, error) {
	if err := within("mu", mu, -20, 22); err != nil {
		return Lognormal{}, err
	}
	return newLognormal(mu+math.Log(1e9), sigma)
}

func newLognormal(logMedian, sigma float64) (Lognormal, error) {
	if err := within("sigma", sigma, 0, 20); err != nil {
		return Lognormal{}, err
	}
	return Lognormal{logMedian, sigma}, nil
}

// Sample returns median·e^(sigma·Φ⁻¹(u)), with Φ⁻¹(u) = √2·erf⁻¹(2u−1); 2u−1
// is exact for the uniforms of a sim.Stream.
func (l Lognormal) Sample(u float64) sim.Time {
	z := float64(math.Sqrt2 * math.Erfinv(float64(2*u)-1))
	return toTime(math.Exp(l.logMedian + float64(l.sigma*z)))
}

// Mean returns median·e^(sigma²÷2) in nanoseconds.
func (l Lognormal) Mean() float64 {
	return math.Exp(l.logMedian + float64(l.sigma*l.sigma)/2)
}
