package sim

import (
	"cmp"
	"slices"
	"sort"
)

// shortage is the deployments of a platform that want an instance for which there is no
// room: a tournament over all of them, by how much memory one needs, so that whose first
// request waits longest is found among those for whom some room suffices without looking at
// the others.
type shortage struct {
	order []depIndex // of the platform, who needs less first
	leaf  []int32    // of a deployment of the shard: its place there
	wins  []short    // from 1 on, the first of 2i and 2i+1 in i; the second half is in the order above
	count int        // who is there
}

// short is a deployment that wants room, or nobody.
type short struct {
	dep   depIndex
	wants bool
}

// readyShortage makes a place for each deployment of a platform.
func (s *shard) readyShortage(a *account) {
	t := &a.shortage
	t.order, t.count = t.order[:0], 0
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
	t.wins = slices.Grow(t.wins[:0], 2*len(t.order))[:2*len(t.order)]
	clear(t.wins)
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
	s.setShort(a, d.local, true)
}

// leaveShort notes that it wants none.
func (s *shard) leaveShort(d *deployment) {
	d.short = false
	d.account.shortage.count--
	s.setShort(d.account, d.local, false)
}

// renewShort looks again by whom a deployment is ordered that wants room, when another of
// its requests is the first.
func (s *shard) renewShort(d *deployment) {
	if t := &d.account.shortage; t.wins[len(t.order)+int(t.leaf[d.local])].wants {
		s.setShort(d.account, d.local, true)
	}
}

func (s *shard) setShort(a *account, k depIndex, wants bool) {
	t := &a.shortage
	i := len(t.order) + int(t.leaf[k])
	t.wins[i] = short{k, wants}
	for i /= 2; i > 0; i /= 2 {
		t.wins[i] = s.firstShort(t.wins[2*i], t.wins[2*i+1])
	}
}

// firstShort returns whose first request waits longest; last is who wants an instance
// ahead.
func (s *shard) firstShort(x, y short) short {
	switch {
	case !x.wants:
		return y
	case !y.wants:
		return x
	case cmp.Or(s.waitsFirst(x.dep).compare(s.waitsFirst(y.dep)), cmp.Compare(x.dep, y.dep)) < 0:
		return x
	}
	return y
}

// nextShort returns the first of those whose instances need no more than some memory.
func (s *shard) nextShort(a *account, memory int64) (depIndex, bool) {
	t := &a.shortage
	n := len(t.order)
	end := sort.Search(n, func(i int) bool { return s.deps[t.order[i]].memory > memory })
	var first short
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
func (s *shard) mostRoom(a *account) int64 {
	if a.fleet > 0 && a.live >= a.fleet {
		return -1
	}
	if a.cluster == nil {
		return maxMemory
	}
	return a.cluster.mostRoom(s.platforms[a.platform].MilliGPU)
}

// mostRoom returns the most memory that a node has, or can have, for an instance with so
// much of a GPU.
func (c *cluster) mostRoom(milliGPU int64) int64 {
	most := int64(-1)
	for i := range c.nodes {
		if n := &c.nodes[i]; n.blocked == 0 && n.free.milliGPU+n.idle.milliGPU >= milliGPU {
			most = max(most, n.free.memory+n.idle.memory)
		}
	}
	return most
}

// serveShort lets those try again for whom there is room: first whose first request has
// waited longest, last who wants an instance ahead. Each tries once, and waits again where
// there was too little for it.
func (s *shard) serveShort(a *account, now Time) {
	a.call = Never
	s.advanceShort(a, now)
	a.trying = true
	for a.shortage.count > 0 {
		k, ok := s.nextShort(a, s.mostRoom(a))
		if !ok {
			break
		}
		d := &s.deps[k]
		s.leaveShort(d)
		if !s.fits(d) { // it might if it were not for its own idle ones
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
		if s.notOffered(a) {
			s.callShort(a, a.due)
		}
	}
}
