package sim

import "fmt"

// Follower says what follows from the end of a request: a retry, the next step
// of an application, the answer to what made it. What follows arrives as any
// other request does.
type Follower interface {
	// Ended is told the end of each request but pings, when its client knows of
	// it, and says what arrives because of it, then or later. An arrival at the same
	// function with the same key and a higher attempt is a retry of the request, if it
	// is said here.
	Ended(e End, next *Next)
}

// FollowerFactory makes the followers of a run, one a shard. A run may take more
// than one pass over its functions, of which one counts: see Run.
type FollowerFactory interface {
	// Joined lists sets of functions, each of which runs in one shard: those
	// between whose requests something follows.
	Joined() [][]uint32
	// New makes the follower of a shard in a pass. It may be called from several
	// goroutines.
	New() Follower
	// Ran is told, once, when a run has gone well, those of the pass that counts, in
	// an order that depends on the configuration alone.
	Ran(shards []Follower)
}

// End is a request that has ended for its client, now. An instance may go on with
// it: the Outcome that observers are told has the end of that.
type End struct {
	Outcome
	Now     Time   // when it ended for its client
	Service Time   // as its Invocation had it
	Key     uint64 // what its variates are keyed by
	Parent  uint64 // as its Arrival had it; 0 for the source's
	Request Handle // as its Began had it, where its service is Open and has begun
	Attr    uint32
	// Limit is what it met as it arrived, where it was rejected or waited beyond its Init.
	Limit LimitKind
}

// Arrival is a request that the simulation makes.
type Arrival struct {
	// Invocation arrives at or after what it follows from, and may
	// after the horizon: what is under way is finished. Those of a function that
	// arrive at the same time do so in the order of their Key.
	Invocation
	// Key is what its variates are keyed by. It depends on where the request
	// stands (its parent's key, the step, which of the children it is: MadeKey),
	// never on when it is made, so that two policies see the same variates.
	Key uint64
	// Parent is given back with its End: what it answers to, the key of a step
	// that waits for it, say. The kernel does not read it.
	Parent  uint64
	Attempt uint16 // 0 for the first
	Counts  Counts // whether it belongs to the window
}

// MadeKey returns the key of what follows from a request: of a child of it in
// a step. 64 bits are enough that among a billion requests two collide with a
// probability of 3 %.
func MadeKey(parent uint64, step, child uint32) uint64 {
	return mix(mix(parent^golden) + (uint64(step)<<32 | uint64(child)))
}

// follow tells the follower of the end of a request.
func (s *shard) follow(id requestID, now Time) {
	r := &s.requests[id]
	e := End{Now: now, Service: r.Service, Key: r.key, Parent: s.origins[id].parent, Attr: r.Attr}
	s.describe(&e.Outcome, r, s.origins[id].earlier)
	if e.Status == Rejected || e.Start-e.Arrival > e.Init {
		e.Limit = s.origins[id].met
	}
	if s.fns[r.fn].open && r.started {
		e.Request = r.handle(id)
	}
	s.next.Reset()
	s.follower.Ended(e, &s.next)
	from := speaker{"a request of", e.Function}
	for i := range s.next.arrivals {
		a := &s.next.arrivals[i]
		made := s.arriveLater(a, now, from)
		if a.Function == e.Function && a.Key == e.Key && a.Attempt > e.Attempt {
			s.origins[made].earlier = e.Earlier + a.Arrival - e.Arrival
			s.requests[id].retried = true
		}
	}
	s.heedOthers(now, from)
}

// speaker is what a follower was told of when it said something, for errors.
type speaker struct {
	what     string
	function uint32
}

func (s *shard) wrong(from speaker, format string, args ...any) {
	panic(refusal{fmt.Errorf("%s %s "+format, append([]any{from.what, s.all[from.function].ID()}, args...)...)})
}

// heed carries out what an actor said.
func (s *shard) heed(now Time, from speaker) {
	for i := range s.next.arrivals {
		s.arriveLater(&s.next.arrivals[i], now, from)
	}
	s.heedOthers(now, from)
}

// heedOthers carries out what was said beside arrivals.
func (s *shard) heedOthers(now Time, from speaker) {
	if s.actor == nil && len(s.next.timers)+len(s.next.computes)+len(s.next.leaves) > 0 {
		s.wrong(from, "leads to a timer, a service or the end of one, which only an actor may say")
	}
	for i := range s.next.timers {
		t := &s.next.timers[i]
		if t.At < now || t.At > maxTime {
			s.wrong(from, "at %d ns sets a timer to %d ns, want at or after that", now, t.At)
		}
		s.later.push(sequel{at: t.At, key: keyOf(kindTimer, 0, 0), by: t.Key, ref: t.Ref})
	}
	for i := range s.next.computes {
		c := &s.next.computes[i]
		if uint64(c.Service) > uint64(Longest) {
			s.wrong(from, "at %d ns asks for a service of %d ns, want 0 to %d", now, c.Service, Longest)
		}
		s.compute(c, now, from)
	}
	for i := range s.next.leaves {
		l := &s.next.leaves[i]
		if l.At < now || l.At > maxTime {
			s.wrong(from, "at %d ns ends a service at %d ns, want at or after that", now, l.At)
		}
		if l.Status != Completed && l.Status != Failed {
			s.wrong(from, "at %d ns ends a service with status %d, want %d or %d: completed or failed", now, l.Status, Completed, Failed)
		}
		s.leaveAt(l, now)
	}
}

// arriveLater lets a request arrive that a follower made.
func (s *shard) arriveLater(a *Arrival, now Time, from speaker) requestID {
	fn := s.follows(a, now, from)
	id := s.newRequest(a.Function)
	r := &s.requests[id]
	r.Invocation, r.key, r.fn, r.attempt, r.flags, r.counts = a.Invocation, a.Key, fn, a.Attempt, 0, a.Counts
	s.origins[id].parent = a.Parent
	s.later.push(sequel{at: a.Arrival, key: keyOf(kindArrival, a.Function, madeOrdinal), by: a.Key, ref: uint64(id)})
	return id
}

// follows checks what a follower wants to arrive, and returns its function.
func (s *shard) follows(a *Arrival, now Time, from speaker) localFn {
	switch {
	case int(a.Function) >= len(s.all):
		s.wrong(from, "leads to function %d of %d", a.Function, len(s.all))
	case a.Arrival < now || a.Arrival > maxTime:
		s.wrong(from, "at %d ns leads to one at %d ns, want at or after that", now, a.Arrival)
	case uint64(a.Service) > uint64(Longest):
		s.wrong(from, "leads to one with a service time of %d ns, want 0 to %d", a.Service, Longest)
	case a.Counts > NotCounted:
		s.wrong(from, "leads to one that counts by rule %d, want 0 to %d", a.Counts, NotCounted)
	}
	if a.Service == Longest {
		s.clamped++
	}
	fn := s.local[a.Function]
	if int(fn) >= len(s.fns) || s.fns[fn].id != a.Function {
		s.wrong(from, "leads to %s, which it is not joined with", s.all[a.Function].ID())
	}
	if s.fns[fn].outside {
		s.wrong(from, "leads to %s, which is outside: only the source's arrive there", s.all[a.Function].ID())
	}
	return fn
}

// madeOrdinalOf returns the ordinal of the next request that the simulation
// lets arrive at a function.
func (s *shard) madeOrdinalOf(fn localFn) uint32 {
	f := &s.fns[fn]
	if f.made == madeOrdinal {
		panic(refusal{fmt.Errorf("the simulation makes more than %d requests of %s", madeOrdinal, s.all[f.id].ID())})
	}
	f.made++
	return madeOrdinal | (f.made - 1)
}

// made lets a request arrive that the simulation made. Its ordinal is that of its
// arrival, so that who came first comes first in all that follows.
func (s *shard) made(id requestID) {
	s.arrivals++
	r := &s.requests[id]
	r.ordinal = s.madeOrdinalOf(r.fn)
	s.admit(&s.deps[s.fns[r.fn].dep], id)
}
