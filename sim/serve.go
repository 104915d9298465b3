package sim

// pick takes a free slot by the reuse rule: of a busy instance with a free
// slot first (so that idle ones can stop), then of the provisioned floor, then
// of the idle ones; or of all of these the one with the fewest requests, or that
// a routing policy names. A server is asked whether it takes the request.
func (s *shard) pick(d *deployment, rid requestID, now Time) (instanceID, bool) {
	switch {
	case !d.sought:
	case d.router != nil:
		return s.pickRouted(d, rid, now)
	default:
		return s.pickLeast(d, rid, now)
	}
	if d.concurrency > 1 {
		if id, ok := s.pickOpen(d, rid, now); ok {
			return id, true
		}
	}
	var id instanceID
	switch {
	case d.platform.Prewarm != nil && d.floor.len() > 0 && d.floorRate.lets(now):
		id = d.floor.takeLast()
	case d.idle.len() == 0:
		return noInstance, false
	case d.bound:
		var ok bool
		if id, ok = s.bridge(d, rid, now); !ok {
			return noInstance, false
		}
	default:
		id = d.take(&d.idle)
	}
	s.takeIdle(d, id, rid, now)
	return id, true
}

// takeIdle ends the rest of an instance that was idle.
func (s *shard) takeIdle(d *deployment, id instanceID, rid requestID, now Time) {
	in := &s.instances[id]
	in.idle += s.window.Clip(in.idleSince, now)
	in.active = now
	if d.cluster != nil {
		s.rouse(d, id)
	}
	if d.platform.Server != nil {
		s.mustOffer(d, id, rid, now)
	}
}

// pickOpen takes a free slot of a busy instance. One too old, or whose server
// refuses, is found again when a request of it has ended.
func (s *shard) pickOpen(d *deployment, rid requestID, now Time) (instanceID, bool) {
	for d.open.len() > 0 {
		id := d.take(&d.open)
		if s.young(d, &s.instances[id], now) && (d.platform.Server == nil || s.offer(d, id, rid, now)) {
			return id, true
		}
	}
	return noInstance, false
}

// take takes the instance that the reuse rule names.
func (d *deployment) take(h *shelf) instanceID {
	if d.platform.fromStart && !d.bound { // a bound reuses the most recent
		return h.takeFirst()
	}
	return h.takeLast()
}

// place puts an instance where the reuse rule will look for it: in the order
// of last use, or of creation.
func (s *shard) place(d *deployment, k shelfKind, id instanceID) {
	if d.sought && d.ranks != nil {
		s.join(d, id)
		return
	}
	s.putOn(d, k, id)
	if !d.sorts(k) {
		return
	}
	ordinal := s.births[id].ordinal
	a := d.shelf(k).all()
	i := len(a) - 1
	for ; i > 0 && s.births[a[i-1]].ordinal > ordinal; i-- {
		a[i] = a[i-1]
	}
	a[i] = id
}

// reopen puts a busy instance with free slots where they are found.
func (s *shard) reopen(d *deployment, id instanceID) {
	if d.concurrency == 1 {
		return
	}
	s.shut(d, id)
	in := &s.instances[id]
	if in.flags&Draining != 0 || d.platform.Server != nil && !s.stations[id].up {
		return // it opens no more, or when it is ready, at this very time perhaps
	}
	if in.inUse < d.concurrency && in.ready <= s.now {
		s.place(d, openShelf, id)
	}
}

// shut takes a busy instance away from where it would be found.
func (s *shard) shut(d *deployment, id instanceID) {
	if d.sought && d.ranks != nil {
		s.leaveRank(d, id)
	} else {
		s.takeOff(d, openShelf, id)
	}
}

// serve gives a slot of an instance to a request. In a slot its end is known
// at once, and told when it has come: slots serve side by side, each for its
// own service time. A server says its end when it is there.
func (s *shard) serve(d *deployment, id instanceID, rid requestID, now Time) {
	in := &s.instances[id]
	r := &s.requests[rid]
	r.instance = id
	switch {
	case d.platform.Server == nil:
		s.occupySlot(d, id, rid, now)
	case !s.stations[id].up: // else its server has taken the request
		s.judge(id, r)
		if in.ready <= now { // as a slot is open at once then
			s.stations[id].up = true
			s.mustOffer(d, id, rid, now)
			break
		}
		s.stations[id].bound = rid
		if s.patient || s.follower != nil {
			s.watch(d, rid, in.ready)
		}
	}
	if in.inUse == 0 {
		d.busy++
	}
	in.inUse++
	in.served++
	d.inFlight++
	d.account.inFlight++
	if d.concurrency > 1 {
		s.reopen(d, id)
	}
}

// occupySlot says when a request of a slot will end, and how.
func (s *shard) occupySlot(d *deployment, id instanceID, rid requestID, now Time) {
	in, r := &s.instances[id], &s.requests[rid]
	if s.fns[r.fn].open && r.flags&Ping == 0 {
		s.occupyOpen(d, id, rid, now)
		return
	}
	if d.contends {
		s.occupyShared(d, id, rid, now)
		return
	}
	s.judge(id, r)
	start := max(now, in.ready)
	work := s.workOf(r)
	if work != r.Service && in.served == 0 && d.cluster != nil {
		s.lodgers[id].startup = max(0, work-r.Service)
	}
	service, good := s.outcomeOn(id, r, work)
	end := after(start, service)
	leave, status := end, good
	if t := s.fns[r.fn].timeout; t > 0 {
		end, leave, status = cut(d.platform.TimeoutClock, r.Arrival, start, service, t)
		if status == Completed {
			status = good
		}
	}
	r.start, r.end, r.status, r.started = min(start, end), end, status, start <= end
	s.queue.add(leave, keyOf(kindLeave, r.Function, r.ordinal), uint32(rid), r.gen)
	if s.patient || s.follower != nil {
		s.watch(d, rid, leave)
	}
}

// judge says whether a request is cold on an instance: whether its wait overlaps
// the initialisation, its own or one that others wait for too. An init of no
// length delays only whom it is started for, of an instance that was taken from
// the pool as of a new one.
func (s *shard) judge(id instanceID, r *request) {
	in := &s.instances[id]
	r.flags &= Ping
	r.flags |= in.flags & Provisioned
	r.init, r.own = 0, false
	if in.ready >= r.Arrival {
		b := &s.births[id]
		r.init, r.own = in.ready-max(r.Arrival, b.began), in.served == b.served
	}
	if r.init > 0 || in.served == 0 && s.startedAt(id) >= r.Arrival && in.flags&(Prewarmed|Provisioned) == 0 {
		r.flags |= Cold
	}
}

// startedAt is when an instance was created, or was taken from the pool.
func (s *shard) startedAt(id instanceID) Time {
	if b := &s.births[id]; b.taken {
		return b.began
	}
	return s.instances[id].created
}

// serviceOf returns how long a judged request takes by itself, with what it draws of
// failures.
func (s *shard) serviceOf(r *request) Time {
	service := s.workOf(r)
	if s.fails(r) {
		service = s.failing(r, service)
	}
	return service
}

// workOf returns how long a judged request would take that does not fail.
func (s *shard) workOf(r *request) Time {
	if r.flags&Cold != 0 && s.fns[r.fn].hasCold && r.flags&Ping == 0 {
		return s.coldService(r)
	}
	return r.Service
}

// coldService draws the service time of a cold request with the uniform that
// drew its warm one.
func (s *shard) coldService(r *request) Time {
	f := &s.starts[r.fn]
	return s.drawn(f.cold.Sample(NewStream(s.config.Key, PurposeService, f.key).Attempt(uint64(r.attempt)).Uniform(r.key)))
}

// drawn brings a duration that the kernel drew into [0, Longest], and counts what
// is at that bound.
func (s *shard) drawn(d Time) Time {
	if d >= Longest {
		s.clamped++
		return Longest
	}
	return max(0, d)
}

// cut applies a timeout: when the request ends, when it leaves its instance,
// and how it ended. A request can time out while its instance initialises; the
// instance is then free when it is ready.
func cut(clock TimeoutClock, arrival, start, service, timeout Time) (end, leave Time, status Status) {
	limit := after(start, timeout)
	if clock == RequestClock {
		limit = after(arrival, timeout)
	}
	if end := after(start, service); end <= limit {
		return end, end, Completed
	}
	return limit, max(limit, start), TimedOut
}

// leave ends a request's stay in its slot.
func (s *shard) leave(e event) {
	id := e.request()
	r := &s.requests[id]
	if r.gen != e.gen {
		return
	}
	d := &s.deps[s.fns[r.fn].dep]
	in := r.instance
	if d.contends {
		s.yieldCPU(d, id, e.at)
	}
	s.takeBack(d, in, id, e.at)
	s.vacate(d, in)
	s.end(id, e.at, r.status)
	s.freed(d, in, e.at)
}

// vacate counts a request out of its instance.
func (s *shard) vacate(d *deployment, id instanceID) {
	in := &s.instances[id]
	in.inUse--
	if in.inUse == 0 {
		d.busy--
	}
	d.inFlight--
	d.account.inFlight--
}

// freed gives an instance that is ready, or that a request has left, to those
// that wait, and makes it idle where there is nothing for it to do.
func (s *shard) freed(d *deployment, id instanceID, now Time) {
	if d.balanced {
		s.freedOn(d, id, now)
		return
	}
	if d.platform.single && s.instances[id].inUse == 0 {
		s.becomeIdle(d, id, now)
		return
	}
	s.serveWaiting(d, id, now)
	if s.instances[id].inUse > 0 {
		s.reopen(d, id)
	} else {
		s.shut(d, id)
		s.becomeIdle(d, id, now)
	}
	if len(d.account.line) > 0 {
		s.admitNext(d.account, now)
	}
	if d.waiting.len() > 0 {
		s.dispatch(d, now)
	}
}

// serveWaiting gives the free slots of an instance to the waiting requests of
// its deployment, as long as it is their turn.
func (s *shard) serveWaiting(d *deployment, id instanceID, now Time) {
	for d.waiting.len() > 0 && s.instances[id].inUse < d.concurrency && s.young(d, &s.instances[id], now) && s.claims(d, now) && s.admits(d) {
		if d.platform.Server != nil && !s.offer(d, id, d.waiting.first(), now) {
			return
		}
		s.serve(d, id, s.takeFirst(d), now)
	}
}

// young reports whether an instance may still take requests: it does not drain,
// and is not too old. Any other may take its first.
func (s *shard) young(d *deployment, in *instance, now Time) bool {
	life := d.platform.MaxLifetime
	return in.flags&Draining == 0 && (life == 0 || in.served == 0 || now-in.created <= life)
}
