package flows

import "github.com/coldcurve/coldcurve/sim"

// opAsk is what is asked of a service.
type opAsk struct {
	service, op int32
	key         uint64
	attempt     uint16
	from        int32 // place
	bytes       int64
	lin         lineage
	owner       Owner
	cause       Cause
	to          ref
}

// operate asks a service; what becomes of it is told to who asks.
func (a *actor) operate(q *opAsk) {
	if q.service == None || q.op == None {
		a.tell(q.to, answer{bytes: q.bytes})
		return
	}
	a.metered(q)
	o := &a.g.Services[q.service].Ops[q.op]
	wait := a.delay(o.First, drawLatency, q.key, q.attempt) + sim.Time(o.PerByte*float64(q.bytes))
	w := answer{bytes: q.bytes}
	if wait == 0 {
		a.tell(q.to, w)
		return
	}
	a.later(a.now+wait, q.key, q.to, w)
}

// metered counts a call of a service that nobody waits for: polls, deletes.
func (a *actor) metered(q *opAsk) {
	if q.service == None || q.op == None {
		return
	}
	o := &a.g.Services[q.service].Ops[q.op]
	if n := a.countsOf(q.service, q.lin); n != nil {
		n.Calls++
		n.Bytes.Add(q.bytes)
	}
	a.counts.use(q.lin, q.owner, q.cause, o.Meter, o.units(q.bytes))
}

// units is how much of its meter a call of so many bytes counts as.
func (o *Op) units(bytes int64) int64 {
	switch {
	case o.ByBytes:
		return bytes
	case o.Unit > 0:
		return max(1, (bytes+o.Unit-1)/o.Unit)
	}
	return 1
}

// countsOf returns a service's tally where what it is asked for counts; nil otherwise.
func (a *actor) countsOf(service int32, lin lineage) *ServiceTally {
	if !lin.counted || service == None {
		return nil
	}
	return &a.counts.services[service]
}
