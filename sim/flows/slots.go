package flows

import "github.com/coldcurve/coldcurve/sim"

// slotState is the workers of a scheduler: how many tasks run, and who waits for one.
type slotState struct {
	used int
	peak int // the most that ran and waited from the warm-up's end on
	line fifo[slotWait]
}

// slotWait is a frame that waits for a worker.
type slotWait struct {
	frame ref
	since sim.Time
}

// takeSlot takes a worker for a frame's call; where there is none the frame waits.
func (a *actor) takeSlot(slot, frame int32) bool {
	q := &a.slots[slot]
	if a.now >= a.g.Warmup {
		q.peak = max(q.peak, q.used+q.line.len()+1)
	}
	if q.used < a.plan.slots[slot].N {
		q.used++
		return true
	}
	q.line.push(slotWait{a.frames.ref(refFrame, frame), a.now})
	return false
}

// freeSlot gives a worker to the frame that has waited longest for one and still does.
func (a *actor) freeSlot(slot int32) {
	q := &a.slots[slot]
	for q.line.len() > 0 {
		w := q.line.pop()
		if f := a.frames.at(w.frame); f != nil {
			a.counts.waits(a.execs.items[f.exec].lin, a.plan.quotaOf(a.plan.slots[slot]), a.now-w.since)
			a.callNow(w.frame.place())
			return
		}
	}
	q.used--
}
