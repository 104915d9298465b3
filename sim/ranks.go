package sim

import (
	"slices"
	"sort"
)

// ranks are the instances of a deployment that can take a request, where the
// reuse rule is LeastLoaded: a list for each number of requests that they have,
// in the order of use, so that who is next is found at once, and anyone leaves or
// joins without a search, but for those whose place an autoscaler changes; and
// those that it does not want.
type ranks struct {
	lists  []ring       // of wanted instances; see rankOf
	low    int          // nothing is in a list before
	extras []instanceID // that are too many, the newest first
	idle   int
	edge   uint32 // instances created from that ordinal on are too many
	uses   uint64
	listed []instanceID // by idlers
}

// The first lists; those of instances with n requests are at busyRank + n.
const (
	noRank    = iota - 1
	floorRank // idle, of the provisioned floor
	idleRank
	busyRank = idleRank // + n
)

// ring is a list of instances through their seats.
type ring struct{ first, last instanceID }

// seat is the place of an instance in its deployment's ranks.
type seat struct {
	prev, next instanceID
	rank       int32 // noRank: it can take no request
	extra      bool  // it is, or was last, among the extras
	used       uint64
}

// newSeat gives a new instance a seat, in no list yet.
func (s *shard) newSeat(id instanceID) {
	for len(s.seats) <= int(id) {
		s.seats = append(s.seats, seat{})
	}
	s.seats[id] = seat{rank: noRank}
}

// settleRanks stops the idle instances whose time ended before now.
func (s *shard) settleRanks(d *deployment, now Time) {
	for _, id := range s.idlers(d.ranks, idleRank) {
		if until := s.instances[id].until; until < now {
			s.leaveRank(d, id)
			s.expires(d, id)
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

// join puts an instance where it is found, as the one used last.
func (s *shard) join(d *deployment, id instanceID) {
	r, in := d.ranks, &s.instances[id]
	r.uses++
	st := &s.seats[id]
	st.used = r.uses
	st.extra = in.flags&Provisioned == 0 && s.births[id].ordinal >= r.edge
	s.insert(r, id, s.rankOf(in))
}

// insert puts an instance into a list, in the order of use, or among the extras.
func (s *shard) insert(r *ranks, id instanceID, rank int) {
	st := &s.seats[id]
	st.rank = int32(rank)
	if rank <= idleRank {
		r.idle++
	}
	if st.extra {
		r.extras = slices.Insert(r.extras, s.extraAt(r, id), id)
		return
	}
	for len(r.lists) <= rank {
		r.lists = append(r.lists, ring{noInstance, noInstance})
	}
	l := &r.lists[rank]
	st.prev, st.next = l.last, noInstance
	for st.prev != noInstance && s.seats[st.prev].used > st.used {
		st.prev, st.next = s.seats[st.prev].prev, st.prev
	}
	s.relink(l, st, id, id)
	r.low = min(r.low, rank)
}

// extraAt is where an instance is among the extras, or would be.
func (s *shard) extraAt(r *ranks, id instanceID) int {
	return sort.Search(len(r.extras), func(i int) bool { return s.births[r.extras[i]].ordinal <= s.births[id].ordinal })
}

// leaveRank takes an instance away from where it is found, if it is there.
func (s *shard) leaveRank(d *deployment, id instanceID) {
	st, r := &s.seats[id], d.ranks
	if st.rank == noRank {
		return
	}
	if st.rank <= idleRank {
		r.idle--
	}
	if st.extra {
		i := s.extraAt(r, id)
		r.extras = slices.Delete(r.extras, i, i+1)
	} else {
		s.relink(&r.lists[st.rank], st, st.next, st.prev)
	}
	st.rank = noRank
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

// pickLeast takes the instance with the fewest requests, of several idle ones a
// provisioned one, of several the one used longest ago; where no wanted one has
// room the oldest of the others, so that the newest of them are left alone and
// stop. One too old, or whose server refuses, is found again when a request of it
// has ended.
func (s *shard) pickLeast(d *deployment, rid requestID, now Time) (instanceID, bool) {
	r := d.ranks
	for ; r.low < len(r.lists); r.low++ {
		for id := r.lists[r.low].first; id != noInstance; id = r.lists[r.low].first {
			if s.seated(d, id, rid, now) {
				return id, true
			}
		}
	}
	for len(r.extras) > 0 {
		if id := r.extras[len(r.extras)-1]; s.seated(d, id, rid, now) {
			return id, true
		}
	}
	return noInstance, false
}

// seated gives a request to an instance that can take one, if it will.
func (s *shard) seated(d *deployment, id instanceID, rid requestID, now Time) bool {
	idle := s.seats[id].rank <= idleRank
	s.leaveRank(d, id)
	if idle {
		s.takeIdle(d, id, rid, now)
		return true
	}
	return s.young(d, &s.instances[id], now) && (d.platform.Server == nil || s.offer(d, id, rid, now))
}

// takeLastOfFloor takes the idle instance of the floor that was used last.
func (s *shard) takeLastOfFloor(d *deployment) (instanceID, bool) {
	lists := d.ranks.lists
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
	young := func(id instanceID) bool { return s.young(d, &s.instances[id], now) }
	for i := range r.lists {
		for id := r.lists[i].first; id != noInstance; id = s.seats[id].next {
			if young(id) {
				return true
			}
		}
	}
	return slices.ContainsFunc(r.extras, young)
}

// idlers lists the idle instances of the floor, or the other ones. Who stops one
// moves others between lists, so it is a copy.
func (s *shard) idlers(r *ranks, rank int32) []instanceID {
	r.listed = r.listed[:0]
	if int(rank) < len(r.lists) {
		for id := r.lists[rank].first; id != noInstance; id = s.seats[id].next {
			r.listed = append(r.listed, id)
		}
	}
	for _, id := range r.extras {
		if s.seats[id].rank == rank {
			r.listed = append(r.listed, id)
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
		if st.rank == noRank || s.instances[id].flags&Provisioned != 0 {
			continue // it is told when it joins, or always wanted
		}
		rank := int(st.rank)
		s.leaveRank(d, id)
		st.extra = r.edge == from
		s.insert(r, id, rank)
	}
}
