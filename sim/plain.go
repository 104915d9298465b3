package sim

// The plain path is the path of a request with the optional stops left out:
// one function, one slot an instance, requests bound to their instances, no
// limit, no server, no stores, nothing that follows, no failures, the most recent or the newest
// instance reused. It holds its instances in an agenda in place of the shelves
// and the event queue, and tells of requests when they are assigned, since
// nothing can come between. Where it meets what it does not carry, a
// planned start, it hands its state to the general path, which
// goes on from there. The metamorphic test holds the two equal.
type plain struct {
	fn     localFn
	agenda agenda
	window Time // of a FixedKeepAlive; −1: the policy is asked
	now    Time // of its last request, while the functions of a joint path take turns

	timeout    Time // of the function; 0: none
	byCreation bool // idle instances are in the order of creation, not of use
}

// plainFor reports whether the plain path can carry a shard of one function. It
// stays narrow: what it does not carry, it refuses here or leaves at.
func (s *shard) plainFor() bool {
	return len(s.deps) == 1 && s.plainly() && s.carries(&s.deps[0]) && s.deps[0].account.limit == 0
}

// plainly reports whether nothing that the functions of the shard have together keeps
// them from plain paths.
func (s *shard) plainly() bool {
	return !s.general && len(s.fns) == len(s.deps) && s.follower == nil && !s.patient &&
		len(s.observers.activities) == 0 &&
		len(s.queue.heap) == 0 && len(s.instances) == 0 // their prewarm policies did nothing, and will not
}

// carries reports whether a plain path can carry a deployment.
func (s *shard) carries(d *deployment) bool {
	return d.platform.plain && !d.listens && !d.bound && !s.fns[d.firstLocal].fails
}

// enterPlain readies the plain path, or the joint one, where they can carry the shard's
// functions.
func (s *shard) enterPlain() {
	s.onPlain = s.plainFor()
	s.joint.on = false
	if s.onPlain {
		s.plainShards++
		s.plain.begin(s, &s.deps[0])
		return
	}
	s.enterJoint()
}

// begin readies the plain path of a deployment.
func (p *plain) begin(s *shard, d *deployment) {
	p.agenda.reset()
	p.fn, p.window, p.now = d.firstLocal, -1, 0
	p.timeout, p.byCreation = s.fns[p.fn].timeout, d.platform.byCreation
	if d.platform.MaxLifetime == 0 {
		p.window = d.fixed
	}
}

// replayPlain takes invocations of a function along its plain path and returns how many
// it took; the rest is for the general path, or an error.
func (s *shard) replayPlain(d *deployment, p *plain, batch []Invocation) int {
	f := &s.fns[p.fn]
	run, i := 0, 0 // the first of the warm ones not told of yet
	for {
		if i += s.glide(d, p, batch[i:]); i == len(batch) {
			break
		}
		inv := &batch[i]
		id, way := s.assignPlain(d, p, inv)
		if way == leaves {
			break
		}
		if way == isWarm && (p.timeout == 0 || inv.Service <= p.timeout) {
			p.agenda.add(serving{at: inv.Arrival + inv.Service, created: s.births[id].ordinal, id: id})
			f.ordinal++
			if inv.Service == Longest {
				s.clamped++
			}
			i++
			continue
		}
		s.tellWarm(p, batch[run:i])
		if way == isRefused {
			s.rejectPlain(p, inv)
		} else {
			s.servePlain(d, p, id, inv)
		}
		i++
		run = i
	}
	s.tellWarm(p, batch[run:i])
	return i
}

// glide takes the invocations at the start of a batch for which nothing comes
// in between: no expiry, no end of a second of the certificate, a warm instance
// for each. It does what assignPlain and add do, with all of it at hand.
func (s *shard) glide(d *deployment, p *plain, batch []Invocation) (n int) {
	a := &p.agenda
	row, lo, hi := a.row, a.lo, a.hi
	if p.window >= 0 && hi < len(row) {
		d.earliest = min(d.earliest, after(row[hi].at, p.window)) // none that becomes idle expires before
	}
	until := s.window.Horizon
	if d.earliest < until {
		until = d.earliest + 1
	}
	peaks := d.account.peaks
	if peaks != nil {
		until = min(until, peaks.to)
	}
	f := &s.fns[p.fn]
	if f.ordinal > madeOrdinal-jointBatch {
		return 0 // one by one, up to the last that there may be
	}
	longest := Longest - 1 // what is at the bound is counted, one by one
	if p.timeout > 0 {
		longest = min(longest, p.timeout)
	}
	parted := 0 // the gap's end below which those in order have to be parted
	if a.edge == Never {
		parted = len(row) - agendaMany + 1
	}
	last, warmup, edge, instances, most := s.now, s.window.Warmup, a.edge, s.instances, 0
	for n < len(batch) {
		inv := &batch[n]
		now, end := inv.Arrival, inv.Arrival+inv.Service
		if now < last || now >= until || uint64(inv.Service) > uint64(longest) || end >= edge || hi <= parted {
			break
		}
		if hi < len(row) && row[hi].at <= now {
			if p.window < 0 {
				break // the policy is to be asked
			}
			for {
				row[lo] = row[hi]
				if p.byCreation {
					sortByCreation(row[:lo+1])
				}
				lo++
				hi++
				if hi == len(row) || row[hi].at > now {
					break
				}
			}
		}
		if lo == 0 {
			break
		}
		lo--
		e := row[lo]
		in := &instances[e.id]
		in.idle += max(0, now-max(e.at, warmup))
		in.served++
		e.at = end
		hi--
		i := hi
		for i+1 < len(row) && row[i+1].at <= end {
			row[i] = row[i+1]
			i++
		}
		row[i] = e
		most = max(most, len(row)-hi)
		last = now
		n++
	}
	a.lo, a.hi, s.now = lo, hi, last
	f.ordinal += uint32(n)
	if peaks != nil && n > 0 {
		peaks.highest = max(peaks.highest, int64(most+len(a.far)))
		peaks.arrived += int64(n)
	}
	return n
}

// way is how a request goes on along the plain path.
type way uint8

const (
	leaves    way = iota // it is not one for it, which has been left where that is why
	isRefused            // no instance may be started for it
	isCold
	isWarm
)

// assignPlain finds or starts an instance for a request.
func (s *shard) assignPlain(d *deployment, p *plain, inv *Invocation) (instanceID, way) {
	now, f := inv.Arrival, &s.fns[p.fn]
	if now < s.now || now >= s.window.Horizon || uint64(inv.Service) > uint64(Longest) || f.ordinal >= madeOrdinal {
		return noInstance, leaves
	}
	a := &p.agenda
	for a.due(now) {
		if !s.freePlain(d, p) {
			return noInstance, leaves
		}
	}
	if d.earliest < now {
		s.settlePlain(d, p, now)
	}
	s.now = now
	if peaks := d.account.peaks; peaks != nil {
		peaks.rise(now, int32(a.busy())+1)
	}
	if a.lo > 0 {
		e := a.drop()
		in := &s.instances[e.id]
		in.idle += s.window.Clip(e.at, now)
		in.served++
		return e.id, isWarm
	}
	if ok, _ := d.ramp.take(now); !ok {
		if peaks := d.account.peaks; peaks != nil {
			peaks.fall(now, int32(a.busy()))
		}
		return noInstance, isRefused
	}
	id := s.start(d, now, cause{fn: p.fn, purpose: PurposePhase, key: uint64(f.ordinal)})
	s.instances[id].served++
	return id, isCold
}

// rejectPlain tells of a request that a limit refuses.
func (s *shard) rejectPlain(p *plain, inv *Invocation) {
	f, r := &s.fns[p.fn], &s.alone
	if inv.Service == Longest {
		s.clamped++
	}
	r.Invocation, r.fn, r.key, r.ordinal, r.instance = *inv, p.fn, uint64(f.ordinal), f.ordinal, noInstance
	r.init, r.flags, r.own = 0, 0, false
	r.start, r.end, r.status, r.started = inv.Arrival, inv.Arrival, Rejected, false
	f.ordinal++
	s.arrivals++
	s.tell(r, 0)
}

// servePlain serves a request that is cold or cut by its timeout, and tells of
// it.
func (s *shard) servePlain(d *deployment, p *plain, id instanceID, inv *Invocation) {
	in, f := &s.instances[id], &s.fns[p.fn]
	start := max(inv.Arrival, in.ready)
	if inv.Service == Longest {
		s.clamped++
	}
	r := &s.alone
	r.Invocation, r.fn, r.key, r.ordinal, r.instance = *inv, p.fn, uint64(f.ordinal), f.ordinal, id
	r.init, r.flags, r.own = start-inv.Arrival, 0, true
	if in.served == 1 {
		r.flags = Cold
	}
	service := s.serviceOf(r)
	end := after(start, service)
	leave, status := end, Completed
	if f.timeout > 0 {
		end, leave, status = cut(d.platform.TimeoutClock, inv.Arrival, start, service, f.timeout)
	}
	r.start, r.end, r.status, r.started = min(start, end), end, status, start <= end
	p.agenda.add(serving{at: leave, created: s.births[id].ordinal, id: id})
	s.joint.served(leave)
	f.ordinal++
	s.arrivals++
	s.tell(r, 0)
}

// tellWarm tells of a run of requests that its invocations say all of.
func (s *shard) tellWarm(p *plain, run []Invocation) {
	if len(run) == 0 {
		return
	}
	s.joint.servedRun(run)
	s.arrivals += int64(len(run))
	for _, o := range s.observers.warm {
		o.Warm(run)
	}
	if len(s.observers.unrolled) > 0 {
		s.unroll(p, run)
	}
}

// unroll makes outcomes of warm requests, for those observers that want these.
func (s *shard) unroll(p *plain, run []Invocation) {
	f := &s.fns[p.fn]
	platform, ordinal := s.deps[f.dep].platform.id, f.ordinal-uint32(len(run))
	for len(run) > 0 {
		n := min(len(run), outcomeBatch)
		for i := range run[:n] {
			inv := &run[i]
			s.scratch[i] = Outcome{Arrival: inv.Arrival, Start: inv.Arrival, End: inv.Arrival + inv.Service,
				Function: inv.Function, Ordinal: ordinal + uint32(i), Platform: platform, Started: true}
		}
		for _, o := range s.observers.unrolled {
			o.Requests(s.scratch[:n])
		}
		run, ordinal = run[n:], ordinal+uint32(n)
	}
}

// freePlain makes the next busy instance idle. It reports false where the
// policy planned a start: the general path has then taken over.
func (s *shard) freePlain(d *deployment, p *plain) bool {
	e := p.agenda.pass()
	if peaks := d.account.peaks; peaks != nil {
		peaks.fall(e.at, int32(p.agenda.busy()))
	}
	until := after(e.at, p.window)
	if p.window < 0 {
		p.agenda.drop() // it does not count while the policy is asked
		if d.earliest < e.at {
			s.settlePlain(d, p, e.at)
		}
		var planned bool
		if until, planned = s.askPlain(d, p, e); planned {
			return false
		}
		if until < e.at {
			s.stop(d, e.id, e.at, Expired)
			return true
		}
		s.instances[e.id].until = until
		p.agenda.putBack(e)
	}
	d.earliest = min(d.earliest, until)
	if p.byCreation {
		sortByCreation(p.agenda.idle())
	}
	return true
}

// askPlain asks the policy about an instance that is free. Where it plans a
// start, the general path takes over.
func (s *shard) askPlain(d *deployment, p *plain, e serving) (until Time, planned bool) {
	n := int32(p.agenda.busy())
	d.busy, d.inFlight, d.group.inFlight, d.resting = n, n, n, int32(p.agenda.lo)
	in := &s.instances[e.id]
	in.idleSince = e.at
	decision := d.group.keep.Idle(View{d}, Instance{in, &s.births[e.id]}, e.at)
	if decision.PrewarmFrom != 0 || decision.Then != Stop {
		s.leavePlain(d, p)
		s.onPlain = false
		s.leftPlain++
		s.decided(d, e.id, decision, e.at)
		return 0, true
	}
	until = decision.Until
	if life := d.platform.MaxLifetime; life > 0 {
		until = min(until, after(in.created, life))
	}
	return until, false
}

// sortByCreation puts the instance that became idle last, the last one, in its
// place by creation. What was busy is most often newer than what is idle, so
// that is near.
func sortByCreation(idle []serving) {
	i := len(idle) - 1
	e := idle[i]
	for ; i > 0 && idle[i-1].created > e.created; i-- {
		idle[i] = idle[i-1]
	}
	idle[i] = e
}

// untilPlain returns when the keep-alive of an idle instance ends.
func (s *shard) untilPlain(p *plain, e *serving) Time {
	if p.window < 0 {
		return s.instances[e.id].until
	}
	return after(e.at, p.window)
}

// settlePlain stops the idle instances whose keep-alive ended before now.
func (s *shard) settlePlain(d *deployment, p *plain, now Time) {
	d.earliest = Never
	idle, kept := p.agenda.idle(), 0
	for _, e := range idle {
		until := s.untilPlain(p, &e)
		if until < now {
			s.instances[e.id].idleSince = e.at
			s.stop(d, e.id, until, Expired)
			continue
		}
		d.earliest = min(d.earliest, until)
		idle[kept] = e
		kept++
	}
	p.agenda.lo = kept
}

// leavePlain hands the state over to the general path. What is served has been
// told of.
func (s *shard) leavePlain(d *deployment, p *plain) {
	n := int32(p.agenda.busy())
	ordinal := s.fns[p.fn].ordinal - uint32(n) // below those to come: all that matters
	for b := range p.agenda.all() {
		s.instances[b.id].inUse = 1
		id := s.newRequest(d.first)
		r := &s.requests[id]
		r.Function, r.fn, r.ordinal, r.flags = d.first, d.firstLocal, ordinal, 0
		r.instance, r.told = b.id, true
		s.queue.add(b.at, keyOf(kindLeave, d.first, ordinal), uint32(id), r.gen)
		ordinal++
	}
	for _, e := range p.agenda.idle() {
		in := &s.instances[e.id]
		in.idleSince, in.until = e.at, s.untilPlain(p, &e)
		d.idle.append(e.id)
	}
	d.group.inFlight += n - d.inFlight // of which the policy has been told
	d.busy, d.inFlight, d.resting = n, n, 0
	d.account.inFlight += n
	d.account.present += n
	p.agenda.reset()
}
