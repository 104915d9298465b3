package sim

import (
	"slices"
)

// twinOrder is what the order of those who wait asks for.
type twinOrder struct {
	took map[uint32][]Time // by function, what services have taken
}

// join puts a request into a line, which is sorted.
func (t *twin) join(line *[]*twinRequest, r *twinRequest) {
	mean := Time(0)
	if all := t.took[r.fn]; len(all) > 0 {
		for _, x := range all {
			mean += x
		}
		mean /= Time(len(all))
	}
	p := &t.c.Platforms[0]
	r.rank = r.arrival
	switch p.Order {
	case ShortestExpected:
		r.rank = mean
	case EarliestExpected:
		r.rank += mean
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
func (t *twin) learn(o *Outcome) {
	if t.took == nil {
		t.took = map[uint32][]Time{}
	}
	if o.Started && o.Flags&Ping == 0 && (o.Status == Completed || o.Status == TimedOut) {
		t.took[o.Function] = append(t.took[o.Function], o.End-o.Start)
	}
}
