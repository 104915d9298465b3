package workloads

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Sampler is a distribution of durations. It is immutable, and may be used
// from several goroutines.
type Sampler interface {
	sim.Sampler
	// Mean returns the expected duration in nanoseconds; +Inf where
	// that is infinite. It does not count the clipping at sim.Longest.
	Mean() float64
}

// maxDuration is the longest duration that is drawn: longer ones are clipped. The
// kernel counts those of services and initialisations. A gap between arrivals or a
// stay in a state that is clipped changes nothing: no horizon is later.
const maxDuration = sim.Longest

// toTime rounds nanoseconds to the nearest integer in [0, maxDuration]. The
// conversion keeps a product in the argument from being fused with the
// addition, as some architectures would, to other bits.
func toTime(ns float64) sim.Time {
	if ns < float64(maxDuration) {
		return sim.Time(float64(ns) + 0.5)
	}
	return maxDuration
}

// positiveTime is the check of a duration that must not be 0.
func positiveTime(name string, t sim.Time) error {
	if t > 0 && t <= maxDuration {
		return nil
	}
	return fmt.Errorf("%s is %v, want it above 0 and at most %v", name, spec.Duration(t), spec.Duration(maxDuration))
}

// checkDuration is the check of a duration that may be 0.
func checkDuration(name string, t sim.Time) error {
	if t >= 0 && t <= maxDuration {
		return nil
	}
	return fmt.Errorf("%s is %v, want 0 … %v", name, spec.Duration(t), spec.Duration(maxDuration))
}

// within is the check of a number in a closed range.
func within(name string, v, low, high float64) error {
	if v >= low && v <= high {
		return nil
	}
	return fmt.Errorf("%s is %v, want %v … %v", name, v, low, high)
}

// Constant is a fixed duration.
type Constant struct{ value sim.Time }

// NewConstant returns the distribution that is always d, in [0, sim.Longest].
func NewConstant(d sim.Time) (Constant, error) {
	if err := checkDuration("the duration", d); err != nil {
		return Constant{}, err
	}
	return Constant{d}, nil
}

// Sample returns the duration.
func (c Constant) Sample(float64) sim.Time { return c.value }

// Mean returns the duration.
func (c Constant) Mean() float64 { return float64(c.value) }
