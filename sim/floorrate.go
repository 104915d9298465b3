package sim

// floorRate bounds the requests in a time that a provisioned floor serves: as many for each
// of its instances as Limit.Requests says. More go on to instances on demand, though some of
// the floor are idle.
type floorRate struct {
	ramp
	bound Ramp // for each instance; the zero value: none
}

// newFloorRate is that of a floor of nobody yet. Where requests wait for instances, or one
// has several at a time, no floor is bounded.
func (p *Platform) newFloorRate() floorRate {
	if p.Limit.Over != RejectOver || p.Dispatch != BoundDispatch || p.Concurrency > 1 || p.Reuse == LeastLoaded || p.Routing != nil || p.Cluster.Balances() {
		return floorRate{}
	}
	return floorRate{bound: p.Limit.Requests}
}

// resize gives a floor another number of instances. Each that is more brings a full bucket,
// and what has no room in the bucket of fewer is lost.
func (f *floorRate) resize(from, to int32, now Time) {
	if f.bound.Burst <= 0 || f.bound.Period <= 0 {
		return
	}
	if f.burst > 0 {
		f.fill(now)
	}
	f.burst, f.period, f.at = int64(f.bound.Burst)*int64(to), f.bound.Period, now
	added := max(0, int64(to)-int64(from)) * int64(f.bound.Burst)
	f.credit = min(f.burst*f.period, f.credit+added*f.period)
}

// lets takes a token for a request to an instance of the floor, or reports that there is none.
func (f *floorRate) lets(now Time) bool {
	ok, _ := f.take(now)
	return ok
}
