package flows

import "github.com/coldcurve/coldcurve/sim"

// callStep asks what a step calls: a function or a flow, one of several, or services,
// after the orchestrator's gap.
func (a *actor) callStep(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	input := a.bytes(s.Input, f.payload, drawInput, a.keyOf(f))
	if a.tooLarge(x, input) {
		a.failStep(i, tooLarge)
		return
	}
	at := a.now
	if !f.fresh || f.attempt > 0 {
		at += a.gap(x.engine, input, a.keyOf(f), f.attempt)
	}
	f.fresh = false
	if t := x.engine.Tick; t > 0 { // the scheduler looks at what is to be done now and then
		at = up(at, t)
	}
	if at > a.now {
		f.wait = waitsToCall
		a.wake(at, a.keyOf(f), a.frames.ref(refFrame, i))
		return
	}
	a.call(i)
}

// call makes the call that a frame's step is, if the engine has a slot for it.
func (a *actor) call(i int32) {
	f := &a.frames.items[i]
	if slot := a.plan.slot[a.execs.items[f.exec].flow]; slot != None && a.g.Steps[f.step].Kind == CallStep && a.g.Steps[f.step].Function != None {
		if !a.takeSlot(slot, i) {
			f.wait = waitsForSlot
			return
		}
	}
	a.callNow(i)
}

// callNow makes the call.
func (a *actor) callNow(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	key := a.keyOf(f)
	input := a.bytes(s.Input, f.payload, drawInput, key)
	cause := f.askCause(x)
	to := a.frames.ref(refFrame, i)
	f.wait, f.asked = waitsForAnswer, a.now
	a.messages(f)
	switch s.Kind {
	case RouteStep:
		a.routeStep(i)
		return
	case UseStep:
		a.useNow(i, cause)
		return
	case SendStep:
		a.sendNow(i, cause)
		return
	}
	from, lin, attempt, records, async := x.engine.Place, x.lin, f.attempt, f.records, s.Async
	if async {
		to, f.paid = refNobodyRef, true
		a.goesOn(lin, records)
	}
	if s.Function == None {
		a.execute(&start{flow: s.SubFlow, key: sim.MadeKey(key, again, 0), attempt: attempt, at: a.now, from: from, input: input, records: records, lin: lin, owner: s.Owner, cause: cause, sync: !async, to: to})
	} else {
		a.request(&ask{function: s.Function, key: key, attempt: attempt, at: a.now, from: from, input: input, records: records, lin: lin, owner: s.Owner, cause: cause, slot: a.plan.slot[x.flow] + 1, async: async, to: to})
	}
	if async {
		a.leaveStep(i, s.Next)
	}
}

// frameAnswered is told how what a frame's step has asked for ended.
func (a *actor) frameAnswered(who ref, w answer) {
	f := a.frames.at(who)
	if f == nil {
		return
	}
	f.billed = f.billed || w.billed
	i := who.place()
	s := &a.g.Steps[f.step]
	a.spend(f, w)
	if w.errors != 0 {
		a.failStep(i, w.errors)
		return
	}
	if f.wait == waitsForItems {
		a.mapItems(i)
		return
	}
	a.carry(f.exec, w.bytes-f.payload)
	f.payload = w.bytes
	if s.Callback != nil {
		a.awaitCallback(i)
		return
	}
	a.leaveStep(i, s.Next)
}

// gap is the time of the orchestrator from one task's end to the next one's start.
func (a *actor) gap(e *Engine, payload int64, key uint64, attempt uint16) sim.Time {
	if len(e.Gap) == 0 {
		return 0
	}
	u := a.uniform(drawGap, key, attempt)
	k := 0
	for k < len(e.Gap)-1 && e.Gap[k+1].Payload <= payload {
		k++
	}
	low := e.Gap[k].Delay.Sample(u)
	if k == len(e.Gap)-1 || payload <= e.Gap[k].Payload {
		return low
	}
	part := float64(payload-e.Gap[k].Payload) / float64(e.Gap[k+1].Payload-e.Gap[k].Payload)
	return low + sim.Time(part*float64(e.Gap[k+1].Delay.Sample(u)-low))
}
