package sim

// SharedPool keeps instances that belong to no function: stem cells, which it starts
// itself, and layers, which a keep-alive policy has let go (Decision.Share). A start for
// a request takes one of them, where there is one that is ready, and goes through the
// rest of its initialisation only.
//
// It is Platform.Pool, or the platform's keep-alive policy where that is one. The
// instances of a Platform.Pool serve functions of just their memory and are never
// evicted; those of a keep-alive get the memory of whom they serve, and may be.
type SharedPool interface {
	// KeepAlive is asked about an instance of the pool when it is ready, and when a stage
	// begins. It may be demoted further; that it is shared goes without saying.
	KeepAlive
	// Tick is asked at time 0, and then whenever its last answer said. What it starts
	// at time 0 is ready at time 0.
	Tick(v PoolView, now Time) PoolAction
	// Started is told that an instance starts for a request, and returns what the pool
	// starts for it now.
	Started(v PoolView, s Started, now Time) []Cell
}

// PoolTimer is a SharedPool that may want to be asked earlier than its last answer said,
// for what has arrived since. It is asked after each arrival that an ArrivalListener
// is told of.
type PoolTimer interface {
	// Due returns when to ask Tick, after now; Never: as said.
	Due(now Time) Time
}

// SharedPoolFactory makes the pools of a run, one a platform.
type SharedPoolFactory interface {
	// New makes that of all functions on a platform.
	New(g Group) SharedPool
}

// PoolingFactory is a KeepAliveFactory whose policies are SharedPools.
type PoolingFactory interface {
	KeepAliveFactory
	Pools()
}

// Cell is what an instance of a pool has gone through, and what it holds.
type Cell struct {
	Layer   Phase  // the first phase that who takes it goes through; PhaseDependencies at most
	Runtime string // Function.Runtime of whom it serves, where Layer is beyond PhaseRuntime; else ""
	Memory  int64  // MiB, ≥ 1
}

// PoolAction is what a pool wants done now.
type PoolAction struct {
	// Start is what to start, in this order; what finds no room that is free, without an
	// eviction, is left out.
	Start []Cell
	// Next is when to be asked again; Never: not again.
	Next Time
}

// Started is an instance that starts for a request.
type Started struct {
	Function uint32 // the deployment's first
	Runtime  string
	Memory   int64 // MiB
	Taken    bool  // from the pool
	Cell     Cell  // that it was there
}

// PoolView is what a pool may see of itself. It is valid during the call.
type PoolView struct {
	s *shard
	p *pool
}

// Count returns how many instances there are of a kind, those that initialise too.
func (v PoolView) Count(c Cell) int {
	k, ok := v.p.of(c)
	if !ok {
		return 0
	}
	n, d := 0, &v.s.deps[k]
	if d.earliest < v.s.now {
		v.s.settle(d, v.s.now)
	}
	for _, h := range []*shelf{&d.held, &d.warming} {
		for _, id := range h.all() {
			if v.s.instances[id].layer == c.Layer && v.s.births[id].memory == c.Memory {
				n++
			}
		}
	}
	return n
}

// Has reports whether a function on the platform has the runtime.
func (v PoolView) Has(runtime string) bool {
	_, ok := v.p.kinds[runtime]
	return ok
}

// Runtime returns the runtime of the deployment's functions, or of an instance of the
// pool: "" where any function may take it.
func (v View) Runtime() string { return v.d.runtime }

// Took returns what a phase of the instance's initialisation took, in the stage that it
// is in.
func (i Instance) Took(p Phase) Time {
	if i.b == nil {
		return 0
	}
	return i.b.phases[p]
}

// Memory returns the MiB that the instance holds.
func (i Instance) Memory() int64 {
	if i.b == nil {
		return 0
	}
	return i.b.memory
}
