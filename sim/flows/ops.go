package flows

// opAsk is what is asked of a service.
type opAsk struct {
	service, op int32
	key         uint64
	attempt     uint16
	from        int32 // place
	bytes       int64
	unsized     bool   // nobody has said how many bytes these are, so that no limit of payloads is asked
	record      uint64 // key of the record that it is for; 0: its lineage's
	group       int32  // 1 + which of its queue's keys a message has; 0: it is of no group
	bare        bool   // it comes before another call, and nothing comes before it
	lin         lineage
	owner       Owner
	outside     bool // see principal
	cause       Cause
	to          ref
}

// operate asks a service, now; how it ended is told to who asks.
func (a *actor) operate(q *opAsk) {
	if q.service == None || q.op == None {
		a.tell(q.to, answer{bytes: q.bytes})
		return
	}
	if a.known(q.service, q.op) {
		o := operation{opAsk: *q}
		end, errors := a.operateAhead(&o, a.now)
		a.tellAt(end, q.key, q.to, answer{errors: errors, bytes: q.bytes, billed: o.billed || o.charged})
		return
	}
	i := a.operations.take()
	a.operations.items[i] = operation{opAsk: *q, began: a.now}
	if o := &a.operations.items[i]; a.hasBefore(o) {
		o.stage = opBefore
		e := a.beforeOf(o)
		e.to, e.until = a.operations.ref(refOp, i), a.now
		a.errand(&e, a.now)
		return
	}
	a.opTry(i)
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
	a.counts.use(q.lin, q.owner, q.cause, o.Meter, o.metered(q.bytes))
	a.keyBeside(q)
}

// units is how many units a call of so many bytes is.
func (o *Op) units(bytes int64) int64 {
	if o.Unit <= 0 {
		return 1
	}
	return max(1, (bytes+o.Unit-1)/o.Unit)
}

// metered is how much of its meter a call of so many bytes counts as.
func (o *Op) metered(bytes int64) int64 {
	if o.ByBytes {
		return max(bytes, o.Unit)
	}
	return o.units(bytes)
}

// countsOf returns a service's tally where what it is asked for counts; nil otherwise.
func (a *actor) countsOf(service int32, lin lineage) *ServiceTally {
	if !lin.counted || service == None {
		return nil
	}
	return &a.counts.services[service]
}
