package sim

import "fmt"

// AfterClient is what a platform does with a request that an instance has when
// its client gives up. One that still waits in a line leaves it in any case.
type AfterClient uint8

// What happens after the client has gone.
const (
	ServeOn AfterClient = iota // it is served to its end, for nobody
	Cancel                     // it is cut off: its slot is free, its server takes it back
)

var afterClientNames = []string{"served", "cancelled"}

// String returns the word in experiment files.
func (a AfterClient) String() string { return afterClientNames[a] }

// UnmarshalText reads what String writes; any other word is an error.
func (a *AfterClient) UnmarshalText(b []byte) error { return word(a, afterClientNames, b) }

// checkPatience refuses what no client has.
func checkPatience(functions []Function) error {
	for i := range functions {
		if p := functions[i].Patience; p < 0 || p > Longest {
			return fmt.Errorf("simulating: the patience of %s is %d ns, want 0 to %d", functions[i].ID(), p, Longest)
		}
	}
	return nil
}

// patienceEnd returns when a request's client gives up: Never where it waits for
// ever, as for what a prewarm policy sent.
func (s *shard) patienceEnd(r *request) Time {
	if p := s.starts[r.fn].patience; p > 0 && r.flags&Ping == 0 {
		return after(r.Arrival, p)
	}
	return Never
}

// toldLate returns when a client is told of a timeout that comes before the
// service of its request, which is bound to an instance; Never where none does.
func (s *shard) toldLate(d *deployment, r *request) Time {
	switch {
	case d.platform.Server == nil && r.status == TimedOut:
		return r.end
	case d.platform.Server != nil && !r.started:
		if t := s.waitTimeout(d, r); t > 0 {
			return after(r.Arrival, t)
		}
	}
	return Never
}

// watch makes an event of what the client of a request with an instance does
// before the given time: it gives up, or hears of a timeout, which matters to
// what follows from that.
func (s *shard) watch(d *deployment, id requestID, before Time) {
	r := &s.requests[id]
	at := s.patienceEnd(r)
	if told := s.toldLate(d, r); told <= at {
		if at = told; s.follower == nil {
			return
		}
	}
	if at < before {
		s.queue.push(event{at: at, key: keyOf(kindGiveUp, r.Function, r.ordinal), ref: uint32(id), gen: r.gen})
	}
}

// partTime returns when a request whose service begins now in a server, and would
// time out at the limit, parts from its client at the latest.
func (s *shard) partTime(r *request, limit, now Time) Time {
	if at := s.patienceEnd(r); !r.gone && at >= now {
		return min(limit, at)
	}
	return limit
}

// part parts a request that an instance has from its client, if this is when the
// client gives up or hears of a timeout.
func (s *shard) part(d *deployment, id requestID, now Time) {
	r := &s.requests[id]
	told := s.toldLate(d, r)
	switch {
	case r.gone || told < now:
	case told == now:
		s.depart(d, id, now, TimedOut)
	case s.patienceEnd(r) != now:
	case d.platform.Abandoned == ServeOn:
		s.depart(d, id, now, Abandoned)
	default:
		s.cancel(d, id, now)
	}
}

// depart lets follow what follows from how a request ends for its client, while
// an instance goes on with it. Its outcome is told when it leaves that.
func (s *shard) depart(d *deployment, id requestID, now Time, status Status) {
	r := &s.requests[id]
	start, end, started := r.start, r.end, r.started
	if r.status = status; s.follower != nil && r.flags&Ping == 0 {
		r.started = started && start <= now
		r.end = now
		if !r.started {
			r.start = now
		}
		s.follow(id, now)
		r = &s.requests[id]
	}
	r.start, r.end, r.started, r.gone = start, end, started, true
	if d.platform.Server == nil && !s.openNow(r) || !started {
		return
	}
	if limit := s.limitOf(d, id, start); limit < Never { // the platform's own goes on
		s.limit(r.fn, event{at: limit, key: keyOf(kindGiveUp, r.Function, r.ordinal), ref: uint32(id), gen: r.gen}, d.inFlight)
	}
}

// cancel takes a request whose client has gone from its instance.
func (s *shard) cancel(d *deployment, id requestID, now Time) {
	r := &s.requests[id]
	switch serving := r.started && r.start <= now; {
	case !serving:
		s.unbind(d, id, now)
	case d.platform.Server != nil:
		s.expire(d, id, now, Abandoned)
	default:
		s.cutOff(d, id, now, Abandoned)
	}
}

// unbind takes a request from the instance that initialises for it. That goes on,
// for whoever comes.
func (s *shard) unbind(d *deployment, id requestID, now Time) {
	r := &s.requests[id]
	in := r.instance
	node := noNode
	if d.balanced {
		node = s.lodgers[in].node
	}
	r.start, r.end, r.started = now, now, false
	s.vacate(d, in)
	s.instances[in].served--
	if d.platform.Server != nil {
		s.stations[in].bound = noRequest
	}
	s.end(id, now, Abandoned)
	switch {
	case s.instances[in].flags&Draining != 0:
		s.settleBefore(d, now)
		s.abort(d, in, now, s.births[in].leaving)
	case d.platform.Server == nil && d.concurrency == 1:
		s.initialise(d, in)
	default: // it has its event
		s.putOn(d, warmingShelf, in)
	}
	if d.balanced {
		s.advanceLine(d.account, node, now)
		return
	}
	if len(d.account.line) > 0 {
		s.admitNext(d.account, now)
	}
	if d.waiting.len() > 0 {
		s.dispatch(d, now)
	}
}
