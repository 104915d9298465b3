package sim

import "sort"

// shelfKind is one of a deployment's shelves, on which the instances are that can take a
// request. An instance is on one of them at most.
type shelfKind uint8

const (
	noShelf shelfKind = iota
	idleShelf
	floorShelf
	openShelf
	warmingShelf
	numShelves
)

// nodeSeat is where an instance is found among those of its deployment on its node.
type nodeSeat struct {
	shelved    uint64     // its turn to come to its shelf
	prev, next instanceID // of its node there
	shelf      shelfKind
}

// newShelves are shelves that nobody is on.
func newShelves() (r [numShelves]ring) {
	for k := range r {
		r[k] = ring{noInstance, noInstance}
	}
	return r
}

// shelf returns one of a deployment's shelves.
func (d *deployment) shelf(k shelfKind) *shelf {
	switch k {
	case idleShelf:
		return &d.idle
	case floorShelf:
		return &d.floor
	case openShelf:
		return &d.open
	}
	return &d.warming
}

// sorts reports whether a shelf is in the order of creation, and not in that in which
// instances came there.
func (d *deployment) sorts(k shelfKind) bool {
	return d.platform.byCreation && !d.bound && (k == idleShelf || k == openShelf)
}

// putOn puts an instance on a shelf, behind all others.
func (s *shard) putOn(d *deployment, k shelfKind, id instanceID) {
	d.shelf(k).append(id)
	if d.balanced {
		s.index(d, k, id)
	}
}

// takeOff takes an instance off a shelf, and reports whether it was there.
func (s *shard) takeOff(d *deployment, k shelfKind, id instanceID) bool {
	h := d.shelf(k)
	if !d.balanced {
		return h.drop(id)
	}
	if s.nodeSeats[id].shelf != k {
		return false
	}
	h.cut(s.placeOf(d, k, id))
	s.unindex(d, id)
	return true
}

// index lists an instance that came to a shelf last among those of its node there, where
// requests are sent to nodes.
func (s *shard) index(d *deployment, k shelfKind, id instanceID) {
	cl, l := d.cluster, &s.nodeSeats[id]
	cl.shelved++
	l.shelf, l.shelved = k, cl.shelved
	r := &cl.shelves[s.lodgers[id].clones][k]
	after, before := r.last, noInstance
	if d.sorts(k) {
		for ordinal := s.births[id].ordinal; after != noInstance && s.births[after].ordinal > ordinal; {
			after, before = s.nodeSeats[after].prev, after
		}
	}
	l.prev, l.next = after, before
	s.neighbours(r, l, id, id)
}

// unindex notes that an instance is on no shelf.
func (s *shard) unindex(d *deployment, id instanceID) {
	l := &s.nodeSeats[id]
	if l.shelf == noShelf {
		return
	}
	s.neighbours(&d.cluster.shelves[s.lodgers[id].clones][l.shelf], l, l.next, l.prev)
	l.shelf = noShelf
}

// neighbours makes those beside an instance on its node point at others: the one before
// it, and the start of the list, at after; the one behind it, and the end, at before.
func (s *shard) neighbours(r *ring, l *nodeSeat, after, before instanceID) {
	if l.prev == noInstance {
		r.first = after
	} else {
		s.nodeSeats[l.prev].next = after
	}
	if l.next == noInstance {
		r.last = before
	} else {
		s.nodeSeats[l.next].prev = before
	}
}

// placeOf finds an indexed instance on its shelf.
func (s *shard) placeOf(d *deployment, k shelfKind, id instanceID) int {
	a := d.shelf(k).all()
	if d.sorts(k) {
		ordinal := s.births[id].ordinal
		return sort.Search(len(a), func(i int) bool { return s.births[a[i]].ordinal >= ordinal })
	}
	at := s.nodeSeats[id].shelved
	return sort.Search(len(a), func(i int) bool { return s.nodeSeats[a[i]].shelved >= at })
}

// takeOn takes the instance of a node off a shelf that the reuse rule names: the last
// there, or the first.
func (s *shard) takeOn(d *deployment, k shelfKind, clones uint32, fromStart bool) (instanceID, bool) {
	r := &d.cluster.shelves[clones][k]
	id := r.last
	if fromStart {
		id = r.first
	}
	if id == noInstance {
		return noInstance, false
	}
	s.takeOff(d, k, id)
	return id, true
}

// cut takes out the instance in a place, and moves those before it or behind it,
// whichever are fewer; of a short shelf those behind, so that it does not wander.
func (s *shelf) cut(i int) {
	a := s.all()
	if len(a) > 64 && i < len(a)/2 {
		copy(a[1:i+1], a[:i])
		s.takeFirst()
		return
	}
	copy(a[i:], a[i+1:])
	s.ids = s.ids[:len(s.ids)-1]
}
