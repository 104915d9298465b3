package experiments

import (
	"sync/atomic"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestTally: of ten requests that are expected, three cold and four warm ones are
// seven; a second run of the same adds the three that are left, and no more; what
// never comes counts at the end, and the simulation once.
func TestTally(t *testing.T) {
	var sum, ended atomic.Int64
	see := func(x *Tally) { x.Requests(make([]sim.Outcome, 3)); x.Warm(make([]sim.Invocation, 4)) }
	again := NewTally(&sum, &ended, 10)
	for _, want := range []int64{7, 10, 10} {
		if see(again); sum.Load() != want || ended.Load() != 0 {
			t.Errorf("%d counted and %d ended, want %d and none", sum.Load(), ended.Load(), want)
		}
	}
	again.Finish()
	short := NewTally(&sum, &ended, 10)
	see(short)
	short.Finish()
	if sum.Load() != 20 || ended.Load() != 2 {
		t.Errorf("%d counted and %d ended, want 20 and 2", sum.Load(), ended.Load())
	}
}
