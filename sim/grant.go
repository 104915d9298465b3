package sim

// grant is the one place that every start of an instance asks for room. It
// takes what the start needs: a place under the limits of instances, where the
// platform has a ramp a token, and a machine. What is started ahead, for no
// request, at time 0 stood there before the trace began, and takes neither.
//
// What waits, and the floor, is tried again when there is a token; a prewarm or
// a planned start that finds no room is left out.
func (s *shard) grant(d *deployment, now Time, rid requestID) bool {
	if d.earliest < now {
		s.settle(d, now) // what has gone leaves room
	}
	if n := d.platform.Limit.Instances; n > 0 && d.live >= int32(n) {
		return false
	}
	if !d.account.hasMachine() && !s.makeRoom(d, now) {
		return false
	}
	if rid == noRequest && now == 0 {
		return true
	}
	if now < d.dryUntil {
		return false
	}
	ok, next := d.ramp.take(now)
	if !ok && !d.awaited && d.lasts() {
		d.awaited = true
		s.queue.push(event{at: next, key: keyOf(kindToken, d.first, 0), ref: uint32(d.local)})
	}
	return ok && !s.failsToStart(d, rid, now)
}

// lasts reports whether what wants an instance started may still want it later.
func (d *deployment) lasts() bool {
	return d.platform.Limit.Over == QueueOver || d.platform.Dispatch == QueueDispatch || d.floorHave < d.floorTarget
}

// token starts what an empty ramp, or a provider without a machine, held back.
func (s *shard) token(e event) {
	d := &s.deps[e.deployment()]
	d.awaited = false
	if len(d.account.short) > 0 {
		s.serveShort(d.account, e.at)
	}
	s.fillFloor(d, e.at)
	s.dispatch(d, e.at)
}
