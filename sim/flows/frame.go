package flows

import "github.com/coldcurve/coldcurve/sim"

// frame is a list of steps under way, at one of them.
type frame struct {
	exec    int32
	parent  int32 // frame whose step waits for this one; None
	before  int32 // the child of the same parent that was made after it; None
	sibling int32 // the one that was made before it; None
	child   int32 // the last of its children to be made; None
	step    int32
	key     uint64 // of the list
	stepKey uint64 // of the step that it is at; see keyOf
	serial  uint32 // tells it from others that have had its place; 0: it is gone
	turn    uint32 // attempts at steps that are over: a deadline of another turn does not matter
	loops   int32  // place in the actor's loops: how often it entered the steps that can be entered again; None
	index   uint32 // which branch or item of its parent's step it is
	payload int64
	records batch    // that its calls work on
	entered sim.Time // the step
	asked   sim.Time // when the attempt's call left the orchestrator
	spent   parts    // of the step's time, of attempts that have ended
	attempt uint16   // of the step
	tries   [MaxRetriers]uint16
	wait    waitFor
	in      bool // it has entered its step and not left it
	handed  bool // its payload is its children's
	fresh   bool // no call was made in its list, nor above it, so that the orchestrator's start is its gap
	billed  bool // something that an attempt at its step has asked for was
	again   bool // and that attempt was before this one, at its step or at one above it
	above   bool // as again, of the steps above it alone
	retried bool // a step above it is tried again, whatever was billed
	paid    bool // something that earlier steps of its list have asked for was billed
	path    path

	// While its step waits for children:
	left   int32 // that have begun and not ended
	next   int64 // item that begins next, or a step; see leaveAt
	items  int64
	failed int64
	sum    int64 // bytes that they returned
	inner  path  // of the one that ended last
}

// MaxRetriers is the most retriers that a step can have.
const MaxRetriers = 8

// parts are what a step's time was spent on; the rest of it is the orchestrator's,
// the network's and waits for retries.
type parts struct {
	waiting sim.Time // for an instance
	init    sim.Time // the part of that in initialisations
	service sim.Time // in functions' own time
	stores  sim.Time // for stores and callees
}

func (p *parts) add(q parts) {
	p.waiting += q.waiting
	p.init += q.init
	p.service += q.service
	p.stores += q.stores
}

// waitFor is what a frame waits for.
type waitFor uint8

const (
	waitsForAnswer   waitFor = iota
	waitsToEnter             // its first step, or the next one
	waitsToBegin             // an attempt that the engine's limit of transitions holds
	waitsToLeave             // what comes next
	waitsToRetry             // the next attempt
	waitsToCall              // until the orchestrator has made the call
	waitsForSlot             // of the engine
	waitsForCallback         // an answer from outside
	waitsForItems            // a list of a map's items
)

// newFrame makes a frame before the first step of a list.
func (a *actor) newFrame(exec, parent, first int32, key uint64, index uint32, payload int64) int32 {
	a.roomForFrame(exec, parent)
	i := a.frames.take()
	if a.serial++; a.serial == 0 {
		a.serial = 1
	}
	f := &a.frames.items[i]
	*f = frame{
		exec: exec, parent: parent, before: None, sibling: None, child: None, step: first, key: key, loops: None, index: index,
		payload: payload, serial: a.serial, turn: f.turn + 1, wait: waitsToEnter, fresh: true, path: noPath, inner: noPath,
	}
	if n := a.plan.counters[a.execs.items[exec].flow]; n > 0 {
		f.loops = a.newLoops(n)
	}
	a.carry(exec, payload)
	return i
}

// newLoops makes counters of the steps that a list may enter again.
func (a *actor) newLoops(n int32) int32 {
	i := a.loops.take()
	c := &a.loops.items[i]
	*c = append((*c)[:0], make([]uint32, n)...)
	return i
}

// dropFrame frees a frame.
func (a *actor) dropFrame(i int32) {
	f := &a.frames.items[i]
	f.serial = 0
	if f.loops != None {
		a.loops.free = append(a.loops.free, f.loops)
	}
	a.carry(f.exec, -f.payload)
	a.frames.release(i)
}

// carry counts the bytes of payload that an execution holds.
func (a *actor) carry(exec int32, bytes int64) {
	x := &a.execs.items[exec]
	x.carried += bytes
	x.most = max(x.most, x.carried)
}

// handDown counts a frame's payload as its children's.
func (a *actor) handDown(f *frame) {
	if !f.handed {
		f.handed = true
		a.carry(f.exec, -f.payload)
	}
}

// takeBack counts it as its own again.
func (a *actor) takeBack(f *frame) {
	if f.handed {
		f.handed = false
		a.carry(f.exec, f.payload)
	}
}

// keyOf is the key of the step that a frame is at: where it stands, whenever it happens.
func (a *actor) keyOf(f *frame) uint64 { return f.stepKey }

// visit counts an entry of the step that a frame is at, and returns how many there were.
func (a *actor) visit(f *frame) uint32 {
	k := a.plan.loops[f.step]
	if k == None {
		return 0
	}
	c := &a.loops.items[f.loops][k]
	*c++
	return *c - 1
}

// ready lets a frame enter its step after what happens now.
func (a *actor) ready(i int32) { a.readied = append(a.readied, a.frames.ref(refFrame, i)) }

// settle enters the steps that frames are ready for, and those that follow at once, in
// the order in which they became so.
func (a *actor) settle() {
	for k := 0; k < len(a.readied); k++ {
		if f := a.frames.at(a.readied[k]); f != nil {
			a.enter(a.readied[k].place())
		}
	}
	a.readied = a.readied[:0]
}

// enterAt lets a frame enter its step at a time.
func (a *actor) enterAt(i int32, at sim.Time) {
	f := &a.frames.items[i]
	f.wait = waitsToEnter
	if at <= a.now {
		a.ready(i)
		return
	}
	a.wake(at, f.key, a.frames.ref(refFrame, i))
}

// enter begins the step that a frame is at.
func (a *actor) enter(i int32) {
	f := &a.frames.items[i]
	x := &a.execs.items[f.exec]
	if x.root == i && x.entered == notYet {
		x.entered = a.now
	}
	f.stepKey = sim.MadeKey(f.key, a.plan.names[f.step], a.visit(f))
	f.entered, f.attempt, f.tries, f.spent, f.in, f.billed = a.now, 0, [MaxRetriers]uint16{}, parts{}, true, false
	if x.lin.counted {
		a.counts.steps[f.step].Entered++
	}
	a.attempt(i)
}

// attempt makes a transition, of a state that is entered or tried again, and begins it
// once the engine lets it.
func (a *actor) attempt(i int32) {
	f := &a.frames.items[i]
	x := &a.execs.items[f.exec]
	s := &a.g.Steps[f.step]
	a.stepped(x, f.step)
	n := x.engine.Counts.of(s, f.attempt > 0)
	if a.beyondSteps(f.exec, n) {
		return
	}
	a.transitions(f, n)
	if a.overrun(f.exec, eventsOf(s, f.attempt > 0)) {
		return
	}
	if at := a.admitted(x, n); at > a.now {
		f.wait = waitsToBegin
		a.wake(at, f.stepKey, a.frames.ref(refFrame, i))
		return
	}
	a.try(i)
}

// try makes an attempt at the step that a frame is at.
func (a *actor) try(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	if x.lin.counted {
		t := &a.counts.steps[f.step]
		if t.Attempts++; f.attempt > 0 {
			t.Retries++
		}
	}
	f.wait = waitsForAnswer
	f.asked = a.now
	f.again = f.above || f.billed
	if l := a.plan.stepLimit[f.step]; l != None {
		a.limit(l, i, a.now+a.plan.limits[l], false)
	}
	switch s.Kind {
	case CallStep, RouteStep, UseStep, SendStep:
		a.callStep(i)
	case ParallelStep:
		a.parallelStep(i)
	case MapStep:
		a.mapStep(i)
	case ChoiceStep:
		a.choiceStep(i)
	case WaitStep:
		a.leaveAt(i, a.now+a.state(i)+a.delay(s.Wait, drawWait, a.keyOf(f), 0), s.Next)
	case PassStep:
		a.leaveAt(i, a.now+a.state(i), s.Next)
	case SucceedStep:
		a.leaveAt(i, a.now+a.state(i), None)
	case FailStep:
		a.failStep(i, OnFailed)
	default:
		panic("flows: a step of no kind")
	}
}

// state is how long a state takes that calls nothing.
func (a *actor) state(i int32) sim.Time {
	f := &a.frames.items[i]
	return a.delay(a.execs.items[f.exec].engine.State, drawState, f.stepKey, f.attempt)
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
	case waitsToBegin:
		a.try(i)
	case waitsToLeave:
		a.leaveStep(i, int32(f.next))
	case waitsToRetry:
		a.attempt(i)
	case waitsToCall:
		a.call(i)
	case waitsForCallback:
		a.calledBack(i)
	}
}

// leaveStep ends the step that a frame is at, well, and goes on with the next.
func (a *actor) leaveStep(i, next int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	x := &a.execs.items[f.exec]
	if output := a.bytes(s.Output, f.payload, drawOutput, a.keyOf(f)); output != f.payload {
		a.carry(f.exec, output-f.payload)
		f.payload = output
	}
	if a.tooLarge(x, f.payload) {
		a.failStep(i, tooLarge)
		return
	}
	if x.lin.counted {
		a.counts.steps[f.step].Succeeded++
	}
	a.closeStep(i)
	a.goOn(i, next)
}

// closeStep counts the time of a step that has ended, well or not.
func (a *actor) closeStep(i int32) {
	f := &a.frames.items[i]
	x := &a.execs.items[f.exec]
	total := a.now - f.entered
	if x.lin.counted {
		t := &a.counts.steps[f.step]
		t.Time.record(total)
		t.Gap.Add(total - f.spent.waiting - f.spent.service - f.spent.stores)
		t.Waiting.Add(f.spent.waiting)
		t.Init.Add(f.spent.init)
		t.Service.Add(f.spent.service)
		t.Stores.Add(f.spent.stores)
	}
	a.extend(&f.path, f.step, total-f.inner.sum)
	a.through(&f.path, f.inner)
	f.inner = noPath
	f.in = false
	f.paid = f.paid || f.billed
	f.turn++
}

// goOn goes to another step of the list, or to its end.
func (a *actor) goOn(i, next int32) {
	f := &a.frames.items[i]
	if next == None {
		a.endFrame(i, answer{bytes: f.payload})
		return
	}
	f.step, f.wait = next, waitsToEnter
	a.ready(i)
}

// endFrame ends a list: of a flow, or of a branch or an item that another frame waits for.
func (a *actor) endFrame(i int32, w answer) {
	f := a.frames.items[i]
	root := a.execs.items[f.exec].root == i
	a.dropFrame(i)
	if root {
		if w.errors == tooLarge { // who waits for it only hears that it failed
			if x := &a.execs.items[f.exec]; x.lin.counted && !x.child {
				a.counts.flows[x.flow].Exceeded++
			}
			w.errors = OnFailed
		}
		child := a.execs.items[f.exec].child
		p := f.path
		if child {
			f.path, p = p, noPath
		}
		a.endExecution(f.exec, w, p)
	}
	if f.parent != None {
		a.childEnded(f.parent, &f, w)
	}
}

// cancel ends a frame and all below it without a word; what they have asked for goes on.
func (a *actor) cancel(i int32) {
	a.cancelChildren(i)
	asked := a.asks(&a.frames.items[i])
	a.cancelStep(i)
	f := a.frames.items[i]
	root := a.execs.items[f.exec].root == i
	if p := f.parent; p != None && (root || asked || f.paid || f.billed) {
		a.frames.items[p].billed = true
	}
	a.dropFrame(i)
	a.dropPath(f.path)
	if root { // a child of a distributed map
		a.endExecution(f.exec, answer{errors: OnFailed}, noPath)
	}
}

// asks reports whether a frame's step has asked for something that goes on.
func (a *actor) asks(f *frame) bool {
	if !f.in {
		return false
	}
	switch a.g.Steps[f.step].Kind {
	case CallStep, RouteStep, UseStep, SendStep:
		return f.wait == waitsForAnswer
	}
	return f.wait == waitsForItems
}

// cancelStep counts the step that a frame is at as cancelled.
func (a *actor) cancelStep(i int32) {
	f := &a.frames.items[i]
	if f.in && a.execs.items[f.exec].lin.counted {
		a.counts.steps[f.step].Cancelled++
	}
	f.in = false
	a.dropPath(f.inner)
	f.inner = noPath
}

// cancelChildren cancels what a frame waits for.
func (a *actor) cancelChildren(i int32) {
	for c := a.frames.items[i].child; c != None; {
		next := a.frames.items[c].sibling
		a.cancel(c)
		c = next
	}
	f := &a.frames.items[i]
	f.child, f.left = None, 0
	a.takeBack(f)
}

// stepTimeout ends an attempt that takes too long.
func (a *actor) stepTimeout(i int32) {
	f := &a.frames.items[i]
	if x := &a.execs.items[f.exec]; x.lin.counted {
		a.counts.steps[f.step].TimedOut++
	}
	if a.g.Steps[f.step].Kind == RouteStep && f.wait == waitsForAnswer {
		a.routeTimeout(f)
	}
	f.billed = true // what it has asked for goes on
	a.cancelChildren(i)
	a.waited(f)
	a.renew(i)
	a.failStep(i, OnTimeout)
}

// spend counts the time from when something was asked until its answer, now.
func (a *actor) spend(f *frame, w answer) {
	if !w.timed {
		a.waited(f)
		return
	}
	f.spent.add(w.parts)
	f.asked = a.now
}

// waited counts the time since an attempt's call was made as waiting for what it called.
func (a *actor) waited(f *frame) {
	f.spent.stores += max(0, a.now-f.asked)
	f.asked = a.now
}

// renew makes what a frame has asked for, and its timers, stale.
func (a *actor) renew(i int32) { a.frames.gens[i]++ }
