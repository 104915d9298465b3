package sim

// deployment is what scales: the instances and the waiting requests of one
// function, or of one app.
type deployment struct {
	// What each request touches comes first.
	earliest Time  // no instance in idle expires before
	idle     shelf // on-demand instances
	keep     KeepAlive
	planFrom Time // 0: no start is planned

	group     *group
	arrived   ArrivalListener
	busy      int32 // instances that serve a request or initialise for one bound to them
	live      int32 // instances, expired ones not yet settled included
	inFlight  int32 // requests being initialised for or served
	resting   int32 // idle instances that the plain path holds
	blocked   bool  // is in the shard's list of deployments that the account limit holds back
	own       group // where it shares its policy with none
	planUntil Time
	planGen   uint32

	first       uint32 // index of its first function
	firstLocal  uint32 // the same, within the shard
	local       uint32 // its own place within the shard
	concurrency int32
	memory      int64

	warming shelf // instances that initialise with no request bound to them
	floor   shelf // provisioned instances
	open    shelf // busy instances with a free slot
	waiting fifo

	offline OfflineKeepAlive
	prewarm Prewarm
	scaling Scaling

	floorTarget int32
	floorHave   int32

	ramp    ramp
	retryAt Time // when a waiting request tries the ramp again; 0: no event pending
	created uint32
	pings   uint32
}

// group is the scope of a keep-alive policy: the deployments that share one.
type group struct{ inFlight int32 }

func (d *deployment) idleCount() int { return d.idle.len() + d.floor.len() + int(d.resting) }

// reset empties the deployment for another run and keeps its memory.
func (d *deployment) reset() {
	warming, idle, floor, open, waiting := d.warming, d.idle, d.floor, d.open, d.waiting
	*d = deployment{warming: warming, idle: idle, floor: floor, open: open, waiting: waiting, earliest: Never}
	d.warming.reset()
	d.idle.reset()
	d.floor.reset()
	d.open.reset()
	d.waiting.reset()
}

// ramp is a token bucket in exact integers: a start costs period, and burst
// accrues per nanosecond.
type ramp struct {
	burst, period int64 // 0: no ramp
	credit        int64
	at            Time
}

func newRamp(r Ramp) ramp {
	if r.Burst <= 0 || r.Period <= 0 {
		return ramp{}
	}
	b := int64(r.Burst)
	return ramp{burst: b, period: r.Period, credit: b * r.Period}
}

// take takes a token at the given time, or says when there will be one.
func (r *ramp) take(now Time) (ok bool, next Time) {
	if r.burst == 0 {
		return true, 0
	}
	if elapsed := now - r.at; elapsed >= r.period {
		r.credit = r.burst * r.period
	} else {
		r.credit = min(r.burst*r.period, r.credit+elapsed*r.burst)
	}
	r.at = now
	if r.credit >= r.period {
		r.credit -= r.period
		return true, 0
	}
	return false, now + (r.period-r.credit+r.burst-1)/r.burst
}
