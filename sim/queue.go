package sim

import "math/bits"

// class orders events of the same time.
type class uint64

const (
	classCompletion class = iota // a request leaves its instance
	classReady                   // an initialisation ends
	classArrival                 // the next invocation of the source; never in the queue
	classDeadline                // a waiting request gives up, or a ramp has a token again
	classPrewarm                 // a keep-alive policy's planned start
	classTick                    // a prewarm policy is asked
)

// event is something that is going to happen. Events are ordered by (at, key);
// key packs (class, function, ordinal), which is unique among pending events.
type event struct {
	at  Time
	key uint64
	ref uint32 // the instance, or the deployment
	gen uint32 // stale if it is not the referenced thing's generation any more; of a completion, its deployment
}

// Bits of event.key: 4 class, 28 function, 32 ordinal.
const (
	maxFunctions = 1 << 28
	classShift   = 60
)

func eventKey(c class, function, ordinal uint32) uint64 {
	return uint64(c)<<classShift | uint64(function)<<32 | uint64(ordinal)
}

func (e *event) class() class    { return class(e.key >> classShift) }
func (e *event) ordinal() uint32 { return uint32(e.key) }

// less is 1 where e comes before f, else 0. It takes no branch: which of two
// pending events comes first is not to be predicted. Times are ≥ 0.
func (e *event) less(f *event) int {
	_, borrow := bits.Sub64(e.key, f.key, 0)
	_, borrow = bits.Sub64(uint64(e.at), uint64(f.at), borrow)
	return int(borrow)
}

// queue is a 4-ary heap of events by value: with the tens of pending events
// that a function has it stays in the first-level cache.
type queue struct{ heap []event }

// due reports whether the next event comes before an arrival at the given time.
func (q *queue) due(arrival Time) bool {
	if len(q.heap) == 0 {
		return false
	}
	e := &q.heap[0]
	return e.at < arrival || e.at == arrival && e.class() < classArrival
}

func (q *queue) push(e event) { q.add(e.at, e.key, e.ref, e.gen) }

// add is push in registers, for the hot path.
func (q *queue) add(at Time, key uint64, ref, gen uint32) {
	n := len(q.heap)
	if n == cap(q.heap) {
		q.heap = append(q.heap, event{})
	}
	h := q.heap[:n+1]
	q.heap = h
	i := n
	for i > 0 {
		parent := (i - 1) / 4
		p := &h[parent]
		if p.at < at || p.at == at && p.key < key {
			break
		}
		h[i] = *p
		i = parent
	}
	e := &h[i]
	e.at, e.key, e.ref, e.gen = at, key, ref, gen
}

func (q *queue) pop() event {
	h := q.heap
	top := h[0]
	n := len(h) - 1
	last := &h[n]
	at, key, ref, gen := last.at, last.key, last.ref, last.gen
	h = h[:n]
	q.heap = h
	if n == 0 {
		return top
	}
	i := 0
	for {
		child := 4*i + 1
		if child >= n {
			break
		}
		least := child
		if child+3 < n {
			a := child + h[child+1].less(&h[child])
			b := child + 2 + h[child+3].less(&h[child+2])
			least = a + (b-a)*h[b].less(&h[a])
		} else {
			for c := child + 1; c < n; c++ {
				least += (c - least) * h[c].less(&h[least])
			}
		}
		l := &h[least]
		if at < l.at || at == l.at && key < l.key {
			break
		}
		h[i] = *l
		i = least
	}
	e := &h[i]
	e.at, e.key, e.ref, e.gen = at, key, ref, gen
	return top
}
