package sim

// The plain path is the path of a request with the optional stops left out:
// one function, one slot an instance, requests bound to their instances, no
// limit, the most recent or the newest instance reused. It holds what is busy
// in an agenda in place of the event queue, and what is idle in a stack. Where
// it meets what it does not carry (a planned start, an empty ramp), it hands
// its state to the general path, which goes on from there.
// TestPlainEqualsGeneral holds the two equal.

// resting is an idle instance.
type resting struct {
	since, until Time
	id           uint32
	ordinal      uint32 // of its creation
}

type plain struct {
	on   bool
	busy agenda
	idle []resting // the next to be reused is last
}

// plainFor reports whether the plain path can carry the shard's functions.
func (s *shard) plainFor() bool {
	if len(s.fns) != 1 || !s.single || !s.unlimited || s.general {
		return false
	}
	d := &s.deps[0]
	return !s.fromStart && s.platform.Limit.Instances == 0 && len(s.observers.activities) == 0 &&
		d.arrived == nil && d.offline == nil &&
		len(s.queue.heap) == 0 && len(s.instances) == 0 // its prewarm policy did nothing, and will not
}

// replayPlain takes invocations along the plain path and returns how many it
// took; the rest is for the general path, or an error.
func (s *shard) replayPlain(batch []Invocation) int {
	d, f, p := &s.deps[0], &s.fns[0], &s.plain
	for i := range batch {
		inv := &batch[i]
		now := inv.Arrival
		if now < s.now || now >= s.window.Horizon || uint64(inv.Service) > uint64(maxTime) {
			return i
		}
		for p.busy.due(now) {
			if !s.freePlain(d, p) {
				return i
			}
		}
		if d.earliest < now {
			s.settlePlain(d, p, now)
		}
		w := waiter{arrival: now, service: inv.Service, ordinal: f.ordinal}
		var id uint32
		if last := len(p.idle) - 1; last >= 0 {
			r := &p.idle[last]
			id = r.id
			s.instances[id].idle += s.window.Clip(r.since, now)
			p.idle = p.idle[:last]
		} else {
			if ok, _ := d.ramp.take(now); !ok {
				s.leavePlain(d)
				return i
			}
			id = s.start(d, now, cause{ordinal: w.ordinal})
		}
		s.now = now
		s.servePlain(f, p, id, &w)
	}
	return len(batch)
}

// servePlain is serve, its stops inlined.
func (s *shard) servePlain(f *function, p *plain, id uint32, w *waiter) {
	in := &s.instances[id]
	start := max(w.arrival, in.ready)
	var flags Flags
	if in.served == 0 {
		flags = Cold
		if f.hasCold {
			w.service = s.coldService(w)
		}
	}
	init := start - w.arrival
	end, leave, status := start+w.service, start+w.service, Completed
	if f.timeout > 0 {
		end, leave, status = s.cut(w.arrival, start, w.service, f.timeout)
	}
	in.served++
	if s.peaks != nil {
		n := int32(p.busy.len())
		s.peaks.change(w.arrival, n, n+1)
	}
	f.ordinal++
	s.arrivals++
	p.busy.add(serving{at: leave, ordinal: w.ordinal, id: id})
	s.emit(w, min(start, end), end, init, status, flags, start <= end)
}

// freePlain makes the next busy instance idle. It reports false where the
// policy planned a start: the general path has then taken over.
func (s *shard) freePlain(d *deployment, p *plain) bool {
	next := p.busy.take()
	id, now, n := next.id, next.at, int32(p.busy.len())
	if s.peaks != nil {
		s.peaks.change(now, n+1, n)
	}
	if d.earliest < now {
		s.settlePlain(d, p, now)
	}
	d.busy, d.inFlight, d.group.inFlight, d.resting = n, n, n, int32(len(p.idle))
	decision := d.keep.Idle(View{d}, now)
	if decision.PrewarmFrom != 0 {
		s.leavePlain(d)
		s.instances[id].idleSince = now
		s.plan(d, decision, now)
		s.keep(d, id, decision.Until, now)
		return false
	}
	until := decision.Until
	if life := s.platform.MaxLifetime; life > 0 {
		until = min(until, s.instances[id].created+life)
	}
	if until < now {
		s.instances[id].idleSince = now
		s.stop(d, id, now)
		return true
	}
	d.earliest = min(d.earliest, until)
	s.restPlain(p, resting{now, until, id, s.births[id].ordinal})
	return true
}

// restPlain puts an idle instance on the stack. What was busy is most often
// newer than what is idle, so its place by creation is near the top too.
func (s *shard) restPlain(p *plain, r resting) {
	p.idle = append(p.idle, r)
	if !s.byCreation {
		return
	}
	i := len(p.idle) - 1
	for ; i > 0 && p.idle[i-1].ordinal > r.ordinal; i-- {
		p.idle[i] = p.idle[i-1]
	}
	p.idle[i] = r
}

// settlePlain stops the idle instances whose keep-alive ended before now.
func (s *shard) settlePlain(d *deployment, p *plain, now Time) {
	d.earliest = Never
	kept := p.idle[:0]
	for _, r := range p.idle {
		if r.until < now {
			s.instances[r.id].idleSince = r.since
			s.stop(d, r.id, r.until)
			continue
		}
		d.earliest = min(d.earliest, r.until)
		kept = append(kept, r)
	}
	p.idle = kept
}

// leavePlain hands the state over to the general path.
func (s *shard) leavePlain(d *deployment) {
	p := &s.plain
	n := int32(p.busy.len())
	for b := range p.busy.all() {
		s.instances[b.id].inUse = 1
		s.queue.add(b.at, eventKey(classCompletion, d.first, b.ordinal), b.id, d.local)
	}
	for _, r := range p.idle {
		in := &s.instances[r.id]
		in.idleSince, in.until = r.since, r.until
		d.idle.append(r.id)
	}
	d.busy, d.inFlight, d.group.inFlight, s.inFlight, s.present, d.resting = n, n, n, n, n, 0
	p.on, p.idle = false, p.idle[:0]
	p.busy.reset()
}
