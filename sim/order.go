package sim

import (
	"cmp"
	"slices"
)

// Order is who is served first of the requests that wait: in the line of a deployment or
// of a node, and over the functions that the same limit, or want of room, holds back. Of
// equals it is who arrived first, and then by function. All but FIFO can let a request
// wait for ever while others come.
type Order uint8

// The orders.
const (
	FIFO              Order = iota // who came first
	ShortestExpected               // of the function whose services have taken the least on average
	EarliestDeadline               // whose client gives up first
	EarliestExpected               // who would have ended first on arrival: arrival and mean service
	ShortestWithStart              // whose start, as far as it needs one now, and service take the least on average
	MostFrequent                   // of the function whose requests have come the closest on each other on average
	Rarest                         // of the one whose have come the farthest apart; one that came once is the rarest
	numOrders         = iota
)

var orderNames = []string{"fifo", "shortest-expected", "earliest-deadline", "earliest-expected-end", "shortest-with-start", "most-frequent", "rarest"}

// String returns the word for the order in experiment files.
func (o Order) String() string { return orderNames[o] }

// UnmarshalText reads what String writes; any other word is an error.
func (o *Order) UnmarshalText(b []byte) error { return word(o, orderNames, b) }

// learns reports whether the order asks for how long requests have taken.
func (o Order) learns() bool {
	return o == ShortestExpected || o == EarliestExpected || o == ShortestWithStart
}

// counts reports whether it asks for how often they come.
func (o Order) counts() bool { return o == MostFrequent || o == Rarest }

// waiter is what a request that waits in an order other than FIFO is ordered by, from when
// it joins the line on.
type waiter struct {
	key, arrival Time
	tie          eventKey
	place        int32 // in the heap of its line
}

func (w *waiter) before(o *waiter) bool {
	switch {
	case w.key != o.key:
		return w.key < o.key
	case w.arrival != o.arrival:
		return w.arrival < o.arrival
	}
	return w.tie < o.tie
}

// waiterOf returns by what a request is ordered that waits.
func (s *shard) waiterOf(d *deployment, id requestID) waiter {
	r := &s.requests[id]
	w := waiter{key: r.Arrival, arrival: r.Arrival, tie: keyOf(kindArrival, r.Function, r.ordinal)}
	if d.platform.Order != FIFO {
		w.key = s.waiters[id].key
	}
	return w
}

// orderKey returns what a request that begins to wait is ordered by first.
func (s *shard) orderKey(d *deployment, id requestID) Time {
	r := &s.requests[id]
	p := &s.starts[r.fn].past
	switch d.platform.Order {
	case ShortestExpected:
		return p.services.mean()
	case EarliestDeadline:
		at := s.patienceEnd(r)
		if t := s.waitTimeout(d, r); t > 0 {
			at = min(at, after(r.Arrival, t))
		}
		return at
	case EarliestExpected:
		return after(r.Arrival, p.services.mean())
	case ShortestWithStart:
		return s.withStart(d, id)
	case MostFrequent:
		return p.came.mean()
	case Rarest:
		if p.came.n == 0 {
			return -Never
		}
		return -p.came.mean()
	}
	return r.Arrival
}

// joinLine puts a request into a line.
func (s *shard) joinLine(d *deployment, l *line, id requestID) {
	if d.platform.Order == FIFO {
		l.append(id)
		return
	}
	for len(s.waiters) <= int(id) {
		s.waiters = append(s.waiters, waiter{})
	}
	r := &s.requests[id]
	s.waiters[id] = waiter{key: s.orderKey(d, id), arrival: r.Arrival, tie: keyOf(kindArrival, r.Function, r.ordinal)}
	l.changes++
	l.ids = append(l.ids, id)
	s.rise(l.ids, len(l.ids)-1)
}

// dropFrom takes a request out of a line.
func (s *shard) dropFrom(d *deployment, l *line, id requestID) {
	if d.platform.Order == FIFO {
		l.remove(id)
		return
	}
	l.changes++
	n := len(l.ids) - 1
	i, last := int(s.waiters[id].place), l.ids[n]
	l.ids = l.ids[:n]
	if i == n {
		return
	}
	l.ids[i] = last
	s.waiters[last].place = int32(i)
	s.rise(l.ids, i)
	s.sink(l.ids, int(s.waiters[last].place))
}

// inOrder lists the requests of a line, the first one first.
func (s *shard) inOrder(l *line, o Order) []requestID {
	ids := slices.Clone(l.all())
	if o != FIFO {
		slices.SortFunc(ids, func(a, b requestID) int {
			if s.waiters[a].before(&s.waiters[b]) {
				return -1
			}
			return 1
		})
	}
	return ids
}

// rise moves the i-th of a heap of requests up to where it belongs.
func (s *shard) rise(heap []requestID, i int) {
	id := heap[i]
	w := &s.waiters[id]
	for i > 0 {
		parent := (i - 1) / 2
		p := &s.waiters[heap[parent]]
		if p.before(w) {
			break
		}
		heap[i], p.place = heap[parent], int32(i)
		i = parent
	}
	heap[i], w.place = id, int32(i)
}

// sink moves it down.
func (s *shard) sink(heap []requestID, i int) {
	id := heap[i]
	w := &s.waiters[id]
	for {
		child := 2*i + 1
		if child >= len(heap) {
			break
		}
		if child+1 < len(heap) && s.waiters[heap[child+1]].before(&s.waiters[heap[child]]) {
			child++
		}
		c := &s.waiters[heap[child]]
		if w.before(c) {
			break
		}
		heap[i], c.place = heap[child], int32(i)
		i = child
	}
	heap[i], w.place = id, int32(i)
}

// noWaiter is ordered behind all who wait.
func noWaiter() waiter { return waiter{key: Never, arrival: Never} }

// compare orders those of several lines: by key and arrival, and then as the caller says.
func (w waiter) compare(o waiter) int {
	return cmp.Or(cmp.Compare(w.key, o.key), cmp.Compare(w.arrival, o.arrival))
}
