package sim

// want is who wants an instance started.
type want uint8

const (
	forRequest want = iota // one that waits
	ahead                  // nobody yet: a prewarm, or the provisioned floor
)

// grant is the one place that every start of an instance asks for room. It
// takes what the start needs: a place under the limit of instances and, where
// the platform has a ramp, a token. What is started ahead at time 0 stood there
// before the trace began, and takes no token.
//
// What waits, and the floor, is tried again when there is a token; a prewarm or
// a planned start that finds no room is left out.
func (s *shard) grant(d *deployment, now Time, w want) bool {
	if d.earliest < now {
		s.settle(d, now) // what has gone leaves room
	}
	if n := d.platform.Limit.Instances; n > 0 && d.live >= int32(n) {
		return false
	}
	if w == ahead && now == 0 {
		return true
	}
	ok, next := d.ramp.take(now)
	if !ok && !d.awaited && d.lasts() {
		d.awaited = true
		s.queue.push(event{at: next, key: keyOf(kindToken, d.first, 0), ref: uint32(d.local)})
	}
	return ok
}

// lasts reports whether what wants an instance started may still want it later.
func (d *deployment) lasts() bool {
	return d.platform.Limit.Over == QueueOver || d.platform.Dispatch == QueueDispatch || d.floorHave < d.floorTarget
}

// token starts what an empty ramp held back.
func (s *shard) token(e event) {
	d := &s.deps[e.deployment()]
	d.awaited = false
	s.fillFloor(d, e.at)
	s.dispatch(d, e.at)
}
