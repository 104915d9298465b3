package flows

import "github.com/coldcurve/coldcurve/sim"

// frame is a list of steps under way, at one of them.
type frame struct {
	exec    int32
	parent  int32 // frame whose step waits for this one; None
	sibling int32 // the next child of the same parent; None
	child   int32 // the first of its children; None
	step    int32
	key     uint64 // of the list; see keyOf
	round   uint32 // times that it went back in the list
	visits  uint32 // steps that it entered
	index   uint32 // which branch or item of its parent's step it is
	payload int64
	entered sim.Time // the step
	attempt uint16   // of the step
	tries   [maxRetriers]uint16
	left    int32 // children that have not ended
	next    int64 // item of a map that begins next
	items   int64
	failed  int64 // children that failed
	wait    waitFor
}

// maxRetriers is the most retriers of a step.
const maxRetriers = 8

// waitFor is what a frame waits for.
type waitFor uint8

const (
	waitsForAnswer waitFor = iota
	waitsToEnter           // the first step
	waitsToLeave           // what comes next
	waitsToRetry           // the next attempt
)

// newFrame makes a frame at the first step of a list.
func (a *actor) newFrame(exec, parent, first int32, key uint64, index uint32, payload int64) int32 {
	i := a.frames.take()
	a.frames.items[i] = frame{exec: exec, parent: parent, sibling: None, child: None, step: first, key: key, index: index, payload: payload}
	return i
}

// keyOf is the key of the step that a frame is at: where it stands, whenever it happens.
func (a *actor) keyOf(f *frame) uint64 { return sim.MadeKey(f.key, uint32(f.step), f.round) }

// enter begins the step that a frame is at.
func (a *actor) enter(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	f.entered, f.attempt, f.tries = a.now, 0, [maxRetriers]uint16{}
	f.visits++
	if x.lin.counted {
		a.counts.steps[f.step].Entered++
	}
	if s.Timeout > 0 {
		n := a.limits.take()
		a.limits.items[n] = stepLimit{a.frames.ref(refFrame, i), f.visits}
		a.wake(a.now+s.Timeout, a.keyOf(f), a.limits.ref(refTimeout, n))
	}
	a.try(i)
}

// try makes an attempt at the step that a frame is at.
func (a *actor) try(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	a.transition(x, s, f.attempt > 0)
	if x.lin.counted {
		a.counts.steps[f.step].Attempts++
	}
	f.wait = waitsForAnswer
	switch s.Kind {
	case CallStep:
		a.callStep(i)
	case ParallelStep:
		a.parallelStep(i)
	case MapStep:
		a.mapStep(i)
	case ChoiceStep:
		a.choiceStep(i)
	case WaitStep:
		a.leaveAt(i, a.now+a.delay(s.Wait, drawWait, a.keyOf(f), 0), s.Next)
	case PassStep:
		a.leaveStep(i, s.Next)
	case SucceedStep:
		a.leaveStep(i, None)
	case FailStep:
		a.failStep(i, OnFailed)
	default:
		panic("flows: a step of no kind")
	}
}

// leaveAt goes on with another step at a time.
func (a *actor) leaveAt(i int32, at sim.Time, next int32) {
	f := &a.frames.items[i]
	if at <= a.now {
		a.leaveStep(i, next)
		return
	}
	f.wait, f.next = waitsToLeave, int64(next)
	a.wake(at, a.keyOf(f), a.frames.ref(refFrame, i))
}

// frameDue goes on with what a frame has waited for.
func (a *actor) frameDue(who ref) {
	f := a.frames.at(who)
	if f == nil {
		return
	}
	switch i := who.place(); f.wait {
	case waitsToEnter:
		a.enter(i)
	case waitsToLeave:
		a.leaveStep(i, int32(f.next))
	case waitsToRetry:
		a.try(i)
	}
}

// leaveStep ends the step that a frame is at, well, and goes on with the next.
func (a *actor) leaveStep(i, next int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	f.payload = a.bytes(s.Output, f.payload, drawOutput, a.keyOf(f))
	x.payload = max(x.payload, f.payload)
	if x.lin.counted {
		t := &a.counts.steps[f.step]
		t.Succeeded++
		t.Time.record(a.now - f.entered)
	}
	a.goOn(i, next)
}

// goOn goes to another step of the list, or to its end.
func (a *actor) goOn(i, next int32) {
	f := &a.frames.items[i]
	if next == None {
		a.endFrame(i, answer{bytes: f.payload})
		return
	}
	if next <= f.step {
		f.round++
	}
	f.step = next
	a.enter(i)
}

// failStep ends an attempt at the step that a frame is at, badly.
func (a *actor) failStep(i int32, how Errors) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	for k := range s.Retry {
		r := &s.Retry[k]
		if r.On&how == 0 {
			continue
		}
		if int(f.tries[k]) >= r.Attempts {
			break // this retrier is used up; the others are not asked
		}
		wait := a.backoff(r, int(f.tries[k]), a.keyOf(f), f.attempt)
		f.tries[k]++
		f.attempt++
		f.wait = waitsToRetry
		if x.lin.counted {
			a.counts.steps[f.step].Retries++
		}
		a.wake(a.now+wait, a.keyOf(f), a.frames.ref(refFrame, i))
		return
	}
	caught := int32(None)
	for k := range s.Catch {
		if s.Catch[k].On&how != 0 {
			caught = s.Catch[k].Next
			break
		}
	}
	if x.lin.counted {
		t := &a.counts.steps[f.step]
		t.Failed++
		if caught != None {
			t.Caught++
		}
	}
	if caught != None {
		a.goOn(i, caught)
		return
	}
	a.endFrame(i, answer{errors: how})
}

// backoff is how long is waited before the n-th retry, from 0.
func (a *actor) backoff(r *Retry, n int, key uint64, attempt uint16) sim.Time {
	wait := float64(r.Interval)
	for range n {
		wait *= r.Rate
	}
	most := float64(sim.Longest)
	if r.Cap > 0 {
		most = float64(r.Cap)
	}
	wait = min(wait, most)
	if r.Full {
		wait *= a.uniform(drawJitter, key, attempt)
	}
	return sim.Time(wait)
}

// endFrame ends a list: of a flow, or of a branch or an item that another frame waits for.
func (a *actor) endFrame(i int32, w answer) {
	f := a.frames.items[i]
	a.frames.release(i)
	if f.parent == None {
		a.endExecution(f.exec, w)
		return
	}
	a.childEnded(f.parent, i, &f, w)
}

// cancel ends a frame and all below it without a word; what they have asked for goes on.
func (a *actor) cancel(i int32) {
	for c := a.frames.items[i].child; c != None; {
		next := a.frames.items[c].sibling
		a.cancel(c)
		c = next
	}
	f := &a.frames.items[i]
	if a.execs.items[f.exec].lin.counted {
		a.counts.steps[f.step].Cancelled++
	}
	a.frames.release(i)
}

// unlink takes an ended child from its parent's list.
func (a *actor) unlink(parent, child, sibling int32) {
	at := &a.frames.items[parent].child
	for *at != None && *at != child {
		at = &a.frames.items[*at].sibling
	}
	if *at == child {
		*at = sibling
	}
}

// cancelChildren cancels what a frame waits for.
func (a *actor) cancelChildren(i int32) {
	for c := a.frames.items[i].child; c != None; {
		next := a.frames.items[c].sibling
		a.cancel(c)
		c = next
	}
	a.frames.items[i].child, a.frames.items[i].left = None, 0
}

// stepLimit is the timeout of a step, while the frame has entered no other.
type stepLimit struct {
	frame  ref
	visits uint32
}

// stepTimeout ends a step that takes too long.
func (a *actor) stepTimeout(who ref) {
	l := *a.limits.at(who)
	a.limits.release(who.place())
	f := a.frames.at(l.frame)
	if f == nil || f.visits != l.visits {
		return
	}
	a.cancelChildren(l.frame.place())
	a.renew(l.frame.place())
	a.failStep(l.frame.place(), OnTimeout)
}

// renew makes what a frame has asked for, and its timers, stale.
func (a *actor) renew(i int32) { a.frames.gens[i]++ }

// transition counts a state that is entered, or tried again.
func (a *actor) transition(x *execution, s *Step, again bool) {
	e := &a.g.Flows[s.Flow].Engine
	n := e.Counts.of(s, again)
	x.transitions += uint64(n)
	if e.Transitions == None || n == 0 {
		return
	}
	cause := x.cause
	if again {
		cause = Again
	}
	meter := e.Transitions
	if e.External != None && s.Kind == CallStep {
		meter = e.External
	}
	a.counts.use(x.lin, s.Owner, cause, meter, int64(n))
}

// of is how many transitions a step counts as.
func (c *Counts) of(s *Step, again bool) int64 {
	if again {
		return int64(c.Retry)
	}
	if s.States >= 0 {
		return int64(s.States)
	}
	switch s.Kind {
	case CallStep, RouteStep, UseStep:
		return int64(c.Call)
	case ParallelStep:
		return int64(c.Parallel)
	case MapStep:
		return int64(c.Map)
	case ChoiceStep:
		return int64(c.Choice)
	case WaitStep:
		return int64(c.Wait)
	case SendStep:
		return int64(c.Send)
	case PassStep:
		return int64(c.Pass)
	case SucceedStep:
		return int64(c.Succeed)
	default:
		return int64(c.Fail)
	}
}
