package flows

import "github.com/coldcurve/coldcurve/sim"

// body is a request to an Open function that its instance serves: the state that is
// rebuilt, its own time, then what it uses. Its instance is busy, and billed, until
// the last is there. In a slot its own time is what it takes alone; where the requests
// of an instance share its processor, as long as the server says.
type body struct {
	request  sim.Handle
	call     ref
	errand   ref
	own      sim.Time // its own time
	until    sim.Time // what is later is not run ahead
	instance uint64   // whose state it rebuilds, or waits for
	stage    bodyStage
}

// bodyStage is what a body is at.
type bodyStage uint8

const (
	bodyUses     bodyStage = iota
	bodyReads              // the state
	bodyAwaits             // the state, which another reads
	bodyRests              // until what it has waited for is there
	bodyComputes           // in its instance's server
)

// began is told that the service of an Open function has begun.
func (a *actor) began(b *sim.Began) {
	c := a.calls.at(ref(b.Parent))
	if c == nil && a.g.Functions[b.Function].Shares { // nobody waits for it
		a.next.Compute(sim.Compute{Request: b.Request, Service: b.Service})
		return
	}
	if c == nil {
		a.next.Leave(sim.Leave{Request: b.Request, At: b.Now + b.Service, Status: sim.Completed})
		return
	}
	f := &a.g.Functions[c.function]
	i := a.bodies.take()
	c.body = i
	until := sim.Never
	if f.Timeout > 0 {
		until = b.Arrival + f.Timeout // of one that counts from the start less is run ahead
	}
	a.bodies.items[i] = body{request: b.Request, call: ref(b.Parent), own: b.Service, until: until}
	if f.State != nil && a.bodyState(i, f, b) {
		return
	}
	a.bodyRuns(i, a.now)
}

// bodyRuns begins the own time of a body, at a time, now or later.
func (a *actor) bodyRuns(i int32, at sim.Time) {
	b := &a.bodies.items[i]
	c := a.calls.at(b.call)
	if a.g.Functions[c.function].Shares {
		b.stage = bodyRests
		if at > a.now {
			a.wake(at, c.key, a.bodies.ref(refBody, i))
			return
		}
		a.bodyComputes(i)
		return
	}
	a.bodyUses(i, at+b.own)
}

// bodyDue goes on with a body whose time has come, if it is still there.
func (a *actor) bodyDue(who ref) {
	if b := a.bodies.at(who); b != nil && b.stage == bodyRests {
		a.bodyComputes(who.place())
	}
}

// bodyComputes begins the own time of a body in its instance's server.
func (a *actor) bodyComputes(i int32) {
	b := &a.bodies.items[i]
	b.stage = bodyComputes
	a.calls.at(b.call).since = a.now
	a.next.Compute(sim.Compute{Request: b.request, Service: b.own})
}

// computed is told that a body has had its own time.
func (a *actor) computed(e *sim.Computed) {
	c := a.calls.at(ref(e.Parent))
	if c == nil {
		a.next.Leave(sim.Leave{Request: e.Request, At: a.now, Status: sim.Completed})
		return
	}
	c.own = a.now - c.since
	a.bodyUses(c.body, a.now)
}

// bodyUses begins what a body uses, at a time, now or later.
func (a *actor) bodyUses(i int32, at sim.Time) {
	b := &a.bodies.items[i]
	b.stage = bodyUses
	c, until := a.calls.at(b.call), b.until
	a.bodyErrand(i, c, a.functions[c.function].uses, c.key, until, at)
}

// bodyErrand starts uses of a body at a time.
func (a *actor) bodyErrand(i int32, c *call, uses []Use, key uint64, until, at sim.Time) {
	e := errand{
		uses: uses, to: a.bodies.ref(refBody, i), key: key, attempt: c.attempt, place: a.g.Functions[c.function].Place,
		input: c.input, records: c.records, lin: c.lin, cause: c.cause, until: until,
	}
	me := a.newErrand(&e)
	a.bodies.items[i].errand = me // before it begins: what it has waited for may be there at once, and the next follow
	a.errandOn(me.place(), at)
}

// bodyAnswered is told how what a body has waited for ended, or will have ended at a time.
func (a *actor) bodyAnswered(who ref, at sim.Time, w answer) {
	b := a.bodies.at(who)
	if b == nil {
		return
	}
	if b.stage == bodyReads {
		a.stateRead(who.place(), w)
		return
	}
	status := sim.Completed
	if w.errors != 0 {
		status = sim.Failed
	}
	a.next.Leave(sim.Leave{Request: b.request, At: at, Status: status})
}

// bodyEnds forgets a body whose request has ended; what it has asked for goes on.
func (a *actor) bodyEnds(i int32) {
	b := a.bodies.items[i]
	a.bodies.release(i)
	if a.errands.at(b.errand) != nil {
		a.errands.release(b.errand.place())
	}
	if b.stage == bodyReads || b.stage == bodyAwaits {
		a.stateLost(i, &b)
	}
}

// functionState is what is worked out of a function before the run.
type functionState struct {
	uses  []Use // its own, and the writing of its state
	reads []Use // of its state
	sync  int32 // its quota of payloads of calls that somebody waits for; None
	async int32 // that of others
}

func newFunctionStates(g *Graph, p *plan) []functionState {
	all := make([]functionState, len(g.Functions))
	for i := range g.Functions {
		f := &g.Functions[i]
		all[i].uses = f.Uses
		all[i].sync, all[i].async = p.quotaOf(f.Sync), p.quotaOf(f.Async)
		if f.State == nil || f.State.Service == None {
			continue
		}
		state := Use{
			Service: f.State.Service, Op: f.State.Read, Function: None, Flow: None, SkipOnHit: None,
			Count: 1, Probability: 1, Size: fixedBytes(f.State.Size), Owner: f.Owner,
		}
		all[i].reads = []Use{state}
		if f.State.Save > 0 {
			state.Op, state.Probability = f.State.Write, f.State.Save
			all[i].uses = append(append([]Use(nil), f.Uses...), state)
		}
	}
	return all
}

// fixedBytes is a size that is always the same.
type fixedBytes int64

// Sample implements Bytes.
func (b fixedBytes) Sample(float64) int64 { return int64(b) }
