package flows

import "github.com/coldcurve/coldcurve/sim"

// execution is a flow under way, or a child of a distributed map.
type execution struct {
	flow        int32
	engine      *Engine
	key         uint64
	lin         lineage
	cause       Cause
	child       bool     // of a distributed map, whose frame its root answers to
	to          ref      // who waits for its end
	from        int32    // where that is
	back        sim.Time // see start
	owner       Owner    // of the call that asked for it
	began       sim.Time // when it was started
	entered     sim.Time // its first state
	root        int32    // frame
	states      int32    // its engine's quota of transitions; None
	payload     int32    // that of payloads; None
	transitions uint64
	steps       int   // entered, or tried again
	events      int   // of its history
	carried     int64 // bytes of payload in its frames
	most        int64 // the most that these were
	live        bool
	records     batch
}

// start is what is asked of a flow.
type start struct {
	flow    int32
	key     uint64
	attempt uint16 // of who starts it again after a failure, or delivers it again
	at      sim.Time
	from    int32    // place
	back    sim.Time // of an answer on its way to it, without what its bytes take
	input   int64
	records batch // that its calls work on, where what started it is a batch
	lin     lineage
	owner   Owner
	cause   Cause
	sync    bool // who starts it waits for its end
	begun   bool // who starts it is told when it has been taken, and of nothing later
	to      ref
}

// execute asks for an execution: what is asked goes to where its orchestrator is.
func (a *actor) execute(q *start) {
	place := a.g.Flows[q.flow].Engine.Place
	if q.from == place {
		a.reaches(q)
		return
	}
	way := a.trip(q.from, place, q.draws(), 0)
	a.leaves(way.there, q.input, q.lin, q.owner, q.cause)
	q.at += way.out(q.input)
	q.back = way.half()
	a.reaches(q)
}

// reaches starts an execution whose orchestrator is asked, at its time.
func (a *actor) reaches(q *start) {
	if q.at > a.now {
		a.startAt(q.at, q)
		return
	}
	f := &a.g.Flows[q.flow]
	if most := a.plan.payload[q.flow]; !a.fits(most, a.inputOfFlow(q)) { // its service does not take it
		a.counts.refuses(q.lin, RefusedFlow, q.flow, most)
		a.startRefused(q, answer{errors: OnFailed, turned: true})
		return
	}
	if b := a.plan.starts[q.flow]; b != None && !(q.sync && f.Engine.StartsAsync) && !a.allows(b, 1) {
		a.counts.refuses(q.lin, RefusedFlow, q.flow, b)
		if q.lin.counted {
			a.counts.flows[q.flow].Throttled++
		}
		a.startRefused(q, answer{errors: OnThrottled})
		return
	}
	if q.begun {
		a.later(a.now+q.back, q.key, q.to, answer{})
		a.goesOn(q.lin, q.records)
		q.sync, q.to = false, refNobodyRef
	}
	if r := a.plan.room[q.flow]; r != None {
		w := &a.waiting[r]
		if a.now >= a.g.Warmup {
			w.peak = max(w.peak, w.live+w.line.len()+1)
		}
		if w.live >= f.Engine.Concurrent.N {
			a.roomForStart(q.flow)
			a.hold(q.records)
			i := a.delayed.take()
			a.delayed.items[i] = *q
			w.line.push(i)
			return
		}
		w.live++
	}
	a.begin(q)
}

// startRefused tells who starts a flow that its service has refused that.
func (a *actor) startRefused(q *start, w answer) {
	if q.to != 0 {
		a.later(a.now+q.back, q.key, q.to, w)
	} else {
		a.untold(q.lin, q.records, w.errors)
	}
}

// draws is the key of what an execution draws: of one that is started again anew.
func (q *start) draws() uint64 {
	if q.attempt > 0 {
		return sim.MadeKey(q.key, again, uint32(q.attempt))
	}
	return q.key
}

// inputOfFlow is the size of an execution's input.
func (a *actor) inputOfFlow(q *start) int64 {
	return a.bytes(a.g.Flows[q.flow].Input, q.input, drawInput, q.draws())
}

// waitingStarts are the starts of flows that wait until an execution of one of them ends.
type waitingStarts struct {
	live int
	peak int // the most under way and waiting from the warm-up's end on
	line fifo[int32]
}

// startAt starts an execution later.
func (a *actor) startAt(at sim.Time, q *start) {
	a.roomForStart(q.flow)
	a.hold(q.records)
	i := a.delayed.take()
	a.delayed.items[i] = *q
	a.wake(at, q.key, a.delayed.ref(refStart, i))
}

// startDue starts an execution whose time has come.
func (a *actor) startDue(who ref) {
	q := *a.delayed.at(who)
	a.delayed.release(who.place())
	a.reaches(&q)
	a.drop(q.records)
}

// begin begins an execution: its first state is entered after the orchestrator's start.
func (a *actor) begin(q *start) {
	f := &a.g.Flows[q.flow]
	e := &f.Engine
	key, input := q.draws(), a.inputOfFlow(q)
	if q.lin.counted {
		a.counts.flows[q.flow].Started++
	}
	a.beside(f.Beside, key, 0, e.Place, input, q.lin, q.cause, a.now)
	i := a.newExecution(execution{flow: q.flow, engine: e, states: a.plan.states[q.flow], payload: a.plan.payload[q.flow], key: key, lin: q.lin, cause: q.cause, to: q.to, from: q.from, back: q.back, owner: q.owner, began: q.at, records: q.records})
	a.hold(q.records)
	root := a.newFrame(i, None, f.First, key, 0, input)
	a.execs.items[i].root = root
	a.frames.items[root].records = q.records
	if l := a.plan.flowLimit[q.flow]; l != None {
		a.limit(l, root, a.now+a.plan.limits[l], true)
	}
	d := e.Start
	if q.sync && e.StartSync != nil {
		d = e.StartSync
	}
	from := a.now
	if p := a.plan.poll[q.flow]; p != None {
		from = a.heard(p, key)
	}
	a.enterAt(root, from+a.delay(d, drawStart, key, 0))
}

// again is the step that the keys of what is started again are made with; the names
// of steps are hashes.
const again = 0

// notYet is when a first state is entered that was not.
const notYet = -1

// newExecution counts an execution's start.
func (a *actor) newExecution(x execution) int32 {
	i := a.execs.take()
	x.live, x.entered = true, notYet
	a.execs.items[i] = x
	f := &a.g.Flows[x.flow]
	a.counts.use(x.lin, f.Owner, x.cause, x.engine.Requests, 1)
	return i
}

// stopExecution ends an execution that is under way; what its calls have begun goes on.
func (a *actor) stopExecution(i int32, w answer) {
	root := a.execs.items[i].root
	a.cancelChildren(root)
	a.cancelStep(root)
	a.endFrame(root, w)
}

// endExecution tells how an execution ended. Its frames are gone.
func (a *actor) endExecution(i int32, w answer, p path) {
	x := a.execs.items[i]
	f := &a.g.Flows[x.flow]
	a.bill(f, &x)
	if x.lin.counted {
		t := &a.counts.flows[x.flow]
		t.Transitions += x.transitions
		if !x.child {
			a.lingers(&t.Quarters, x.began, true)
		}
		switch {
		case x.child:
		case w.errors == 0:
			t.Succeeded++
			t.Latency.record(a.now - x.began)
			if q := a.quarter(&t.Quarters, x.began); q != nil {
				q.add(a.now - x.began)
			}
			a.countPath(p)
		case w.errors == OnTimeout:
			t.TimedOut++
		default:
			t.Failed++
		}
	}
	a.dropPath(p)
	a.execs.items[i].live = false
	a.execs.release(i)
	if x.child {
		a.drop(x.records)
		return
	}
	if x.to == refNobodyRef {
		a.untold(x.lin, x.records, w.errors)
	}
	a.drop(x.records)
	if r := a.plan.room[x.flow]; r != None {
		a.nextStart(r)
	}
	if w.errors&OnThrottled != 0 { // something within it was turned away, not its start
		w.errors = OnFailed
	}
	w.billed = true
	a.flowAnswers(&x, w)
}

// flowAnswers lets the answer of an execution go back to who waits for it. Of one that has
// failed there is no payload.
func (a *actor) flowAnswers(x *execution, w answer) {
	place := x.engine.Place
	if x.from == place || x.to == refNobodyRef {
		a.tell(x.to, w)
		return
	}
	home, back := a.wayTo(place, x.from), x.back
	if w.errors == 0 {
		back += bounded(home.PerByte * float64(w.bytes))
		a.leaves(home, w.bytes, x.lin, x.owner, x.cause)
	}
	a.tellAt(a.now+back, x.key, x.to, w)
}

// nextStart begins the execution that has waited longest for another's end.
func (a *actor) nextStart(room int32) {
	w := &a.waiting[room]
	if w.line.len() == 0 {
		w.live--
		return
	}
	i := w.line.pop()
	q := a.delayed.items[i]
	a.delayed.release(i)
	a.counts.waits(q.lin, a.plan.rooms[room], a.now-q.at)
	a.begin(&q)
	a.drop(q.records)
}
