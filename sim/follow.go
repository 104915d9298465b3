package sim

import "fmt"

// Follower says what follows from the end of a request: a retry, the next step
// of an application, the answer to what made it. What follows arrives as any
// other request does.
type Follower interface {
	// Ended is told the end of each request but pings, right after its
	// Outcome, and appends what arrives because of it.
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

// End is a request that has ended, now.
type End struct {
	Outcome
	Now  Time   // when it left its instance; End may lie before, where it timed out as that initialised
	Key  uint64 // what its variates are keyed by
	Attr uint32
}

// Arrival is a request that the simulation makes.
type Arrival struct {
	// Invocation arrives at or after the end that it follows from, and may
	// after the horizon: what is under way is finished.
	Invocation
	// Key is what its variates are keyed by. It depends on where the request
	// stands (its parent's key, the step, which of the children it is: MadeKey),
	// never on when it is made, so that two policies see the same variates.
	Key     uint64
	Attempt uint16 // 0 for the first
}

// MadeKey returns the key of what follows from a request: of a child of it in
// a step. 64 bits are enough that among a billion requests two collide with a
// probability of 3 %.
func MadeKey(parent uint64, step, child uint32) uint64 {
	return mix(mix(parent^golden) + (uint64(step)<<32 | uint64(child)))
}

// follow makes arrivals of what follows from a request.
func (s *shard) follow(r *request, now Time) {
	e := End{Outcome: s.outcomes[s.recorded-1], Now: now, Key: r.key, Attr: r.Attr}
	s.following = s.follower.Ended(e, s.following[:0])
	for i := range s.following {
		a := &s.following[i]
		a.Arrival = max(a.Arrival, now)
		fn := s.local[a.Function]
		if int(fn) >= len(s.fns) || s.fns[fn].id != a.Function {
			panic(fmt.Sprintf("a request of %s leads to %s, which it is not joined with", s.all[r.Function].ID(), s.all[a.Function].ID()))
		}
		f := &s.fns[fn]
		id := s.newRequest()
		n := &s.requests[id]
		n.Invocation, n.key, n.ordinal, n.fn = a.Invocation, a.Key, madeOrdinal|f.made, fn
		n.attempt, n.flags = a.Attempt, 0
		f.made++
		s.queue.push(event{at: a.Arrival, key: keyOf(kindArrival, a.Function, n.ordinal), ref: uint32(id), gen: n.gen})
	}
}

// made lets a request arrive that the simulation made.
func (s *shard) made(e event) {
	s.arrivals++
	id := e.request()
	s.admit(&s.deps[s.fns[s.requests[id].fn].dep], id)
}
