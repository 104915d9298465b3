package servers

import "github.com/coldcurve/coldcurve/sim/tokens"

// prefixes are the blocks that can be found again by what they hold: those of
// shared extents by the extent's id, those of one request alone by the request,
// which meets them again when it was preempted. Of an extent's blocks the
// resident ones are always the first so many: who holds one holds those before
// it, and they become free after it.
type prefixes struct {
	extents     []extent
	spareExtent int32 // a list of records by first
	ids         index // of the shared extents
	path        []stretch
	walked      []int32
	claims      index
}

// extent is tokens in a row, and the runs of blocks that hold any of them: more
// than one of the same tokens where requests computed them side by side, as
// engines let them. The one that became known first is used first.
type extent struct {
	id          uint32
	shared      bool
	first, last int32 // runs
}

// hold is how a request holds blocks: n of them, from the first of a run on.
type hold struct{ run, n int32 }

// stretch is n blocks of a run from a place of its extent on.
type stretch struct{ run, at, n int32 }

// fullBlocks returns how many blocks so many tokens fill.
func fullBlocks(tokens, size int64) int64 { return tokens / size }

// blocksFor returns how many blocks it takes for so many tokens.
func blocksFor(tokens, size int64) int64 { return (tokens + size - 1) / size }

// sharedBlocks returns how many full blocks of a request its ids name. The last
// extent may be filled in part: by the prompt, where the ids end with it.
func sharedBlocks(q *tokens.Request, size int64) int64 {
	length, ids := int64(q.Extent), int64(len(q.Blocks))
	if ids == 0 || length <= 0 {
		return 0
	}
	known := int64(q.Input)
	if ids > blocksFor(known, length) {
		known += int64(q.Output)
	}
	return fullBlocks(min(ids*length, known), size)
}

// extentOf returns which of a request's extents has a block, how many blocks are
// before that extent, and how many when it ends. A block belongs to the extent
// in which it ends.
func extentOf(q *tokens.Request, block, size int64) (k, before, end int64) {
	length := int64(q.Extent)
	k = ((block+1)*size - 1) / length
	return k, fullBlocks(k*length, size), fullBlocks((k+1)*length, size)
}

// newExtent returns an extent without blocks.
func (b *blocks) newExtent(id uint32, shared bool) int32 {
	x := b.spareExtent
	if x == none {
		b.extents = append(b.extents, extent{})
		x = int32(len(b.extents) - 1)
	} else {
		b.spareExtent = b.extents[x].first
	}
	b.extents[x] = extent{id: id, shared: shared, first: none, last: none}
	return x
}

// dropExtent forgets an extent that has no blocks.
func (b *blocks) dropExtent(x int32) {
	b.extents[x].first = b.spareExtent
	b.spareExtent = x
}

// link makes a run of an extent known, after those that are.
func (b *blocks) link(i, x int32) {
	e := &b.extents[x]
	r := &b.runs[i]
	r.extent, r.before, r.after = x, e.last, none
	if e.last == none {
		e.first = i
	} else {
		b.runs[e.last].after = i
	}
	e.last = i
}

// unlink takes a run out of its extent, and forgets a shared extent that has
// no other.
func (b *blocks) unlink(i int32) {
	r := &b.runs[i]
	if r.extent == none {
		return
	}
	e := &b.extents[r.extent]
	if r.before == none {
		e.first = r.after
	} else {
		b.runs[r.before].after = r.after
	}
	if r.after == none {
		e.last = r.before
	} else {
		b.runs[r.after].before = r.before
	}
	if e.shared && e.first == none {
		b.ids.remove(e.id)
		b.dropExtent(r.extent)
	}
}

// lookUp finds the longest prefix of a request's blocks that is resident, at
// most so many, and leaves it in path. It returns their number, and how many of
// them are free.
func (b *blocks) lookUp(r *sequence, limit, size int64) (found, free int64) {
	b.path = b.path[:0]
	for shared := min(limit, r.shared); found < shared; {
		k, before, end := extentOf(&r.ask, found, size)
		x := b.ids.get(r.ask.Blocks[k])
		if x == none {
			return found, free
		}
		end = min(shared, end)
		got, unheld := b.follow(x, found-before, end-before)
		found, free = found+got, free+unheld
		if found < end {
			return found, free
		}
	}
	if found >= r.shared && r.own != none {
		got, unheld := b.follow(r.own, found-r.shared, limit-r.shared)
		found, free = found+got, free+unheld
	}
	return found, free
}

// follow adds to path the resident blocks of an extent between two places, up to
// the first that is not, and counts them, and those of them that are free.
func (b *blocks) follow(x int32, from, to int64) (found, free int64) {
	for at := int32(from); int64(at) < to; {
		i := b.extents[x].first
		for i != none && (b.runs[i].lo > at || b.runs[i].lo+b.runs[i].n <= at) {
			i = b.runs[i].after
		}
		if i == none {
			break
		}
		r := &b.runs[i]
		n := min(int32(to), r.lo+r.n) - at
		b.path = append(b.path, stretch{i, at, n})
		at += n
		found += int64(n)
		if r.refs == 0 {
			free += int64(n)
		}
	}
	return found, free
}

// hit holds the blocks of path for a request that holds none.
func (b *blocks) hit(r *sequence) {
	for _, p := range b.path {
		i := p.run
		if from := p.at - b.runs[i].lo; from > 0 {
			i = b.cut(i, from)
		}
		if b.runs[i].n > p.n {
			b.cut(i, p.n)
		}
		if b.runs[i].refs == 0 {
			b.dequeue(i)
			b.free -= int64(p.n)
		}
		b.runs[i].refs++
		r.holds = append(r.holds, hold{i, p.n})
		r.found += int64(p.n)
	}
}

// register makes the shared blocks known that a request holds, up to the number
// that its tokens fill.
func (b *blocks) register(r *sequence, full, size int64) {
	for full = min(full, r.shared); r.found < full; {
		k, before, end := extentOf(&r.ask, r.found, size)
		id := r.ask.Blocks[k]
		x := b.ids.get(id)
		if x == none {
			x = b.newExtent(id, true)
			b.ids.put(id, x)
		}
		at, n := int32(r.found-before), int32(min(end, full)-r.found)
		if t := r.tail; t != none && b.runs[t].extent == x && b.extents[x].last == t && b.runs[t].refs == 1 && b.runs[t].lo+b.runs[t].n == at {
			b.runs[t].n += n
			r.holds[len(r.holds)-1].n += n
		} else {
			i := b.record()
			b.runs[i] = run{lo: at, n: n, refs: 1}
			b.link(i, x)
			r.holds = append(r.holds, hold{i, n})
			r.tail = i
		}
		r.found += int64(n)
	}
}

// release takes its blocks from a request that has so many tokens in them, its
// last ones first. Where it comes back, its full blocks can be found again.
func (b *blocks) release(r *sequence, computed, size int64, back bool) {
	held := max(r.held, blocksFor(computed, size))
	if full := fullBlocks(computed, size); back && full > r.found {
		b.forget(held - full)
		if r.own == none {
			r.own = b.newExtent(0, false)
		}
		i := b.record()
		b.runs[i] = run{lo: int32(r.found - r.shared), n: int32(full - r.found)}
		b.link(i, r.own)
		b.enqueue(i)
	} else {
		b.forget(held - r.found)
	}
	for h := len(r.holds) - 1; h >= 0; h-- {
		b.walked = b.walked[:0]
		for i, left := r.holds[h].run, r.holds[h].n; left > 0; i = b.runs[i].after {
			b.walked = append(b.walked, i)
			left -= b.runs[i].n
		}
		for w := len(b.walked) - 1; w >= 0; w-- {
			i := b.walked[w]
			if b.runs[i].refs--; b.runs[i].refs == 0 {
				b.enqueue(i)
			}
		}
	}
	r.holds, r.found, r.held, r.tail = r.holds[:0], 0, 0, none
}

// disown forgets what a request alone would find, when it is gone.
func (b *blocks) disown(r *sequence) {
	if r.own == none {
		return
	}
	for i := b.extents[r.own].first; i != none; {
		next := b.runs[i].after
		b.runs[i].extent, b.runs[i].before, b.runs[i].after = none, none, none
		i = next
	}
	b.dropExtent(r.own)
	r.own = none
}
