package sim

// Actor is a Follower that does things by itself: an application. It is told of
// what happens in the order of events. What it says while it is told is carried out
// after that, and never makes the kernel tell it of something in between.
//
// An actor that sets a timer again and again stops at the horizon by itself: the run
// goes on until nothing is pending.
type Actor interface {
	Follower
	// Arrived is told of an invocation of a function that is Outside.
	Arrived(a Arrived, next *Next)
	// Due is told that a timer's time has come.
	Due(now Time, t Timer, next *Next)
	// Began is told that the service of a request to an Open function has begun. It
	// goes on until the actor says Leave, or the function's timeout ends it, or, where
	// the platform cancels, its client's patience: Ended is told of all three. Where
	// the platform serves on after its client gave up, Ended has been told of that, and
	// nothing is of the end of the service.
	Began(b Began, next *Next)
	// Computed is told that a server has served what a Compute asked for.
	Computed(c Computed, next *Next)
}

// Arrived is an invocation of a function that is Outside.
type Arrived struct {
	Invocation
	Ordinal uint32 // within its function, from 0: what its variates are keyed by
}

// Timer is when an Actor wants to be told, and of what.
type Timer struct {
	// At is now or later. A timer comes after the arrivals of its time and before
	// those who give up then: what it makes arrive, or leave, at that time is still
	// in time for all that waits, stops or ticks then.
	At  Time
	Key uint64 // timers of the same time go by it, those of the same key by when they were set
	Ref uint64 // given back; the kernel does not read it
}

// Began is the service of a request that has begun, now.
type Began struct {
	Request  Handle
	Now      Time
	Arrival  Time
	Service  Time // as its Invocation had it, or of a cold request the cold one
	Key      uint64
	Parent   uint64
	Instance uint64 // tells instances apart; never 0
	Function uint32
	Attr     uint32
	Attempt  uint16
	Counts   Counts // see Arrival
	Cold     bool
	First    bool // the first that the instance serves
}

// Handle names a request that an instance serves. One that has ended is named by no
// handle, and what is said of it then is not heard. The zero value names none.
type Handle struct {
	place requestID
	gen   generation // of the request, + 1
}

// Compute asks the server of its instance to serve a request to an Open function for
// some time of service, from now: Computed is told when it has. One request computes
// one thing at a time: to ask again before Computed is an error. Slots share nothing, so
// that who asks can work out the end.
type Compute struct {
	Request Handle
	Service Time // 0 to Longest, as the request would take alone
}

// Computed is a request to an Open function that has got, now, what was asked by a Compute.
type Computed struct {
	Request Handle
	Now     Time
	Parent  uint64 // as its Began had it
}

// Leave is the end of the service of a request to an Open function. The first that
// is said of a request counts. It comes among those who leave their slots at that
// time, before all else.
type Leave struct {
	Request Handle
	At      Time   // now or later; a timeout that comes before it stands
	Status  Status // Completed or Failed
}

// Next is what follows from what an Actor, or a Follower, is told.
type Next struct {
	arrivals []Arrival
	timers   []Timer
	computes []Compute
	leaves   []Leave
}

// Arrive makes a request.
func (n *Next) Arrive(a Arrival) { n.arrivals = append(n.arrivals, a) }

// Wake sets a timer.
func (n *Next) Wake(t Timer) { n.timers = append(n.timers, t) }

// Compute asks a server for service.
func (n *Next) Compute(c Compute) { n.computes = append(n.computes, c) }

// Leave ends a service.
func (n *Next) Leave(l Leave) { n.leaves = append(n.leaves, l) }

// Arrivals returns the requests that were made since the last Reset.
func (n *Next) Arrivals() []Arrival { return n.arrivals }

// Timers returns the timers that were set since then.
func (n *Next) Timers() []Timer { return n.timers }

// Computes returns what was asked of servers since then.
func (n *Next) Computes() []Compute { return n.computes }

// Leaves returns the services that were ended since then.
func (n *Next) Leaves() []Leave { return n.leaves }

// Reset empties it.
func (n *Next) Reset() {
	n.arrivals, n.timers, n.computes, n.leaves = n.arrivals[:0], n.timers[:0], n.computes[:0], n.leaves[:0]
}
