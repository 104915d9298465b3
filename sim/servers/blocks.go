package servers

// blocks is the KV memory of an engine. A block holds the keys and values of so
// many tokens; one that nobody holds is free, and is reused in the order in
// which blocks became free (the least recently used first), but keeps what it
// is known by until then.
//
// Blocks that came to be together and are held by the same requests have one
// record, a run. A run that is held in part is cut in two. So a request costs a
// few records, however many blocks it holds.
type blocks struct {
	runs  []run
	spare int32 // a list of records by next
	head  int32 // of the free runs, the least recently used; −1: none
	tail  int32
	free  int64 // blocks
	prefixes
}

// run is blocks of an extent, one after the other.
type run struct {
	prev, next    int32 // free runs
	before, after int32 // runs of the extent, in the order in which they became known
	extent        int32 // −1: nobody can find them again
	lo, n         int32 // the first one's place in the extent, and how many
	refs          int32 // requests that hold them; 0: they are free
}

const none = int32(-1)

// newBlocks returns a memory of n blocks, all of them free.
func newBlocks(n int64) blocks {
	b := blocks{spare: none, head: none, tail: none, prefixes: prefixes{spareExtent: none}}
	b.forget(n)
	return b
}

// record returns a record for a run.
func (b *blocks) record() int32 {
	if i := b.spare; i != none {
		b.spare = b.runs[i].next
		return i
	}
	b.runs = append(b.runs, run{})
	return int32(len(b.runs) - 1)
}

// drop gives a record back.
func (b *blocks) drop(i int32) {
	b.runs[i] = run{next: b.spare}
	b.spare = i
}

// enqueue makes a run that nobody holds any more the last to be reused.
func (b *blocks) enqueue(i int32) {
	r := &b.runs[i]
	b.free += int64(r.n)
	if t := b.tail; t != none {
		if last := &b.runs[t]; r.extent != none && last.extent == r.extent && r.after == t && last.lo == r.lo+r.n {
			// Its rest became free just before it: they are one run again.
			last.n, last.lo = last.n+r.n, r.lo
			b.unlink(i)
			b.drop(i)
			return
		}
	}
	b.insertFree(i, none)
}

// insertFree puts a run into the list of free ones, before another or last.
func (b *blocks) insertFree(i, next int32) {
	r := &b.runs[i]
	r.next = next
	if next == none {
		r.prev, b.tail = b.tail, i
	} else {
		r.prev, b.runs[next].prev = b.runs[next].prev, i
	}
	if r.prev == none {
		b.head = i
	} else {
		b.runs[r.prev].next = i
	}
}

// dequeue takes a run out of the list of free ones, and leaves the count to the caller.
func (b *blocks) dequeue(i int32) {
	r := &b.runs[i]
	if r.prev == none {
		b.head = r.next
	} else {
		b.runs[r.prev].next = r.next
	}
	if r.next == none {
		b.tail = r.prev
	} else {
		b.runs[r.next].prev = r.prev
	}
}

// forget makes n blocks free that nobody can find again.
func (b *blocks) forget(n int64) {
	if n == 0 {
		return
	}
	b.free += n
	if t := b.tail; t != none && b.runs[t].extent == none {
		b.runs[t].n += int32(n)
		return
	}
	i := b.record()
	b.runs[i] = run{before: none, after: none, extent: none, n: int32(n)}
	b.insertFree(i, none)
}

// take takes n free blocks, the least recently used ones, from the tail of each
// run; n must not be more than there are.
func (b *blocks) take(n int64) {
	b.free -= n
	for n > 0 {
		i := b.head
		r := &b.runs[i]
		if int64(r.n) > n {
			r.n -= int32(n)
			return
		}
		n -= int64(r.n)
		b.dequeue(i)
		b.unlink(i)
		b.drop(i)
	}
}

// cut makes two of a run, so that the first has m blocks, and returns the second.
func (b *blocks) cut(i, m int32) int32 {
	j := b.record()
	r, s := &b.runs[i], &b.runs[j]
	*s = run{before: i, after: r.after, extent: r.extent, lo: r.lo + m, n: r.n - m, refs: r.refs}
	r.n = m
	if s.after == none {
		b.extents[r.extent].last = j
	} else {
		b.runs[s.after].before = j
	}
	r.after = j
	if r.refs == 0 { // its tail is reused first
		b.insertFree(j, i)
	}
	return j
}
