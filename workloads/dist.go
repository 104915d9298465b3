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
	// that is infinite. It does not count the clipping at 2^62 ns.
	Mean() float64
}

// maxDuration is the longest duration that is drawn, 2^62 ns or 146 years:
// longer ones are clipped, so that an arrival plus a duration never overflows.
const maxDuration = 1 << 62

// toTime rounds nanoseconds to the nearest integer in [0, maxDuration]. The
// conversion keeps a product in the argument from being fused with the
// addition, as some architectures would, to other bits.
func toTime(ns float64) sim.Time {
	if ns < maxDuration {
		return sim.Time(float64(ns) + 0.5)
	}
	return maxDuration
}

// positiveTime is the check of a duration that must not be 0.
func positiveTime(name string, t sim.Time) error {
	if t > 0 && t <= maxDuration {
		return nil
	}
	return fmt.Errorf("%s is %v, want it above 0 and at most 2^62 ns", name, spec.Duration(t))
}

// checkDuration is the check of a duration that may be 0.
func checkDuration(name string, t sim.Time) error {
	if t >= 0 && t <= maxDuration {
		return nil
	}
	return fmt.Errorf("%s is %v, want 0 … 2^62 ns", name, spec.Duration(t))
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

// NewConstant returns the distribution that is always d, in [0, 2^62] ns.
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
