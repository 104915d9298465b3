package policies

import "github.com/coldcurve/coldcurve/sim"

// category is what kind of function SPES takes one for.
type category uint8

const (
	unknown category = iota
	alwaysWarm
	regular
	approRegular
	dense
	successive
	pulsed // from here on by trial
	possible
	correlated
)

var categoryNames = [...]string{"unknown", "warm", "regular", "appro-regular", "dense", "successive", "pulsed", "possible", "correlated"}

func (c category) String() string { return categoryNames[c] }

// The thresholds of the categories.
const (
	fewestRuns      = 3     // active stretches of what is regular
	warmIdle        = 0.001 // part of the minutes that may be idle
	regularVary     = 0.01  // deviation ÷ mean of regular idle times
	approModes      = 3     // most frequent idle times that are looked at,
	approPart       = 0.9   // and which part of all they are
	densePercent    = 90    // percentile of idle times that is short
	successiveRun   = 10    // minutes of the shortest active stretch,
	successiveCalls = 11    // or invocations of the one with the fewest
	mostForgotten   = 6     // days of history, one after another, that may be forgotten
	mergedFrom      = 500   // minutes of the most frequent idle time from which short ones are merged
)

// categorise finds the first category that fits the minutes before the end; where none
// does, the first that fits them without the first day, without two, and so on up to six.
// It returns from which minute on it looked, 0 where none fits.
func categorise(a *activity, end, denseBelow int) (category, int) {
	if c := a.categoryOf(0, end, denseBelow); c != unknown {
		return c, 0
	}
	day := int(sim.Day / sim.Minute)
	for d := 1; d <= mostForgotten && d*day < end; d++ {
		if c := a.categoryOf(d*day, end, denseBelow); c != unknown {
			return c, d * day
		}
	}
	return unknown, 0
}

func (a *activity) categoryOf(from, end, denseBelow int) category {
	active := len(a.within(from, end))
	if active == 0 {
		return unknown
	}
	idle := end - from - active
	if idle == 0 || float64(idle) < warmIdle*float64(end-from) {
		return alwaysWarm
	}
	r := a.runs(from, end)
	all := sortedWaits(r.idle)
	switch {
	case len(r.active) >= fewestRuns && r.isRegular(from > 0):
		return regular
	case (from == 0 && len(r.idle) >= fewestRuns || from > 0 && len(r.active) >= fewestRuns) && approximates(all.modes(), len(all)):
		return approRegular
	case all.percentile(densePercent) < float64(denseBelow):
		return dense
	case minOf(r.active) >= successiveRun || minOf(r.invocations) >= successiveCalls:
		return successive
	}
	return unknown
}

// isRegular reports whether idle times hardly vary, but for those that the edges cut; or do
// not where short ones are taken as part of the long ones beside them.
func (r *runs) isRegular(forgetting bool) bool {
	idle := r.idle
	switch mode := sortedWaits(idle).modes()[0].wait; {
	case forgetting && r.endsIdle:
		idle = idle[:len(idle)-1]
	case !forgetting && mode-idle[0] > 2 && r.endsIdle:
		idle = idle[1:max(1, len(idle)-1)]
	case !forgetting && mode-idle[0] > 2:
		idle = idle[1:]
	}
	if len(idle) > fewestRuns || forgetting && len(idle) > 0 {
		if sortedWaits(idle).steady() {
			return true
		}
	}
	merged := mergeWaits(idle)
	return len(merged) > 0 && sortedWaits(merged).steady()
}

// steady reports whether 90 % of the waits are within a minute, or all hardly deviate.
func (w waits) steady() bool {
	return w.percentile(95)-w.percentile(5) < 1 || w.deviation()/w.mean() <= regularVary
}

// approximates reports whether the most frequent idle times are nearly all.
func approximates(all []mode, waits int) bool {
	sum := 0
	for _, m := range all[:min(approModes, len(all))] {
		sum += m.count
	}
	return all[0].count > 1 && float64(sum) >= approPart*float64(waits)
}

// mergeWaits adds idle times that are a quarter of the most frequent one or less to longer
// ones beside them, as long as the sum is not above it: a function that is tried out by hand
// now and then is regular all the same. Where that most frequent one is short, is not half
// as frequent as there are lengths, or where more than three in ten would be merged, they
// stay as they are.
func mergeWaits(idle []int) []int {
	if len(idle) == 0 {
		return idle
	}
	modes := sortedWaits(idle).modes()
	usual := modes[0].wait
	if usual < mergedFrom || 2*modes[0].count < len(modes) {
		return idle
	}
	used, merged := make([]bool, len(idle)), []int(nil)
	for i, x := range idle {
		if 4*x <= usual {
			continue
		}
		for _, step := range []int{-1, 1} {
			for k := i + step; k >= 0 && k < len(idle) && 4*idle[k] < 3*usual; k += step {
				if x+idle[k] <= usual && 4*idle[k] <= usual && !used[k] {
					used[k] = true
					x += idle[k]
				}
			}
		}
		merged = append(merged, x)
	}
	taken := 0
	for _, u := range used {
		if u {
			taken++
		}
	}
	if 10*taken > 3*len(used) {
		return idle
	}
	return merged
}

func minOf(xs []int) int {
	least := xs[0]
	for _, x := range xs {
		least = min(least, x)
	}
	return least
}
