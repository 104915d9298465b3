package flows

import "github.com/coldcurve/coldcurve/sim"

// deadlines are the timeouts of one length, in the order in which they were set, which
// is that in which they come: only the first has a timer, and most are gone before it.
type deadlines struct {
	list  fifo[deadline]
	armed bool
}

// deadline is when what a frame does has taken too long.
type deadline struct {
	at    sim.Time
	key   uint64
	frame ref
	turn  uint32 // of the frame, while which it holds; of an execution: its root's serial
	whole bool   // of the execution whose root the frame is
}

// limit sets a timeout on what a frame does, or on the execution whose root it is.
func (a *actor) limit(which, frame int32, at sim.Time, whole bool) {
	f := &a.frames.items[frame]
	d := deadline{at, f.stepKey, a.frames.ref(refFrame, frame), f.turn, whole}
	if whole {
		d.key, d.turn = f.key, f.serial
	}
	a.deadlines[which].list.push(d)
	a.arm(which)
}

// holds reports whether a deadline still matters.
func (a *actor) holds(d *deadline) bool {
	if d.whole { // the generation of a root changes when a step of it fails, its serial does not
		return a.frames.items[d.frame.place()].serial == d.turn
	}
	f := a.frames.at(d.frame)
	return f != nil && f.turn == d.turn
}

// arm sets a timer for the first deadline that matters.
func (a *actor) arm(which int32) {
	q := &a.deadlines[which]
	for q.list.len() > 0 && !a.holds(q.list.first()) {
		q.list.pop()
	}
	if q.armed || q.list.len() == 0 {
		return
	}
	q.armed = true
	d := q.list.first()
	a.wake(d.at, d.key, makeRef(refDeadline, which, 0))
}

// deadlineDue ends what has taken too long.
func (a *actor) deadlineDue(who ref) {
	which := who.place()
	q := &a.deadlines[which]
	q.armed = false
	for q.list.len() > 0 && q.list.first().at <= a.now {
		d := q.list.pop()
		switch i := d.frame.place(); {
		case !a.holds(&d):
		case d.whole:
			a.stopExecution(a.frames.items[i].exec, answer{errors: OnTimeout})
		default:
			a.stepTimeout(i)
		}
		q = &a.deadlines[which]
	}
	a.arm(which)
}

// fifo is a queue in a ring.
type fifo[T any] struct {
	items []T
	head  int
	n     int
}

func (q *fifo[T]) len() int  { return q.n }
func (q *fifo[T]) first() *T { return &q.items[q.head] }

func (q *fifo[T]) push(x T) {
	if q.n == len(q.items) {
		grown := make([]T, max(8, 2*len(q.items)))
		for k := range q.n {
			grown[k] = q.items[(q.head+k)&(len(q.items)-1)]
		}
		q.items, q.head = grown, 0
	}
	q.items[(q.head+q.n)&(len(q.items)-1)] = x
	q.n++
}

func (q *fifo[T]) pop() T {
	x := q.items[q.head]
	if q.head++; q.head == len(q.items) {
		q.head = 0
	}
	q.n--
	return x
}
