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
