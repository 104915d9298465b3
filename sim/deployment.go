package sim

// deployment is what scales: the instances and the waiting requests of one
// function, or of one app, on its platform.
type deployment struct {
	// What each request touches, on two cache lines: with many functions
	// called in turn, each line more is a wait for the memory.
	earliest Time  // no instance in idle expires before
	idle     shelf // on-demand instances
	planFrom Time  // 0: no start is planned
	fixed    Time  // the window of a FixedKeepAlive; −1: the policy is asked
	group    *group

	platform    *platform
	account     *account
	concurrency int32
	busy        int32    // instances that serve a request or initialise for one bound to them
	live        int32    // instances, expired ones not yet settled included
	inFlight    int32    // requests being initialised for or served
	first       uint32   // index of its first function
	local       depIndex // its own place within the shard
	bound       bool     // its keep-alive is an OfflineKeepAlive
	listens     bool     // its keep-alive is an ArrivalListener
	ticks       bool     // its scaling is a TickingScaling
	contends    bool     // its instances share the cores of their nodes
	balanced    bool     // its requests are sent to nodes
	learns      bool     // it is asked how long its requests take
	sought      bool     // an instance for a request is found by router or ranks
	holds       bool     // it has had paused or demoted instances
	*rest
	cluster *cluster // nil: there is room for any number of instances
}

// rest is what of a deployment few requests touch.
type rest struct {
	shard      *shard
	arrived    ArrivalListener
	offline    OfflineKeepAlive
	prewarm    Prewarm
	scaling    Scaling
	scaler     *scaler // where it ticks
	servers    ServerFactory
	ranks      *ranks      // in place of idle, floor and open, where the reuse rule is LeastLoaded
	router     *router     // where its platform routes
	firstLocal localFn     // its first function, within the shard
	unbridged  coldRequest // the last one that a bound lets start cold
	resting    int32       // idle instances that the plain path holds
	evictable  int32       // instances that may be evicted
	memory     int64
	milliCPU   int64  // thousandths of a vCPU of an instance, where they are shared
	unit       Group  // what its scaling, prewarm and servers are made for
	runtime    string // of its first function; of a pool, whom it serves
	shared     bool   // it is of a pool, and has no functions

	own       group // where it shares its policy with none
	planUntil Time
	planGen   generation

	readied  int64   // instances that have become ready by an event
	starting Time    // of these, from their creation on
	services learned // of its requests

	warming shelf // instances that initialise with no request bound to them
	floor   shelf // provisioned instances
	open    shelf // busy instances with a free slot
	held    shelf // paused and demoted instances, in the order in which they became so
	waiting line
	inLine  uint64 // serial of its place in its account's line; 0: it has none
	lined   int32  // its requests in the lines of nodes

	floorRate   floorRate
	floorTarget int32
	floorHave   int32

	ramp     ramp
	rate     ramp // of its requests
	dryUntil Time // no start is tried before, since there was no machine
	short    bool // there is no room for it to start an instance
	expected Time // of its entry in the account's expiries; Never: it has none
	awaited  bool // an event tells it when its ramp has a token again
	created  uint32
	pings    uint32
	standing int32       // instances that may serve: those that do not drain
	left     []StopCause // why there are no more than n instances, by n, where there have been
	warmed   uint32      // instances that were started ahead
}

// group is the scope of a keep-alive policy: the deployments that share one.
type group struct {
	keep     KeepAlive
	inFlight int32
	first    uint32            // index of its first function
	local    depIndex          // of its first deployment
	planner  PlanningKeepAlive // nil: its policy is none
	next     Time              // when that is asked
	gen      generation
}

func (d *deployment) idleCount() int {
	n := d.idle.len() + d.floor.len() + int(d.resting)
	if d.ranks != nil {
		n += d.ranks.idle
	}
	return n
}

// reset empties the deployment for another run and keeps its memory.
func (d *deployment) reset(r *rest) {
	idle := d.idle
	*d = deployment{idle: idle, earliest: Never, rest: r}
	d.idle.reset()
	warming, floor, open, held, waiting, left := r.warming, r.floor, r.open, r.held, r.waiting, r.left[:0]
	*r = rest{warming: warming, floor: floor, open: open, held: held, waiting: waiting, left: left, expected: Never}
	for _, s := range []*shelf{&r.warming, &r.floor, &r.open, &r.held} {
		s.reset()
	}
	r.waiting.reset()
}
