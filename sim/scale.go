package sim

import "slices"

// TickingScaling is a Scaling that is also asked at times of its own how many
// instances there should be: an autoscaler that looks at averages. It is asked
// where Dispatch is QueueDispatch.
type TickingScaling interface {
	Scaling
	// Tick is asked when a request arrives and no answer has said when to ask
	// next, after all else of that time, and then whenever its last answer said.
	Tick(v View, now Time) Scale
}

// Scale is what an autoscaler wants from now on.
type Scale struct {
	// Wanted is how many instances there should be. Those that are missing
	// start. Of more than that, the newest get a request only where no other
	// has a free slot, the oldest of them first, and stop when their keep-alive
	// says so; those of a provisioned floor are always wanted.
	Wanted int
	// Drain lets those that are more than that go, the newest first and before them
	// those that initialise: they take no more requests, and stop when they have
	// none, whatever their keep-alive says. Nobody who drains is taken back.
	Drain bool
	// Hold keeps those that are wanted until Next at least, whatever their
	// keep-alive says: the autoscaler alone lets them go, after it was asked again.
	// Until then none of them is evicted either.
	Hold bool
	// Until is how long an instance that starts now stays if no request uses it, as
	// an absolute time, or AsKeepAlive.
	Until Time
	// Next is when to be asked again; Never: when the next request arrives.
	Next Time
}

// LoadServer is a Server that tells how busy it is.
type LoadServer interface {
	Server
	// Load returns for how long it would have been busy so far if it had done
	// the same with all of its capacity: half used for 10 s is 5 s. It changes nothing.
	Load(now Time) Time
}

// scaler is what the kernel knows of a deployment for a TickingScaling.
type scaler struct {
	policy  TickingScaling
	on      bool         // an event will ask it
	present int32        // requests that have arrived and not ended
	arrived uint64       // requests
	at      Time         // of load
	load    uint64       // ns × requests until then
	used    Time         // by the servers of instances that have stopped
	order   []instanceID // those that live and do not drain, in the order of creation
	leaving []instanceID // those that drain
	wanted  int
	held    Time   // those that are wanted stay until then; 0: as their keep-alive says
	idle    int    // ticks after the horizon since a request arrived or ended
	since   []Time // when those that wait arrived, in that order
	sorted  uint64 // 1 + the changes of the line by then
	shard   *shard
}

// idleTicks is after how many ticks beyond the horizon, in which no request arrived or
// ended, an autoscaler is asked no more: the averages that they look at are of some
// twenty or thirty ticks, so who has done nothing by then for those who wait never will.
const idleTicks = 1000

// ticksUntil returns before when autoscalers are asked: the horizon, or where there is
// an actor, whose requests go on after it, for as long as some are there (rescale).
func (s *shard) ticksUntil() Time {
	if s.actor != nil {
		return Never
	}
	return s.window.Horizon
}

// RequestTime returns, for a TickingScaling, the integral over time of the
// number of requests of the deployment that have arrived and not ended, in
// ns × requests modulo 2^64: of two times, the difference counts.
func (v View) RequestTime(now Time) uint64 {
	c := v.d.scaler
	return c.load + uint64(c.present)*uint64(now-c.at)
}

// Present returns, for a TickingScaling, how many requests of the deployment have
// arrived and not ended.
func (v View) Present() int { return int(v.d.scaler.present) }

// Arrived returns, for a TickingScaling, how many requests of the deployment have
// arrived so far.
func (v View) Arrived() uint64 { return v.d.scaler.arrived }

// Instances returns, for a TickingScaling, how many instances there are, those
// that initialise too and those that drain not.
func (v View) Instances() int { return len(v.d.scaler.order) }

// Load returns, for a TickingScaling, the sum of Load over the LoadServers of the
// deployment's instances, those that have stopped too.
func (v View) Load(now Time) Time {
	c := v.d.scaler
	used := c.used
	for _, id := range c.order {
		used += c.loadOf(id, now)
	}
	for _, id := range c.leaving {
		used += c.loadOf(id, now)
	}
	return used
}

func (c *scaler) loadOf(id instanceID, now Time) Time {
	if int(id) >= len(c.shard.stations) {
		return 0
	}
	if st := &c.shard.stations[id]; st.up {
		if l, ok := st.server.(LoadServer); ok {
			return l.Load(now)
		}
	}
	return 0
}

// newScaler readies a deployment whose scaling policy ticks.
func (s *shard) newScaler(d *deployment, policy TickingScaling) {
	d.ticks = true
	d.scaler = &scaler{policy: policy, shard: s}
}

// count adds to the requests that are there.
func (c *scaler) count(now Time, more int32) {
	c.load += uint64(c.present) * uint64(now-c.at)
	c.at = now
	c.present += more
	c.idle = 0
}

// stirred counts a request that arrives, and lets the policy be asked.
func (s *shard) stirred(d *deployment, now Time) {
	d.scaler.count(now, 1)
	d.scaler.arrived++
	if !d.scaler.on && now < s.ticksUntil() {
		s.askScale(d, now)
	}
}

func (s *shard) askScale(d *deployment, at Time) {
	d.scaler.on = true
	s.queue.push(event{at: at, key: keyOf(kindScale, d.first, 0), ref: uint32(d.local)})
}

// rescale asks the policy and does what it says.
func (s *shard) rescale(d *deployment) {
	now, c := s.now, d.scaler
	if now >= s.window.Horizon {
		if c.idle++; c.present == 0 || c.idle > idleTicks {
			c.on = false // until the next request arrives
			return
		}
	}
	s.settleTick(d, now)
	a := c.policy.Tick(View{d}, now)
	c.wanted = a.Wanted
	s.rewant(d)
	if a.Drain {
		s.letGo(d, now)
	}
	s.hold(d, a, now)
	for len(c.order) < a.Wanted && s.grant(d, now, noRequest) {
		// One of time 0 has not stood there before: what it is for has just arrived.
		id := s.startWarm(d, now, Prewarmed, false)
		s.instances[id].until = a.Until
		s.initialise(d, id)
	}
	if c.on = now < a.Next && a.Next != Never; c.on && a.Next < s.ticksUntil() {
		s.askScale(d, a.Next)
	}
}

// settleTick stops the instances whose time has ended at a tick: an expiry comes
// before a tick of the same time, and leaves room for it. Whom an autoscaler holds until that time it is
// about to be asked of, and none of those go yet.
func (s *shard) settleTick(d *deployment, now Time) {
	if to := s.settlesTo(d, now, now+1); d.earliest < to {
		s.settle(d, to)
	}
	if d.account.bounded {
		s.settleAll(d.account, now, now+1)
	}
	if p := d.platform.pool; p != nil {
		for _, k := range p.all {
			if shared := &s.deps[k]; shared.earliest <= now {
				s.settle(shared, now+1)
			}
		}
	}
}

// hold lengthens the time of the idle instances that are wanted. Those that it held
// until now and does not any more stop by themselves.
func (s *shard) hold(d *deployment, a Scale, now Time) {
	c := d.scaler
	was := c.held
	if c.held = 0; a.Hold {
		if c.held = a.Next; c.held >= s.ticksUntil() {
			c.held = Never // nobody asks again
		}
		for _, id := range c.order[:min(max(0, c.wanted), len(c.order))] {
			if in := &s.instances[id]; in.inUse == 0 && in.ready <= now && !in.passing {
				in.until = max(in.until, d.cap(in, c.held))
			}
		}
	}
	if d.cluster != nil && (was != 0 || a.Hold) {
		s.yieldUnheld(d)
	}
}

// heldUntil returns how long an idle instance stays for its autoscaler's sake, 0
// where that does not hold it.
func (s *shard) heldUntil(d *deployment, id instanceID) Time {
	c := d.scaler
	if c.held == 0 || c.wanted <= 0 || c.wanted < len(c.order) && s.births[id].ordinal >= s.births[c.order[c.wanted]].ordinal {
		return 0
	}
	return c.held
}

// numbered notes a new instance.
func (s *shard) numbered(d *deployment, id instanceID) {
	d.scaler.order = append(d.scaler.order, id)
	s.rewant(d)
}

// forgotten notes an instance that stops.
func (s *shard) forgotten(d *deployment, id instanceID, now Time) {
	c := d.scaler
	c.used += c.loadOf(id, now)
	if s.instances[id].flags&Draining != 0 {
		c.leaving = slices.DeleteFunc(c.leaving, func(leaving instanceID) bool { return leaving == id })
		return
	}
	c.forget(s, id)
	s.rewant(d)
}
