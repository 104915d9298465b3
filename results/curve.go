package results

import (
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
)

// grid cuts a window into buckets of equal width, the last one cut off by the
// window's end.
type grid struct {
	window sim.Window
	width  sim.Time
	magic  uint64 // ⌊2^64 ÷ width⌋: a division becomes a multiplication
	n      int
}

func newGrid(w sim.Window, width sim.Time) grid {
	magic := ^uint64(0) / uint64(width) // for width 1 one too small; of corrects it
	return grid{w, width, magic, int((w.Length() + width - 1) / width)}
}

// of returns the bucket of a time within [Warmup, Horizon].
func (g *grid) of(t sim.Time) int {
	d := uint64(t - g.window.Warmup)
	q, _ := bits.Mul64(d, g.magic) // the quotient, or one less
	if (q+1)*uint64(g.width) <= d {
		q++
	}
	return int(q)
}

// from returns where a bucket starts.
func (g *grid) from(b int) sim.Time { return g.window.Warmup + sim.Time(b)*g.width }

// length returns the length of a bucket, less than width for the last one
// where the window is no multiple of it.
func (g *grid) length(b int) sim.Time { return min(g.width, g.window.Horizon-g.from(b)) }

// cut cuts one over [from, to) to the window: it is head in bucket a; where its
// end is in another bucket b, it is whole from a + 1 on, up to tail of b that is
// missing.
func (g *grid) cut(from, to sim.Time) (a, b int, head, tail int64) {
	from, to = max(from, g.window.Warmup), min(to, g.window.Horizon)
	if from >= to {
		return 0, 0, 0, 0
	}
	a, b = g.of(from), g.of(to)
	if a == b {
		return a, b, to - from, 0
	}
	return a, b, g.from(a+1) - from, g.from(b+1) - to
}

// curve is how many of something there were, as the integral over each bucket
// of a grid, in nanoseconds. An interval is added in constant time: it changes
// the integral of its first and last bucket, and the level of those between.
type curve struct {
	part  []int64 // corrections of one bucket
	level []int64 // change of the level from this bucket on
}

func newCurve(g *grid) curve {
	return curve{make([]int64, g.n+1), make([]int64, g.n+1)}
}

// add adds one over [from, to), cut to the window.
func (c *curve) add(g *grid, from, to sim.Time) {
	a, b, head, tail := g.cut(from, to)
	c.part[a] += head
	if a == b {
		return
	}
	c.part[b] -= tail
	c.level[a+1]++
	if b+1 < len(c.level) {
		c.level[b+1]--
	}
}

func (c *curve) merge(o *curve) {
	for i := range c.part {
		c.part[i] += o.part[i]
		c.level[i] += o.level[i]
	}
}

// areas returns the integral over each bucket of the grid.
func (c *curve) areas(g *grid) []int64 {
	out := make([]int64, g.n)
	var level int64
	for b := range out {
		level += c.level[b]
		out[b] = level*g.width + c.part[b]
	}
	return out
}

// SeriesStep returns the width of a time series' bucket: the least round one,
// ≥ 1 s, that cuts a window into at most 1,440.
func SeriesStep(length sim.Time) sim.Time {
	steps := []sim.Time{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200}
	for _, s := range steps {
		if length <= 1440*s*sim.Second {
			return s * sim.Second
		}
	}
	days := (length + 1440*sim.Day - 1) / (1440 * sim.Day)
	return days * sim.Day
}
