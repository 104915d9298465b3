package flows

import "github.com/coldcurve/coldcurve/sim"

// callStep calls a function or a flow. The request is on its way after the orchestrator's gap.
func (a *actor) callStep(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	e := &a.g.Flows[s.Flow].Engine
	key := a.keyOf(f)
	input := a.bytes(s.Input, f.payload, drawInput, key)
	at := a.now
	if !x.first || f.attempt > 0 {
		at += a.gap(e, input, key, f.attempt)
	}
	x.first = false
	cause := x.cause
	if f.attempt > 0 {
		cause = Again
	}
	if s.Function == None {
		a.execute(&start{flow: s.SubFlow, key: key, at: at, from: e.Place, input: input, lin: x.lin, owner: s.Owner, cause: cause, sync: true, to: a.frames.ref(refFrame, i)})
		return
	}
	a.request(&ask{function: s.Function, key: key, attempt: f.attempt, at: at, from: e.Place, input: input, lin: x.lin, owner: s.Owner, cause: cause, to: a.frames.ref(refFrame, i)})
}

// frameAnswered is told how what a frame's step has asked for ended.
func (a *actor) frameAnswered(who ref, w answer) {
	f := a.frames.at(who)
	if f == nil {
		return
	}
	if w.errors != 0 {
		a.failStep(who.place(), w.errors)
		return
	}
	f.payload = w.bytes
	a.leaveStep(who.place(), a.g.Steps[f.step].Next)
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
