package sim

// Status is how a request ended.
type Status uint8

// The ways a request can end.
const (
	Completed  Status = iota
	TimedOut          // cut off by its timeout, while it waited or was served
	Rejected          // over a limit, or its queue was full or too slow
	Failed            // see FailCause
	Abandoned         // its client gave up, while it waited or was served
	Unfinished        // still waiting when the run ended
)

// Flags of an Outcome, an Activity or a Life.
type Flags uint8

const (
	// Cold marks a request whose instance became ready after it arrived.
	Cold Flags = 1 << iota
	// Ping marks a request that a prewarm policy sent: billed, in no latency.
	Ping
	// Provisioned marks what happened on an instance of a standing floor.
	Provisioned
	// Live marks a Life that had not ended at the horizon.
	Live
	// Prewarmed marks an instance that no request was waiting for when it was started.
	Prewarmed
	// Later marks the Life of a stage that is not the first of its instance,
	// Passing that of one that is not the last.
	Later
	Passing
	// Draining marks an instance that its autoscaler lets go once it is empty.
	Draining
)

// Outcome is one request, when all of it is known.
type Outcome struct {
	Arrival  Time // when it arrived
	Start    Time // when its service started; where it never did, its End
	End      Time // when its service ended, which may go on after its client gave up; or when it was rejected, timed out or was abandoned waiting
	Init     Time // the part of Start − Arrival spent in an initialisation, 0 where warm; where service never started, that of its instance, uncut
	Earlier  Time // how long before Arrival the first attempt arrived; 0 for that one
	Function uint32
	Ordinal  uint32 // within its function, from 0: of the invocation, of the ping for a ping, of what the simulation made for that
	Platform PlatformID
	Attempt  uint16 // 0 for the first
	Status   Status
	Flags    Flags
	// Started is true where service began; a request can time out, or be abandoned, before it did.
	Started bool
	Retried bool // it was not its client's last attempt
	Counts  Counts
	Cause   ColdCause // where Cold
	Failure FailCause // where Failed
}

// Counts says whether a request belongs to a window.
type Counts uint8

// The rules.
const (
	ByArrival  Counts = iota // where it arrived in it
	Counted                  // it follows from what did, whenever it arrived
	NotCounted               // it follows from what did not
)

// Within reports whether the request belongs to a window.
func (o *Outcome) Within(w Window) bool {
	if o.Counts != ByArrival {
		return o.Counts == Counted
	}
	return w.Contains(o.Arrival)
}

// InitWait is a request that waited for an initialisation and was served.
type InitWait struct {
	Outcome
	// Phases are the parts of the phases that lie between its arrival and its
	// start. Their sum is Init: of an instance that was on its way when the
	// request arrived, they are what was left of it.
	Phases [NumPhases]Time
	// Own is true of the first request that the instance served after that
	// initialisation; others waited for it too, and were served after.
	Own bool
}

// Life is one stage of an instance, from its beginning to its end: most often
// the only one, from its creation to its stop.
type Life struct {
	Created    Time
	Ready      Time // Created + all phases
	Stopped    Time // where Live: the horizon, or the end of its last request after it
	Idle       Time // whole-instance idle time within the window
	Phases     [NumPhases]Time
	Sources    Sources // where the contents of the phases came from
	Served     uint32  // requests served, pings included
	Layer      Phase   // of a demoted or shared one, the first phase left to go through; of a whole one that began as such, the one it went on from; else 0
	Memory     int64   // MiB
	Deployment uint32  // index of the deployment's first function
	Platform   PlatformID
	Stage      Stage
	Flags      Flags
	Cause      StopCause
}

// Activity is a maximal stretch in which an instance initialised or served at
// least one request. An instance that a prewarm or a floor starts has one for
// its initialisation.
type Activity struct {
	From, To   Time
	Init       Time   // how much of its start was initialisation
	Before     Time   // the part of Init before the sandbox, when there was no instance yet
	Memory     int64  // MiB
	Deployment uint32 // index of the deployment's first function
	Platform   PlatformID
	Flags      Flags // Provisioned, Prewarmed
}

// Serving is what a server tells of a request beyond its Outcome; zero where it
// has nothing to tell.
type Serving struct {
	Queued    Time   // when it came into the server's line
	Scheduled Time   // when it first was part of a step
	First     Time   // when the first token of Output was there; 0 before that
	Input     uint32 // tokens of its prompt, ≥ 1
	Output    uint32 // tokens that it was given
	Cached    uint32 // tokens of its prompt that were in the prefix cache when it was first scheduled
	Preempted uint32 // how often it was put back
	// Of a provider that bills tokens:
	Reasoning uint32 // tokens that were made for it before those of Output, and that it is not shown
	Written   uint32 // others of its prompt, that the cache keeps from then on for a price
	Hour      bool   // what was written is kept for an hour or more
	Batch     bool   // it was part of a batch: all of it was there at its end, at a price of its own
}

// Served is a request that a server of steps and tokens has served, or given up.
type Served struct {
	Outcome
	Serving
}

// Work is a run of a server's steps without a pause.
type Work struct {
	From, To   Time
	Others     Time  // the part of To − From in which others had the GPUs: the rest is its own
	Prefill    Time  // the part of its own time that prompts took
	Beyond     Time  // the part of it of passes beyond what was measured, whose times are extrapolated
	Steps      int64 // forward passes
	Input      int64 // tokens of prompts that they went through, those of the cache not among them
	Output     int64 // tokens that they made
	Held       int64 // blocks of its memory that requests held at its end
	Blocks     int64 // blocks that there are in one engine; 0: it knows none
	Engines    int64 // engines of the server, each of which tells its own work; 0: one
	Swaps      int64 // models or adapters that were loaded from From to To, where it is that and no steps
	Deployment uint32
	Platform   PlatformID
}

// Observer receives what happened, in batches that it must not keep. Batches
// of one deployment come in no promised order; observers add to integers.
// One observer is used by one goroutine at a time.
type Observer interface {
	// Requests receives requests, pings and rejected ones included, those
	// that arrived outside the window too.
	Requests(batch []Outcome)
}

// WarmObserver is an Observer that takes most warm requests as what they were
// to the kernel, their invocations, instead of an Outcome each: of one
// function on one platform, not empty, served by a warm instance when they
// arrived, and completed after their service time.
type WarmObserver interface {
	Observer
	Warm(run []Invocation)
}

// InitObserver is an Observer that also wants the phases that requests waited
// for. It is told of a request twice: here and in Requests.
type InitObserver interface {
	Observer
	Inits(batch []InitWait)
}

// LifeObserver is an Observer that also wants the life of each instance.
type LifeObserver interface {
	Observer
	Lives(batch []Life)
}

// ActivityObserver is an Observer that also wants the active stretches of
// each instance.
type ActivityObserver interface {
	Observer
	Activities(batch []Activity)
}

// ServedObserver is an Observer that also wants what servers tell of requests.
// It is told of such a request twice: here and in Requests.
type ServedObserver interface {
	Observer
	Served(batch []Served)
}

// WorkObserver is an Observer that also wants what servers did.
type WorkObserver interface {
	Observer
	Works(batch []Work)
}

// ShardObserver is an Observer that wants to know when a shard is done: no
// batch after it names a function of that shard.
type ShardObserver interface {
	Observer
	ShardDone(functions []uint32)
}
