package flows

import "github.com/coldcurve/coldcurve/sim"

// errand is a list of uses that somebody waits for: each after the one before it,
// and how often its count says, one after the other or all at the same time.
//
// What is known when it begins, a call of a service without a limit, is run ahead:
// its time is added, and no event is made. It is run ahead up to until, after which
// who waits may be gone. What is not known is begun by an event at its time. Both
// ways give the same times and counts.
//
// The first failure that comes ends the errand; what it had asked for goes on.
type errand struct {
	uses    []Use
	to      ref
	key     uint64
	attempt uint16
	place   int32
	input   int64
	records batch
	lin     lineage
	cause   Cause
	until   sim.Time
	bare    bool      // see opAsk
	by      principal // who asks the service that it comes before,
	op      int32     // and for what

	use  int32 // under way
	turn turn
	left int32 // calls of it that are under way

	billed bool // some of what it has asked for
}

// turn is a place in the calls of a use: the k-th of n for a record.
type turn struct {
	record int32
	k, n   int32
	drawn  bool
}

// once is one call of a use.
type once struct {
	key    uint64
	record uint64
}

// errand starts uses at a time, now or later; it tells q.to how they ended.
func (a *actor) errand(q *errand, at sim.Time) {
	a.errandOn(a.newErrand(q).place(), at)
}

// newErrand makes an errand that has not begun. The ref names it until it has ended,
// which may be as soon as it begins.
func (a *actor) newErrand(q *errand) ref {
	i := a.errands.take()
	a.errands.items[i] = *q
	return a.errands.ref(refUse, i)
}

// errandOn goes on with an errand at a time, now or later.
func (a *actor) errandOn(i int32, at sim.Time) {
	for {
		e := &a.errands.items[i]
		if int(e.use) >= len(e.uses) {
			a.errandEnds(i, at, 0)
			return
		}
		u := &e.uses[e.use]
		if !a.more(e, u) {
			e.use++
			e.turn = turn{}
			continue
		}
		if !a.ahead(e, u) || at >= e.until {
			if at > a.now {
				a.wake(at, e.key, a.errands.ref(refUse, i))
				return
			}
			if !a.ahead(e, u) {
				a.errandAsks(i)
				return
			}
		}
		var errors Errors
		if at, errors = a.runAhead(e, u, at); errors != 0 && !u.Optional {
			a.errandEnds(i, at, errors)
			return
		}
	}
}

// ahead reports whether the time of a use's calls is known before they are made.
func (a *actor) ahead(e *errand, u *Use) bool {
	return u.Service != None && e.until > a.now && a.known(u.Service, u.Op)
}

// runAhead makes the next call of a use at a time, or all that are made at the same
// time: when they have ended, or the first has failed, and how.
func (a *actor) runAhead(e *errand, u *Use, at sim.Time) (sim.Time, Errors) {
	ends, failed, errors := at, sim.Never, Errors(0)
	for {
		o := operation{opAsk: a.operationOf(e, u, a.next1(e, u))}
		end, how := a.operateAhead(&o, at)
		e.billed = e.billed || o.billed || o.charged
		if how != 0 && !u.Optional {
			if end < failed {
				failed, errors = end, how
			}
		}
		ends = max(ends, end)
		if !u.Parallel {
			break
		}
		if !a.more(e, u) {
			break
		}
	}
	if errors != 0 {
		return failed, errors
	}
	return ends, 0
}

// errandAsks makes the next call of a use now, or all that are made at the same time.
func (a *actor) errandAsks(i int32) {
	e := &a.errands.items[i]
	u := &e.uses[e.use]
	me := a.errands.ref(refUse, i)
	if !u.Parallel {
		c := a.next1(e, u)
		e.left = 1
		copied := *e
		a.ask(&copied, u, c, me)
		return
	}
	var calls []once // not the actor's: what is asked may ask in turn
	for a.more(e, u) {
		calls = append(calls, a.next1(e, u))
	}
	e.left = int32(len(calls))
	copied := *e
	for _, c := range calls { // one that fails at once ends the errand, not those beside it
		a.ask(&copied, u, c, me)
	}
}

// errandDue goes on with an errand whose time has come.
func (a *actor) errandDue(who ref) {
	if e := a.errands.at(who); e != nil && !a.errandLeft(who, e) {
		a.errandOn(who.place(), a.now)
	}
}

// errandLeft forgets an errand whose step has been cancelled.
func (a *actor) errandLeft(who ref, e *errand) bool {
	left := e.to.kind() == refFrame && a.frames.at(e.to) == nil
	if left {
		a.errands.release(who.place())
	}
	return left
}

// errandAnswered is told how a call of an errand's use ended.
func (a *actor) errandAnswered(who ref, w answer) {
	e := a.errands.at(who)
	if e == nil || a.errandLeft(who, e) {
		return
	}
	e.billed = e.billed || w.billed
	u := &e.uses[e.use]
	if w.errors != 0 && !u.Optional {
		a.errandEnds(who.place(), a.now, w.errors)
		return
	}
	if e.left--; e.left == 0 {
		a.errandOn(who.place(), a.now)
	}
}

// errandEnds tells how an errand ended, at a time.
func (a *actor) errandEnds(i int32, at sim.Time, errors Errors) {
	e := &a.errands.items[i]
	if errors != 0 {
		a.notFetched(e)
	}
	to, key, w := e.to, e.key, answer{errors: errors, bytes: e.input, billed: e.billed}
	if to.kind() == refBody {
		a.errands.release(i)
		a.bodyAnswered(to, at, w)
		return
	}
	a.errands.release(i)
	a.tellAt(at, key, to, w)
}

// tellAt gives an answer at a time, now or later.
func (a *actor) tellAt(at sim.Time, key uint64, to ref, w answer) {
	if at > a.now {
		a.later(at, key, to, w)
		return
	}
	a.tell(to, w)
}

// ask makes one call of a use, now.
func (a *actor) ask(e *errand, u *Use, c once, me ref) {
	switch {
	case u.Service != None:
		v := a.operationOf(e, u, c)
		v.to = me
		a.operate(&v)
	case u.Function != None:
		a.request(&ask{
			function: u.Function, key: c.key, attempt: e.attempt, at: a.now, from: e.place, input: a.inputOf(u, a.sizeOf(e, u, c)), unsized: u.Size == nil,
			lin: e.lin, owner: u.Owner, cause: e.causeOf(u), to: me,
		})
	case u.Flow != None:
		a.execute(&start{flow: u.Flow, key: c.key, attempt: e.attempt, at: a.now, from: e.place, input: a.inputOf(u, a.sizeOf(e, u, c)), lin: e.lin, owner: u.Owner, cause: e.causeOf(u), sync: true, to: me})
	default:
		a.sendUse(e, u, c, me)
	}
}

// operationOf is one call of a service.
func (a *actor) operationOf(e *errand, u *Use, c once) opAsk {
	return opAsk{
		service: u.Service, op: u.Op, key: c.key, attempt: e.attempt, from: e.place, bytes: a.inputOf(u, a.sizeOf(e, u, c)), unsized: u.Size == nil, record: c.record,
		lin: e.lin, owner: u.Owner, cause: e.causeOf(u), bare: e.bare,
	}
}

// inputOf is the size of what a use carries. Where nobody has said it, it is its caller's
// input, of which no more goes along than what is called takes.
func (a *actor) inputOf(u *Use, bytes int64) int64 {
	switch {
	case u.Size != nil:
		return bytes
	case u.Service != None:
		return a.atMost(a.services[u.Service].most[u.Op], bytes)
	case u.Function != None:
		return a.atMost(a.functions[u.Function].sync, bytes)
	case u.Flow != None:
		return a.atMost(a.plan.payload[u.Flow], bytes)
	}
	return bytes
}

// sizeOf is the size of one call: absent the input, or a record's part of it.
func (a *actor) sizeOf(e *errand, u *Use, c once) int64 {
	input := e.input
	if u.PerRecord && e.records.n > 1 {
		input /= int64(e.records.n)
	}
	return a.bytes(u.Size, input, drawSize, c.key)
}

func (e *errand) causeOf(u *Use) Cause {
	if u.Overhead {
		return overheadOf(e.cause)
	}
	return e.cause
}

// more moves to the next call of the use under way; false where there is none.
func (a *actor) more(e *errand, u *Use) bool {
	t := &e.turn
	for {
		if t.drawn && t.k < t.n {
			return true
		}
		if t.drawn {
			t.record++
		}
		if t.record >= a.recordsOf(e, u) {
			return false
		}
		base, _ := a.baseOf(e, u, t.record)
		t.k, t.n, t.drawn = 0, a.countOf(e, e.use, base), true
	}
}

// next1 is the call that more has moved to.
func (a *actor) next1(e *errand, u *Use) once {
	base, record := a.baseOf(e, u, e.turn.record)
	k := uint32(e.turn.k)
	e.turn.k++
	return once{sim.MadeKey(base, uint32(e.use), k), record}
}

// recordsOf is how many records a use is made for: one where it is made once an invocation.
func (a *actor) recordsOf(e *errand, u *Use) int32 {
	if u.PerRecord && e.records.n > 0 {
		return e.records.n
	}
	return 1
}

// baseOf is what the calls of a use are keyed below: a record's key, or the request's.
func (a *actor) baseOf(e *errand, u *Use, record int32) (base, of uint64) {
	if u.PerRecord && e.records.n > 0 {
		k := a.recordKey(e.records, e.key, record)
		return sim.MadeKey(k, recordChild, 0), k
	}
	return e.key, e.lin.record
}

// countOf is how often the use of an index is made below a key: not at all where its
// probability or a hit says so, else its count, with the part after the point as a
// probability.
func (a *actor) countOf(e *errand, use int32, base uint64) int32 {
	u := &e.uses[use]
	if u.Key != nil {
		return a.fetches(u.Key, e)
	}
	if u.SkipOnHit != None && a.hitBefore(e, use, base) {
		return 0
	}
	if u.Probability < 1 && a.uniform(drawProbability, sim.MadeKey(base, uint32(use), 0), e.attempt) >= u.Probability {
		return 0
	}
	whole := int32(u.Count)
	if part := u.Count - float64(whole); part > 0 && a.uniform(drawCount, sim.MadeKey(base, uint32(use), 0), e.attempt) < part {
		whole++
	}
	return whole
}

// hitBefore reports whether the cache that a use names has hit, in a use before it: for
// the same record where both are made for each, else for all of them.
func (a *actor) hitBefore(e *errand, use int32, base uint64) bool {
	u := &e.uses[use]
	for j := range use {
		c := &e.uses[j]
		if c.Service != u.SkipOnHit {
			continue
		}
		if c.PerRecord == u.PerRecord {
			return a.hitOf(e, j, base)
		}
		for r := range a.recordsOf(e, c) {
			if b, _ := a.baseOf(e, c, r); !a.hitOf(e, j, b) {
				return false
			}
		}
		return true
	}
	return false
}

// hitOf reports whether all calls of a use of a cache below a key have hit, and there was one.
func (a *actor) hitOf(e *errand, use int32, base uint64) bool {
	n := a.countOf(e, use, base)
	for k := range n {
		if !a.hits(e.uses[use].Service, sim.MadeKey(base, uint32(use), uint32(k)), e.attempt) {
			return false
		}
	}
	return n > 0
}

// usesAhead makes all calls of an errand from a time on: when it ends, and how.
func (a *actor) usesAhead(e *errand, at sim.Time) (sim.Time, Errors) {
	for int(e.use) < len(e.uses) {
		u := &e.uses[e.use]
		if !a.more(e, u) {
			e.use++
			e.turn = turn{}
			continue
		}
		var errors Errors
		if at, errors = a.runAhead(e, u, at); errors != 0 && !u.Optional {
			return at, errors
		}
	}
	return at, 0
}

// beside makes uses that nobody waits for, from a time on.
func (a *actor) beside(uses []Use, key uint64, attempt uint16, place int32, input int64, lin lineage, cause Cause, at sim.Time) {
	if len(uses) > 0 {
		e := errand{uses: uses, key: sim.MadeKey(key, besideChild, 0), attempt: attempt, place: place, input: input, lin: lin, cause: cause, until: sim.Never}
		a.errand(&e, at)
	}
}
