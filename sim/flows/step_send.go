package flows

// sendStep sends messages, after the orchestrator's gap, and goes on when they are taken.
func (a *actor) sendStep(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	e := &a.g.Flows[s.Flow].Engine
	key := a.keyOf(f)
	cause := x.cause
	if f.attempt > 0 {
		cause = Again
	}
	p := parcel{send: s.Send, key: key, attempt: f.attempt, before: f.payload, from: e.Place, lin: x.lin, owner: s.Owner, cause: cause, to: a.frames.ref(refFrame, i)}
	wait := int64(0)
	if !x.first || f.attempt > 0 {
		wait = a.gap(e, f.payload, key, f.attempt)
	}
	x.first = false
	if wait == 0 {
		a.send(&p)
		return
	}
	n := a.parcels.take()
	a.parcels.items[n] = p
	a.wake(a.now+wait, key, a.parcels.ref(refParcel, n))
}

// parcelDue sends what waited for the orchestrator.
func (a *actor) parcelDue(who ref) {
	p := *a.parcels.at(who)
	a.parcels.release(who.place())
	if p.to.kind() == refFrame && a.frames.at(p.to) == nil {
		return // its step was cancelled
	}
	a.send(&p)
}
