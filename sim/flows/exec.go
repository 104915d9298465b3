package flows

import "github.com/coldcurve/coldcurve/sim"

// execution is a flow under way.
type execution struct {
	flow        int32
	key         uint64
	lin         lineage
	cause       Cause
	to          ref // who waits for its end
	began       sim.Time
	root        int32 // frame
	transitions uint64
	events      int
	payload     int64 // the largest that was carried, where memory is billed
	first       bool  // nothing was called yet
}

// start is what is asked of a flow.
type start struct {
	flow  int32
	key   uint64
	at    sim.Time
	from  int32 // place
	input int64
	lin   lineage
	owner Owner
	cause Cause
	sync  bool
	to    ref
}

// execute starts an execution: its first state is entered after the orchestrator's start.
func (a *actor) execute(q *start) {
	f := &a.g.Flows[q.flow]
	e := &f.Engine
	i := a.execs.take()
	input := a.bytes(f.Input, q.input, drawInput, q.key)
	a.execs.items[i] = execution{flow: q.flow, key: q.key, lin: q.lin, cause: q.cause, to: q.to, began: q.at, payload: input, first: true}
	x := &a.execs.items[i]
	if x.lin.counted {
		a.counts.flows[q.flow].Started++
	}
	if e.Requests != None {
		a.counts.use(x.lin, f.Owner, x.cause, e.Requests, 1)
	}
	started := q.at + a.startOf(e, q)
	x.root = a.newFrame(i, None, f.First, q.key, 0, input)
	if t := a.timeoutOf(f); t > 0 {
		a.wake(q.at+t, q.key, a.execs.ref(refExec, i))
	}
	if started > a.now {
		a.frames.items[x.root].wait = waitsToEnter
		a.wake(started, q.key, a.frames.ref(refFrame, x.root))
		return
	}
	a.enter(x.root)
}

// startOf is how long the orchestrator takes until the first state.
func (a *actor) startOf(e *Engine, q *start) sim.Time {
	if q.sync && e.StartSync != nil {
		return a.delay(e.StartSync, drawStart, q.key, 0)
	}
	return a.delay(e.Start, drawStart, q.key, 0)
}

// timeoutOf is how long an execution may take; 0: for ever.
func (a *actor) timeoutOf(f *Flow) sim.Time {
	if f.Timeout > 0 && (f.Engine.Timeout == 0 || f.Timeout < f.Engine.Timeout) {
		return f.Timeout
	}
	return f.Engine.Timeout
}

// execTimeout ends an execution that takes too long.
func (a *actor) execTimeout(who ref) {
	if x := a.execs.at(who); x != nil {
		a.cancel(x.root)
		a.endExecution(who.place(), answer{errors: OnTimeout})
	}
}

// endExecution tells how an execution ended. Its frames are gone.
func (a *actor) endExecution(i int32, w answer) {
	x := a.execs.items[i]
	f := &a.g.Flows[x.flow]
	if x.lin.counted {
		t := &a.counts.flows[x.flow]
		t.Transitions += x.transitions
		switch {
		case w.errors == 0:
			t.Succeeded++
			t.Latency.record(a.now - x.began)
		case w.errors == OnTimeout:
			t.TimedOut++
		default:
			t.Failed++
		}
	}
	a.counts.execution(f, &x, a.now)
	a.execs.release(i)
	a.tell(x.to, w)
}
