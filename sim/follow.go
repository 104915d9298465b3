package sim

import "fmt"

// Follower says what follows from the end of a request: a retry, the next step
// of an application, the answer to what made it. What follows arrives as any
// other request does.
type Follower interface {
	// Ended is told the end of each request but pings, when its client knows of
	// it, and appends what arrives because of it. An arrival at the same function
	// with the same key and a higher attempt is a retry of the request.
	Ended(e End, next []Arrival) []Arrival
}

// FollowerFactory makes the followers of a run, one a shard.
type FollowerFactory interface {
	// Joined lists sets of functions, each of which runs in one shard: those
	// between whose requests something follows.
	Joined() [][]uint32
	// New makes the follower of a shard.
	New() Follower
}

// End is a request that has ended for its client, now. An instance may go on with
// it: the Outcome that observers are told has the end of that.
type End struct {
	Outcome
	Now     Time   // when it ended for its client
	Service Time   // as its Invocation had it
	Key     uint64 // what its variates are keyed by
	Parent  uint64 // as its Arrival had it; 0 for the source's
	Attr    uint32
}

// Arrival is a request that the simulation makes.
type Arrival struct {
	// Invocation arrives at or after the end that it follows from, and may
	// after the horizon: what is under way is finished.
	Invocation
	// Key is what its variates are keyed by. It depends on where the request
	// stands (its parent's key, the step, which of the children it is: MadeKey),
	// never on when it is made, so that two policies see the same variates.
	Key uint64
	// Parent is given back with its End: what it answers to, the key of a step
	// that waits for it, say. The kernel does not read it.
	Parent  uint64
	Attempt uint16 // 0 for the first
}

// MadeKey returns the key of what follows from a request: of a child of it in
// a step. 64 bits are enough that among a billion requests two collide with a
// probability of 3 %.
func MadeKey(parent uint64, step, child uint32) uint64 {
	return mix(mix(parent^golden) + (uint64(step)<<32 | uint64(child)))
}

// follow makes arrivals of what follows from a request.
func (s *shard) follow(id requestID, now Time) {
	r := &s.requests[id]
	e := End{Now: now, Service: r.Service, Key: r.key, Parent: r.parent, Attr: r.Attr}
	s.describe(&e.Outcome, r)
	s.following = s.follower.Ended(e, s.following[:0])
	for i := range s.following {
		a := &s.following[i]
		fn, err := s.follows(&s.requests[id], a, now)
		if err != nil {
			panic(refusal{err})
		}
		next := s.newRequest(a.Function)
		n := &s.requests[next]
		n.Invocation, n.key, n.ordinal, n.fn = a.Invocation, a.Key, s.madeOrdinalOf(fn), fn
		n.parent, n.earlier, n.attempt, n.flags = a.Parent, 0, a.Attempt, 0
		if a.Function == e.Function && a.Key == e.Key && a.Attempt > e.Attempt {
			n.earlier = e.Earlier + a.Arrival - e.Arrival
			s.requests[id].retried = true
		}
		s.queue.push(event{at: a.Arrival, key: keyOf(kindArrival, a.Function, n.ordinal), ref: uint32(next), gen: n.gen})
	}
}

// follows checks what a follower wants to arrive, and returns its function.
func (s *shard) follows(r *request, a *Arrival, now Time) (localFn, error) {
	from := s.all[r.Function].ID()
	switch {
	case int(a.Function) >= len(s.all):
		return 0, fmt.Errorf("a request of %s leads to function %d of %d", from, a.Function, len(s.all))
	case a.Arrival < now || a.Arrival > maxTime:
		return 0, fmt.Errorf("a request of %s that ended at %d ns leads to one at %d ns, want at or after that", from, now, a.Arrival)
	case uint64(a.Service) > uint64(Longest):
		return 0, fmt.Errorf("a request of %s leads to one with a service time of %d ns, want 0 to %d", from, a.Service, Longest)
	}
	if a.Service == Longest {
		s.clamped++
	}
	fn := s.local[a.Function]
	if int(fn) >= len(s.fns) || s.fns[fn].id != a.Function {
		return 0, fmt.Errorf("a request of %s leads to %s, which it is not joined with", from, s.all[a.Function].ID())
	}
	return fn, nil
}

// madeOrdinalOf returns the ordinal of the next request that the simulation
// makes for a function.
func (s *shard) madeOrdinalOf(fn localFn) uint32 {
	f := &s.fns[fn]
	if f.made == madeOrdinal {
		panic(refusal{fmt.Errorf("the simulation makes more than %d requests of %s", madeOrdinal, s.all[f.id].ID())})
	}
	f.made++
	return madeOrdinal | (f.made - 1)
}

// made lets a request arrive that the simulation made.
func (s *shard) made(e event) {
	s.arrivals++
	id := e.request()
	s.admit(&s.deps[s.fns[s.requests[id].fn].dep], id)
}
