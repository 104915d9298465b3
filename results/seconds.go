package results

import (
	"github.com/coldcurve/coldcurve/internal/sparse"
	"github.com/coldcurve/coldcurve/sim"
)

// seconds is the number of instances in buckets of a second, as a curve has it.
// A window may be ten years long, so only seconds in which an instance starts or
// stops take memory.
type seconds struct {
	grid      grid
	instances sparse.Curve
}

func newSeconds(w sim.Window) seconds {
	g := newGrid(w, sim.Second)
	return seconds{grid: g, instances: sparse.NewCurve(g.n + 1)} // an interval may end with the last
}

// add adds an instance over [from, to), cut to the window.
func (s *seconds) add(from, to sim.Time) {
	a, b, head, tail := s.grid.cut(from, to)
	if a == b {
		if head > 0 {
			s.instances.Add(a, head)
		}
		return
	}
	s.instances.Add(a, head)
	s.instances.Add(b, -tail)
	s.instances.Raise(a+1, 1)
	s.instances.Raise(b+1, -1)
}

// peak returns the largest average of instances over a one-second bucket, the
// first of several.
func (s *seconds) peak() Ratio {
	best := Ratio{0, 1}
	consider := func(b int, level, part int64) {
		length := s.grid.length(b)
		if length <= 0 {
			return // the end of the window is no bucket
		}
		if r := (Ratio{uint64(level*s.grid.width + part), uint64(length)}); r.cmp(best) > 0 {
			best = r
		}
	}
	for r := range s.instances.Runs() {
		consider(r.From, r.Level, r.Part) // those that follow in a run have the same average
	}
	return best
}
