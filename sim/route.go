package sim

// arrive takes an invocation of the source through the path of a request.
func (s *shard) arrive(inv *Invocation) {
	fn := s.local[inv.Function]
	f := &s.fns[fn]
	d := &s.deps[f.dep]
	w := waiter{arrival: inv.Arrival, service: inv.Service, fn: fn, ordinal: f.ordinal}
	f.ordinal++
	s.arrivals++
	s.request(d, &w)
}

// request admits and assigns a request that arrives now.
func (s *shard) request(d *deployment, w *waiter) {
	now := s.now
	if d.earliest < now {
		s.settle(d, now)
	}
	d.planFrom = 0 // an arrival replaces a planned start
	if d.arrived != nil {
		d.arrived.Arrived(View{d}, now)
	}
	s.enter(d, now)
	if (s.single || d.waiting.len() == 0) && (s.unlimited || s.admits(d)) {
		if id, ok := s.pick(d, now); ok {
			s.serve(d, id, w, now)
			return
		}
	}
	s.wait(d, w, now)
}

// enter and exit count the requests that have arrived and not ended.
func (s *shard) enter(d *deployment, now Time) {
	d.group.inFlight++
	s.present++
	if s.peaks != nil {
		s.peaks.change(now, s.present-1, s.present)
	}
}

func (s *shard) exit(d *deployment, now Time) {
	d.group.inFlight--
	s.present--
	if s.peaks != nil {
		s.peaks.change(now, s.present+1, s.present)
	}
}

// admits reports whether the limits let another request of d be served.
func (s *shard) admits(d *deployment) bool {
	l := &s.platform.Limit
	return (l.Function == 0 || d.inFlight < int32(l.Function)) && !s.overAccount()
}

// overAccount reports whether the account limit holds.
func (s *shard) overAccount() bool { return s.account > 0 && s.inFlight >= s.account }

// wait queues a request that no free slot can take, and starts instances for
// it; what has no prospect of being served is rejected.
func (s *shard) wait(d *deployment, w *waiter, now Time) {
	l := &s.platform.Limit
	if l.Over == RejectOver && !s.admits(d) {
		s.reject(d, *w, now)
		return
	}
	d.waiting.push(*w)
	s.dispatch(d, now)
	prospects := 0
	if s.platform.Dispatch == QueueDispatch {
		prospects = d.warming.len() * int(d.concurrency)
	}
	if over := d.waiting.len() - prospects; over > 0 && (l.Over == RejectOver || l.Queue > 0 && over > l.Queue) {
		s.reject(d, d.waiting.popLast(), now)
		return
	}
	if d.waiting.len() > 0 {
		s.setDeadline(d, w, now)
	}
}

func (s *shard) reject(d *deployment, w waiter, now Time) {
	s.exit(d, now)
	s.emit(&w, now, now, 0, Rejected, 0, false)
}

// setDeadline makes a waiting request give up in time.
func (s *shard) setDeadline(d *deployment, w *waiter, now Time) {
	at := s.giveUp(w)
	if at == Never {
		return
	}
	s.queue.push(event{at: at, key: eventKey(classDeadline, s.fns[w.fn].id, w.ordinal), ref: w.fn, gen: uint32(w.flags & Ping)})
}

// giveUp says when a request that still waits ends: by its own timeout, where
// that counts from the arrival, or by the platform's bound on waiting.
func (s *shard) giveUp(w *waiter) Time {
	at := Never
	if t := s.fns[w.fn].timeout; t > 0 && s.platform.TimeoutClock == RequestClock {
		at = w.arrival + t
	}
	if q := s.platform.Limit.QueueWait; q > 0 {
		at = min(at, w.arrival+q)
	}
	return at
}

// deadline ends a request that still waits, or tries a ramp again.
func (s *shard) deadline(e event) {
	if e.gen == retryGen {
		d := &s.deps[e.ref]
		d.retryAt = 0
		s.dispatch(d, e.at)
		return
	}
	d := &s.deps[s.fns[e.ref].dep]
	w, waits := d.waiting.remove(e.ref, e.ordinal(), Flags(e.gen))
	if !waits {
		return
	}
	status := Rejected
	if t := s.fns[w.fn].timeout; t > 0 && s.platform.TimeoutClock == RequestClock && e.at == w.arrival+t {
		status = TimedOut
	}
	s.exit(d, e.at)
	s.emit(&w, e.at, e.at, 0, status, 0, false)
}

// dispatch serves waiting requests as far as limits and instances allow.
func (s *shard) dispatch(d *deployment, now Time) {
	if d.earliest < now {
		s.settle(d, now)
	}
	for d.waiting.len() > 0 {
		if !s.admits(d) {
			if s.overAccount() && !d.blocked {
				// Woken when the account has room again.
				d.blocked = true
				s.blocked = append(s.blocked, d.local)
			}
			return
		}
		if id, ok := s.pick(d, now); ok {
			w := d.waiting.pop()
			s.serve(d, id, &w, now)
			continue
		}
		if s.platform.Dispatch == QueueDispatch {
			s.scaleUp(d, now)
			return
		}
		id, ok := s.coming(d)
		if !ok {
			if !s.mayStart(d, now) {
				return
			}
			w := d.waiting.first()
			id = s.start(d, now, cause{fn: w.fn, ordinal: w.ordinal, ping: w.flags != 0})
			if d.concurrency > 1 {
				s.readyEvent(d, id) // its other slots open then
			}
		}
		w := d.waiting.pop()
		s.serve(d, id, &w, now)
	}
}

// scaleUp starts as many instances as the scaling policy wants for the
// requests that wait.
func (s *shard) scaleUp(d *deployment, now Time) {
	last := d.waiting.items[len(d.waiting.items)-1]
	for k := range d.scaling.Start(View{d}, now) {
		if !s.mayStart(d, now) {
			return
		}
		id := s.start(d, now, cause{fn: last.fn, ordinal: last.ordinal, attempt: uint64(k), ping: last.flags != 0})
		s.initialise(d, id)
	}
}

// coming returns an instance that a prewarm started and that still
// initialises without a request: a bound request waits for it rather than
// for one that would be ready later.
func (s *shard) coming(d *deployment) (uint32, bool) {
	if d.warming.len() == 0 {
		return 0, false
	}
	return d.warming.takeFirst(), true
}

// mayStart takes a token of the ramp and a place under the instance limit. A
// deployment whose ramp has no token tries again when it has.
func (s *shard) mayStart(d *deployment, now Time) bool {
	if n := s.platform.Limit.Instances; n > 0 && d.live >= int32(n) {
		return false
	}
	ok, next := d.ramp.take(now)
	if waits := s.platform.Limit.Over == QueueOver || s.platform.Dispatch == QueueDispatch; !ok && waits && d.retryAt == 0 {
		d.retryAt = next
		s.queue.push(event{at: next, key: eventKey(classDeadline, d.first, ^uint32(0)), ref: d.local, gen: retryGen})
	}
	return ok
}

// retryGen marks the deadline event that is a ramp's next token.
const retryGen = ^uint32(0)

// emit records how a request ended.
func (s *shard) emit(w *waiter, start, end, init Time, status Status, flags Flags, started bool) {
	if s.recorded == outcomeBatch {
		s.flushOutcomes()
	}
	o := &s.outcomes[s.recorded%outcomeBatch]
	s.recorded++
	// Field by field: a literal would be built on the stack and copied.
	o.Arrival, o.Start, o.End, o.Init = w.arrival, start, end, init
	o.Function, o.Ordinal = s.fns[w.fn].id, w.ordinal
	o.Status, o.Flags, o.Started = status, flags|w.flags, started
}
