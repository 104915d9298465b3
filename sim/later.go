package sim

// sequel is what a follower said that will happen: a request that arrives, or a
// timer. Those of the same time, kind and function go by the key that it gave them,
// all 64 bits of it, and only then by when they were said.
type sequel struct {
	at     Time
	key    eventKey // of kindArrival or kindTimer
	by     uint64   // the arrival's Key, or the timer's
	serial uint64   // of what was said in the shard
	ref    uint64   // the place of the request, or the timer's Ref
}

func (e *sequel) before(f *sequel) bool {
	switch {
	case e.at != f.at:
		return e.at < f.at
	case e.key != f.key:
		return e.key < f.key
	case e.by != f.by:
		return e.by < f.by
	}
	return e.serial < f.serial
}

// later holds sequels, a 4-ary heap beside the queue: their order takes more bits
// than that of events has, which need not carry them. No sequel is stale: what was
// said will happen.
type later struct {
	heap []sequel
	said uint64
}

// due reports whether the next one comes before what has the key at the time.
func (l *later) due(at Time, key eventKey) bool {
	if len(l.heap) == 0 {
		return false
	}
	e := &l.heap[0]
	return e.at < at || e.at == at && e.key < key
}

func (l *later) push(e sequel) {
	l.said++
	e.serial = l.said
	h := append(l.heap, e)
	l.heap = h
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if h[parent].before(&e) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
}

func (l *later) pop() sequel {
	top := l.heap[0]
	n := len(l.heap) - 1
	last := l.heap[n]
	h := l.heap[:n]
	l.heap = h
	if n == 0 {
		return top
	}
	i := 0
	for {
		child := 4*i + 1
		if child >= n {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, n); c++ {
			if h[c].before(&h[least]) {
				least = c
			}
		}
		if last.before(&h[least]) {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = last
	return top
}
