package sim

import (
	"iter"

	"github.com/coldcurve/coldcurve/internal/sparse"
)

// came certifies that a bound on an account's requests in a time would have let all of
// them through. It counts arrivals by the buckets of the peaks. Where in each of them
// the tokens that are missing at its begin, at most, and one for each of its arrivals
// are no more than all that there are, a token was there for each. When they have come,
// so many are missing at most: all of its arrivals, as if they came at its end, and what
// was missing before, less what was filled in.
type came struct {
	bound Ramp
	total sparse.Curve
}

// newCame counts for a bound on the buckets of a grid; nil where there is no bound.
func newCame(bound Ramp, g *peakGrid) *came {
	if bound.Burst <= 0 || bound.Period <= 0 {
		return nil
	}
	return &came{bound: bound, total: sparse.NewCurve(g.buckets())}
}

// over returns the seconds in which the bound may have held something back; where those
// are too many for a closer look, not all of them.
func (c *came) over(g *peakGrid) (failed []int) {
	if c == nil {
		return nil
	}
	for r, missing := range c.walk(g) {
		second := g.secondOf(r.From)
		if r.Part == 0 || missing <= c.full()-c.taken(r.Part) || len(failed) > 0 && failed[len(failed)-1] == second {
			continue
		}
		if failed = append(failed, second); len(failed) > peakMost {
			break
		}
	}
	return failed
}

// missing returns how many tokens are missing at most as each of some seconds begins,
// in parts of one; nil where there is no bound. The grid is of whole seconds.
func (c *came) missing(g *peakGrid, seconds []int) (list []int64) {
	if c == nil {
		return nil
	}
	for r, missing := range c.walk(g) {
		for len(list) < len(seconds) && seconds[len(list)] < r.To {
			gone := int64(seconds[len(list)] - r.From)
			list = append(list, max(0, missing-times(c.refill(g), gone)))
		}
	}
	return list
}

// full is what all tokens are, in parts of one, as in ramp.
func (c *came) full() int64 { return int64(c.bound.Burst) * c.bound.Period }

// refill is what a bucket fills in.
func (c *came) refill(g *peakGrid) int64 { return times(int64(c.bound.Burst), Second/Time(g.parts)) }

// taken is what so many arrivals take; all and more where there are not so many tokens.
func (c *came) taken(n int64) int64 {
	if n > int64(c.bound.Burst) {
		return c.full() + 1
	}
	return n * c.bound.Period
}

// walk goes through the buckets, each that had arrivals by itself, with what is missing
// at most as they begin.
func (c *came) walk(g *peakGrid) iter.Seq2[sparse.Run, int64] {
	return func(yield func(sparse.Run, int64) bool) {
		missing := int64(0)
		for r := range c.total.Runs() {
			for from := r.From; from < r.To; {
				to := r.To
				if g.parts > 1 { // none goes beyond its second
					to = min(to, from-from%g.parts+g.parts)
				}
				if g.parts > 1 && from%g.parts == 0 {
					missing = g.enter(from/g.parts, missing)
				}
				if !yield(sparse.Run{From: from, To: to, Part: r.Part}, missing) {
					return
				}
				missing = max(0, missing-times(c.refill(g), int64(to-from)))
				if r.Part > 0 {
					missing = min(c.full(), missing+c.taken(r.Part))
				}
				from = to
			}
		}
	}
}

// enter returns what is missing at most as the i-th of the seconds that are looked at
// closely begins: no more than by whole seconds, nor than what the second before it
// leaves, where that is looked at too.
func (g *peakGrid) enter(i int, missing int64) int64 {
	if i > 0 && g.some[i-1]+1 == g.some[i] {
		return min(missing, g.missing[i])
	}
	return g.missing[i]
}

// times is a product of two that are not negative, at most Never.
func times(a, b int64) int64 {
	if a > 0 && b > Never/a {
		return Never
	}
	return a * b
}
