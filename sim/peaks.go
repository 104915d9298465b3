package sim

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/sparse"
)

// peaks certifies that an account limit would have held nothing back, where
// shards ran as if there were none. For each bucket of time it records the
// largest number of requests of a shard that have arrived and not ended, and
// sums these over the shards of a worker. In a bucket the total is never more
// than the sum of the shards' largest, and what the limit counts is never more
// than what has arrived and not ended: where the sum over all shards is within
// the limit in every bucket, the limit was never passed.
//
// The largest of a bucket in which something happens is a part of its own; what
// there is all the while between two of them is a level, so that a stretch in
// which nothing happens takes neither time nor memory.
type peaks struct {
	grid    *peakGrid
	total   sparse.Curve
	at      int   // the current shard's bucket, or where it has none the next one
	in      bool  // it has one
	to      Time  // when that, or the stretch without, is over
	highest int64 // of the current shard in its bucket
	came    *came // counts arrivals; nil: there is no bound on them
	arrived int64 // of the current shard in its bucket
}

// peakGrid divides a run into buckets: all of its seconds, or parts of some.
// The last one has no end.
type peakGrid struct {
	seconds int     // of the run, the last one without an end
	some    []int   // the seconds that have buckets, ascending, where parts > 1
	chunk   []int   // chunk of seconds → the first of some that is not before it
	missing []int64 // tokens at most, as each of some begins: see came; nil where requests have no bound
	parts   int     // buckets a second
}

const (
	// peakParts are the parts of a second that failed.
	peakParts = 100
	// peakMost bounds how many seconds are looked at closely, and so the
	// memory: 26 MB a worker.
	peakMost = 1 << 14
	// peakChunk are the seconds among which one is searched.
	peakChunk = 1 << 10
)

// wholeSeconds has a bucket for each second of a run.
func wholeSeconds(horizon Time) *peakGrid {
	return &peakGrid{parts: 1, seconds: int(horizon/Second) + 1}
}

// closer divides the seconds that failed, and has no buckets elsewhere; missing has
// what came knows of each. It is nil where those are too many.
func (g *peakGrid) closer(failed []int, missing []int64) *peakGrid {
	if len(failed) > peakMost {
		return nil
	}
	c := &peakGrid{parts: peakParts, seconds: g.seconds, some: failed, missing: missing, chunk: make([]int, g.seconds/peakChunk+2)}
	n := 0
	for k := range c.chunk {
		for n < len(failed) && failed[n] < k*peakChunk {
			n++
		}
		c.chunk[k] = n
	}
	return c
}

// secondOf is the second of a bucket.
func (g *peakGrid) secondOf(bucket int) int {
	if g.parts == 1 {
		return bucket
	}
	return g.some[bucket/g.parts]
}

func (g *peakGrid) buckets() int {
	if g.parts == 1 {
		return g.seconds
	}
	return len(g.some) * g.parts
}

// find returns the bucket of a time, or the next one where it has none, and
// when that or the stretch without is over.
func (g *peakGrid) find(t Time) (at int, in bool, to Time) {
	last := g.seconds - 1
	second := min(int(t/Second), last)
	if g.parts == 1 {
		if second == last {
			return second, true, Never
		}
		return second, true, Time(second+1) * Second
	}
	k := g.chunk[second/peakChunk]
	i, in := slices.BinarySearch(g.some[k:g.chunk[second/peakChunk+1]], second)
	k += i
	if !in {
		if k == len(g.some) {
			return k * g.parts, false, Never
		}
		return k * g.parts, false, Time(g.some[k]) * Second
	}
	width := Second / Time(g.parts)
	part := min(int((t-Time(second)*Second)/width), g.parts-1)
	switch {
	case part < g.parts-1:
		to = Time(second)*Second + Time(part+1)*width
	case second == last:
		to = Never
	default:
		to = Time(second+1) * Second
	}
	return k*g.parts + part, true, to
}

func newPeaks(g *peakGrid, bound Ramp) *peaks {
	return &peaks{grid: g, total: sparse.NewCurve(g.buckets()), came: newCame(bound, g)}
}

// begin starts a shard.
func (p *peaks) begin() {
	p.at, p.in, p.to = p.grid.find(0)
	p.highest, p.arrived = 0, 0
}

// end closes a shard, of which so many requests have never ended.
func (p *peaks) end(left int32) {
	p.move(p.total.Len(), int64(left))
	p.to = Never
}

// rise notes that there is one more, fall that there is one less.
func (p *peaks) rise(now Time, after int32) {
	if now >= p.to {
		p.turn(now, int64(after-1))
	}
	p.highest = max(p.highest, int64(after))
	p.arrived++
}

func (p *peaks) fall(now Time, after int32) {
	if now >= p.to {
		p.turn(now, int64(after+1))
	}
}

// turn goes to the bucket of a later time, which begins with what there was.
func (p *peaks) turn(now Time, before int64) {
	at, in, to := p.grid.find(now)
	p.move(at, before)
	p.in, p.to = in, to
}

// move closes the bucket and fills those that lie between it and another with
// what there was all the while.
func (p *peaks) move(at int, before int64) {
	if p.in && p.at < p.total.Len() {
		if p.highest > 0 {
			p.total.Add(p.at, p.highest)
		}
		if p.arrived > 0 && p.came != nil {
			p.came.total.Add(p.at, p.arrived)
		}
		p.at++
	}
	if before > 0 && p.at < at {
		p.total.Raise(p.at, before)
		p.total.Raise(at, -before)
	}
	p.at, p.highest, p.arrived = at, before, 0
}

func (p *peaks) add(q *peaks) {
	p.total.Merge(&q.total)
	if p.came != nil {
		p.came.total.Merge(&q.came.total)
	}
}

// over returns the buckets that are not within the limit; where those are too
// many for a closer look, not all of them.
func (p *peaks) over(limit int) (failed []int) {
	for r := range p.total.Runs() {
		if r.Level+r.Part <= int64(limit) {
			continue
		}
		for b := r.From; b < r.To && len(failed) <= peakMost; b++ {
			failed = append(failed, b)
		}
		if len(failed) > peakMost {
			break
		}
	}
	return failed
}
