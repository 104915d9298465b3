package sim

import (
	"cmp"
	"fmt"
	"slices"
)

// arriveOutside tells the actor of an invocation of a function that is outside.
func (s *shard) arriveOutside(inv *Invocation, f *function) {
	ordinal := f.ordinal
	f.ordinal++
	s.next.Reset()
	s.actor.Arrived(Arrived{*inv, ordinal}, &s.next)
	s.heed(inv.Arrival, speaker{"an arrival at", inv.Function})
}

// due tells the actor of a timer.
func (s *shard) due(e *sequel) {
	s.next.Reset()
	s.actor.Due(e.at, Timer{At: e.at, Key: e.by, Ref: e.ref}, &s.next)
	s.heed(e.at, speaker{"a timer in the shard of", s.fns[0].id})
}

// handle names a request.
func (r *request) handle(id requestID) Handle { return Handle{id, r.gen + 1} }

// occupyOpen gives a slot to a request whose service goes on until the actor ends
// it. Its timeout and its client's patience are events, since they may come first;
// they come after those who leave at that time, as everywhere.
func (s *shard) occupyOpen(d *deployment, id instanceID, rid requestID, now Time) {
	in, r := &s.instances[id], &s.requests[rid]
	s.judge(id, r)
	start := max(now, in.ready)
	limit := s.limitOf(d, rid, start)
	if limit < start { // it times out while its instance initialises
		r.start, r.end, r.status, r.started = limit, limit, TimedOut, false
		s.queue.add(start, keyOf(kindLeave, r.Function, r.ordinal), uint32(rid), r.gen)
		s.watch(d, rid, start)
		return
	}
	s.openService(d, rid, start, limit, now)
	if start == now {
		s.begin(rid, now, in.served == 0)
	} else {
		s.queue.add(start, keyOf(kindBegin, r.Function, r.ordinal), uint32(rid), r.gen)
	}
}

// openService notes a service that begins, and makes an event of what may end it
// before the actor does.
func (s *shard) openService(d *deployment, rid requestID, start, limit, now Time) {
	r := &s.requests[rid]
	r.start, r.end, r.status, r.started, r.computes = start, Never, Completed, true, false
	if at := s.partTime(r, limit, now); at < Never {
		s.limit(r.fn, event{at: at, key: keyOf(kindGiveUp, r.Function, r.ordinal), ref: uint32(rid), gen: r.gen}, d.inFlight)
	}
}

// offerOpen begins the service of a judged request in an instance with a server, which
// gets nothing of it before the actor asks for it. A request may have been bound to the
// instance while that initialised.
func (s *shard) offerOpen(d *deployment, id instanceID, rid requestID, now Time, bound bool) {
	first := s.instances[id].served == 0
	if bound {
		first = s.births[id].served == 0 // nobody else is bound to it
	}
	s.requests[rid].instance = id
	s.openService(d, rid, now, s.limitOf(d, rid, now), now)
	s.begin(rid, now, first)
}

// compute asks the server of an instance for service, if it serves the request.
func (s *shard) compute(c *Compute, now Time, from speaker) {
	r := s.heldOpen(c.Request, now)
	if r == nil {
		return
	}
	d := &s.deps[s.fns[r.fn].dep]
	if d.platform.Server == nil {
		s.wrong(from, "at %d ns asks for service where there is no server", now)
	}
	if r.computes {
		s.wrong(from, "at %d ns asks for service for a request that computes already, want one thing at a time", now)
	}
	r.computes = true
	q := s.serverRequest(c.Request.place)
	q.Service = c.Service
	if !s.stations[r.instance].server.Offer(now, q) {
		panic(refusal{fmt.Errorf("a server of %s refused what a request computes", s.all[r.Function].ID())})
	}
	s.schedule(d, r.instance)
}

// takeBack takes from an instance's server, where there is one, what it still
// computes of an open service that ends.
func (s *shard) takeBack(d *deployment, in instanceID, id requestID, now Time) {
	if d.platform.Server != nil {
		s.stations[in].server.Withdraw(now, uint32(id))
		s.schedule(d, in)
	}
}

// computed tells the actor that a server has served what was asked of it.
func (s *shard) computed(id requestID, now Time) {
	s.next.Reset()
	r := &s.requests[id]
	r.computes = false
	function := r.Function
	s.actor.Computed(Computed{Request: r.handle(id), Now: now, Parent: s.origins[id].parent}, &s.next)
	s.heed(now, speaker{"a service of", function})
}

// heldOpen returns the request of a handle, if it is served until the actor ends it
// and that has not said when; else nil.
func (s *shard) heldOpen(h Handle, now Time) *request {
	if int(h.place) >= len(s.requests) {
		return nil
	}
	r := &s.requests[h.place]
	if r.gen+1 != h.gen || !s.fns[r.fn].open || r.instance == noInstance || !r.started || r.start > now || r.end != Never {
		return nil
	}
	return r
}

// beginBound begins the service of a request whose instance has initialised for it.
func (s *shard) beginBound(e event) {
	id := e.request()
	r := &s.requests[id]
	switch d := &s.deps[s.fns[r.fn].dep]; {
	case r.gen != e.gen:
	case d.contends && !(s.fns[r.fn].open && r.flags&Ping == 0):
		s.compete(d, r.instance, id, e.at)
	default:
		s.begin(id, e.at, r.own && s.births[r.instance].served == 0)
	}
}

// begin tells the actor that a service has begun.
func (s *shard) begin(id requestID, now Time, first bool) {
	r := &s.requests[id]
	b := &s.births[r.instance]
	function := r.Function
	s.next.Reset()
	s.actor.Began(Began{
		Request: r.handle(id), Now: now, Arrival: r.Arrival, Service: s.serviceOf(r), Key: r.key, Parent: s.origins[id].parent,
		Instance: uint64(s.deps[b.dep].first+1)<<32 | uint64(b.ordinal), Function: function, Attr: r.Attr, Attempt: r.attempt,
		Counts: r.counts, Cold: r.flags&Cold != 0, First: first,
	}, &s.next)
	s.heed(now, speaker{"a service of", function})
}

// leaveAt lets a request leave its slot when the actor says so, if it is served.
func (s *shard) leaveAt(l *Leave, now Time) {
	r := s.heldOpen(l.Request, now)
	if r == nil {
		return
	}
	r.end = l.At
	if !r.gone {
		r.status = l.Status
	}
	s.queue.add(l.At, keyOf(kindLeave, r.Function, r.ordinal), uint32(l.Request.place), r.gen)
}

// openNow reports whether a request is served until the actor ends it.
func (s *shard) openNow(r *request) bool {
	return s.fns[r.fn].open && r.started && r.flags&Ping == 0
}

// cutOff ends a service in a slot, now.
func (s *shard) cutOff(d *deployment, id requestID, now Time, status Status) {
	r := &s.requests[id]
	in := r.instance
	if d.contends {
		s.yieldCPU(d, id, now)
	}
	r.end = now
	s.takeBack(d, in, id, now)
	s.vacate(d, in)
	s.end(id, now, status)
	s.freed(d, in, now)
}

// mostRounds is how often what follows from what nothing will serve may meet that
// fate again: as many as an execution may have steps in a row, and more.
const mostRounds = 1 << 20

// endRest ends what nothing will serve any more, and carries out what the actor says
// to that, until there is nothing left: first the requests that wait, and where none
// does, the services that the actor has not ended.
func (s *shard) endRest() {
	for range mostRounds {
		if !s.endWaiters() && !s.endOpen() {
			return
		}
		s.carryOut()
	}
	panic(refusal{fmt.Errorf("what follows from requests of %s and others that nothing serves waits in vain again, %d times", s.all[s.fns[0].id].ID(), mostRounds)})
}

// endWaiters ends the requests that wait, and reports whether there were any.
func (s *shard) endWaiters() (some bool) {
	some = s.abandonLines()
	for k := range s.deps {
		some = some || s.deps[k].waiting.len() > 0
		s.abandon(&s.deps[k])
	}
	return some
}

// endOpen ends the services that are open, and reports whether there were any.
func (s *shard) endOpen() bool {
	var list []requestID
	for id := range s.requests {
		if r := &s.requests[id]; r.instance != noInstance && s.openNow(r) && r.end == Never {
			list = append(list, requestID(id))
		}
	}
	slices.SortFunc(list, func(a, b requestID) int {
		x, y := &s.requests[a], &s.requests[b]
		return cmp.Or(cmp.Compare(x.Function, y.Function), cmp.Compare(x.ordinal, y.ordinal))
	})
	for _, id := range list {
		if r := &s.requests[id]; r.end == Never { // none before it has ended it
			s.cutOff(&s.deps[s.fns[r.fn].dep], id, max(s.window.Horizon, s.now), Unfinished)
		}
	}
	return len(list) > 0
}
