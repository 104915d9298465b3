package flows

// useStep lets the engine itself ask services, functions and flows, as a step.
func (a *actor) useStep(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	key := a.keyOf(f)
	cause := x.cause
	if f.attempt > 0 {
		cause = Again
	}
	e := errand{
		uses: s.Uses, to: a.frames.ref(refFrame, i), key: key, attempt: f.attempt, place: a.g.Flows[s.Flow].Engine.Place,
		input: a.bytes(s.Input, f.payload, drawInput, key), lin: x.lin, cause: cause, until: a.now,
	}
	a.errand(&e, a.now)
}
