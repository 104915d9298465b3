package sim

// grant is the one place that every start of an instance asks. It takes what
// the start needs: room, where the platform has a ramp a token, and a machine
// that the provider has.
//
// What waits, and the floor, is tried again when there is a token; a prewarm or
// a planned start that finds no room is left out, and an autoscaler looks again.
func (s *shard) grant(d *deployment, now Time, rid requestID) bool {
	if !s.room(d, now, rid) || now < d.dryUntil {
		return false
	}
	ok, next := d.ramp.take(now)
	if !ok && !d.awaited && d.lasts() {
		d.awaited = true
		s.queue.push(event{at: next, key: keyOf(kindToken, d.first, 0), ref: uint32(d.local)})
	}
	return ok && !s.failsToStart(d, rid, now)
}

// grantAhead is grant for a prewarm policy and the floor. What they start at time
// 0 stood there before the trace began, and takes room alone.
func (s *shard) grantAhead(d *deployment, now Time) bool {
	if now == 0 {
		return s.room(d, now, noRequest)
	}
	return s.grant(d, now, noRequest)
}

// room reports whether the limits of instances, and the nodes, leave a place.
func (s *shard) room(d *deployment, now Time, rid requestID) bool {
	if d.earliest < now {
		s.settle(d, now) // what has gone leaves room
	}
	if n := d.platform.Limit.Instances; n > 0 && d.live >= int32(n) {
		return false
	}
	return !d.account.bounded || s.hasPlace(d, now, rid)
}

// lasts reports whether what wants an instance started may still want it later.
func (d *deployment) lasts() bool {
	return d.platform.Limit.Over == QueueOver || d.platform.Dispatch == QueueDispatch || d.floorHave < d.floorTarget
}

// token starts what an empty ramp, or a provider without a machine, held back.
func (s *shard) token(e event) {
	d := &s.deps[e.deployment()]
	d.awaited = false
	s.fillFloor(d, e.at)
	if d.balanced {
		s.advanceShort(d.account, e.at)
		return
	}
	s.dispatch(d, e.at)
}
