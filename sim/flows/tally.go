package flows

import "github.com/coldcurve/coldcurve/sim"

// Cause is why something was used.
type Cause uint8

// The causes.
const (
	Work      Cause = iota // a first try
	Again                  // what retries add: every attempt after one that was billed (of a step, a client or a library, a message that was received before), well or not, and what it calls
	Failure                // a first try that failed, and what is sent on for it: a dead letter
	Duplicate              // a delivery that happened twice
	Empty                  // a poll that found nothing
	Overhead               // privacy, security, observability
	Held                   // by time, whatever happens: shards, storage, capacity
	NumCauses = iota
)

var causeNames = [NumCauses]string{"work", "retry", "failure", "duplicate", "empty", "overhead", "standing"}

// ended is the cause of an attempt that has ended: a first try that failed is a failure, of the
// work or of what is beside it, and a retry remains one, so that what is counted as retried is
// what would not be there without.
func (c Cause) ended(failed bool) Cause {
	if failed && (c == Work || c == Overhead) {
		return Failure
	}
	return c
}

// String returns the cause's name in files and columns.
func (c Cause) String() string { return causeNames[c] }

// Tally is what an application did, of the executions and messages that began in the
// window (arrived at its triggers from outside at or after Warmup and before Horizon),
// whenever they ended, and of polls and standing capacity within it. It is integers:
// merging in any order gives the same bits.
type Tally struct {
	Triggers []TriggerTally
	Flows    []FlowTally
	Steps    []StepTally
	Services []ServiceTally
	Used     []Used // what is not 0, in the order of (Trigger, Owner, Cause, Meter)
	Calls    []Calls
	Turned   []uint64     // by function: requests at it that were turned away over a limit
	Limits   []LimitTally // of Graph.Limits
	Refused  []Refused    // what is not 0, in the order of (Kind, Index, Limit)
	Waited   []Wait       // of Graph.Limits
	Met      []Met        // what is not empty, in the order of (Function, Limit)
	Clamped  int64
}

// Used is how much of a meter was used, for what and why.
type Used struct {
	Trigger int32 // whose arrival it came from; None: of standing capacity
	Owner   Owner
	Cause   Cause
	Meter   int32
	N       sim.Wide
}

// Calls is the requests at a function that were served for an owner.
type Calls struct {
	Trigger  int32
	Owner    Owner // the step, or the trigger or function, that called
	Function int32
	Cause    Cause
	N        uint64
	Busy     sim.Wide // ns from start to end
	Cold     uint64
}

// TriggerTally is what became of what arrived at a trigger.
type TriggerTally struct {
	Arrived     uint64   // from outside, in the window
	Outside     Ends     // what became of these, which sum to them
	Late        uint64   // of Outside.Done: answered at the horizon or later
	Attempts    uint64   // at these: of callers who ask again each time that they do, else one each
	Course      []Moment // of these, by Graph.Step of the window; nil: none arrived
	Outages     []Beside // of these, by Graph.Outages; nil: none arrived, or there is none
	SentOutages []Beside // the same of what a service has taken of Sent
	Behind      Behind   // what came from all that counts as its arrivals, and nobody waited for
	Sent        uint64   // by steps, tables and dead letters
	Untaken     uint64   // of what these sent: what no service has taken, and what is not among Sent
	Started     uint64   // executions or requests, one a batch, and each attempt
	Succeeded   uint64   // executions, of those that arrived
	Failed      uint64
	TimedOut    uint64
	Throttled   uint64     // turned away before they started
	Lost        uint64     // of what arrived from outside as a message: its service has failed, or did not answer
	Unfinished  uint64     // under way when the run ended
	Whole       *Whole     // of Outside, with what nobody waited for; nil: the graph has nothing of that kind, and Outside is all
	Latency     *Durations // of Outside.Done, from the arrival to the end of what it started: a record's, so that a batch counts for each
	Inner       *Durations // the same of what steps sent
	// Of queues and streams, in messages or records:
	Received   uint64 // deliveries
	Again      uint64 // deliveries after the first
	Duplicated uint64
	Deleted    uint64 // done
	Dead       uint64 // given up, to a dead letter queue or dropped
	Rejected   uint64 // starts that a limit turned away, of a rate, of places or of a payload, and that are not among Started
	Filtered   uint64
	InFlight   uint64 // undelivered at the end
	Polls      uint64
	EmptyPolls uint64
	// Quarters are what arrived, but for in an outage, by the quarter of the window: they tell whether
	// it is kept up with.
	Quarters [4]Quarter
	Age      *Durations // from arrival to the delivery that succeeded, or of streams the iterator's age at each delivery
}

// Ends is what became of each that came to a trigger. They are apart from what steps
// sent to it, and from its batches.
type Ends struct {
	Done       uint64
	Failed     uint64 // or dead
	TimedOut   uint64
	Throttled  uint64 // turned away
	Filtered   uint64 // not let through, which is no loss
	Unfinished uint64
}

// Behind is executions, and calls of functions, that nobody waited for: who asked for them
// was told that they had begun, or nothing.
type Behind struct{ Ended, Failed uint64 }

// FlowTally is the executions of a flow.
type FlowTally struct {
	Started, Succeeded, Failed, TimedOut, Throttled, Unfinished uint64

	Transitions uint64
	Children    uint64     // executions of its distributed maps, in none of the counts above but Transitions
	Exceeded    uint64     // of Failed: for a payload, or a history, over what the engine takes
	Latency     *Durations // of the successful
	Quarters    [4]Quarter // of executions by the time they were asked for, as those of triggers
}

// StepTally is a step over all executions.
type StepTally struct {
	Entered    uint64
	Attempts   uint64
	Succeeded  uint64
	Failed     uint64 // its last attempt did, caught or not
	Caught     uint64
	Retries    uint64
	Throttled  uint64
	TimedOut   uint64
	Cancelled  uint64
	Unfinished uint64     // entered and not left when the run ended
	Time       *Durations // from entering it to leaving it
	Gap        sim.Wide   // ns of it in the orchestrator, the network and waits for retries
	Waiting    sim.Wide   // ns of it waiting for an instance
	Init       sim.Wide   // ns of that in initialisations
	Service    sim.Wide   // ns of it in functions' own time
	Stores     sim.Wide   // ns of it waiting for stores and callees
	Critical   sim.Wide   // ns of it on the critical path of its execution
	OnPath     uint64     // times that it was on the critical path
}

// ServiceTally is a service over all calls.
type ServiceTally struct {
	Calls, Throttled, Retries, Failed, Hits, Misses uint64
	Bytes                                           sim.Wide
	Latency                                         *Durations
}
