package estimate

import (
	"cmp"
	"slices"

	"github.com/coldcurve/coldcurve/results"
)

// Standing is where a candidate of a search stands.
type Standing struct {
	Name         string
	Cost         float64
	Worst        float64 // the largest excess of a mean over its bound; at most 0: all are met
	Meets        results.Verdict
	Replications int
}

// well is how far within all bounds, or beyond one, a candidate is of which more
// replications are not expected to say anything else.
const well = 0.1

// Compare orders candidates: those whose means meet the SLO by cost, then the others by
// how far they are from it.
func (s Standing) Compare(o Standing) int {
	if (s.Worst <= 0) != (o.Worst <= 0) {
		if s.Worst <= 0 {
			return -1
		}
		return 1
	}
	if s.Worst <= 0 {
		return cmp.Or(cmp.Compare(s.Cost, o.Cost), cmp.Compare(s.Name, o.Name))
	}
	return cmp.Or(cmp.Compare(s.Worst, o.Worst), cmp.Compare(s.Cost, o.Cost), cmp.Compare(s.Name, o.Name))
}

// safe reports whether a candidate is well within the bounds.
func (s Standing) safe() bool { return s.Worst <= -well }

// lost reports whether a candidate is sure to miss the SLO, and by far.
func (s Standing) lost() bool {
	return s.Replications >= 2 && s.Meets == results.No && !(s.Worst < well)
}

// standing is what candidates of one kind know.
type standing interface{ Standing() Standing }

// Better orders candidates, the better first.
func Better[C standing](a, b C) int { return a.Standing().Compare(b.Standing()) }

// hopeless reports whether every candidate is sure to miss the SLO, and by far: more
// replications would not change that.
func hopeless[C standing](field []C) bool {
	return !slices.ContainsFunc(field, func(c C) bool { return !c.Standing().lost() })
}
