package workloads

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Uniform is the uniform distribution between two durations.
type Uniform struct{ low, width float64 }

// NewUniform returns the uniform distribution on [low, high], 0 ≤ low ≤ high.
func NewUniform(low, high sim.Time) (Uniform, error) {
	if err := checkDuration("min", low); err != nil {
		return Uniform{}, err
	}
	if err := checkDuration("max", high); err != nil {
		return Uniform{}, err
	}
	if high < low {
		return Uniform{}, fmt.Errorf("min is %v and max %v, want min ≤ max", spec.Duration(low), spec.Duration(high))
	}
	return Uniform{float64(low), float64(high - low)}, nil
}

// Sample returns low + u·(high − low).
func (d Uniform) Sample(u float64) sim.Time { return toTime(d.low + float64(d.width*u)) }

// Mean returns (low + high) ÷ 2 in nanoseconds.
func (d Uniform) Mean() float64 { return d.low + d.width/2 }
