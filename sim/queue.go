package sim

import "math/bits"

// kind is what an event does. Its order is that of events of the same time.
type kind uint64

const (
	kindNode    kind = iota // a node fails, drains or is back
	kindLeave               // a request leaves its slot
	kindServer              // a server model changes by itself
	kindBegin               // a service begins that an actor will end, on an instance that has initialised for it
	kindReady               // an initialisation ends
	kindArrival             // a request arrives; never in the queue, but read from the source, or among the later
	kindTimer               // an actor's timer, among the later
	kindGiveUp              // a waiting request gives up
	kindRoom                // a fleet or a cluster may have room again
	kindToken               // a ramp has a token again
	kindStage               // an idle instance is paused or demoted
	kindPlanned             // a keep-alive policy's planned start
	kindTick                // a prewarm policy is asked
	kindScale               // a scaling policy is
	kindScan                // the autoscaler of the nodes looks
)

// event is something that is going to happen. Events are ordered by (at, key);
// key packs (kind, function, ordinal), which is unique among pending events
// but for a stale one and the one that replaced it.
type event struct {
	at  Time
	key eventKey
	ref uint32     // the place of what it is about: see request, instance and deployment
	gen generation // of that place
}

// eventKey orders the events of one time.
type eventKey uint64

// Bits of an eventKey: 4 kind, 28 function, 32 ordinal.
const (
	maxFunctions = 1 << 28
	kindShift    = 60
)

// keyOf makes a key. The function is a workload's index, not a shard's.
func keyOf(k kind, function, ordinal uint32) eventKey {
	return eventKey(k)<<kindShift | eventKey(function)<<32 | eventKey(ordinal)
}

func (k eventKey) kind() kind       { return kind(k >> kindShift) }
func (k eventKey) function() uint32 { return uint32(k>>32) & (maxFunctions - 1) }

func (e *event) request() requestID   { return requestID(e.ref) }  // of kindLeave, kindBegin, kindGiveUp
func (e *event) instance() instanceID { return instanceID(e.ref) } // of kindServer, kindReady, kindStage
func (e *event) deployment() depIndex { return depIndex(e.ref) }   // of kindToken, kindPlanned, kindTick, kindScale

// less is 1 where e comes before f, else 0. It takes no branch: which of two
// pending events comes first is not to be predicted. Times are ≥ 0.
func (e *event) less(f *event) int {
	_, borrow := bits.Sub64(uint64(e.key), uint64(f.key), 0)
	_, borrow = bits.Sub64(uint64(e.at), uint64(f.at), borrow)
	return int(borrow)
}

// queue is a 4-ary heap of events by value: with the tens of pending events
// that a function has it stays in the first-level cache.
type queue struct{ heap []event }

// due reports whether the next event comes before what has the key at the time.
func (q *queue) due(at Time, key eventKey) bool {
	if len(q.heap) == 0 {
		return false
	}
	e := &q.heap[0]
	return e.at < at || e.at == at && e.key < key
}

func (q *queue) push(e event) { q.add(e.at, e.key, e.ref, e.gen) }

// add is push in registers, for the hot path.
func (q *queue) add(at Time, key eventKey, ref uint32, gen generation) {
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
