package sim

// tick asks the prewarm policy of a deployment and does what it says.
func (s *shard) tick(d *deployment) {
	now := s.now
	s.settleTick(d, now)
	a := d.prewarm.Tick(View{d}, now)
	s.setFloor(d, a.Provisioned, now)
	for range a.Start {
		s.prewarm(d, a.Until, now)
	}
	for range a.Pings {
		s.ping(d, a.PingService, now)
	}
	if a.Next > now && a.Next < s.window.Horizon {
		s.queue.push(event{at: a.Next, key: keyOf(kindTick, d.first, 0), ref: uint32(d.local)})
	}
}

// ping sends a request of a prewarm policy.
func (s *shard) ping(d *deployment, service, now Time) {
	id := s.newRequest(d.first)
	r := &s.requests[id]
	r.Invocation = Invocation{Arrival: now, Service: service, Function: d.first}
	r.key, r.ordinal, r.fn, r.attempt, r.flags = uint64(d.pings), s.madeOrdinalOf(d.firstLocal), d.firstLocal, 0, Ping
	d.pings++
	s.admit(d, id)
}

// prewarm starts an instance that no request waits for. At time 0 it is ready
// at once: it was started before the trace began.
func (s *shard) prewarm(d *deployment, until, now Time) {
	if !s.grantAhead(d, now) {
		return
	}
	s.warmUp(d, s.startWarm(d, now, Prewarmed, now == 0), until, now)
}

// startWarm starts an instance that no request waits for; before says that it stood
// there before the run, and is ready.
func (s *shard) startWarm(d *deployment, now Time, flags Flags, before bool) instanceID {
	id := s.newInstance(d, now)
	s.instances[id].flags |= flags
	c := s.causeAhead(d)
	if before {
		s.loadBefore(d, id, c)
	} else {
		s.awaitMachine(d, id, &c)
		s.placeOn(d, id, now, c)
		s.drawInit(id, c, 0)
	}
	d.warmed++
	return id
}

func (s *shard) warmUp(d *deployment, id instanceID, until, now Time) {
	in := &s.instances[id]
	in.until = until
	if in.ready > now || now > 0 { // one without an initialisation serves who waits, too
		s.initialise(d, id)
		return
	}
	if d.platform.Server != nil {
		s.stations[id].up = true
	}
	s.becomeIdle(d, id, now)
}

// setFloor changes the number of provisioned instances. Those too many stop
// when they are idle.
func (s *shard) setFloor(d *deployment, target int, now Time) {
	d.floorRate.resize(d.floorTarget, int32(target), now)
	d.floorTarget = int32(target)
	s.fillFloor(d, now)
	for d.floorHave > d.floorTarget {
		id, ok := s.lastOfFloor(d)
		if !ok {
			return
		}
		d.floorHave--
		s.stop(d, id, now, ScaledIn)
	}
}

// lastOfFloor takes the idle provisioned instance that was used last.
func (s *shard) lastOfFloor(d *deployment) (instanceID, bool) {
	switch {
	case d.ranks != nil:
		return s.takeLastOfFloor(d)
	case d.floor.len() == 0:
		return noInstance, false
	}
	return d.floor.takeLast(), true
}

// fillFloor starts the provisioned instances that are missing, as far as there
// is room. What the limit of instances cuts off is asked for again at the next
// tick, what the ramp holds back when it has a token.
func (s *shard) fillFloor(d *deployment, now Time) {
	for d.floorHave < d.floorTarget && s.grantAhead(d, now) {
		d.floorHave++
		s.warmUp(d, s.startWarm(d, now, Provisioned, now == 0), Never, now)
	}
}

// returnToFloor puts an idle provisioned instance back.
func (s *shard) returnToFloor(d *deployment, id instanceID, now Time) {
	if d.floorHave > d.floorTarget {
		s.settleBefore(d, now)
		d.floorHave--
		s.stop(d, id, now, ScaledIn)
		return
	}
	if d.cluster != nil {
		s.rest(d, id, now)
	}
	if d.ranks != nil {
		s.join(d, id)
	} else {
		s.putOn(d, floorShelf, id)
	}
}

// plan notes when a keep-alive policy wants an instance again.
func (s *shard) plan(d *deployment, decision Decision, now Time) {
	d.planFrom = 0
	if decision.PrewarmFrom <= 0 || decision.PrewarmFrom >= s.window.Horizon {
		return
	}
	d.planFrom, d.planUntil = max(decision.PrewarmFrom, now), decision.PrewarmUntil
	d.planGen++
	s.queue.push(event{at: d.planFrom, key: keyOf(kindPlanned, d.first, 0), ref: uint32(d.local), gen: d.planGen})
}

// startPlanned carries a plan out, unless a request came before or an instance
// is there.
func (s *shard) startPlanned(e event) {
	d := &s.deps[e.deployment()]
	if d.group.planner != nil {
		s.standBy(d.group, e)
		return
	}
	if d.planFrom == 0 || d.planGen != e.gen {
		return
	}
	d.planFrom = 0
	s.settleTick(d, e.at)
	if d.idleCount()+d.warming.len() == 0 {
		s.prewarm(d, d.planUntil, e.at)
	}
}
