package flows

import "github.com/coldcurve/coldcurve/sim"

// visit is a call of a service: what is asked of it, and how far it is.
//
// A key service is asked first, where the service encrypts. Then the request goes
// there, and meets an outage, a limit or its latency: first byte + bytes × time of
// each. What is throttled, or fails, is asked again as its client's library does. A
// cache that misses is followed by a call of what is behind it, by the same caller.
//
// A try that is throttled is not billed, whichever the service: AWS, Azure and Google
// bill requests that were admitted. One that fails is, under the cause Failure.
type visit struct {
	to      ref
	service int32
	op      int32
	place   int32 // of who asks
	key     uint64
	attempt uint16
	record  uint64 // key of the record that it is for; 0: none
	size    int64
	lin     lineage
	owner   Owner
	cause   Cause
	began   sim.Time // after its encryption
	stage   visitStage
	try     uint16
	missed  bool
	errors  Errors
	in      sim.Time // on its way back
}

// visitStage is what a visit waits for.
type visitStage uint8

const (
	visitEncrypts visitStage = iota // the key service
	visitGoes                       // to be there
	visitReturns                    // to be back
	visitWaits                      // for the next try
	visitBehind                     // for what is behind the cache
)

// tryKey is the key of a try: of the first that of the visit.
func (v *visit) tryKey() uint64 {
	if v.try == 0 {
		return v.key
	}
	return sim.MadeKey(v.key, uint32(v.try), 0)
}

// visit calls a service, now, and tells who asks how it ended.
func (a *actor) visit(q *visit) {
	if a.known(q.service, q.op) {
		end, errors := a.visitAhead(q, a.now)
		a.tellAt(end, q.key, q.to, answer{errors, q.size})
		return
	}
	i := a.visits.take()
	a.visits.items[i] = *q
	if e := a.g.Services[q.service].Encrypt; e != nil && a.encrypts(q) {
		inner := a.encryption(q)
		inner.to = a.visits.ref(refVisit, i)
		a.visits.items[i].stage = visitEncrypts
		a.visit(&inner)
		return
	}
	a.visits.items[i].began = a.now
	a.visitTry(i)
}

// visitAhead is a call whose whole course is known when it begins, at a time that has
// not come yet, perhaps: when it ends, and how.
func (a *actor) visitAhead(v *visit, at sim.Time) (sim.Time, Errors) {
	if a.encrypts(v) {
		inner := a.encryption(v)
		end, errors := a.visitAhead(&inner, at)
		if errors != 0 {
			return end, errors
		}
		at = end
	}
	v.began = at
	for {
		out := a.visitOut(v)
		at += out + a.visitThere(v, at+out) + v.in
		wait, again := a.visitAgain(v)
		if !again {
			break
		}
		at += wait
	}
	a.visitEnded(v, at)
	if v.errors == 0 && v.missed {
		inner := a.behind(v)
		return a.visitAhead(&inner, at)
	}
	return at, v.errors
}

// visitTry sends a try on its way.
func (a *actor) visitTry(i int32) {
	v := &a.visits.items[i]
	v.stage = visitGoes
	a.visitAt(i, a.now+a.visitOut(v))
}

// visitAt goes on with a visit at a time.
func (a *actor) visitAt(i int32, at sim.Time) {
	if at > a.now {
		a.wake(at, a.visits.items[i].key, a.visits.ref(refVisit, i))
		return
	}
	a.visitOn(i)
}

// visitDue goes on with a visit whose time has come.
func (a *actor) visitDue(who ref) {
	if a.visits.at(who) != nil {
		a.visitOn(who.place())
	}
}

func (a *actor) visitOn(i int32) {
	v := &a.visits.items[i]
	switch v.stage {
	case visitGoes:
		v.stage = visitReturns
		a.visitAt(i, a.now+a.visitThere(v, a.now)+v.in)
	case visitReturns:
		a.visitBack(i)
	case visitWaits:
		a.visitTry(i)
	}
}

// visitBack is the answer to a try.
func (a *actor) visitBack(i int32) {
	v := &a.visits.items[i]
	if wait, again := a.visitAgain(v); again {
		v.stage = visitWaits
		a.visitAt(i, a.now+wait)
		return
	}
	a.visitEnded(v, a.now)
	if v.errors == 0 && v.missed {
		inner := a.behind(v)
		inner.to = a.visits.ref(refVisit, i)
		v.stage = visitBehind
		a.visit(&inner)
		return
	}
	a.visitTells(i, v.errors)
}

// visitAnswered is told how the key service, or what is behind a cache, has ended.
func (a *actor) visitAnswered(who ref, w answer) {
	v := a.visits.at(who)
	switch {
	case v == nil:
	case v.stage == visitBehind || w.errors != 0:
		a.visitTells(who.place(), w.errors)
	default:
		v.began = a.now
		a.visitTry(who.place())
	}
}

func (a *actor) visitTells(i int32, errors Errors) {
	to, size := a.visits.items[i].to, a.visits.items[i].size
	a.visits.release(i)
	a.tell(to, answer{errors, size})
}

// visitOut is how long a try is on its way, and sets its way back.
func (a *actor) visitOut(v *visit) sim.Time {
	s := &a.g.Services[v.service]
	t := a.trip(v.place, s.Place, v.tryKey(), v.attempt)
	if s.Ops[v.op].Writes {
		a.leaves(t.there, v.size, v.lin, v.owner, v.causeNow())
		v.in = t.in(0)
		return t.out(v.size)
	}
	v.in = t.in(v.size)
	return t.out(0)
}

// visitThere is how long a try stays at the service that it reaches at a time.
func (a *actor) visitThere(v *visit, at sim.Time) sim.Time {
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
		return after
	}
	units := o.units(v.size)
	if !a.admits(v, o, units) {
		n.Throttled++
		v.errors = OnThrottled
		return 0
	}
	v.errors = 0
	if o.Error > 0 && a.uniform(drawStoreError, key, v.attempt) < o.Error {
		n.Failed++
		v.errors = OnFailed
	}
	cause := v.causeNow()
	if v.errors != 0 {
		cause = Failure
	}
	if o.ByBytes {
		units = v.size
	}
	a.counts.use(v.lin, v.owner, cause, o.Meter, units)
	if v.errors == 0 && !o.Writes {
		a.leaves(a.wayTo(s.Place, v.place), v.size, v.lin, v.owner, cause)
	}
	n.Bytes.Add(v.size)
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
func (a *actor) opTime(s *Service, o *Op, v *visit, key uint64) sim.Time {
	t := a.delay(o.First, drawLatency, key, v.attempt) + sim.Time(o.PerByte*float64(v.size))
	if s.Factor > 0 {
		t = sim.Time(float64(t) * s.Factor)
	}
	return t + a.delay(s.Add, drawOverhead, key, v.attempt)
}

// units is how many units a call is.
func (o *Op) units(size int64) int64 {
	if o.Unit <= 0 {
		return 1
	}
	return max(1, (size+o.Unit-1)/o.Unit)
}

// admits asks the limits of an op.
func (a *actor) admits(v *visit, o *Op, units int64) bool {
	if o.Partition != nil {
		key := a.recordKey(v.lin.trigger, v.record)
		if key != None && !a.allowsKey(o.Partition, key, o.Partition.taken(units)) {
			return false
		}
	}
	return o.Limit == nil || a.allows(o.Limit, o.Limit.taken(units))
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

// visitAgain says whether the client's library asks again, and after how long: the
// next interval of its backoff, by its jitter.
func (a *actor) visitAgain(v *visit) (sim.Time, bool) {
	r := &a.g.Services[v.service].Retry
	if v.errors == 0 || r.On&v.errors == 0 || int(v.try) >= r.Attempts {
		return 0, false
	}
	wait := a.backoff(r, int(v.try), v.tryKey(), v.attempt)
	v.try++
	return wait, true
}

// visitEnded counts a call whose last try was answered.
func (a *actor) visitEnded(v *visit, now sim.Time) {
	if v.lin.counted && v.errors == 0 {
		a.counts.services[v.service].Latency.record(now - v.began)
	}
}

// causeNow is why a try is made.
func (v *visit) causeNow() Cause {
	if v.try > 0 && v.cause == Work {
		return Again
	}
	return v.cause
}

// encrypts reports whether a call asks the key service of its service: not where the
// data key is cached.
func (a *actor) encrypts(v *visit) bool {
	e := a.g.Services[v.service].Encrypt
	return e != nil && (e.Probability >= 1 || a.uniform(drawProbability, sim.MadeKey(v.key, encryptChild, 0), v.attempt) < e.Probability)
}

// Children of a visit's key.
const (
	encryptChild = 1 << 16 // above every try
	behindChild  = 1<<16 + 1
)

// encryption is the call of the key service. It is the service that asks.
func (a *actor) encryption(v *visit) visit {
	e := a.g.Services[v.service].Encrypt
	key := sim.MadeKey(v.key, encryptChild, 1)
	return visit{
		service: e.Service, op: e.Op, place: a.g.Services[v.service].Place, key: key, attempt: v.attempt,
		size: a.bytes(e.Size, v.size, drawSize, key), lin: v.lin, owner: v.owner, cause: overheadOf(v.cause),
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
func (a *actor) behind(v *visit) visit {
	b := *v
	b.service, b.op = a.g.Services[v.service].Behind, a.services[v.service].behind[v.op]
	b.key, b.try, b.missed, b.stage = sim.MadeKey(v.key, behindChild, 0), 0, false, 0
	return b
}

// serviceState is what is worked out of a service before the run.
type serviceState struct {
	behind []int32 // by op: the op of what is behind it
	known  []bool  // by op: no limit holds it, so that its course is known when it begins
}

func newServiceStates(g *Graph) []serviceState {
	all := make([]serviceState, len(g.Services))
	for i := range g.Services {
		s := &g.Services[i]
		all[i].behind = make([]int32, len(s.Ops))
		for o := range s.Ops {
			if s.Behind != None {
				all[i].behind[o] = g.Services[s.Behind].like(&s.Ops[o])
			}
		}
	}
	for i := range g.Services {
		all[i].known = make([]bool, len(g.Services[i].Ops))
		for o := range all[i].known {
			all[i].known[o] = !g.byEvents && knownOp(g, all, int32(i), int32(o), len(g.Services))
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

// knownOp reports whether an op, its encryption and what is behind it have no limits,
// to a depth beyond which services ask each other in a ring.
func knownOp(g *Graph, all []serviceState, service, op int32, depth int) bool {
	s := &g.Services[service]
	o := &s.Ops[op]
	if o.Limit != nil || o.Partition != nil || depth < 0 {
		return false
	}
	if e := s.Encrypt; e != nil && !knownOp(g, all, e.Service, e.Op, depth-1) {
		return false
	}
	return s.Behind == None || o.Writes || knownOp(g, all, s.Behind, all[service].behind[op], depth-1)
}

func (a *actor) known(service, op int32) bool { return a.services[service].known[op] }
