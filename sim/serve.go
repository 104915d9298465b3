package sim

// pick takes a free slot by the reuse rule: of a busy instance with a free
// slot first (so that idle ones can stop), then of the provisioned floor, then
// of the idle ones.
func (s *shard) pick(d *deployment, now Time) (uint32, bool) {
	if d.concurrency > 1 {
		for d.open.len() > 0 {
			if id := s.take(&d.open); s.young(&s.instances[id], now) {
				return id, true
			}
		}
	}
	var id uint32
	switch {
	case d.floor.len() > 0:
		id = d.floor.takeLast()
	case d.idle.len() == 0:
		return 0, false
	case d.offline != nil:
		id = d.idle.takeLast()
		if gap := now - s.instances[id].idleSince; gap > 0 && !d.offline.Keep(View{d}, gap) {
			s.stop(d, id, s.instances[id].idleSince)
			return 0, false
		}
	default:
		id = s.take(&d.idle)
	}
	in := &s.instances[id]
	in.idle += s.window.Clip(in.idleSince, now)
	in.active = now
	return id, true
}

// take takes the instance that the reuse rule names.
func (s *shard) take(h *shelf) uint32 {
	if s.fromStart {
		return h.takeFirst()
	}
	return h.takeLast()
}

// place puts an instance where the reuse rule will look for it: in the order
// of last use, or of creation.
func (s *shard) place(h *shelf, id uint32) {
	if !s.byCreation {
		h.append(id)
		return
	}
	h.append(id)
	ordinal := s.births[id].ordinal
	a := h.all()
	i := len(a) - 1
	for ; i > 0 && s.births[a[i-1]].ordinal > ordinal; i-- {
		a[i] = a[i-1]
	}
	a[i] = id
}

// reopen puts a busy instance with free slots where they are found.
func (s *shard) reopen(d *deployment, id uint32) {
	if d.concurrency == 1 {
		return
	}
	d.open.drop(id)
	if in := &s.instances[id]; in.inUse < d.concurrency && in.ready <= s.now {
		s.place(&d.open, id)
	}
}

// serve gives a slot of an instance to a request. Its end is known at once:
// slots serve side by side, each for its own service time.
func (s *shard) serve(d *deployment, id uint32, w *waiter, now Time) {
	in := &s.instances[id]
	f := &s.fns[w.fn]
	start := max(now, in.ready)
	var flags Flags
	var init Time
	if in.ready > w.arrival {
		flags = Cold
		init = in.ready - max(w.arrival, in.created)
	} else if in.served == 0 && in.created >= w.arrival && in.flags&(Prewarmed|Provisioned) == 0 {
		flags = Cold // an init of length 0
	}
	service := w.service
	if f.hasCold && flags != 0 && w.flags&Ping == 0 {
		service = s.coldService(w)
	}
	end, leave, status := start+service, start+service, Completed
	if t := f.timeout; t > 0 {
		end, leave, status = s.cut(w.arrival, start, service, t)
	}
	s.occupy(d, in)
	s.queue.add(leave, eventKey(classCompletion, f.id, w.ordinal)|uint64(w.flags&Ping)<<pingShift, id, f.dep)
	s.emit(w, min(start, end), end, init, status, flags|in.flags&Provisioned, start <= end)
	if d.concurrency > 1 {
		s.reopen(d, id)
	}
}

// pingShift moves the Ping flag into the sign of an event's ordinal, so that
// a ping and an invocation of the same ordinal do not tie.
const pingShift = 30

// occupy counts a request on its instance.
func (s *shard) occupy(d *deployment, in *instance) {
	if in.inUse == 0 {
		d.busy++
	}
	in.inUse++
	in.served++
	d.inFlight++
	s.inFlight++
}

// coldService draws the service time of a cold request with the uniform that
// drew its warm one.
func (s *shard) coldService(w *waiter) Time {
	f := &s.starts[w.fn]
	return f.cold.Sample(NewStream(s.config.Key, PurposeService, f.key).Uniform(uint64(w.ordinal)))
}

// cut applies a timeout: when the request ends, when it leaves its instance,
// and how it ended. A request can time out while its instance initialises; the
// instance is then free when it is ready.
func (s *shard) cut(arrival, start, service, timeout Time) (end, leave Time, status Status) {
	limit := start + timeout
	if s.platform.TimeoutClock == RequestClock {
		limit = arrival + timeout
	}
	if start+service <= limit {
		return start + service, start + service, Completed
	}
	return limit, max(limit, start), TimedOut
}
