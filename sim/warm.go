package sim

// tick asks the prewarm policy of a deployment and does what it says.
func (s *shard) tick(d *deployment) {
	now := s.now
	if d.earliest <= now {
		s.settle(d, now+1) // an expiry comes before a tick of the same time
	}
	a := d.prewarm.Tick(View{d}, now)
	s.setFloor(d, a.Provisioned, now)
	for range a.Start {
		s.prewarm(d, a.Until, now)
	}
	for range a.Pings {
		w := waiter{arrival: now, service: a.PingService, fn: d.firstLocal, ordinal: d.pings, flags: Ping}
		d.pings++
		s.request(d, &w)
	}
	if a.Next > now && a.Next < s.window.Horizon {
		s.queue.push(event{at: a.Next, key: eventKey(classTick, d.first, 0), ref: d.local})
	}
}

// prewarm starts an instance that no request waits for. At time 0 it is ready
// at once: it was started before the trace began.
func (s *shard) prewarm(d *deployment, until, now Time) {
	if !s.mayStart(d, now) {
		return
	}
	s.warmUp(d, s.startWarm(d, now, Prewarmed), until, now)
}

func (s *shard) startWarm(d *deployment, now Time, flags Flags) uint32 {
	id := s.newInstance(d, now)
	s.instances[id].flags |= flags
	if now > 0 {
		s.drawInit(id, cause{fn: d.firstLocal, ordinal: s.births[id].ordinal, ping: true})
	}
	return id
}

func (s *shard) warmUp(d *deployment, id uint32, until, now Time) {
	in := &s.instances[id]
	in.until = until
	if in.ready > now {
		s.initialise(d, id)
		return
	}
	s.becomeIdle(d, id, now)
}

// setFloor changes the number of provisioned instances. Those too many stop
// when they are idle.
func (s *shard) setFloor(d *deployment, target int, now Time) {
	d.floorTarget = int32(target)
	for d.floorHave < d.floorTarget {
		d.floorHave++
		s.warmUp(d, s.startWarm(d, now, Provisioned), Never, now)
	}
	for d.floorHave > d.floorTarget && d.floor.len() > 0 {
		d.floorHave--
		s.stop(d, d.floor.takeLast(), now)
	}
}

// returnToFloor puts an idle provisioned instance back.
func (s *shard) returnToFloor(d *deployment, id uint32, now Time) {
	if d.floorHave > d.floorTarget {
		d.floorHave--
		s.stop(d, id, now)
		return
	}
	d.floor.append(id)
}

// plan notes when a keep-alive policy wants an instance again.
func (s *shard) plan(d *deployment, decision Decision, now Time) {
	d.planFrom = 0
	if decision.PrewarmFrom <= 0 || decision.PrewarmFrom >= s.window.Horizon {
		return
	}
	d.planFrom, d.planUntil = max(decision.PrewarmFrom, now), decision.PrewarmUntil
	d.planGen++
	s.queue.push(event{at: d.planFrom, key: eventKey(classPrewarm, d.first, d.planGen), ref: d.local, gen: d.planGen})
}

// startPlanned carries a plan out, unless a request came before or an instance
// is there.
func (s *shard) startPlanned(e event) {
	d := &s.deps[e.ref]
	if d.planFrom == 0 || d.planGen != e.gen {
		return
	}
	d.planFrom = 0
	if d.earliest <= e.at {
		s.settle(d, e.at+1)
	}
	if d.idleCount()+d.warming.len() == 0 {
		s.prewarm(d, d.planUntil, e.at)
	}
}
