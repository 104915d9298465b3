package sim

import "sort"

// ranks are the instances of a deployment that can take a request, where the
// reuse rule is LeastLoaded: a list for each number of requests that they have,
// in the order of use, so that who is next is found at once, and anyone leaves or
// joins without a search, but for those whose place an autoscaler changes.
type ranks struct {
	lists  [2][]ring // of wanted instances, and of those that are too many; see rankOf
	low    [2]int    // nothing is in a list before
	idle   int
	edge   uint32 // instances created from that ordinal on are too many
	uses   uint64
	listed []instanceID // by idlers
}

// The first lists; those of instances with n requests are at busyRank + n.
const (
	floorRank = iota // idle, of the provisioned floor
	idleRank
	busyRank = idleRank // + n
)

// ring is a list of instances through their seats.
type ring struct{ first, last instanceID }

// seat is the place of an instance in its deployment's ranks.
type seat struct {
	prev, next instanceID
	rank       int32 // of its list; −1: it is in none
	excess     bool  // of the lists of those that are too many
	used       uint64
}

// newSeat gives a new instance a seat, in no list yet.
func (s *shard) newSeat(id instanceID) {
	for len(s.seats) <= int(id) {
		s.seats = append(s.seats, seat{})
	}
	s.seats[id] = seat{rank: -1}
}

// settleRanks stops the idle instances whose time ended before now.
func (s *shard) settleRanks(d *deployment, now Time) {
	for _, id := range s.idlers(d.ranks, idleRank) {
		if until := s.instances[id].until; until < now {
			s.leaveRank(d, id)
			s.stop(d, id, until)
		} else {
			d.earliest = min(d.earliest, until)
		}
	}
}

// rankOf is the list that an instance belongs in.
func (s *shard) rankOf(in *instance) int {
	switch {
	case in.inUse > 0:
		return busyRank + int(in.inUse)
	case in.flags&Provisioned != 0:
		return floorRank
	}
	return idleRank
}

// join puts an instance into its list, as the one used last.
func (s *shard) join(d *deployment, id instanceID) {
	r, in := d.ranks, &s.instances[id]
	r.uses++
	st := &s.seats[id]
	st.used = r.uses
	st.excess = in.flags&Provisioned == 0 && s.births[id].ordinal >= r.edge
	s.insert(r, id, s.rankOf(in))
}

// insert puts an instance into a list, in the order of use.
func (s *shard) insert(r *ranks, id instanceID, rank int) {
	st := &s.seats[id]
	half := halfOf(st.excess)
	for len(r.lists[half]) <= rank {
		r.lists[half] = append(r.lists[half], ring{noInstance, noInstance})
	}
	l := &r.lists[half][rank]
	st.rank = int32(rank)
	st.prev, st.next = l.last, noInstance
	for st.prev != noInstance && s.seats[st.prev].used > st.used {
		st.prev, st.next = s.seats[st.prev].prev, st.prev
	}
	s.relink(l, st, id, id)
	r.low[half] = min(r.low[half], rank)
	if rank <= idleRank {
		r.idle++
	}
}

// leaveRank takes an instance out of its list, where it is in one.
func (s *shard) leaveRank(d *deployment, id instanceID) {
	st := &s.seats[id]
	if st.rank < 0 {
		return
	}
	r := d.ranks
	if st.rank <= idleRank {
		r.idle--
	}
	s.relink(&r.lists[halfOf(st.excess)][st.rank], st, st.next, st.prev)
	st.rank = -1
}

// relink makes the neighbours of a seat point at others: the one before it, and
// the start of the list, at after; the one behind it, and the end, at before.
func (s *shard) relink(l *ring, st *seat, after, before instanceID) {
	if st.prev == noInstance {
		l.first = after
	} else {
		s.seats[st.prev].next = after
	}
	if st.next == noInstance {
		l.last = before
	} else {
		s.seats[st.next].prev = before
	}
}

func halfOf(excess bool) int {
	if excess {
		return 1
	}
	return 0
}

// pickLeast takes the instance with the fewest requests, of several idle ones a
// provisioned one, of several the one used longest ago; one that is not wanted only
// where no other has room. One too old, or whose server refuses, is found again
// when a request of it has ended.
func (s *shard) pickLeast(d *deployment, rid requestID, now Time) (instanceID, bool) {
	r := d.ranks
	for half := range r.lists {
		for ; r.low[half] < len(r.lists[half]); r.low[half]++ {
			for {
				id := r.lists[half][r.low[half]].first
				if id == noInstance {
					break
				}
				s.leaveRank(d, id)
				if r.low[half] <= idleRank {
					s.takeIdle(d, id, rid, now)
					return id, true
				}
				if s.young(d, &s.instances[id], now) && (d.platform.Server == nil || s.offer(d, id, rid, now)) {
					return id, true
				}
			}
		}
	}
	return noInstance, false
}

// takeLastOfFloor takes the idle instance of the floor that was used last.
func (s *shard) takeLastOfFloor(d *deployment) (instanceID, bool) {
	lists := d.ranks.lists[halfOf(false)]
	if len(lists) <= floorRank || lists[floorRank].last == noInstance {
		return noInstance, false
	}
	id := lists[floorRank].last
	s.leaveRank(d, id)
	return id, true
}

// hasRoom reports whether an instance could take a request by its age.
func (s *shard) hasRoom(d *deployment, now Time) bool {
	r := d.ranks
	if r.idle > 0 {
		return true
	}
	for _, lists := range r.lists {
		for i := range lists {
			for id := lists[i].first; id != noInstance; id = s.seats[id].next {
				if s.young(d, &s.instances[id], now) {
					return true
				}
			}
		}
	}
	return false
}

// idlers lists the idle instances of the floor, or the other ones, in the order of
// use. Who stops one moves others between lists, so it is a copy.
func (s *shard) idlers(r *ranks, rank int) []instanceID {
	r.listed = r.listed[:0]
	for _, lists := range r.lists {
		if rank < len(lists) {
			for id := lists[rank].first; id != noInstance; id = s.seats[id].next {
				r.listed = append(r.listed, id)
			}
		}
	}
	return r.listed
}

// rewant moves the instances that are wanted now and were not, and those that are
// not any more.
func (s *shard) rewant(d *deployment) {
	r := d.ranks
	if r == nil {
		return
	}
	c, was := d.scaler, r.edge
	r.edge = ^uint32(0)
	if c.wanted < len(c.order) {
		r.edge = s.births[c.order[c.wanted]].ordinal
	}
	from, to := min(was, r.edge), max(was, r.edge)
	if from == to {
		return
	}
	i := sort.Search(len(c.order), func(i int) bool { return s.births[c.order[i]].ordinal >= from })
	for ; i < len(c.order) && s.births[c.order[i]].ordinal < to; i++ {
		id := c.order[i]
		st := &s.seats[id]
		if st.rank < 0 || s.instances[id].flags&Provisioned != 0 {
			continue // it is told when it joins, or always wanted
		}
		rank := int(st.rank)
		s.leaveRank(d, id)
		st.excess = r.edge == from
		s.insert(r, id, rank)
	}
}
