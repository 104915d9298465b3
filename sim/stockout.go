package sim

// Stockout is that a provider has no machine left when an instance is to start.
type Stockout struct {
	Probability float64 // of each start; 0: never
	Wait        Sampler // how long until there is one
	// Fails lets the start fail, and no other of the deployment be tried until the
	// wait is over. Else it takes so much longer, told as PhaseCapacity.
	Fails bool
}

// The draws of a stock-out have keys beside those of the phases.
const (
	stockoutKey     Purpose = 14 // whether
	stockoutWaitKey Purpose = 15 // how long
)

// stockout draws whether there is no machine for a start, and how long not.
func (s *shard) stockout(d *deployment, c *cause) (wait Time, dry bool) {
	k := &d.platform.Stockout
	draw := func(key Purpose) float64 {
		return c.stream(NewStream(s.config.Key, c.purpose+key, s.starts[c.fn].key)).Uniform(c.key)
	}
	if k.Probability == 0 || draw(stockoutKey) >= k.Probability {
		return 0, false
	}
	return s.drawn(k.Wait.Sample(draw(stockoutWaitKey))), true
}

// awaitMachine lengthens a start for which there is no machine.
func (s *shard) awaitMachine(d *deployment, id instanceID, c *cause) {
	if d.platform.Stockout.Fails {
		return // it was drawn before
	}
	if wait, dry := s.stockout(d, c); dry {
		s.births[id].phases[PhaseCapacity] += wait
		s.instances[id].ready = after(s.instances[id].ready, wait)
	}
}

// failsToStart reports whether a start, for a request or ahead, fails since there
// is no machine; what wants it may try again when the wait is over.
func (s *shard) failsToStart(d *deployment, rid requestID, now Time) bool {
	if !d.platform.Stockout.Fails {
		return false
	}
	c := s.causeAhead(d)
	if rid != noRequest {
		c = s.cause(rid)
	}
	wait, dry := s.stockout(d, &c)
	if !dry {
		return false
	}
	if rid != noRequest {
		s.requests[rid].starts++
	} else {
		d.warmed++ // the next try has draws of its own
	}
	d.dryUntil = after(now, wait)
	if d.lasts() {
		s.queue.push(event{at: d.dryUntil, key: keyOf(kindToken, d.first, 0), ref: uint32(d.local)})
	}
	return true
}
