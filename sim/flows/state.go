package flows

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// kept is the state that an instance of a function has not got yet. What it serves
// meanwhile waits for it. It is gone once the state is there.
type kept struct {
	reader  ref   // the body that reads it
	waiting []ref // bodies that wait for it
}

// bodyState lets a body wait for the state of its instance; false where it is there.
func (a *actor) bodyState(i int32, f *Function, began *sim.Began) bool {
	k := a.states[began.Instance]
	if k == nil {
		if !began.First {
			return false
		}
		k = &kept{}
		a.states[began.Instance] = k
	}
	b := &a.bodies.items[i]
	b.instance = began.Instance
	if k.reader != 0 {
		b.stage = bodyAwaits
		k.waiting = append(k.waiting, a.bodies.ref(refBody, i))
		return true
	}
	a.stateReads(i, k)
	return true
}

// stateReads lets a body read the state of its instance.
func (a *actor) stateReads(i int32, k *kept) {
	b := &a.bodies.items[i]
	b.stage = bodyReads
	k.reader = a.bodies.ref(refBody, i)
	c := a.calls.at(b.call)
	a.bodyErrand(i, c, a.functions[c.function].reads, sim.MadeKey(c.key, stateChild, 0), a.now, a.now)
}

// stateRead is told that the state has been read, or could not be: then the request
// fails, and the next one tries.
func (a *actor) stateRead(i int32, w answer) {
	b := &a.bodies.items[i]
	k := a.states[b.instance]
	if w.errors != 0 {
		b.stage = bodyUses
		a.next.Leave(sim.Leave{Request: b.request, At: a.now, Status: sim.Failed})
		a.stateHanded(k)
		return
	}
	c := a.calls.at(b.call)
	ready := a.now + a.delay(a.g.Functions[c.function].State.Rebuild, drawState, c.key, c.attempt)
	delete(a.states, b.instance)
	a.bodyRuns(i, ready)
	for _, who := range k.waiting {
		if a.bodies.at(who) != nil {
			a.bodyRuns(who.place(), ready)
		}
	}
}

// stateLost is told that a body has ended that was reading its instance's state, or
// waiting for it.
func (a *actor) stateLost(i int32, b *body) {
	k := a.states[b.instance]
	if k == nil {
		return
	}
	if b.stage == bodyReads {
		a.stateHanded(k)
		return
	}
	k.waiting = slices.DeleteFunc(k.waiting, func(r ref) bool { return r.place() == i })
}

// stateHanded lets the next body that waits for a state read it.
func (a *actor) stateHanded(k *kept) {
	k.reader = 0
	for len(k.waiting) > 0 {
		next := k.waiting[0]
		k.waiting = k.waiting[1:]
		if a.bodies.at(next) != nil {
			a.stateReads(next.place(), k)
			return
		}
	}
}
