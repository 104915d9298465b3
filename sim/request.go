package sim

// request is one request from its arrival to its end, in the shard's slab.
// Until it is served its instance is noInstance.
type request struct {
	Invocation        // as it came
	key        uint64 // of its variates: its ordinal, or what made it says
	start, end Time   // of its service, once that is known; while it waits, end is when it is rejected
	init       Time   // see Outcome
	ordinal    uint32 // see Outcome; with madeOrdinal, it was made by the simulation
	fn         localFn
	instance   instanceID // where it is served, or waits for an initialisation
	gen        generation // counts the requests that had this place
	starts     uint32     // of instances for it, tried
	attempt    uint16
	status     Status // once its end is known
	flags      Flags
	started    bool
	own        bool // see InitWait
	waits      bool // in its deployment's line
	told       bool // its outcome, by the plain path
	gone       bool // its client has been told how it ended, or has given up, and an instance goes on with it
	retried    bool // see Outcome
	computes   bool // of an open one: the server of its instance has something of it
	counts     Counts
}

// origin is what else is known of a request where a follower is told of its end:
// of the source's, nothing.
type origin struct {
	parent  uint64    // see Arrival
	earlier Time      // see Outcome
	met     LimitKind // as it began to wait
}

// madeOrdinal marks the ordinals of what the simulation makes: pings, and
// what follows from ended requests. An event's key tells them from the source's.
const madeOrdinal = 1 << 31

// arrived puts a request of the source into the slab.
func (s *shard) arrived(inv *Invocation, fn localFn, ordinal uint32) requestID {
	id := s.newRequest(inv.Function)
	r := &s.requests[id]
	r.Invocation, r.key, r.ordinal, r.fn = *inv, uint64(ordinal), ordinal, fn
	r.attempt, r.flags = 0, 0
	return id
}

// earlierOf returns how long before a request its first attempt arrived.
func (s *shard) earlierOf(id requestID) Time {
	if len(s.origins) == 0 {
		return 0
	}
	return s.origins[id].earlier
}

// newRequest returns a place of the slab for a request to a function; its fields are those of the request
// before, but for what tells that this one has not been served.
func (s *shard) newRequest(function uint32) requestID {
	if n := len(s.ended); n > 0 {
		id := s.ended[n-1]
		s.ended = s.ended[:n-1]
		r := &s.requests[id]
		r.instance, r.starts, r.started, r.waits, r.told, r.gone, r.retried, r.counts = noInstance, 0, false, false, false, false, false, ByArrival
		if s.follower != nil {
			s.origins[id] = origin{}
		}
		return id
	}
	s.crowded(len(s.requests), "requests", function, s.now)
	s.requests = append(s.requests, request{instance: noInstance})
	if s.follower != nil {
		s.origins = append(s.origins, origin{})
	}
	return requestID(len(s.requests) - 1)
}

// end is the one exit of a request: what follows from it arrives, its outcome is
// told, and its place is free. For one whose client has gone before, what follows
// has arrived, and the client's word stands.
func (s *shard) end(id requestID, now Time, status Status) {
	r := &s.requests[id]
	if !r.gone {
		r.status = status
	}
	d := &s.deps[s.fns[r.fn].dep]
	d.group.inFlight--
	d.account.exit(now)
	if d.balanced {
		s.leaveNode(d, id)
	}
	if d.learns {
		s.learn(d, r)
	}
	if d.ticks {
		d.scaler.count(now, -1)
	}
	if s.follower != nil && r.flags&Ping == 0 && !r.gone {
		s.follow(id, now)
		r = &s.requests[id]
	}
	if !r.told {
		s.tell(r, s.earlierOf(id))
	}
	r.gen++
	s.ended = append(s.ended, id)
}

// tell hands a request's outcome to those who observe, and the phases that it
// waited for to those who want these too.
func (s *shard) tell(r *request, earlier Time) {
	if s.recorded == outcomeBatch {
		s.flushOutcomes()
	}
	o := &s.outcomes[s.recorded%outcomeBatch]
	s.recorded++
	s.describe(o, r, earlier)
	if r.init > 0 && r.started && len(s.observers.inits) > 0 {
		s.tellInit(o, r.instance, r.own)
	}
}

// describe makes an outcome of a request.
func (s *shard) describe(o *Outcome, r *request, earlier Time) {
	// Field by field: a literal would be built on the stack and copied.
	o.Arrival, o.Start, o.End, o.Init, o.Earlier = r.Arrival, r.start, r.end, r.init, earlier
	o.Function, o.Ordinal = r.Function, r.ordinal&^madeOrdinal
	o.Platform, o.Attempt = s.deps[s.fns[r.fn].dep].platform.id, r.attempt
	o.Status, o.Flags, o.Started, o.Retried, o.Counts = r.status, r.flags, r.started, r.retried, r.counts
	o.Failure = s.failureOf(r)
	o.Cause = NotCold
	if r.flags&Cold != 0 {
		o.Cause = s.births[r.instance].why
	}
}

// tellInit tells of a started request which parts of the phases lie between
// its arrival and its start.
func (s *shard) tellInit(o *Outcome, id instanceID, own bool) {
	if len(s.inits) == recordBatch {
		s.flushInits()
	}
	w := InitWait{Outcome: *o, Own: own}
	at := s.instances[id].ready
	phases := &s.births[id].phases
	for p := NumPhases - 1; p >= 0; p-- { // the last one ends when the instance is ready
		from := at - phases[p]
		w.Phases[p] = max(0, min(at, o.Start)-max(from, o.Arrival))
		at = from
	}
	s.inits = append(s.inits, w)
}
