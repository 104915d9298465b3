package sim

// planStage notes that an idle instance changes its stage at the end of its
// keep-alive. That is an event, since the policy is asked then; where an
// instance just stops, nobody can see when, and there is none.
func (s *shard) planStage(d *deployment, id instanceID, decision Decision) {
	in := &s.instances[id]
	if in.until >= s.window.Horizon || in.until != decision.Until { // not any more, or its age ends it before
		return
	}
	s.births[id].next = decision
	in.gen++
	in.passing = true
	s.queue.push(event{at: in.until, key: keyOf(kindStage, d.first, s.births[id].ordinal), ref: uint32(id), gen: in.gen})
}

// changeStage pauses or demotes an instance that nothing has used meanwhile,
// and asks how long it stays so.
func (s *shard) changeStage(e event) {
	id := e.instance()
	in, b := &s.instances[id], &s.births[id]
	if in.gen != e.gen || !in.passing || in.inUse > 0 {
		return
	}
	d := &s.deps[b.dep]
	if d.earliest < e.at {
		s.settle(d, e.at)
	}
	s.unshelve(d, id)
	s.nextStage(d, id, e.at)
	in.stage = Paused
	if b.next.Then == Demote {
		in.stage, in.layer = Demoted, b.next.Layer
	}
	if b.next.Memory > 0 {
		b.memory = b.next.Memory
	}
	if d.shared || b.next.Share {
		s.inPool(s.share(d, id), id, e.at)
		return
	}
	s.decided(d, id, d.group.keep.Idle(View{d}, Instance{in, b}, e.at), e.at)
}

// nextStage tells of the stage that ends now, and begins another.
func (s *shard) nextStage(d *deployment, id instanceID, now Time) {
	in, b := &s.instances[id], &s.births[id]
	s.tellLife(d, id, now, false, NotStopped)
	in.idle, in.idleSince = 0, now
	b.phases, b.sources, b.began, b.served, b.later, b.taken = [NumPhases]Time{}, 0, now, in.served, true, false
	b.layer = 0
}

// wake makes a paused or demoted instance whole again, for what is to be
// served: the one that has least to do, a paused one first, and of equal ones
// the one that became so last. Its node must have room for what it gave back.
func (s *shard) wake(d *deployment, now Time, request requestID) (instanceID, bool) {
	if d.held.len() == 0 {
		return noInstance, false
	}
	if d.earliest < now {
		s.settle(d, now)
	}
	if d.cluster != nil {
		s.settleAll(d.account, now, now)
	}
	best, most := noInstance, -1
	for _, id := range d.held.all() {
		if d.balanced && s.lodgers[id].node != s.sent[request] {
			continue
		}
		in := &s.instances[id]
		left := int(NumPhases) + 1
		if in.stage == Demoted {
			left = int(in.layer)
		}
		if left >= most && s.canRegain(d, id) {
			best, most = id, left
		}
	}
	if best == noInstance {
		if d.held.len() > 0 && !d.balanced {
			s.wantsRoom(d)
		}
		return noInstance, false
	}
	d.held.drop(best)
	s.regain(d, best, now)
	s.nextStage(d, best, now)
	in, b := &s.instances[best], &s.births[best]
	b.memory, b.why = d.memory, AfterPause
	in.ready, in.active, in.until, in.passing = now, now, Never, false
	c := s.causeOf(request)
	if in.stage == Paused {
		s.resume(d, best, c)
	} else {
		s.drawInit(best, c, in.layer)
	}
	b.layer = in.layer
	in.stage, in.layer = Whole, 0
	if d.platform.Server != nil {
		s.newStation(d, best)
	}
	return best, true
}

// resume draws how long a paused instance takes to serve again.
func (s *shard) resume(d *deployment, id instanceID, c cause) {
	if d.platform.Resume == nil {
		return
	}
	stream := c.stream(NewStream(s.config.Key, PurposeResume, s.starts[c.fn].key))
	t := s.drawn(d.platform.Resume.Sample(stream.Uniform(c.key)))
	s.births[id].phases[PhaseSandbox] = t
	s.instances[id].ready = after(s.instances[id].ready, t)
}
