package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestMostSteps: a map of four items of one state is five steps, as they are billed. Where
// an execution may have four, it fails before the fifth, which is not billed.
func TestMostSteps(t *testing.T) {
	for most, want := range map[int]struct {
		exceeded uint64
		billed   float64
	}{0: {0, 5}, 5: {0, 5}, 4: {1, 4}, 1: {1, 1}} {
		b := newBuilder(100 * second)
		e := nothing()
		e.Counts.Map, e.Counts.Pass, e.Transitions, e.MostSteps = 1, 1, b.meter("steps"), most
		f := b.flow("f", e)
		b.main(f, mapOf("map", 4, b.list(f, step(PassStep, "pass"))))
		b.trigger("t", f)
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
		if got := tally.Flows[f].Exceeded; got != want.exceeded {
			t.Errorf("at most %d steps: %d failed of it, want %d", most, got, want.exceeded)
		}
		if got := usedOf(tally, e.Transitions, Work); got != want.billed {
			t.Errorf("at most %d steps: %v are billed, want %v", most, got, want.billed)
		}
	}
}
