package flows

import "github.com/coldcurve/coldcurve/sim"

// call is a request at a function that was made and has not ended.
type call struct {
	to       ref // who waits for it
	lin      lineage
	function int32
	owner    Owner
	cause    Cause
	from     int32 // place of who called
	key      uint64
	attempt  uint16
	input    int64
	asked    sim.Time // when it was made
	way      trip
	body     int32 // None
	slot     int32 // see ask
	records  batch
	each     bool // its records fail each for themselves: the caller draws which
	poison   bool // it fails at its end, whichever attempt
	async    bool // nobody waits for its answer

	// Of a function that shares its instance's processor: since when it has computed,
	// and how long it did.
	since, own sim.Time
}

// ask is what a caller asks of a function.
type ask struct {
	function int32
	key      uint64
	attempt  uint16
	at       sim.Time // when the request leaves its caller, now or later
	from     int32    // place
	input    int64
	records  batch
	each     bool
	poison   bool
	async    bool // its answer goes to nobody who waits for it
	notice   bool // it only tells where its input is: that is not in it
	unsized  bool // nobody has said how large its input is, so that no limit of payloads is asked
	lin      lineage
	owner    Owner
	cause    Cause
	slot     int32 // 1 + that of its engine's workers that it takes; 0: none
	to       ref
}

// request makes a request at a function; what becomes of it is told to who asks.
func (a *actor) request(q *ask) {
	f := &a.g.Functions[q.function]
	a.roomForCall(q.function)
	i := a.calls.take()
	way := a.trip(q.from, f.Place, q.key, q.attempt)
	carried := q.carried()
	a.leaves(way.there, carried, q.lin, q.owner, q.cause)
	there := way.out(carried)
	a.calls.items[i] = call{
		to: q.to, lin: q.lin, function: q.function, owner: q.owner, cause: q.cause, from: q.from, key: q.key, attempt: q.attempt,
		input: q.input, asked: q.at, way: way, body: None, records: q.records, each: q.each, poison: q.poison, async: q.async, slot: q.slot,
	}
	if !q.unsized && a.callTooLarge(q, carried) {
		a.callFails(i, q, q.at+there+way.in(0), answer{errors: OnFailed, turned: true})
		return
	}
	if after, out := a.functionOut(q.function, q.at+there, q.key, q.attempt); out {
		a.callFails(i, q, q.at+there+after+way.in(0), answer{errors: OnFailed})
		return
	}
	a.hold(q.records)
	a.under[q.function]++
	counting := sim.NotCounted
	if q.lin.counted {
		counting = sim.Counted
	}
	a.next.Arrive(sim.Arrival{
		Invocation: sim.Invocation{Arrival: q.at + there, Service: a.ownTime(f, q), Function: uint32(q.function)},
		Key:        q.key, Attempt: q.attempt, Parent: uint64(a.calls.ref(refCall, i)), Counts: counting,
	})
}

// noticeBytes is the size of what only tells of something: of an object that was written,
// or of records that were given up, who, where and why (AWS: the event of S3, and the
// on-failure destinations of streams).
const noticeBytes = 1 << 10

// carried is the size of a call itself.
func (q *ask) carried() int64 {
	if q.notice {
		return noticeBytes
	}
	return q.input
}

// callTooLarge reports whether a function's platform does not take a call for its payload,
// and counts that.
func (a *actor) callTooLarge(q *ask, bytes int64) bool {
	quota := a.functions[q.function].sync
	if q.async {
		quota = a.functions[q.function].async
	}
	if a.fits(quota, bytes) {
		return false
	}
	a.counts.refuses(q.lin, RefusedFunction, q.function, quota)
	return true
}

// callFails ends a call that no instance was asked for; its caller knows at a time.
func (a *actor) callFails(i int32, q *ask, at sim.Time, w answer) {
	a.calls.release(i)
	if q.slot > 0 {
		a.freeSlot(q.slot - 1)
	}
	if q.to == refNobodyRef {
		a.untold(q.lin, q.records, w.errors)
	}
	a.tellAt(at, q.key, q.to, w)
}

// ownTime is how long a call takes on a warm instance without what it waits for: at most
// sim.Longest, which the kernel counts.
func (a *actor) ownTime(f *Function, q *ask) sim.Time {
	t := a.draw(f.Base, drawService, q.key, q.attempt)
	if f.PerRecord != nil && q.records.n > 0 {
		for k := range q.records.n {
			t = min(t+a.draw(f.PerRecord, drawRecord, a.recordKey(q.records, q.key, k), q.attempt), sim.Longest)
		}
	} else if f.PerRecord != nil {
		t += a.draw(f.PerRecord, drawRecord, q.key, q.attempt)
	}
	t += bounded(f.PerByte * float64(q.input))
	if f.Factor > 0 {
		t = bounded(float64(t) * f.Factor)
	}
	return min(t+a.draw(f.Add, drawOverhead, q.key, q.attempt), sim.Longest)
}

// ended is the end of a request: it answers to its call.
func (a *actor) ended(e *sim.End) {
	r := ref(e.Parent)
	c := a.calls.at(r)
	if c == nil {
		return
	}
	f := &a.g.Functions[c.function]
	if e.Status == sim.Unfinished { // the run is over
		a.counts.call(c, e, false)
		a.forgetCall(r.place())
		return
	}
	if c.body != None && a.bodies.items[c.body].stage == bodyComputes { // it is cut off
		c.own = e.Now - c.since
	}
	w := answer{bytes: a.bytes(f.Output, c.input, drawOutput, c.key), parts: f.parts(c, e), timed: true, billed: e.Started}
	switch e.Status {
	case sim.Completed:
		if !c.async && f.Output != nil && !a.fits(a.functions[c.function].sync, w.bytes) {
			a.counts.refuses(c.lin, RefusedFunction, c.function, a.functions[c.function].sync)
			w.errors = OnFailed
		} else if c.poison || f.Error > 0 && !c.each && a.uniform(drawError, c.key, c.attempt) < f.Error {
			w.errors = OnFailed
		}
	case sim.TimedOut, sim.Abandoned:
		w.errors = OnTimeout
	case sim.Rejected:
		w.errors = OnThrottled
	default:
		w.errors = OnFailed
	}
	a.counts.call(c, e, w.errors != 0)
	if c.to == refNobodyRef {
		a.untold(c.lin, c.records, w.errors)
	}
	sent := w.bytes
	if w.errors != 0 {
		sent = 0
	}
	a.leaves(c.way.back, sent, c.lin, c.owner, c.cause)
	to, key, back, slot := c.to, c.key, c.way.in(sent), c.slot
	a.forgetCall(r.place())
	if slot > 0 {
		a.freeSlot(slot - 1)
	}
	a.tellAt(e.Now+back, key, to, w)
}

// forgetCall ends a call: its request has ended.
func (a *actor) forgetCall(i int32) {
	c := &a.calls.items[i]
	if c.body != None {
		a.bodyEnds(c.body)
	}
	a.under[c.function]--
	a.drop(c.records)
	a.calls.release(i)
}

// parts are what the time of a request went to: what a function that waits for others
// does beside its own work is theirs.
func (f *Function) parts(c *call, e *sim.End) parts {
	if !e.Started {
		return parts{waiting: e.Now - e.Arrival, init: min(e.Init, e.Now-e.Arrival)}
	}
	busy := max(0, min(e.End, e.Now)-e.Start)
	p := parts{waiting: e.Start - e.Arrival, init: e.Init, service: busy}
	if len(f.Uses) > 0 || f.State != nil {
		own := e.Service
		if f.Shares {
			own = c.own
		}
		p.service = min(busy, own)
		p.stores = busy - p.service
	}
	return p
}

// recordKey is what draws for the k-th record of a call are keyed by.
func (a *actor) recordKey(b batch, key uint64, k int32) uint64 {
	if b.set == None {
		return sim.MadeKey(key, again, uint32(k))
	}
	return a.sets.items[b.set].keys[k]
}

// pending is an answer that is on its way back.
type pending struct {
	to ref
	w  answer
}

// later gives an answer at a time.
func (a *actor) later(at sim.Time, key uint64, to ref, w answer) {
	i := a.answers.take()
	a.answers.items[i] = pending{to, w}
	a.wake(at, key, a.answers.ref(refAnswer, i))
}

// answerDue gives an answer whose time has come.
func (a *actor) answerDue(who ref) {
	p := *a.answers.at(who)
	a.answers.release(who.place())
	a.tell(p.to, p.w)
}
