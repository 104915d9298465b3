package sim

import "fmt"

// cause is what an instance is started for: its init is drawn by the
// request that needs it, so that two policies which start an instance for
// the same request draw the same init.
type cause struct {
	fn      localFn
	purpose Purpose // of its phases: PurposePhase, PurposePingPhase or PurposeWarmPhase
	key     uint64  // of the request's variates; of a start ahead, its number
	attempt uint64  // of the request
	start   uint64  // the n-th start for the same request
	node    uint32  // that it starts on; noNode: the placement policy says
}

// stream returns the part of a stream that a start draws from.
func (c *cause) stream(s Stream) Stream { return s.Attempt(c.attempt).Start(c.start) }

// causeOf returns the next start for a request, and counts it.
func (s *shard) causeOf(id requestID) cause {
	c := s.cause(id)
	s.requests[id].starts++
	return c
}

// causeAhead returns the next start of a deployment that no request waits for.
func (s *shard) causeAhead(d *deployment) cause {
	return cause{fn: d.firstLocal, purpose: PurposeWarmPhase, key: uint64(d.warmed), node: noNode}
}

// cause returns the next start for a request.
func (s *shard) cause(id requestID) cause {
	r := &s.requests[id]
	c := cause{fn: r.fn, purpose: PurposePhase, key: r.key, attempt: uint64(r.attempt), start: uint64(r.starts), node: noNode}
	if int(id) < len(s.sent) {
		c.node = s.sent[id]
	}
	if r.flags&Ping != 0 {
		c.purpose = PurposePingPhase
	}
	return c
}

// start creates an instance and draws its initialisation. The caller binds a
// request to it or puts it with those that warm.
func (s *shard) start(d *deployment, now Time, c cause) instanceID {
	id := s.newInstance(d, now)
	in := &s.instances[id]
	s.awaitMachine(d, id, &c)
	s.placeOn(d, id, now, c)
	s.drawInit(id, c, 0)
	if d.offline != nil && d.offline.Prewarm() {
		in.created = max(0, now-(in.ready-in.created))
		s.births[id].began = in.created
		in.ready = now
		in.flags |= Prewarmed
	}
	in.active = in.created
	s.breaks(d, id, c)
	return id
}

func (s *shard) newInstance(d *deployment, now Time) instanceID {
	var id instanceID
	if n := len(s.free); n > 0 {
		id = s.free[n-1]
		s.free = s.free[:n-1]
	} else {
		s.crowded(len(s.instances), "instances", d.first, now)
		id = instanceID(len(s.instances))
		s.instances, s.births = append(s.instances, instance{}), append(s.births, birth{})
	}
	in := &s.instances[id]
	*in = instance{created: now, ready: now, until: Never, active: now, gen: in.gen}
	s.births[id] = birth{ordinal: d.created, dep: d.local, began: now, memory: d.memory, why: d.gains()}
	if d.platform.Server != nil && !d.shared {
		s.newStation(d, id)
	}
	if d.ranks != nil {
		s.newSeat(id)
	}
	d.created++
	d.live++
	d.account.live++
	if d.ticks {
		s.numbered(d, id)
	}
	if d.router != nil {
		d.router.joins(id)
	}
	return id
}

// drawInit sets the phases of an init, from a layer on, and when it is over.
func (s *shard) drawInit(id instanceID, c cause, from Phase) { s.drawPhases(id, c, from, NumPhases) }

// drawPhases does that for those before another layer.
func (s *shard) drawPhases(id instanceID, c cause, from, to Phase) {
	f := &s.starts[c.fn]
	for i := range f.init {
		p := &f.init[i]
		if p.Phase < from || p.Phase >= to {
			continue
		}
		stream := c.stream(NewStream(s.config.Key, c.purpose+phaseKeys[p.Phase], f.key))
		t := s.drawn(p.Duration.Sample(stream.Uniform(c.key)))
		if p.Content.Bytes > 0 {
			t = s.drawn(t + s.load(id, p, after(s.instances[id].ready, t)))
		}
		s.births[id].phases[p.Phase] += t
		s.instances[id].ready = after(s.instances[id].ready, t)
	}
}

// initialise lets an instance warm with no request bound to it.
func (s *shard) initialise(d *deployment, id instanceID) {
	s.putOn(d, warmingShelf, id)
	s.readyEvent(d, id)
}

func (s *shard) readyEvent(d *deployment, id instanceID) {
	in := &s.instances[id]
	s.queue.push(event{at: in.ready, key: keyOf(kindReady, d.first, s.births[id].ordinal), ref: uint32(id), gen: in.gen})
}

// becomeReady ends an initialisation: the instance takes waiting requests, or
// is idle.
func (s *shard) becomeReady(e event) {
	id := e.instance()
	in := &s.instances[id]
	if in.gen != e.gen {
		return
	}
	d := &s.deps[s.births[id].dep]
	s.startedUp(d, id)
	if in.inUse == 0 && !s.takeOff(d, warmingShelf, id) {
		return // its request timed out before, and it is idle since
	}
	if d.shared {
		s.joinPool(d, id, e.at)
		return
	}
	if d.platform.Server != nil {
		s.stations[id].up = true
		s.serveBound(d, id, e.at)
	}
	s.freed(d, id, e.at)
}

// becomeIdle asks how long an instance without requests stays.
func (s *shard) becomeIdle(d *deployment, id instanceID, now Time) {
	in := &s.instances[id]
	in.idleSince = now
	if len(s.observers.activities) > 0 && (in.served > 0 || now > in.active) {
		s.recordActivity(d, id, now)
	}
	switch {
	case in.flags&Draining != 0:
		s.settleBefore(d, now)
		s.stop(d, id, now, s.births[id].leaving)
		return
	case in.flags&Provisioned != 0:
		s.returnToFloor(d, id, now)
		return
	case d.bound:
		s.place(d, idleShelf, id)
		return
	case in.flags&Prewarmed != 0 && in.served == 0 && in.until != AsKeepAlive:
		s.keep(d, id, in.until, now)
		return
	}
	if d.fixed >= 0 {
		s.keep(d, id, after(now, d.fixed), now)
		return
	}
	if d.earliest < now {
		s.settle(d, now)
	}
	s.decided(d, id, d.group.keep.Idle(View{d}, Instance{in, &s.births[id]}, now), now)
}

// decided does what a policy says of an instance that is idle.
func (s *shard) decided(d *deployment, id instanceID, decision Decision, now Time) {
	switch {
	case d.group.planner != nil:
		s.replan(d.group)
	case d.planFrom|decision.PrewarmFrom != 0:
		s.plan(d, decision, now)
	}
	if decision.Then != Stop && decision.Until <= now && s.instances[id].stage != Whole {
		panic(refusal{fmt.Errorf("the keep-alive policy of %s wants a paused or demoted instance to change at %d ns, want later than now, %d ns", s.all[d.first].ID(), decision.Until, now)})
	}
	if s.keep(d, id, decision.Until, now) && decision.Then != Stop {
		s.planStage(d, id, decision)
	}
}

// keep holds an idle instance until the given time, or its age, and reports
// whether there is anything left to hold.
func (s *shard) keep(d *deployment, id instanceID, until, now Time) bool {
	in := &s.instances[id]
	if d.ticks {
		if held := s.heldUntil(d, id); held > 0 {
			until = max(until, held)
		}
	}
	until = d.cap(in, until)
	if until < now {
		s.stop(d, id, now, Expired)
		return false
	}
	if d.cluster != nil && d.earliest < now {
		s.settle(d, now) // who is gone is no clone of it
	}
	in.until, in.passing = until, false
	d.earliest = min(d.earliest, until)
	if d.account.bounded {
		s.stays(d, id, until, now)
	}
	if in.stage == Whole {
		s.place(d, idleShelf, id)
	} else {
		d.holds = true
		d.held.append(id)
		if d.short {
			s.wakeShort(d)
		}
	}
	return true
}

// cap is how long an instance may stay at most that is to stay until a time: no
// longer than its age allows.
func (d *deployment) cap(in *instance, until Time) Time {
	if life := d.platform.MaxLifetime; life > 0 {
		return min(until, after(in.created, life))
	}
	return until
}

// settleBefore is settle where somebody has gone.
func (s *shard) settleBefore(d *deployment, now Time) {
	if d.earliest < now {
		s.settle(d, now)
	}
}

// settle stops the instances that nothing uses and whose time ended before now.
func (s *shard) settle(d *deployment, now Time) {
	d.earliest = Never
	if d.sought && d.ranks != nil {
		s.settleRanks(d, now)
	}
	s.settleShelf(d, &d.idle, now)
	if d.holds && d.held.len() > 0 {
		s.settleShelf(d, &d.held, now)
	}
}

func (s *shard) settleShelf(d *deployment, h *shelf, now Time) {
	kept := h.all()[:0]
	for _, id := range h.all() {
		if until := s.instances[id].until; until < now {
			s.expires(d, id)
		} else {
			d.earliest = min(d.earliest, until)
			kept = append(kept, id)
		}
	}
	h.ids = h.ids[:h.head+len(kept)]
}

// stop ends an instance that is idle.
func (s *shard) stop(d *deployment, id instanceID, at Time, why StopCause) {
	s.goes(d, id, at, why)
	s.roomCame(d.account, s.now)
}

// expires ends one whose time has ended; others have its room after that.
func (s *shard) expires(d *deployment, id instanceID) {
	until := s.instances[id].until
	s.goes(d, id, until, Expired)
	s.roomCame(d.account, until+1)
}

// goes is the end of an instance. One that would have gone on beyond the
// horizon is told as living, until then or until its last request had ended.
func (s *shard) goes(d *deployment, id instanceID, at Time, why StopCause) {
	in := &s.instances[id]
	left := at
	if in.flags&Draining == 0 {
		d.loses(why)
	}
	if at > s.window.Horizon {
		in.flags |= Live
		at, why = max(s.window.Horizon, in.idleSince), NotStopped
	}
	s.tellLife(d, id, at, true, why)
	if d.ticks {
		s.forgotten(d, id, at)
	}
	if d.router != nil {
		d.router.parts(id)
	}
	d.live--
	d.account.live--
	if d.cluster != nil {
		s.moveOut(d, id, left)
	}
	in.gen++
	s.free = append(s.free, id)
}

// tellLife tells of a stage of an idle instance that ends.
func (s *shard) tellLife(d *deployment, id instanceID, at Time, last bool, why StopCause) {
	in, b := &s.instances[id], &s.births[id]
	flags := in.flags
	if at > s.window.Horizon { // a stage that a request after it ended
		flags |= Live
		at = max(s.window.Horizon, in.idleSince)
	}
	in.idle += s.window.Clip(in.idleSince, at)
	if len(s.observers.lives) == 0 {
		return
	}
	if len(s.lives) == recordBatch {
		s.flushLives()
	}
	if b.later {
		flags |= Later
	}
	if !last {
		flags |= Passing
	}
	layer := b.layer
	if in.stage != Whole {
		layer = in.layer
	}
	ready := b.began
	for _, t := range b.phases {
		ready = after(ready, t)
	}
	s.lives = append(s.lives, Life{
		Created: b.began, Ready: ready, Stopped: at, Idle: in.idle, Phases: b.phases, Sources: b.sources,
		Served: in.served - b.served, Layer: layer, Memory: b.memory, Deployment: d.first, Platform: d.platform.id, Stage: in.stage, Flags: flags, Cause: why,
	})
}

func (s *shard) recordActivity(d *deployment, id instanceID, now Time) {
	in := &s.instances[id]
	if len(s.activities) == recordBatch {
		s.flushActivities()
	}
	a := Activity{From: in.active, To: now, Memory: d.memory, Deployment: d.first, Platform: d.platform.id, Flags: in.flags}
	if in.ready > in.active { // an instance that was idle before is long ready
		a.Init = in.ready - in.active
		for _, t := range s.births[id].phases[:PhaseSandbox] {
			a.Before = after(a.Before, t)
		}
		a.Before = min(a.Before, a.Init)
	}
	s.activities = append(s.activities, a)
}
