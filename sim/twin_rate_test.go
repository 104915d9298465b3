package sim

import "math/big"

// twinRate is who has come through a bound on requests in a time: what of them a bucket
// still misses is counted anew for each.
type twinRate struct{ came []Time }

// lets reports whether one more comes through n times a ramp: a token a request, of n
// times as many as a full bucket has, of which each nanosecond brings a part back.
func (w *twinRate) lets(r Ramp, n int, now Time) bool {
	if r.Burst == 0 || n == 0 {
		return true
	}
	most, rate, one := big.NewRat(int64(r.Burst*n), 1), big.NewRat(int64(r.Burst*n), r.Period), big.NewRat(1, 1)
	level, last := new(big.Rat).Set(most), Time(0)
	fill := func(to Time) {
		level.Add(level, new(big.Rat).Mul(rate, big.NewRat(to-last, 1)))
		if last = to; level.Cmp(most) > 0 {
			level.Set(most)
		}
	}
	for _, t := range w.came {
		fill(t)
		level.Sub(level, one)
	}
	fill(now)
	return level.Cmp(one) >= 0
}

// twinFloorUse is what happens to a floor at a time: it is given so many instances more, or
// takes a request.
type twinFloorUse struct {
	at    Time
	more  int
	taken bool
}

// floorLets reports whether a floor takes one more request, and notes it: its bucket is
// filled anew for each, from the start.
func (t *twin) floorLets(d *twinDep) bool {
	p := &t.c.Platforms[0]
	r := p.Limit.Requests
	if r.Burst == 0 || p.Limit.Over != RejectOver || p.Dispatch != BoundDispatch || t.slots() > 1 || p.Routing != nil || t.balancer != nil {
		return true
	}
	level, size, last := new(big.Rat), 0, Time(0)
	for _, u := range append(d.floorUse[:len(d.floorUse):len(d.floorUse)], twinFloorUse{at: t.now}) {
		full := big.NewRat(int64(r.Burst*size), 1)
		level.Add(level, new(big.Rat).Mul(big.NewRat(int64(r.Burst*size), r.Period), big.NewRat(u.at-last, 1)))
		if level.Cmp(full) > 0 {
			level.Set(full)
		}
		last = u.at
		if u.taken {
			level.Sub(level, big.NewRat(1, 1))
		}
		size += u.more
		level.Add(level, big.NewRat(int64(r.Burst*max(0, u.more)), 1))
		if full := big.NewRat(int64(r.Burst*size), 1); level.Cmp(full) > 0 {
			level.Set(full)
		}
	}
	if level.Cmp(big.NewRat(1, 1)) < 0 {
		return false
	}
	d.floorUse = append(d.floorUse, twinFloorUse{t.now, 0, true})
	return true
}

func (t *twin) letThrough(d *twinDep) bool {
	l := t.c.Platforms[0].Limit
	if !d.rate.lets(l.Requests, l.Function, t.now) || !t.rate.lets(l.Requests, l.Account, t.now) {
		return false
	}
	d.rate.came, t.rate.came = append(d.rate.came, t.now), append(t.rate.came, t.now)
	return true
}

// queueWait is how long one may wait that begins to now; 0: any time.
func (d *twinDep) queueWait(l Limit) Time {
	if l.QueueStarts == 0 {
		return l.QueueWait
	}
	if len(d.starts) == 0 {
		for _, in := range d.instances {
			if in.warming && !in.later {
				return max(l.QueueWait, Time(float64(in.ready-in.created)*l.QueueStarts))
			}
		}
		return l.QueueWait
	}
	sum := Time(0)
	for _, t := range d.starts {
		sum += t
	}
	return max(l.QueueWait, Time(float64(sum/Time(len(d.starts)))*l.QueueStarts))
}
