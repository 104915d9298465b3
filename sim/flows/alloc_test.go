package flows

import (
	"runtime"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// Ten times as many executions allocate next to nothing more: what an execution needs is
// taken from what those before it have left.
func TestExecutionsAllocateNothing(t *testing.T) {
	allocations := func(horizon sim.Time) (made uint64, steps uint64) {
		app := tenSteps(horizon)
		c := app.bench(poisson(200, horizon, 1))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		tally := c(t)
		runtime.ReadMemStats(&after)
		for k := range tally.Steps {
			steps += tally.Steps[k].Attempts
		}
		return after.Mallocs - before.Mallocs, steps
	}
	few, steps := allocations(20 * second)
	many, more := allocations(200 * second)
	if many > few+200 {
		t.Errorf("%d allocations for %d steps, %d for %d", few, steps, many, more)
	}
}
