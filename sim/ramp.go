package sim

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

// fill adds what has accrued up to a time.
func (r *ramp) fill(now Time) {
	if elapsed := now - r.at; elapsed >= r.period {
		r.credit = r.burst * r.period
	} else {
		r.credit = min(r.burst*r.period, r.credit+elapsed*r.burst)
	}
	r.at = now
}

// has reports whether there is a token at the given time.
func (r *ramp) has(now Time) bool {
	r.fill(now)
	return r.credit >= r.period
}

// take takes a token at the given time, or says when there will be one.
func (r *ramp) take(now Time) (ok bool, next Time) {
	if r.burst == 0 {
		return true, 0
	}
	if r.has(now) {
		r.credit -= r.period
		return true, 0
	}
	return false, now + (r.period-r.credit+r.burst-1)/r.burst
}
