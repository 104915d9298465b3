package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// nextTick returns the first multiple of a period after now: controllers look at
// times of their own, which do not depend on when a request comes.
func nextTick(now, every sim.Time) sim.Time { return after(now-now%every, every) }

// ticksAt reports whether now is one of the times of nextTick.
func ticksAt(now, every sim.Time) bool { return now%every == 0 }

// roundUp returns ⌈x⌉. What floats may have put above a whole number does not count.
func roundUp(x float64) float64 { return math.Ceil(x - 1e-9) }

// whole returns ⌈x⌉ within what can be counted.
func whole(x float64) int { return int(max(0, min(roundUp(x), math.MaxInt32))) }

// ready returns how many instances have initialised.
func ready(v sim.View, now sim.Time) int {
	n := 0
	for i := range v.Instances() {
		if v.Replica(i).Ready(now) {
			n++
		}
	}
	return n
}

// anyReady reports whether an instance has initialised.
func anyReady(v sim.View, now sim.Time) bool {
	for i := range v.Instances() {
		if v.Replica(i).Ready(now) {
			return true
		}
	}
	return false
}

// alone is what an autoscaler wants that alone says who stays: who is too many is
// let go, and who is wanted stays.
func alone(wanted int, next sim.Time) sim.Scale {
	return sim.Scale{Wanted: wanted, Drain: true, Hold: true, Until: sim.Never, Next: next}
}

// nobody starts an instance between the looks.
type nobody struct{}

// Start returns 0.
func (nobody) Start(sim.View, sim.Time) int { return 0 }

// first starts an instance between the looks where there is none.
type first struct{}

// Start returns 1 where there is no instance.
func (first) Start(v sim.View, _ sim.Time) int { return max(0, 1-v.Instances()) }

// shortestPeriod bounds how often a policy looks.
const shortestPeriod = spec.Duration(sim.Millisecond)

// checkPeriods refuses periods that are too short; named in pairs of key and value.
func checkPeriods(n *spec.Node, periods ...named[spec.Duration]) error {
	for _, p := range periods {
		if p.value < shortestPeriod {
			return at(n, p.key).Errorf("found %s, want 1ms or more", p.value)
		}
	}
	return nil
}

// checkTargets refuses targets that are no numbers to divide by.
func checkTargets(n *spec.Node, targets ...named[float64]) error {
	for _, t := range targets {
		if !(t.value >= 0.001 && t.value <= maxInstances) {
			return at(n, t.key).Errorf("found %v, want 0.001 to %d", t.value, maxInstances)
		}
	}
	return nil
}

// checkParts refuses what is no part of something.
func checkParts(n *spec.Node, parts ...named[float64]) error {
	for _, p := range parts {
		if !(p.value >= 0 && p.value <= 1) {
			return at(n, p.key).Errorf("found %v, want a part from 0 to 1", p.value)
		}
	}
	return nil
}

// checkCounts refuses counts that are out of range.
func checkCounts(n *spec.Node, least int, counts ...named[int]) error {
	for _, c := range counts {
		if c.value < least || c.value > maxInstances {
			return at(n, c.key).Errorf("found %d, want %d to %d", c.value, least, maxInstances)
		}
	}
	return nil
}

// named is the value of a key.
type named[T any] struct {
	key   string
	value T
}

// checkLooks refuses a window that more looks fit in than are kept.
func checkLooks(n *spec.Node, key string, window, every spec.Duration) error {
	if window/every > looks {
		return at(n, key).Errorf("found %s and %s between two looks, want %d looks at most", window, every, looks)
	}
	return nil
}
