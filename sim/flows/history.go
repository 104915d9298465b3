package flows

// An execution of Step Functions keeps a history of events, which has a bound. What a
// state writes: that it was entered and left; of a task also that it was scheduled,
// that it started and how it ended, again for each retry; of a parallel and a map that
// they started and ended, and of an item that it started and ended. An execution
// writes that it started, and needs room for its end.
const (
	eventsOfExecution = 2
	eventsOfState     = 2
	eventsOfTask      = 3
	eventsOfChildren  = 2
	eventsOfItem      = 2
)

// eventsOf is how many events a step writes, when it is entered or tried again.
func eventsOf(s *Step, retry bool) int {
	n := eventsOfState
	if retry {
		n = 0
	}
	switch s.Kind {
	case CallStep, RouteStep, SendStep, UseStep:
		return n + eventsOfTask
	case ParallelStep, MapStep:
		return n + eventsOfChildren
	}
	return n
}

// overrun counts events of an execution, and ends one with too many. It reports whether
// it did.
func (a *actor) overrun(exec int32, events int) bool {
	x := &a.execs.items[exec]
	x.events += events
	if x.engine.Events == 0 || x.events+eventsOfExecution <= x.engine.Events {
		return false
	}
	a.stopExecution(exec, answer{errors: tooLarge})
	return true
}

// beyondSteps ends an execution in which so many more steps, as they are billed, would be
// more than the engine lets one have. It reports whether it did.
func (a *actor) beyondSteps(exec int32, more int64) bool {
	x := &a.execs.items[exec]
	if most := x.engine.MostSteps; most == 0 || x.transitions+uint64(more) <= uint64(most) {
		return false
	}
	a.stopExecution(exec, answer{errors: tooLarge})
	return true
}
