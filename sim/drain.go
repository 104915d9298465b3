package sim

import "slices"

// letGo lets the instances of a deployment go that its autoscaler does not want:
// those that initialise with no request bound to them before others, of each the
// newest first, and none of the provisioned floor.
func (s *shard) letGo(d *deployment, now Time) {
	c := d.scaler
	for _, starting := range []bool{true, false} {
		for i := len(c.order) - 1; i >= 0 && len(c.order) > c.wanted; i-- {
			id := c.order[i]
			switch in := &s.instances[id]; {
			case in.flags&Provisioned != 0:
			case !starting:
				s.dismiss(d, id, now, ScaledIn)
			case s.takeOff(d, warmingShelf, id):
				s.abort(d, id, now, ScaledIn)
			}
		}
	}
}

// dismiss lets an instance take no more requests: it stops now, or when it has
// ended those that it has.
func (s *shard) dismiss(d *deployment, id instanceID, now Time, why StopCause) {
	in := &s.instances[id]
	if in.inUse > 0 {
		in.flags |= Draining
		s.births[id].leaving = why
		d.loses(why)
		if d.ticks {
			s.leaves(d, id)
		}
		s.shut(d, id)
		return
	}
	s.unshelve(d, id)
	s.stop(d, id, now, why)
}

// abort stops an instance that is not idle, and has no request any more.
func (s *shard) abort(d *deployment, id instanceID, now Time, why StopCause) {
	in, b := &s.instances[id], &s.births[id]
	if in.ready > now {
		left := now - b.began
		for p := range b.phases {
			b.phases[p] = min(b.phases[p], left)
			left -= b.phases[p]
		}
		in.ready = now
	}
	in.idleSince = now
	if len(s.observers.activities) > 0 && !d.shared && (in.served > b.served || now > in.active) {
		s.recordActivity(d, id, now)
	}
	s.stop(d, id, now, why)
}

// leaves moves a draining instance from those that an autoscaler counts to those
// that it waits for to go.
func (s *shard) leaves(d *deployment, id instanceID) {
	c := d.scaler
	c.leaving = append(c.leaving, id)
	c.forget(s, id)
	s.rewant(d)
}

// forget takes an instance out of those that count.
func (c *scaler) forget(s *shard, id instanceID) {
	ordinal := s.births[id].ordinal
	i, _ := slices.BinarySearchFunc(c.order, ordinal, func(id instanceID, ordinal uint32) int {
		return int(s.births[id].ordinal) - int(ordinal)
	})
	c.order = slices.Delete(c.order, i, i+1)
}
