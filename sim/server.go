package sim

import (
	"cmp"
	"fmt"
	"slices"
)

// Server is how one instance serves its requests where these share something,
// so that the end of one depends on the others: a processor, a batch, a cache.
// (Slots, which share nothing, need none: see Platform.Server.) The times that
// it is given never go back, and it knows no others.
type Server interface {
	// Offer gives it a request whose service begins now, and reports whether
	// it was taken. A server that holds nothing takes any; one that it can
	// never serve it then ends as Failed.
	Offer(now Time, r ServerRequest) bool
	// Next returns when something in it happens by itself, most often the end
	// of a request; Never where nothing will.
	Next() Time
	// Advance is called at the time that Next said, and appends the requests
	// that have ended by then.
	Advance(now Time, ended []ServerEnd) []ServerEnd
	// Withdraw takes back a request that its timeout or its client ends, and
	// tells what it got until then.
	Withdraw(now Time, id uint32) Serving
}

// Worker is a Server that tells what it did between its requests' ends, to
// those who observe it.
type Worker interface {
	Server
	// Work appends what it did since it was last asked, in the order of time,
	// and forgets it. It is asked after each Advance and Withdraw.
	Work(list []Work) []Work
}

// Gauge is how full a server is: what routing and scaling policies look at.
type Gauge struct {
	Running int   // requests that are served
	Waiting int   // requests that it has taken and does not serve: in its line, before it, between its engines
	Held    int64 // blocks of its memory that requests hold, over all engines of the server
	Blocks  int64 // blocks that there are, likewise; 0: it knows none
}

// GaugeServer is a Server that tells how full it is.
type GaugeServer interface {
	Server
	// Gauge returns how it stands at now, which is not after Next. It changes
	// nothing of what the server will tell.
	Gauge(now Time) Gauge
}

// PrefixServer is a Server with a cache of what prompts begin with.
type PrefixServer interface {
	Server
	// Cached returns how many tokens of a request's prompt the cache has at now,
	// which is not after Next: what the request finds if it is offered then, and
	// is served at once. Prompt is how many there are. It changes nothing of what
	// the server will tell, nor what the cache keeps.
	Cached(now Time, r ServerRequest) (cached, prompt int64)
}

// ServerRequest is what a server knows of a request.
type ServerRequest struct {
	ID       uint32 // names it among those that the server holds
	Service  Time   // how long it takes alone
	Function uint32 // index into the workload's functions
	Attr     uint32 // row of the workload's side columns
	Attempt  uint16 // 0 for the first
	Key      uint64 // of its variates
	Ping     bool   // a prewarm policy sent it: there is no row of columns for it
}

// ServerEnd is how a request left a server.
type ServerEnd struct {
	ID      uint32
	Status  Status // Completed, Failed, or Rejected: its service then never began
	Serving Serving
}

// ServerFactory makes the servers of a deployment, one an instance.
type ServerFactory interface {
	New(g Group) Server
}

// OpenFactory is a ServerFactory of servers that serve requests to Open functions,
// part by part: they take any request at any time, again after its end, reject none,
// and to withdraw one that is not there does nothing.
type OpenFactory interface {
	ServerFactory
	ServesOpen()
}

// SharingFactory is a ServerFactory of servers that share something which
// outlives each of them, such as the limits of a provider's account: each
// deployment has a factory of its own.
type SharingFactory interface {
	ServerFactory
	Sharing(g Group) ServerFactory
}

// station is the server of an instance, and the request that it gets when the
// instance is ready.
type station struct {
	server Server
	worker Worker // the server, where it tells what it does and somebody asks
	up     bool   // its initialisation is over
	bound  requestID
	next   Time       // of the event in the queue
	gen    generation // of that event
}

// serveBound begins the service of the request that was bound to an instance
// while it initialised.
func (s *shard) serveBound(d *deployment, id instanceID, now Time) {
	st := &s.stations[id]
	if st.bound == noRequest {
		return
	}
	r := st.bound
	st.bound = noRequest
	if limit := s.limitOf(d, r, now); limit < now {
		s.endLate(d, id, r, limit, now)
	} else {
		s.mustOffer(d, id, r, now)
	}
}

// mustOffer begins the service of a request in a server that holds nothing.
func (s *shard) mustOffer(d *deployment, id instanceID, rid requestID, now Time) {
	if !s.offer(d, id, rid, now) {
		panic(refusal{fmt.Errorf("a server of %s that holds nothing refused a request", s.all[d.first].ID())})
	}
}

// endLate ends a request whose timeout was over before its service began.
func (s *shard) endLate(d *deployment, id instanceID, rid requestID, limit, now Time) {
	r := &s.requests[rid]
	r.start, r.end, r.started = limit, limit, false
	s.vacate(d, id)
	s.end(rid, now, TimedOut)
}

// offer begins the service of a request, if the instance's server takes it.
func (s *shard) offer(d *deployment, id instanceID, rid requestID, now Time) bool {
	r := &s.requests[rid]
	bound := r.instance != noInstance
	if !bound { // else it was judged when it was bound
		s.judge(id, r)
	}
	if s.fns[r.fn].open && r.flags&Ping == 0 {
		s.offerOpen(d, id, rid, now, bound)
		return true
	}
	if !s.stations[id].server.Offer(now, s.serverRequest(rid)) {
		r.flags, r.init = r.flags&Ping, 0
		return false
	}
	r.instance, r.start, r.started = id, now, true
	if limit := s.partTime(r, s.limitOf(d, rid, now), now); limit < Never {
		s.limit(r.fn, event{at: limit, key: keyOf(kindGiveUp, r.Function, r.ordinal), ref: uint32(rid), gen: r.gen}, d.inFlight)
	}
	s.schedule(d, id)
	return true
}

// serverRequest is what servers know of a request that has been judged.
func (s *shard) serverRequest(rid requestID) ServerRequest {
	r := &s.requests[rid]
	return ServerRequest{ID: uint32(rid), Service: s.serviceOf(r), Function: r.Function, Attr: r.Attr, Attempt: r.attempt, Key: r.key, Ping: r.flags&Ping != 0}
}

// limitOf returns when a request that begins at the given time times out.
func (s *shard) limitOf(d *deployment, rid requestID, start Time) Time {
	r := &s.requests[rid]
	t := s.fns[r.fn].timeout
	switch {
	case t == 0:
		return Never
	case d.platform.TimeoutClock == RequestClock:
		return after(r.Arrival, t)
	}
	return after(start, t)
}

// schedule renews the event of a server that has moved.
func (s *shard) schedule(d *deployment, id instanceID) {
	st := &s.stations[id]
	next := st.server.Next()
	if next == st.next {
		return
	}
	st.next = next
	st.gen++
	if next < Never {
		s.queue.push(event{at: next, key: keyOf(kindServer, d.first, s.births[id].ordinal), ref: uint32(id), gen: st.gen})
	}
}

// moved lets a server tell which of its requests have ended. They leave in the
// order of (function, ordinal), as those of slots do.
func (s *shard) moved(e event) {
	id := e.instance()
	st := &s.stations[id]
	if st.gen != e.gen {
		return
	}
	st.next = Never // that event is spent
	s.endings = st.server.Advance(e.at, s.endings[:0])
	slices.SortFunc(s.endings, func(a, b ServerEnd) int {
		x, y := &s.requests[a.ID], &s.requests[b.ID]
		return cmp.Or(cmp.Compare(x.Function, y.Function), cmp.Compare(x.ordinal, y.ordinal))
	})
	d := &s.deps[s.births[id].dep]
	left := false
	for _, end := range s.endings {
		r := &s.requests[end.ID]
		if s.openNow(r) {
			s.computed(requestID(end.ID), e.at)
			continue
		}
		left = true
		r.end = e.at
		if end.Status == Rejected {
			s.meets(requestID(end.ID), ServerLimit)
			r.start, r.init, r.started, r.flags = e.at, 0, false, r.flags&Ping
			s.instances[id].served--
		}
		if end.Status == Failed {
			s.failsBy = ByServer
		}
		if end.Status == Completed && s.fails(r) {
			end.Status = Failed
		}
		s.vacate(d, id)
		s.end(requestID(end.ID), e.at, end.Status)
		s.failsBy = NotFailed
		s.tellServed(end.Serving)
	}
	s.tellWork(d, st.worker)
	if left {
		s.freed(d, id, e.at)
	}
	s.schedule(d, id)
}

// expire ends a request in service at its timeout, or as its client gives up.
func (s *shard) expire(d *deployment, rid requestID, now Time, status Status) {
	r := &s.requests[rid]
	id := r.instance
	st := &s.stations[id]
	serving := st.server.Withdraw(now, uint32(rid))
	r.end = now
	s.vacate(d, id)
	s.end(rid, now, status)
	s.tellServed(serving)
	s.tellWork(d, st.worker)
	s.freed(d, id, now)
	s.schedule(d, id)
}

// newStation gives an instance a server of its own.
func (s *shard) newStation(d *deployment, id instanceID) {
	for len(s.stations) <= int(id) {
		s.stations = append(s.stations, station{})
	}
	st := &s.stations[id]
	*st = station{server: d.servers.New(d.unit), bound: noRequest, next: Never, gen: st.gen + 1}
	if len(s.observers.works) > 0 {
		st.worker, _ = st.server.(Worker)
	}
}

// tellServed tells of the request that ended last what its server told of it.
func (s *shard) tellServed(v Serving) {
	if v.Input == 0 || len(s.observers.served) == 0 {
		return
	}
	if len(s.served) == recordBatch {
		s.flushServed()
	}
	s.served = append(s.served, Served{Outcome: s.outcomes[s.recorded-1], Serving: v})
}

// tellWork tells what a server has done.
func (s *shard) tellWork(d *deployment, w Worker) {
	if w == nil {
		return
	}
	n := len(s.works)
	s.works = w.Work(s.works)
	for i := n; i < len(s.works); i++ {
		s.works[i].Deployment, s.works[i].Platform = d.first, d.platform.id
	}
	if len(s.works) >= recordBatch {
		s.flushWorks()
	}
}
