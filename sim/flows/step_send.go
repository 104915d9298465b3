package flows

// sendNow sends the messages of a frame's step, which goes on when they are taken.
func (a *actor) sendNow(i int32, cause Cause) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	a.send(&parcel{send: s.Send, key: a.keyOf(f), attempt: f.attempt, before: f.payload, from: x.engine.Place, lin: x.lin, owner: s.Owner, cause: cause,
		to: a.frames.ref(refFrame, i)})
}
