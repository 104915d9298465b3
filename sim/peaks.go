package sim

// peaks certifies that an account limit would have held nothing back, where
// shards ran as if there were none. For each bucket of time it records the
// largest number of requests of a shard that have arrived and not ended, and
// sums these over the shards of a worker. In a bucket the total is never more
// than the sum of the shards' largest, and what the limit counts is never more
// than what has arrived and not ended: where the sum over all shards is within
// the limit in every bucket, the limit was never passed.
type peaks struct {
	grid    *peakGrid
	total   []int64 // a bucket
	at      int     // the current shard's bucket, or where it has none the next one
	in      bool    // it has one
	to      Time    // when that, or the stretch without, is over
	highest int64   // of the current shard in its bucket
}

// peakGrid divides a run into buckets: all of its seconds, or parts of some.
// The last one has no end.
type peakGrid struct {
	parts int     // of a second that has buckets
	first []int32 // second → its first bucket, or the next one where it has none; with one more at the end
}

const (
	// peakParts are the parts of a second that failed.
	peakParts = 100
	// peakMost bounds how many seconds are looked at closely, and so the
	// memory: 13 MB a worker.
	peakMost = 1 << 14
)

// wholeSeconds has a bucket for each second of a run.
func wholeSeconds(horizon Time) *peakGrid {
	g := &peakGrid{parts: 1, first: make([]int32, horizon/Second+2)}
	for i := range g.first {
		g.first[i] = int32(i)
	}
	return g
}

// closer divides the seconds that failed, and has no buckets elsewhere. It is
// nil where those are too many.
func (g *peakGrid) closer(failed []int) *peakGrid {
	if len(failed) > peakMost {
		return nil
	}
	c := &peakGrid{parts: peakParts, first: make([]int32, len(g.first))}
	n, next := int32(0), 0
	for i := range c.first {
		c.first[i] = n
		if next < len(failed) && failed[next] == i {
			n += peakParts
			next++
		}
	}
	return c
}

func (g *peakGrid) buckets() int { return int(g.first[len(g.first)-1]) }

// find returns the bucket of a time, or the next one where it has none, and
// when that or the stretch without is over.
func (g *peakGrid) find(t Time) (at int, in bool, to Time) {
	last := len(g.first) - 2
	second := min(int(t/Second), last)
	at = int(g.first[second])
	n := int(g.first[second+1]) - at
	if second == last {
		to = Never
	} else {
		to = Time(second+1) * Second
	}
	if n == 0 {
		return at, false, to
	}
	width := Second / Time(n)
	part := min(int((t-Time(second)*Second)/width), n-1)
	if part < n-1 {
		to = Time(second)*Second + Time(part+1)*width
	}
	return at + part, true, to
}

func newPeaks(g *peakGrid) *peaks { return &peaks{grid: g, total: make([]int64, g.buckets())} }

// begin starts a shard.
func (p *peaks) begin() {
	p.at, p.in, p.to = p.grid.find(0)
	p.highest = 0
}

// end closes a shard, of which so many requests have never ended.
func (p *peaks) end(left int32) {
	p.move(len(p.total), int64(left))
	p.to = Never
}

// rise notes that there is one more, fall that there is one less.
func (p *peaks) rise(now Time, after int32) {
	if now >= p.to {
		p.turn(now, int64(after-1))
	}
	p.highest = max(p.highest, int64(after))
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
	if p.in && p.at < len(p.total) {
		p.total[p.at] += p.highest
		p.at++
	}
	if before > 0 {
		for k := p.at; k < at; k++ {
			p.total[k] += before
		}
	}
	p.at, p.highest = at, before
}

func (p *peaks) add(q *peaks) {
	for i, n := range q.total {
		p.total[i] += n
	}
}

// over returns the buckets that are not within the limit.
func (p *peaks) over(limit int) (failed []int) {
	for i, n := range p.total {
		if n > int64(limit) {
			failed = append(failed, i)
		}
	}
	return failed
}
