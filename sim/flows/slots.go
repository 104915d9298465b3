package flows

// slotState is the workers of a scheduler: how many tasks run, and who waits for one.
type slotState struct {
	used int
	line fifo[ref] // frames
}

// takeSlot takes a worker for a frame's call; where there is none the frame waits.
func (a *actor) takeSlot(slot, frame int32) bool {
	q := &a.slots[slot]
	if q.used < a.plan.slots[slot].N {
		q.used++
		return true
	}
	q.line.push(a.frames.ref(refFrame, frame))
	return false
}

// freeSlot gives a worker to the frame that has waited longest for one and still does.
func (a *actor) freeSlot(slot int32) {
	q := &a.slots[slot]
	for q.line.len() > 0 {
		who := q.line.pop()
		if a.frames.at(who) != nil {
			a.callNow(who.place())
			return
		}
	}
	q.used--
}
