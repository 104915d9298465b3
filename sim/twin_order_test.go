package sim

import (
	"slices"
)

// twinOrder is what the order of those who wait asks for.
type twinOrder struct {
	ended []twinEnded
	came  map[uint32][]Time // by function, when requests did
}

// twinEnded is a request that has been served.
type twinEnded struct {
	fn   uint32
	took Time
	by   twinServedBy
}

// twinServedBy is how a request came to be served.
type twinServedBy struct {
	how   string // warm, woken, cold, or beside another whose start it waited for
	start Time   // of the instance
}

func twinMean(all []Time) Time {
	sum := Time(0)
	for _, x := range all {
		sum += x
	}
	return sum / max(1, Time(len(all)))
}

// services are what those of some functions took.
func (t *twin) services(of func(fn uint32) bool) (all []Time) {
	for _, e := range t.ended {
		if of(e.fn) {
			all = append(all, e.took)
		}
	}
	return all
}

// withStart is what a request that joins a line takes, as those did that found what is
// there for it now.
func (t *twin) withStart(r *twinRequest) Time {
	d, how := t.deps[t.depOf[r.fn]], "cold"
	if t.balancer == nil && t.inStock(d, r) != nil {
		how = "woken"
	}
	for _, whole := range []bool{false, true} {
		for _, in := range d.instances {
			elsewhere := t.balancer != nil && in.node != r.at
			if in.idleSince < 0 || in.until < t.now && in.flags&Provisioned == 0 || (in.stage == Whole) != whole || elsewhere {
				continue
			}
			how = "woken"
			if whole {
				how = "warm"
			}
		}
	}
	var all []Time
	for _, e := range t.ended {
		if e.fn == r.fn && e.by.how == how {
			all = append(all, e.by.start+e.took)
		}
	}
	return twinMean(all)
}

// join puts a request into a line, which is sorted.
func (t *twin) join(line *[]*twinRequest, r *twinRequest) {
	mean := twinMean(t.services(func(fn uint32) bool { return fn == r.fn }))
	p := &t.c.Platforms[0]
	r.rank = r.arrival
	came := t.came[r.fn]
	switch p.Order {
	case ShortestExpected:
		r.rank = mean
	case EarliestExpected:
		r.rank += mean
	case ShortestWithStart:
		r.rank = t.withStart(r)
	case MostFrequent, Rarest:
		r.rank = 0
		if len(came) > 1 {
			r.rank = (came[len(came)-1] - came[0]) / Time(len(came)-1)
		}
		if p.Order == Rarest {
			r.rank = -r.rank
			if len(came) < 2 {
				r.rank = -Never
			}
		}
	case EarliestDeadline:
		r.rank = t.patience(r)
		if to := t.timeout(r); to > 0 && p.TimeoutClock == RequestClock {
			r.rank = min(r.rank, r.arrival+to)
		}
	}
	*line = append(*line, r)
	if p.Order == FIFO {
		return
	}
	slices.SortStableFunc(*line, func(a, b *twinRequest) int {
		switch {
		case a.before(b):
			return -1
		case b.before(a):
			return 1
		}
		return 0
	})
}

// learn notes what a service took.
func (t *twin) learn(o *Outcome, by twinServedBy) {
	if o.Started && o.Flags&Ping == 0 && (o.Status == Completed || o.Status == TimedOut) {
		t.ended = append(t.ended, twinEnded{o.Function, o.End - o.Start, by})
	}
}

// noteArrival notes when a request came.
func (t *twin) noteArrival(r *twinRequest) {
	if t.came == nil {
		t.came = map[uint32][]Time{}
	}
	if !r.ping {
		t.came[r.fn] = append(t.came[r.fn], t.now)
	}
}

// servedBy says how a request comes to be served by an instance.
func servedBy(in *twinInstance, own bool, flags Flags) (by twinServedBy) {
	switch {
	case own && in.later:
		return twinServedBy{"woken", in.ready - in.began}
	case own && flags&Cold != 0:
		return twinServedBy{"cold", in.ready - in.began}
	case flags&Cold == 0:
		return twinServedBy{how: "warm"}
	}
	return by
}
