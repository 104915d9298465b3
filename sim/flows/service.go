package flows

import (
	"cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// operation is a call of a service: what is asked of it, and how far it is.
//
// What the service asks before each call comes first: a firewall, a tracer. Then the request goes
// there, and meets an outage, a limit or its latency: first byte + bytes × time of
// each. A service that encrypts asks for its data key when it has let the call in, once for all
// tries. What is throttled, or fails, is asked again as its client's library does. A
// cache that misses is followed by a call of what is behind it, by the same caller.
//
// A try that is throttled is not billed, whichever the service: AWS, Azure and Google
// bill requests that were admitted. One that fails is, under the cause Failure, or Again
// where one before it was billed; the first that is billed is the first try.
type operation struct {
	opAsk
	began   sim.Time // after what comes before it
	stage   opStage
	try     uint16
	missed  bool
	billed  bool // a try of it was
	charged bool // what comes before it, or its key, was
	keyed   bool // has its data key
	errors  Errors
	in      sim.Time // on its way back
	letIn   sim.Time // when it was, to wait for its key
}

// opStage is what an operation waits for.
type opStage uint8

const (
	opBefore  opStage = iota // what is asked before it
	opGoes                   // to be there
	opKeys                   // for its data key
	opKeyless                // to be back without one
	opReturns                // to be back
	opWaits                  // for the next try
	opBehind                 // for what is behind the cache
)

// tryKey is the key of a try: of the first the operation's.
func (v *operation) tryKey() uint64 {
	if v.try == 0 {
		return v.key
	}
	return sim.MadeKey(v.key, uint32(v.try), 0)
}

// operateAhead is a call whose whole course is known when it begins, at a time that has
// not come yet, perhaps: when it ends, and how.
func (a *actor) operateAhead(v *operation, at sim.Time) (sim.Time, Errors) {
	if a.hasBefore(v) {
		e := a.beforeOf(v)
		end, errors := a.usesAhead(&e, at)
		v.charged = e.billed
		if errors != 0 {
			return end, errors
		}
		at = end
	}
	v.began = at
	for {
		out := a.opOut(v)
		at += out + a.opThere(v, at+out) + v.in
		wait, again := a.opAgain(v)
		if !again {
			break
		}
		at += wait
	}
	a.opEnded(v, at)
	if v.errors == 0 && v.missed {
		inner := operation{opAsk: a.behind(v)}
		return a.operateAhead(&inner, at)
	}
	return at, v.errors
}

// opTry sends a try on its way.
func (a *actor) opTry(i int32) {
	v := &a.operations.items[i]
	v.stage = opGoes
	a.opAt(i, a.now+a.opOut(v))
}

// opAt goes on with an operation at a time.
func (a *actor) opAt(i int32, at sim.Time) {
	if at > a.now {
		a.wake(at, a.operations.items[i].key, a.operations.ref(refOp, i))
		return
	}
	a.opOn(i)
}

// opDue goes on with an operation whose time has come.
func (a *actor) opDue(who ref) {
	if a.operations.at(who) != nil {
		a.opOn(who.place())
	}
}

func (a *actor) opOn(i int32) {
	v := &a.operations.items[i]
	switch v.stage {
	case opGoes:
		after, in := a.opAdmits(v, a.now)
		if keys := a.services[v.service].keys; in && len(keys) > 0 && !v.bare && !v.keyed {
			v.stage, v.letIn = opKeys, a.now
			e := a.asksFirst(v, keys, keyChild)
			e.to, e.until = a.operations.ref(refOp, i), a.now
			a.errand(&e, a.now)
			return
		}
		if in {
			after = a.opServes(v)
		}
		v.stage = opReturns
		a.opAt(i, a.now+after+v.in)
	case opKeyless:
		a.opTells(i, v.errors)
	case opReturns:
		a.opBack(i)
	case opWaits:
		a.opTry(i)
	}
}

// opBack is the answer to a try.
func (a *actor) opBack(i int32) {
	v := &a.operations.items[i]
	if wait, again := a.opAgain(v); again {
		v.stage = opWaits
		a.opAt(i, a.now+wait)
		return
	}
	a.opEnded(v, a.now)
	if v.errors == 0 && v.missed {
		inner := a.behind(v)
		inner.to = a.operations.ref(refOp, i)
		v.stage = opBehind
		a.operate(&inner)
		return
	}
	a.opTells(i, v.errors)
}

// opAnswered is told how what comes before it, its key, or what is behind a cache, has ended.
func (a *actor) opAnswered(who ref, w answer) {
	v := a.operations.at(who)
	switch {
	case v == nil:
	case v.stage == opKeys:
		v.charged = v.charged || w.billed
		v.began += a.now - v.letIn
		if w.errors != 0 {
			if n := a.countsOf(v.service, v.lin); n != nil {
				n.Failed++
			}
			v.stage, v.errors = opKeyless, w.errors
			a.opAt(who.place(), a.now+v.in)
			return
		}
		v.keyed, v.stage = true, opReturns
		a.opAt(who.place(), a.now+a.opServes(v)+v.in)
	case v.stage == opBefore && w.errors != 0:
		v.charged = w.billed
		a.opTells(who.place(), w.errors)
	case v.stage == opBehind:
		a.opTells(who.place(), w.errors)
	default:
		v.began = a.now
		a.opTry(who.place())
	}
}

func (a *actor) opTells(i int32, errors Errors) {
	a.feed(&a.operations.items[i], errors)
	v := a.operations.items[i]
	a.operations.release(i)
	a.tell(v.to, answer{errors: errors, bytes: v.bytes, billed: v.billed || v.charged})
}

// feed lets a write that has ended well arrive where its service lets it, in a stream or
// at what objects start, which does so by itself, and tries until it is taken: nobody
// waits for it. An object that came from outside was written by the trigger at which it
// arrived, and arrives once.
func (a *actor) feed(v *operation, errors Errors) {
	s := &a.g.Services[v.service]
	if s.Feeds == nil || errors != 0 || !s.Ops[v.op].Writes || a.arrives(v.to) {
		return
	}
	size := v.bytes
	if service, op := a.g.Triggers[s.Feeds.Trigger].takes(); service != None && op != None {
		size = a.atMost(a.services[service].most[op], size)
	}
	a.offer(message{trigger: s.Feeds.Trigger, key: sim.MadeKey(v.key, feedChild, 0), size: size, sent: a.now, lin: v.lin, cause: v.cause,
		from: s.Place, owner: a.g.Triggers[s.Feeds.Trigger].Owner, made: true, insists: true, try: v.attempt})
}

// arrives tells the write of an object that a trigger brings from outside.
func (a *actor) arrives(to ref) bool {
	if to.kind() != refMessage {
		return false
	}
	m := a.mail.at(to)
	return m != nil && m.state == offered && a.g.Triggers[m.trigger].Write != nil
}

// opOut is how long a try is on its way, and sets its way back.
func (a *actor) opOut(v *operation) sim.Time {
	s := &a.g.Services[v.service]
	t := a.trip(v.from, s.Place, v.tryKey(), v.attempt)
	if s.Ops[v.op].Writes {
		a.leaves(t.there, v.bytes, v.lin, v.owner, v.causeAfter(v.try > 0))
		v.in = t.in(0)
		return t.out(v.bytes)
	}
	v.in = t.in(v.bytes)
	return t.out(0)
}

// opThere is how long a try stays at the service that it reaches at a time.
func (a *actor) opThere(v *operation, at sim.Time) sim.Time {
	after, in := a.opAdmits(v, at)
	if !in {
		return after
	}
	return a.opServes(v)
}

// opAdmits says whether the service that a try reaches at a time lets it in, else when it answers.
func (a *actor) opAdmits(v *operation, at sim.Time) (after sim.Time, in bool) {
	s := &a.g.Services[v.service]
	o := &s.Ops[v.op]
	n := &a.counts.services[v.service]
	if !v.lin.counted {
		n = &a.uncounted
	}
	if v.try == 0 {
		n.Calls++
	} else {
		n.Retries++
	}
	key := v.tryKey()
	if after, out := a.serviceOut(v.service, at, key, v.attempt); out {
		n.Failed++
		v.errors = OnFailed
		return after, false
	}
	if most := a.services[v.service].most[v.op]; !v.unsized && !a.fits(most, v.bytes) {
		n.Failed++
		a.counts.refuses(v.lin, RefusedService, v.service, most)
		v.errors = OnFailed
		return 0, false
	}
	if by := a.refusedBy(v, o, o.units(v.bytes)); by != None {
		n.Throttled++
		a.counts.refuses(v.lin, RefusedService, v.service, by)
		v.errors = OnThrottled
		return 0, false
	}
	v.errors = 0
	return 0, true
}

// opServes is how long a try takes that the service has let in.
func (a *actor) opServes(v *operation) sim.Time {
	s := &a.g.Services[v.service]
	o := &s.Ops[v.op]
	n := &a.counts.services[v.service]
	if !v.lin.counted {
		n = &a.uncounted
	}
	key := v.tryKey()
	if o.Error > 0 && a.uniform(drawStoreError, key, v.attempt) < o.Error {
		n.Failed++
		v.errors = OnFailed
	}
	cause := v.causeAfter(v.billed).ended(v.errors != 0)
	v.billed = true
	a.counts.use(v.lin, v.owner, cause, o.Meter, o.metered(v.bytes))
	if v.errors == 0 && !o.Writes {
		a.leaves(a.wayTo(s.Place, v.from), v.bytes, v.lin, v.owner, cause)
	}
	n.Bytes.Add(v.bytes)
	v.missed = false
	if s.caches() && v.errors == 0 && !o.Writes {
		if a.hits(v.service, v.key, v.attempt) {
			n.Hits++
		} else {
			n.Misses++
			v.missed = s.Behind != None
		}
	}
	return a.opTime(s, o, v, key)
}

// opTime is first byte + size × time of a byte, with the overheads of the service.
func (a *actor) opTime(s *Service, o *Op, v *operation, key uint64) sim.Time {
	t := a.draw(o.First, drawLatency, key, v.attempt) + bounded(o.PerByte*float64(v.bytes))
	if s.Factor > 0 {
		t = bounded(float64(t) * s.Factor)
	}
	return a.counted(min(t+a.draw(s.Add, drawOverhead, key, v.attempt), sim.Longest))
}

// refusedBy asks the limits of an op: which of them refuses a call; None: it is admitted. What
// one of them refuses takes nothing of the other.
func (a *actor) refusedBy(v *operation, o *Op, units int64) int32 {
	s := &a.services[v.service]
	part, each := int32(None), (*tokens)(nil)
	if q := s.keyed[v.op]; q != None {
		if key := a.partitionOf(v, q); key.key != None {
			part, each = q, a.partOf(key)
		}
	}
	all := s.limit[v.op]
	if each != nil && all != None {
		n, m := o.Partition.taken(units), o.Limit.taken(units)
		if common := &a.quotas[all].parts[0]; each.when(a.now, n) <= a.now && common.when(a.now, m) > a.now {
			each.asks(a.now, n, false)
			common.asks(a.now, m, true)
			return all
		}
	}
	if each != nil && !each.take(a.now, o.Partition.taken(units)) {
		return part
	}
	if all != None && !a.allows(all, o.Limit.taken(units)) {
		return all
	}
	return None
}

// partitionOf is the part of a limit of each key that a call meets: of the queue that it is
// a message to its group's, else of the records of its trigger that of its record.
func (a *actor) partitionOf(v *operation, quota int32) partition {
	if v.group > 0 {
		return partition{quota, None, v.group - 1}
	}
	return partition{quota, v.lin.trigger, a.popularKey(v.lin.trigger, cmp.Or(v.record, v.lin.record))}
}

// taken is how many tokens a call of so many units takes.
func (b *Bucket) taken(units int64) int64 {
	if b.Units {
		return units
	}
	return 1
}

// caches reports whether a service answers a part of reads only.
func (s *Service) caches() bool { return s.HitRate > 0 || s.Behind != None }

// hits reports whether a cache answers a read by itself.
func (a *actor) hits(service int32, key uint64, attempt uint16) bool {
	return a.uniform(drawHit, key, attempt) < a.g.Services[service].HitRate
}

// opAgain says whether the client's library asks again, and after how long: the
// next interval of its backoff, by its jitter.
func (a *actor) opAgain(v *operation) (sim.Time, bool) {
	r := &a.g.Services[v.service].Retry
	if v.errors == 0 || r.On&v.errors == 0 || int(v.try) >= r.Attempts {
		return 0, false
	}
	wait := a.backoff(r, int(v.try), v.tryKey(), v.attempt)
	v.try++
	return wait, true
}

// opEnded counts a call whose last try was answered.
func (a *actor) opEnded(v *operation, now sim.Time) {
	if v.lin.counted && v.errors == 0 {
		a.counts.services[v.service].Latency.record(now - v.began)
	}
}

// causeAfter is why a try is made, and what it is billed for: a retry where one before it has
// been billed for the same. What was throttled was not, but for its way there.
func (v *operation) causeAfter(billed bool) Cause {
	if billed && (v.cause == Work || v.cause == Overhead) {
		return Again
	}
	return v.cause
}

// hasBefore reports whether something is asked before a call.
func (a *actor) hasBefore(v *operation) bool {
	return !v.bare && len(a.services[v.service].before) > 0
}

// beforeOf is what is asked before a call.
func (a *actor) beforeOf(v *operation) errand {
	return a.asksFirst(v, a.services[v.service].before, beforeChild)
}

// asksFirst is what a service asks for a call. It is the service that asks.
func (a *actor) asksFirst(v *operation, uses []Use, child uint32) errand {
	return errand{
		uses: uses, key: sim.MadeKey(v.key, child, 0), attempt: v.attempt, place: a.g.Services[v.service].Place, input: v.bytes, lin: v.lin, cause: v.cause, until: sim.Never, bare: true, by: v.asker(), op: v.op,
	}
}

// overheadOf is the cause of what is beside the work: of work an overhead.
func overheadOf(c Cause) Cause {
	if c == Work {
		return Overhead
	}
	return c
}

// behind is the call that follows a miss.
func (a *actor) behind(v *operation) opAsk {
	b := v.opAsk
	b.service, b.op = a.g.Services[v.service].Behind, a.services[v.service].behind[v.op]
	b.key = sim.MadeKey(v.key, behindChild, 0)
	return b
}

// serviceState is what is worked out of a service before the run.
type serviceState struct {
	before []Use   // of Service.Before, but for the keys
	keys   []Use   // of it
	behind []int32 // by op: the op of what is behind it
	limit  []int32 // by op: its quota; None
	keyed  []int32 // by op: that of each key
	most   []int32 // by op: that of payloads
	known  []bool  // by op: no limit holds it, so that its course is known when it begins
}

func newServiceStates(g *Graph, p *plan) []serviceState {
	all := make([]serviceState, len(g.Services))
	for i := range g.Services {
		s := &g.Services[i]
		for _, u := range s.Before {
			if of := &all[i].before; u.Key == nil {
				*of = append(*of, u)
			} else {
				all[i].keys = append(all[i].keys, u)
			}
		}
		all[i].behind = make([]int32, len(s.Ops))
		for o := range s.Ops {
			all[i].limit = append(all[i].limit, p.quotaOf(s.Ops[o].Limit))
			all[i].keyed = append(all[i].keyed, p.quotaOf(s.Ops[o].Partition))
			all[i].most = append(all[i].most, p.quotaOf(s.Ops[o].Most))
			if s.Behind != None {
				all[i].behind[o] = g.Services[s.Behind].like(&s.Ops[o])
			}
		}
	}
	for i := range g.Services {
		all[i].known = make([]bool, len(g.Services[i].Ops))
		for o := range all[i].known {
			all[i].known[o] = !g.byEvents && knownOp(g, all, int32(i), int32(o), false, len(g.Services))
		}
	}
	return all
}

// like returns the op of the same name, else the first that writes as it does, else the first.
func (s *Service) like(o *Op) int32 {
	for i := range s.Ops {
		if s.Ops[i].Name == o.Name {
			return int32(i)
		}
	}
	for i := range s.Ops {
		if s.Ops[i].Writes == o.Writes {
			return int32(i)
		}
	}
	return 0
}

// knownOp reports whether an op, what comes before it and what is behind it have no limits,
// to a depth beyond which services ask each other in a ring.
func knownOp(g *Graph, all []serviceState, service, op int32, bare bool, depth int) bool {
	s := &g.Services[service]
	o := &s.Ops[op]
	if o.Limit != nil || o.Partition != nil || o.Writes && s.Feeds != nil || depth < 0 {
		return false
	}
	if !bare && len(all[service].keys) > 0 {
		return false
	}
	for k := range all[service].before {
		if u := &all[service].before[k]; !bare && (u.Service == None || !knownOp(g, all, u.Service, u.Op, true, depth-1)) {
			return false
		}
	}
	return s.Behind == None || o.Writes || knownOp(g, all, s.Behind, all[service].behind[op], bare, depth-1)
}

func (a *actor) known(service, op int32) bool { return a.services[service].known[op] }
