package workloads

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// Weibull is the distribution with P(X > x) = e^(−(x ÷ scale)^shape).
type Weibull struct{ scale, shape float64 }

// The coefficients of variation that gamma and Weibull distributions accept.
const minCV, maxCV = 0.01, 10

func checkCV(cv float64) error { return within("cv", cv, minCV, maxCV) }

// NewWeibull returns the Weibull distribution of that scale, above 0, and
// shape, in [0.1, 200].
func NewWeibull(scale sim.Time, shape float64) (Weibull, error) {
	if err := positiveTime("scale", scale); err != nil {
		return Weibull{}, err
	}
	if err := within("shape", shape, 0.1, 200); err != nil {
		return Weibull{}, err
	}
	return Weibull{float64(scale), shape}, nil
}

// NewWeibullMean returns the Weibull distribution of that mean, above 0, and
// that coefficient of variation (standard deviation ÷ mean), in [0.01, 10].
func NewWeibullMean(mean sim.Time, cv float64) (Weibull, error) {
	if err := positiveTime("mean", mean); err != nil {
		return Weibull{}, err
	}
	if err := checkCV(cv); err != nil {
		return Weibull{}, err
	}
	shape := weibullShape(cv)
	return Weibull{float64(mean) / math.Gamma(1+1/shape), shape}, nil
}

// weibullShape returns the shape k whose coefficient of variation is cv:
// cv² + 1 = Γ(1+2/k) ÷ Γ(1+1/k)², whose right side falls as k grows. It halves
// an interval in log k until it cannot be halved further.
func weibullShape(cv float64) float64 {
	if cv == 1 {
		return 1
	}
	low, high := math.Log(0.1), math.Log(200.0)
	for {
		middle := (low + high) / 2
		if middle <= low || middle >= high {
			return math.Exp(middle)
		}
		if weibullCV(math.Exp(middle)) > cv {
			low = middle
		} else {
			high = middle
		}
	}
}

// weibullCV returns the coefficient of variation of a Weibull distribution.
func weibullCV(shape float64) float64 {
	second, _ := math.Lgamma(1 + 2/shape)
	first, _ := math.Lgamma(1 + 1/shape)
	return math.Sqrt(math.Expm1(second - float64(2*first)))
}

// quantile returns the quantile of the distribution of scale 1.
func (w Weibull) quantile(u float64) float64 {
	e := negLog1m(u)
	if w.shape == 1 {
		return e
	}
	return math.Exp(math.Log(e) / w.shape)
}

// Sample returns scale·(−log(1−u))^(1÷shape).
func (w Weibull) Sample(u float64) sim.Time { return toTime(float64(w.scale * w.quantile(u))) }

// Mean returns scale·Γ(1 + 1÷shape) in nanoseconds.
func (w Weibull) Mean() float64 { return float64(w.scale * math.Gamma(1+1/w.shape)) }
