package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// alarms are the two of target tracking: how many measurements in a row were above the
// target, and how many below a part of it.
type alarms struct{ above, below int }

// maxPoints bounds the measurements that an alarm looks at, as CloudWatch's day of minutes.
const maxPoints = 1440

// checkAlarms refuses what no alarm can be made of.
func checkAlarms(n *spec.Node, out, in int, inRatio float64) error {
	for _, c := range []named[int]{{"out_points", out}, {"in_points", in}} {
		if c.value < 1 || c.value > maxPoints {
			return at(n, c.key).Errorf("found %d, want 1 to %d measurements", c.value, maxPoints)
		}
	}
	return checkParts(n, named[float64]{"in_ratio", inRatio})
}

// measure takes a measurement.
func (a *alarms) measure(x, target, inRatio float64) {
	a.above = inRow(a.above, x > target)
	a.below = inRow(a.below, x < float64(inRatio*target))
}

// inRow counts how many in a row were so.
func inRow(n int, so bool) int {
	if !so {
		return 0
	}
	return n + 1
}

// cooled reports whether a cooldown is over; MinInt64 was never.
func cooled(last sim.Time, cooldown spec.Duration, now sim.Time) bool {
	return last == math.MinInt64 || now-last >= sim.Time(cooldown)
}
