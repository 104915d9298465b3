package sim

// instance is one execution environment: the cache line that serving a
// request touches. The rest is in birth.
type instance struct {
	created   Time
	ready     Time
	idleSince Time
	until     Time // when its keep-alive ends, while idle
	idle      Time // whole-instance idle time within the window
	active    Time // start of the stretch that it initialises or serves in
	served    uint32
	inUse     int32 // requests being served or bound to it
	gen       generation
	flags     Flags
	stage     Stage
	layer     Phase // where demoted
	passing   bool  // an event changes its stage at until
}

// birth is what of an instance only its start, its stop and the orders of
// creation need.
type birth struct {
	phases  [NumPhases]Time // of the stage that it is in
	began   Time            // that stage
	memory  int64           // MiB that it holds in it
	sources Sources         // of what the stage's phases loaded
	host    uint32          // that it is on, where the platform has stores
	served  uint32          // before that stage
	ordinal uint32          // of creation within the deployment
	dep     depIndex
	later   bool      // the stage is not its first
	taken   bool      // in that stage, from the pool
	why     ColdCause // it was started, or woken
	leaving StopCause // why it drains, where it does
	layer   Phase     // that its stage went on from
	next    Decision  // of the end of its keep-alive
}

// Instance is what a policy may see of an instance that it is asked about. It
// is valid during the call.
type Instance struct {
	in *instance
	b  *birth
}

// Ordinal returns how many instances its deployment had started before it.
func (i Instance) Ordinal() uint32 {
	if i.b == nil {
		return 0
	}
	return i.b.ordinal
}

// Created returns when the instance was started.
func (i Instance) Created() Time { return i.in.created }

// Ready returns when its initialisation was over.
func (i Instance) Ready() Time { return i.in.ready }

// Served returns how many requests it has served, pings included.
func (i Instance) Served() int { return int(i.in.served) }

// Stage returns what is left of it.
func (i Instance) Stage() Stage { return i.in.stage }

// Layer returns, of a demoted one, the first phase that it has to go through.
func (i Instance) Layer() Phase { return i.in.layer }

// Prewarmed reports whether it was started with no request waiting for it.
func (i Instance) Prewarmed() bool { return i.in.flags&Prewarmed != 0 }
