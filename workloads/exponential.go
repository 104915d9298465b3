package workloads

import "github.com/coldcurve/coldcurve/sim"

// Exponential is the distribution with density e^(−x/mean) ÷ mean.
type Exponential struct{ mean float64 }

// NewExponential returns the exponential distribution of that mean, above 0.
func NewExponential(mean sim.Time) (Exponential, error) {
	if err := positiveTime("mean", mean); err != nil {
		return Exponential{}, err
	}
	return Exponential{float64(mean)}, nil
}

// Sample returns −mean·log(1−u).
func (e Exponential) Sample(u float64) sim.Time {
	return toTime(float64(e.mean * negLog1m(u)))
}

// Mean returns the mean in nanoseconds.
func (e Exponential) Mean() float64 { return e.mean }
