package sim

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
	gen uint32 // stale if it is not the referenced thing's generation any more
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

func (e *event) before(f *event) bool {
	return e.at < f.at || e.at == f.at && e.key < f.key
}

// queue is a 4-ary heap of events by value: with the tens of pending events
// that a function has it stays in the first-level cache.
type queue struct{ heap []event }

func (q *queue) push(e event) {
	q.heap = append(q.heap, e)
	h := q.heap
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(&h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
}

func (q *queue) pop() event {
	h := q.heap
	top := h[0]
	last := h[len(h)-1]
	h = h[:len(h)-1]
	q.heap = h
	n := len(h)
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
		for c := child + 1; c < min(child+4, n); c++ {
			if h[c].before(&h[least]) {
				least = c
			}
		}
		if !h[least].before(&last) {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = last
	return top
}
