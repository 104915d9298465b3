package sim

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// shortage is the deployments of a platform that want an instance for which there is no
// room: a tournament over all of them, by how much memory one needs, so that whose first
// request waits longest is found among those for whom some room suffices without looking at
// the others. Who may be helped by less room than a new instance takes, as to wake a paused
// one, is in a tournament beside it, and always tries.
type shortage struct {
	order  []depIndex // of the platform, who needs less first
	leaf   []int32    // of a deployment of the shard: its place there
	wins   []short    // from 1 on, the first of 2i and 2i+1 in i; the second half is in the order above
	anyway []short    // the same of those that always try
	count  int        // who is in either
}

// short is a deployment that wants room, or nobody.
type short struct {
	dep   depIndex
	wants bool
}

// readyShortage makes a place for each deployment of a platform.
func (s *shard) readyShortage(a *account) {
	t := &a.shortage
	t.order = t.order[:0]
	t.leaf = slices.Grow(t.leaf[:0], len(s.deps))[:len(s.deps)]
	for k := range s.deps {
		if s.deps[k].account == a {
			t.order = append(t.order, s.deps[k].local)
		}
	}
	slices.SortFunc(t.order, func(x, y depIndex) int {
		return cmp.Or(cmp.Compare(s.deps[x].memory, s.deps[y].memory), cmp.Compare(x, y))
	})
	for i, k := range t.order {
		t.leaf[k] = int32(i)
	}
	for _, wins := range [...]*[]short{&t.wins, &t.anyway} {
		*wins = slices.Grow((*wins)[:0], 2*len(t.order))[:2*len(t.order)]
		clear(*wins)
	}
}

// joinShort notes that a deployment wants room: of one that has just tried, once all have.
func (s *shard) joinShort(d *deployment) {
	a := d.account
	d.short = true
	if a.trying {
		a.again = append(a.again, d.local)
		return
	}
	if len(a.shortage.wins) == 0 {
		s.readyShortage(a)
	}
	a.shortage.count++
	if s.mayWake(d) {
		s.setShort(d, a.shortage.anyway, true)
	} else {
		s.setShort(d, a.shortage.wins, true)
	}
}

// leaveShort notes that it wants none.
func (s *shard) leaveShort(d *deployment) {
	d.short = false
	t := &d.account.shortage
	t.count--
	for _, wins := range [...][]short{t.wins, t.anyway} {
		if wins[t.seat(d)].wants {
			s.setShort(d, wins, false)
		}
	}
}

// wakeShort lets a deployment that wants room always try from now on, where it may wake one.
func (s *shard) wakeShort(d *deployment) {
	if t := &d.account.shortage; s.mayWake(d) && t.wins[t.seat(d)].wants {
		s.setShort(d, t.wins, false)
		s.setShort(d, t.anyway, true)
	}
}

// mayWake reports whether less room than a new instance takes may do for a deployment: to
// give one that is paused or demoted, or one of a pool, what that lacks.
func (s *shard) mayWake(d *deployment) bool { return d.held.len() > 0 || d.platform.pool != nil }

// renewShort looks again by whom a deployment is ordered that wants room, when another of
// its requests is the first.
func (s *shard) renewShort(d *deployment) {
	t := &d.account.shortage
	for _, wins := range [...][]short{t.wins, t.anyway} {
		if wins[t.seat(d)].wants {
			s.setShort(d, wins, true)
		}
	}
}

// seat is where a deployment stands in both tournaments.
func (t *shortage) seat(d *deployment) int { return len(t.order) + int(t.leaf[d.local]) }

// setShort notes in one of the tournaments whether a deployment wants room, and who wins by that.
func (s *shard) setShort(d *deployment, wins []short, wants bool) {
	i := d.account.shortage.seat(d)
	wins[i] = short{d.local, wants}
	for i /= 2; i > 0; i /= 2 {
		wins[i] = s.firstShort(wins[2*i], wins[2*i+1])
	}
}

// firstShort returns who of two is served first.
func (s *shard) firstShort(x, y short) short {
	switch {
	case !x.wants:
		return y
	case !y.wants:
		return x
	case s.compareWaiting(x.dep, y.dep) < 0:
		return x
	}
	return y
}

// nextShort returns the first of those whose instances need no more than some memory, and
// of those that always try.
func (s *shard) nextShort(a *account, memory int64) (depIndex, bool) {
	t := &a.shortage
	n := len(t.order)
	end := sort.Search(n, func(i int) bool { return s.deps[t.order[i]].memory > memory })
	first := t.anyway[1]
	for from, to := n, n+end; from < to; from, to = from/2, to/2 {
		if from%2 == 1 {
			first = s.firstShort(first, t.wins[from])
			from++
		}
		if to%2 == 1 {
			to--
			first = s.firstShort(first, t.wins[to])
		}
	}
	return first.dep, first.wants
}

// mostRoom returns the MiB up to which an instance may find room; −1: none does.
func (a *account) mostRoom() int64 {
	if a.fleet > 0 && a.live >= a.fleet {
		return -1
	}
	if a.cluster == nil {
		return math.MaxInt64
	}
	return a.cluster.mostRoom()
}

// serveShort lets those try again for whom there is room: first whose first request has
// waited longest, last who wants an instance ahead. Each tries once, and waits again where
// there was too little for it.
func (s *shard) serveShort(a *account, now Time) {
	a.call = Never
	s.advanceShort(a, now)
	a.trying = true
	for a.shortage.count > 0 {
		k, ok := s.nextShort(a, a.mostRoom())
		if !ok {
			break
		}
		d := &s.deps[k]
		s.leaveShort(d)
		if !s.mayWake(d) && !s.fits(d) { // it might if it were not for its own idle ones
			s.joinShort(d)
			continue
		}
		s.fillFloor(d, now)
		s.dispatch(d, now)
	}
	a.trying = false
	for _, k := range a.again {
		s.joinShort(&s.deps[k])
	}
	a.again = a.again[:0]
	if a.isShort() {
		s.scanSoon(a)
	}
}
