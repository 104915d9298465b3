package servers

// composeV1 composes a step under one budget of tokens: what runs goes on, in
// its order; then, if nothing was preempted for it, who waits is admitted.
func (e *engine) composeV1() {
	for {
		var budget int64
		var preempted bool
		if e.Speculation.Tokens > 0 {
			budget, preempted = e.proceedDrafts()
		} else {
			budget, preempted = e.proceed()
		}
		if !preempted {
			e.admit(budget)
		}
		if e.flight.step.Tokens > 0 {
			break
		}
		if !preempted { // else what was preempted can be admitted now
			panic("an engine with requests has nothing to do")
		}
	}
	e.flight.ticks = 1
}

// proceed makes what runs part of the step, and returns what is left of the
// budget, and whether something was preempted.
func (e *engine) proceed() (budget int64, preempted bool) {
	r := &e.running
	e.flight.skipped = 0
	budget = e.MaxTokens - r.decodes
	need := r.crossings(1)
	var n int64
	late := r.last()
	if late != nil {
		q := &e.seqs.all[late.seq]
		n = min(q.known-q.computed, budget)
		need += blocksFor(q.computed+n, e.size) - blocksFor(q.computed, e.size)
	}
	if need > e.memory.free {
		return e.proceedInOrder()
	}
	e.memory.take(need)
	e.flight.step = r.pass()
	e.registerDecodes(1)
	if n > 0 {
		e.chunk(late.seq, n)
	}
	return budget - n, false
}

// proceedInOrder is proceed where there are not blocks enough for all: whose
// turn it is gets those of the last, until it is itself the last.
func (e *engine) proceedInOrder() (budget int64, preempted bool) {
	r := &e.running
	budget = e.MaxTokens
	k := 0
pass:
	for k < len(r.seats) && budget > 0 {
		s := r.seats[k]
		q := &e.seqs.all[s.seq]
		computed, n := r.tick-s.off, int64(1)
		if s.end == catchingUp {
			computed, n = q.computed, min(q.known-q.computed, budget)
		}
		for need := blocksFor(computed+n, e.size) - blocksFor(computed, e.size); ; {
			if need <= e.memory.free {
				e.memory.take(need)
				break
			}
			v := e.victim()
			preempted = true
			e.preempt(v, v < k)
			if v == k {
				break pass
			}
			if v < k { // it was part of the step already, with one token: only the last can have more
				budget++
				k--
			}
		}
		if s.end == catchingUp {
			e.chunk(s.seq, n)
		} else {
			e.memory.register(q, fullBlocks(computed+1, e.size), e.size)
		}
		budget -= n
		k++
	}
	for _, s := range r.seats[:k] {
		if s.end != catchingUp {
			e.flight.step.add(1, r.tick-s.off)
			e.flight.step.Sequences++
		}
	}
	e.flight.skipped = len(r.seats) - k
	return budget, preempted
}

// victim returns the seat that is preempted when there are no blocks: the last,
// or under priorities the last in their order.
func (e *engine) victim() int {
	last := len(e.running.seats) - 1
	if e.Priority {
		for k := range e.running.seats {
			x, y := &e.seqs.all[e.running.seats[k].seq], &e.seqs.all[e.running.seats[last].seq]
			if x.ask.Priority > y.ask.Priority || x.ask.Priority == y.ask.Priority && x.arrival > y.arrival {
				last = k
			}
		}
	}
	return last
}

// preempt puts a running request back in line; it will compute all of its tokens
// again that are not found in the cache. It says whether it was part of the step.
func (e *engine) preempt(k int, scheduled bool) {
	i := e.running.seats[k].seq
	q := &e.seqs.all[i]
	computed := e.leave(k)
	if scheduled {
		computed++
	}
	if q.sure > 0 {
		computed, q.sure = min(computed, q.sure), 0
	}
	e.memory.release(q, computed, e.size, !e.NoPrefixCache)
	q.computed = 0
	q.preempted++
	e.waiting.push(e.seqs.all, e.waiter(i))
}

// admit admits who waits, in order, as long as there is budget, a seat, and
// blocks for all known tokens of the first.
func (e *engine) admit(budget int64) {
	for budget > 0 && len(e.waiting.heap) > 0 && int64(len(e.running.seats)) < e.MaxSequences {
		i := e.waiting.heap[0].seq
		q := &e.seqs.all[i]
		hits, ok := e.fits(q)
		if !ok {
			return
		}
		cached := max(hits*e.size, q.loaded)
		n, made := min(q.known-cached, budget), q.loaded > 0
		e.memory.hit(q)
		e.memory.take(blocksFor(cached+n, e.size) - hits)
		e.sit(i, cached)
		e.chunk(i, n)
		if made { // elsewhere, its last token: it is no part of a prompt
			e.flight.caught -= n
		}
		budget -= n
	}
}

// fits looks up what is cached of a request's tokens, all but the last at most,
// and reports whether there are blocks for all that are known. Cached blocks
// that are free count as any other.
func (e *engine) fits(q *sequence) (hits int64, ok bool) {
	var free, spared int64
	if !e.NoPrefixCache {
		hits, free = e.memory.lookUp(q, fullBlocks(q.known-1, e.size), e.size)
	}
	if len(e.running.seats) > 0 {
		spared = e.spared
	}
	return hits, blocksFor(q.known, e.size)-hits+free+spared <= e.memory.free
}

// sit gives the first in line a seat, with so many tokens from the cache.
func (e *engine) sit(i int32, cached int64) {
	q := &e.seqs.all[i]
	e.waiting.remove(e.seqs.all, 0)
	q.computed, q.loaded = cached, 0
	if !q.began {
		q.began, q.scheduled, q.cached = true, e.at, cached
	}
	e.running.seats = append(e.running.seats, seat{seq: i, end: catchingUp})
}

// chunk makes n tokens that a request catches up with part of the step.
func (e *engine) chunk(i int32, n int64) {
	q := &e.seqs.all[i]
	e.flight.step.add(n, q.computed)
	e.flight.chunks = append(e.flight.chunks, chunk{i, n})
	e.flight.caught += n
	q.computed += n
	e.memory.register(q, fullBlocks(q.computed, e.size), e.size)
}

// registerDecodes makes known what the decodes fill in the next n ticks.
func (e *engine) registerDecodes(n int64) {
	if e.running.sharing == 0 {
		return
	}
	for _, s := range e.running.seats {
		if s.sharing {
			e.memory.register(&e.seqs.all[s.seq], fullBlocks(e.running.tick+n-s.off, e.size), e.size)
		}
	}
}
