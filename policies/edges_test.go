package policies

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// The clock of Greedy-Dual never goes back: who was busy while others left may leave after
// them with less.
func TestClockNeverGoesBack(t *testing.T) {
	var c clock
	for _, priority := range []float64{3, 1} {
		if c.Evicted(priority, 0); c.at != 3 {
			t.Errorf("the clock stands at %v after %v, want 3", c.at, priority)
		}
	}
}

// A measurement at the target, or at the part of it below which instances go, sets off neither
// alarm: 8 of a target of 8, 4 of a half of it.
func TestAlarmsAtTheirBounds(t *testing.T) {
	for x, want := range map[float64]alarms{8.5: {above: 1}, 8: {}, 4: {}, 3.5: {below: 1}} {
		var a alarms
		if a.measure(x, 8, 0.5); a != want {
			t.Errorf("%v: %+v, want %+v", x, a, want)
		}
	}
}

// A time that is one of the checks is its own: from 5 s on every 10 s.
func TestStemCellsCheckAtTheirTime(t *testing.T) {
	s := stemCells{every: 10 * sim.Second, delay: 5 * sim.Second}
	for at, want := range map[sim.Time]sim.Time{0: 5, 5: 5, 6: 15, 15: 15, 16: 25} {
		if got := s.check(at * sim.Second); got != want*sim.Second {
			t.Errorf("after %d s: %v, want %d s", at, got, want)
		}
	}
}
