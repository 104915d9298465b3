package sim

// arrive takes an invocation of the source through the path of a request.
func (s *shard) arrive(inv *Invocation) {
	fn := s.local[inv.Function]
	f := &s.fns[fn]
	if f.outside {
		s.arriveOutside(inv, f)
		return
	}
	id := s.arrived(inv, fn, f.ordinal)
	f.ordinal++
	s.arrivals++
	s.admit(&s.deps[f.dep], id)
}

// admit takes in a request that arrives now, and assigns it.
func (s *shard) admit(d *deployment, id requestID) {
	now := s.now
	if d.earliest < now {
		s.settle(d, now)
	}
	d.planFrom = 0 // an arrival replaces a planned start
	if d.listens {
		d.arrived.Arrived(View{d}, now)
		if d.group.planner != nil {
			s.replan(d.group)
		}
		if p := d.platform.pool; p != nil && p.timer != nil {
			s.poolDue(p, now)
		}
	}
	if d.platform.counts {
		s.noteArrival(id, now)
	}
	d.group.inFlight++
	d.account.enter(now)
	if d.ticks {
		s.stirred(d, now)
	}
	p := d.platform
	if p.rated {
		if k := s.letThrough(d, now); k != NoLimit {
			s.meets(id, k)
			s.reject(id, now)
			return
		}
	}
	if d.balanced {
		s.send(d, id, now)
		return
	}
	if (p.single || d.waiting.len() == 0) && (p.unlimited || s.admits(d)) {
		if in, ok := s.pick(d, id, now); ok {
			s.serve(d, in, id, now)
			return
		}
	}
	s.wait(d, id, now)
}

// admits reports whether the limits on requests let another one of d be served.
func (s *shard) admits(d *deployment) bool {
	n := d.platform.Limit.Function
	return (n == 0 || d.inFlight < int32(n)) && !d.account.full()
}

// wait queues a request that no free slot can take, and starts instances for
// it; what has no prospect of being served is rejected.
func (s *shard) wait(d *deployment, id requestID, now Time) {
	l := &d.platform.Limit
	r := &s.requests[id]
	if l.Over == RejectOver && !s.admits(d) {
		s.meets(id, s.met(d, now))
		s.reject(id, now)
		return
	}
	s.joinLine(d, &d.waiting, id)
	r.waits = true
	if d.inLine != 0 && d.waiting.first() == id { // before who was first
		d.inLine = 0
		s.queueUp(d)
	}
	if d.short && d.waiting.first() == id {
		s.renewShort(d)
	}
	s.dispatch(d, now)
	if r = &s.requests[id]; r.waits && s.follower != nil {
		s.meets(id, s.met(d, now))
	}
	prospects := 0
	if d.platform.Dispatch == QueueDispatch {
		prospects = d.warming.len() * int(d.concurrency)
	}
	if over := d.waiting.len() - prospects; over > 0 && (l.Over == RejectOver || l.Queue > 0 && over > l.Queue) {
		last := id // in another order it may have been served before those who wait
		if d.platform.Order == FIFO {
			last = d.waiting.last()
		}
		if s.requests[last].waits {
			s.giveUp(d, last)
			s.reject(last, now)
		}
		return
	}
	if r.waits {
		s.setDeadline(d, id)
	}
}

func (s *shard) reject(id requestID, now Time) { s.endWaiting(id, now, Rejected) }

// endWaiting ends a request whose service never began.
func (s *shard) endWaiting(id requestID, now Time, status Status) {
	r := &s.requests[id]
	r.start, r.end, r.init, r.started = now, now, 0, false
	s.end(id, now, status)
}

// giveUp takes a waiting request out of the lines that it stands in. Where it
// was the first of its deployment, that may stand elsewhere in the account's.
func (s *shard) giveUp(d *deployment, id requestID) {
	first := d.waiting.first() == id
	s.dropFrom(d, &d.waiting, id)
	s.requests[id].waits = false
	if first && d.short {
		s.renewShort(d)
	}
	if first && d.inLine != 0 {
		d.inLine = 0
		if d.waiting.len() > 0 {
			s.queueUp(d)
		}
	}
}

// setDeadline makes a waiting request give up in time.
func (s *shard) setDeadline(d *deployment, id requestID) {
	r := &s.requests[id]
	at := Never
	if s.patient {
		at = s.patienceEnd(r)
	}
	if t := s.waitTimeout(d, r); t > 0 {
		at = min(at, after(r.Arrival, t))
	}
	r.end = Never
	if q := s.queueWait(d); q > 0 {
		r.end = after(r.Arrival, q)
		at = min(at, r.end)
	}
	if at < Never {
		s.queue.push(event{at: at, key: keyOf(kindGiveUp, r.Function, r.ordinal), ref: uint32(id), gen: r.gen})
	}
}

// waitTimeout returns the timeout of a request where it counts from its
// arrival, else 0.
func (s *shard) waitTimeout(d *deployment, r *request) Time {
	if d.platform.TimeoutClock != RequestClock {
		return 0
	}
	return s.fns[r.fn].timeout
}

// deadline lets a request give up, and makes an event of what comes after it.
func (s *shard) deadline(e event) {
	s.timeUp(e)
	s.nextLimit(e)
}

// timeUp ends a request that still waits, by its own timeout, where that
// counts from the arrival, by the platform's bound on waiting, or as its client
// gives up, in this order; or one that a server still serves, by its timeout; or
// parts from its client one that an instance has.
func (s *shard) timeUp(e event) {
	id := e.request()
	r := &s.requests[id]
	if r.gen != e.gen {
		return
	}
	d := &s.deps[s.fns[r.fn].dep]
	if !r.waits {
		ours := d.platform.Server != nil || s.openNow(r) // a slot that is not open knows its timeout from the start
		switch {
		case !ours || !r.started || e.at != s.limitOf(d, id, r.start):
			s.part(d, id, e.at)
		case d.platform.Server != nil:
			s.expire(d, id, e.at, TimedOut)
		default:
			s.cutOff(d, id, e.at, TimedOut)
		}
		return
	}
	status := Abandoned
	if e.at == r.end {
		status = Rejected
	}
	if t := s.waitTimeout(d, r); t > 0 && e.at == after(r.Arrival, t) {
		status = TimedOut
	}
	if d.balanced {
		at := s.sent[id]
		first := s.leaveLine(d, id)
		s.endWaiting(id, e.at, status)
		if first {
			s.advanceLine(d.account, at, e.at) // whom it held back
		}
		return
	}
	s.giveUp(d, id)
	s.endWaiting(id, e.at, status)
}

// dispatch serves waiting requests as far as limits and instances allow.
func (s *shard) dispatch(d *deployment, now Time) {
	for d.waiting.len() > 0 && s.advance(d, now) {
	}
}

// advance serves the first waiting request of a deployment, or binds it to an
// instance, or starts what it will wait for. It reports false where the rest
// of the line would fare no better.
func (s *shard) advance(d *deployment, now Time) bool {
	if d.earliest < now {
		s.settle(d, now)
	}
	if !s.admits(d) {
		if d.account.full() {
			s.queueUp(d)
		}
		return false
	}
	if in, ok := s.pick(d, d.waiting.first(), now); ok {
		s.serve(d, in, s.takeFirst(d), now)
		return true
	}
	if d.platform.Dispatch == QueueDispatch {
		s.scaleUp(d, now)
		return false
	}
	first := d.waiting.first()
	in, ok := s.wake(d, now, first)
	if ok && (d.concurrency > 1 || d.platform.Server != nil) {
		s.readyEvent(d, in)
	}
	if !ok {
		in, ok = s.coming(d)
	}
	if !ok {
		if in, ok = s.takeShared(d, now, first); ok && (d.concurrency > 1 || d.platform.Server != nil) {
			s.readyEvent(d, in)
		}
	}
	if !ok {
		if !s.grant(d, now, first) {
			return false
		}
		in = s.start(d, now, s.causeOf(first))
		if d.concurrency > 1 || d.platform.Server != nil {
			s.readyEvent(d, in) // its other slots open then, or its server begins
		}
		s.tellPool(d, Cell{}, false, now)
	}
	s.serve(d, in, s.takeFirst(d), now)
	return true
}

// scaleUp starts as many instances as the scaling policy wants for the
// requests that wait.
func (s *shard) scaleUp(d *deployment, now Time) {
	last := d.waiting.first()
	if d.platform.Order == FIFO {
		last = d.waiting.last()
	}
	for range d.scaling.Start(View{d}, now) {
		if id, ok := s.wake(d, now, last); ok {
			s.initialise(d, id)
			continue
		}
		id, ok := s.takeShared(d, now, last)
		if !ok {
			if !s.grant(d, now, last) {
				return
			}
			id = s.start(d, now, s.causeOf(last))
			s.tellPool(d, Cell{}, false, now)
		}
		s.initialise(d, id)
		if d.ticks {
			d.scaler.wanted = max(d.scaler.wanted, len(d.scaler.order))
			s.rewant(d)
		}
	}
}

// coming returns an instance that a prewarm started and that still
// initialises without a request: a bound request waits for it rather than
// for one that would be ready later.
func (s *shard) coming(d *deployment) (instanceID, bool) {
	if d.warming.len() == 0 {
		return noInstance, false
	}
	return d.warming.takeFirst(), true
}
