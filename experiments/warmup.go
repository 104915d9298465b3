package experiments

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// warmup is how long a run is simulated before it is measured: a duration, or found by
// the run itself.
type warmup spec.Duration

// mser5 is the warm-up that the run finds (settle.go).
const mser5 warmup = -1

// mser5Word is what an experiment writes for it.
const mser5Word = "mser-5"

// UnmarshalText reads a warm-up.
func (w *warmup) UnmarshalText(b []byte) error {
	if string(b) == mser5Word {
		*w = mser5
		return nil
	}
	var d spec.Duration
	if err := d.UnmarshalText(b); err != nil {
		return fmt.Errorf("%w, or %q", err, mser5Word)
	}
	*w = warmup(d)
	return nil
}

// length is the duration, or where the run finds it what it has found, ns.
func (w warmup) length(found sim.Time) sim.Time {
	if w == mser5 {
		return found
	}
	return sim.Time(w)
}
