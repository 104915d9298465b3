package policies

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
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

// An arrival just as long ago as those that count, 24 h, is one of them: the mean gap is 24 h.
// A second later it is none. What floats add to a whole number of seconds is no second more.
func TestRainbowCakeAtItsBounds(t *testing.T) {
	r := &rainbow{RainbowCake: RainbowCake{Recent: spec.Duration(24 * sim.Hour), Quantile: 0.5}}
	for now, want := range map[sim.Time]sim.Time{24 * sim.Hour: 59_888 * sim.Second, 24*sim.Hour + sim.Second: 0} { // ⌈86,400 · ln 2⌉ = ⌈59,887.9…⌉
		if got := r.quantile(&layer{arrivals: []sim.Time{0}}, now); got != want {
			t.Errorf("at %d: %d ns, want %d", now, got, want)
		}
	}
	for ns, want := range map[float64]sim.Time{3e9: 3, math.Nextafter(3e9, 4e9): 3, 3e9 + 10: 4} {
		if got := wholeSeconds(ns); got != want*sim.Second {
			t.Errorf("%v ns are %d s, want %d", ns, got/sim.Second, want)
		}
	}
}

// Of three functions that have come twice 0.4 are 1.2, rounded to one: that with the shortest
// mean time between requests.
func TestCHRLURoundsWhoIsPopular(t *testing.T) {
	r := &randomUpdates{CHRLU: CHRLU{Popular: 0.4}, seen: map[uint32]*gaps{}}
	for function, gap := range []sim.Time{3, 1, 2} {
		r.note(uint32(function), 0)
		r.note(uint32(function), gap*sim.Second)
	}
	r.update(sim.Nodes{}, 10*sim.Second)
	for function, g := range r.order {
		if want := function == 1; g.popular != want {
			t.Errorf("function %d is popular: %t, want %t", function, g.popular, want)
		}
	}
}

// A gap just as long as the window is not shorter.
func TestOfflineKeepAliveAtItsBound(t *testing.T) {
	for gap, want := range map[sim.Time]bool{9: true, 10: false} {
		if got := offlineGap(10).Keep(sim.View{}, gap); got != want {
			t.Errorf("a gap of %d ns with a window of 10 is bridged: %t, want %t", gap, got, want)
		}
	}
}
