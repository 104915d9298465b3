package flows

// useNow lets the engine itself ask services, functions and flows, as a step.
func (a *actor) useNow(i int32, cause Cause) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	key := a.keyOf(f)
	a.errand(&errand{
		uses: s.Uses, to: a.frames.ref(refFrame, i), key: key, attempt: f.attempt, place: x.engine.Place,
		input: a.bytes(s.Input, f.payload, drawInput, key), records: f.records, lin: x.lin, cause: cause, until: a.now,
	}, a.now)
}
