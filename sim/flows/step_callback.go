package flows

// awaitCallback waits for an answer from outside after a call. One that never comes is
// waited for until no heartbeat has come for too long, where the step wants them, or
// until the step, or the execution, times out; else for ever.
func (a *actor) awaitCallback(i int32) {
	f := &a.frames.items[i]
	c := a.g.Steps[f.step].Callback
	f.wait = waitsForCallback
	key := a.keyOf(f)
	at := a.now + a.delay(c.After, drawAnswer, key, f.attempt)
	if a.uniform(drawCallback, key, f.attempt) < c.Never {
		if c.Heartbeat == 0 {
			return
		}
		at = a.now + c.Heartbeat
	}
	a.wake(at, key, a.frames.ref(refFrame, i))
}

// calledBack is told the answer from outside, or that no heartbeat came. One uniform
// tells the three ways apart: below Never, then Failed of what is left.
func (a *actor) calledBack(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	c := s.Callback
	a.waited(f)
	switch u := a.uniform(drawCallback, a.keyOf(f), f.attempt); {
	case u < c.Never:
		if x := &a.execs.items[f.exec]; x.lin.counted {
			a.counts.steps[f.step].TimedOut++
		}
		a.failStep(i, OnTimeout)
	case u < c.Never+(1-c.Never)*c.Failed:
		a.failStep(i, OnFailed)
	default:
		a.leaveStep(i, s.Next)
	}
}
