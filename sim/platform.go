package sim

import "fmt"

// Reuse is the rule by which an idle instance is chosen for a request. Ties
// cannot happen: instances of a deployment are created and become idle in a
// total order.
type Reuse uint8

// The reuse rules.
const (
	MostRecent  Reuse = iota // used last
	Newest                   // created last
	Oldest                   // created first
	LeastRecent              // used first
	LeastLoaded              // with the fewest requests, busy ones too; of several the one used first
)

// Dispatch is what a request does that finds no free slot.
type Dispatch uint8

// The ways of dispatch.
const (
	BoundDispatch Dispatch = iota // waits for an instance of its own
	QueueDispatch                 // waits for whichever slot is free first
)

// Over is what happens to a request over a limit.
type Over uint8

// What happens over a limit.
const (
	RejectOver Over = iota
	QueueOver
)

// TimeoutClock says from when a timeout counts.
type TimeoutClock uint8

// The clocks of a timeout.
const (
	HandlerClock TimeoutClock = iota // from the start of service
	RequestClock                     // from the arrival
)

// Unit is what a deployment is made of.
type Unit uint8

// The units of deployment.
const (
	PerFunction Unit = iota
	PerApp
)

var (
	reuseNames    = []string{"most-recent", "newest", "oldest", "least-recent", "least-loaded"}
	dispatchNames = []string{"bound", "queue"}
	overNames     = []string{"reject", "queue"}
	clockNames    = []string{"handler", "request"}
	unitNames     = []string{"function", "app"}
)

// String returns the word for the rule in experiment files.
func (r Reuse) String() string { return reuseNames[r] }

// String returns the word for the dispatch in experiment files.
func (d Dispatch) String() string { return dispatchNames[d] }

// String returns the word in experiment files.
func (o Over) String() string { return overNames[o] }

// String returns the word for the clock in experiment files.
func (c TimeoutClock) String() string { return clockNames[c] }

// String returns the word for the unit in experiment files.
func (u Unit) String() string { return unitNames[u] }

// UnmarshalText reads what String writes; any other word is an error.
func (r *Reuse) UnmarshalText(b []byte) error { return word(r, reuseNames, b) }

// UnmarshalText reads what String writes; any other word is an error.
func (d *Dispatch) UnmarshalText(b []byte) error { return word(d, dispatchNames, b) }

// UnmarshalText reads what String writes; any other word is an error.
func (o *Over) UnmarshalText(b []byte) error { return word(o, overNames, b) }

// UnmarshalText reads what String writes; any other word is an error.
func (c *TimeoutClock) UnmarshalText(b []byte) error { return word(c, clockNames, b) }

// UnmarshalText reads what String writes; any other word is an error.
func (u *Unit) UnmarshalText(b []byte) error { return word(u, unitNames, b) }

// word sets v to the place of a word among its names.
func word[T ~uint8](v *T, names []string, b []byte) error {
	for i, n := range names {
		if n == string(b) {
			*v = T(i)
			return nil
		}
	}
	return fmt.Errorf("found %q, want one of %q", b, names)
}

// Ramp limits a rate, as of starts of instances: a bucket of Burst tokens that
// refills continuously over Period. The zero value is no limit.
type Ramp struct {
	Burst  int
	Period Time
}

// Limit bounds what runs at the same time. 0 is no limit, except in Queue.
// Requests that wait for the account limit are served first come, first served
// over all functions on the platform.
type Limit struct {
	Account   int  // requests being initialised for or served, over all functions
	Function  int  // the same, of one function's deployment
	Instances int  // instances of a deployment
	Fleet     int  // instances over all functions on the platform
	Ramp      Ramp // starts of instances of a deployment
	// Requests bounds arrivals, for each request at a time that Account allows on the
	// platform and Function in a deployment. What it does not let through is rejected,
	// whatever Over says. Of a provisioned floor each instance brings as many; more are
	// served on demand (floorrate.go).
	Requests  Ramp
	Over      Over
	Queue     int  // requests that may wait in a deployment; 0: any number
	QueueWait Time // how long a request may wait before it is rejected; 0: any time
	// QueueStarts is how many times the mean start of a deployment it may wait at least:
	// of its instances that have become ready so far, and before the first of the one that
	// began first of those that initialise. It is for QueueDispatch, 0: none.
	QueueStarts float64
}

// Platform is how a serverless platform behaves. Durations are nanoseconds.
type Platform struct {
	Unit         Unit
	Dispatch     Dispatch
	Reuse        Reuse
	Order        Order
	Concurrency  int // requests an instance serves at a time, ≥ 1
	Limit        Limit
	TimeoutClock TimeoutClock
	Timeout      Time        // of functions that state none; 0: none
	Abandoned    AfterClient // what happens to a request with an instance when its client gives up
	MaxLifetime  Time        // an instance of this age takes no more requests; 0: none
	Memory       int64       // MiB, of functions that state none
	Init         Init        // of functions that state none
	Resume       Sampler     // how long a paused instance takes to serve again, told as PhaseSandbox; nil: no time
	KeepAlive    KeepAliveFactory
	Prewarm      PrewarmFactory    // nil: none
	Pool         SharedPoolFactory // of instances that belong to no function; nil: none
	Scaling      ScalingFactory    // asked where Dispatch is QueueDispatch
	Routing      RoutingFactory    // which instance serves, in place of Reuse; nil: Reuse says
	Stockout     Stockout
	Server       ServerFactory // how an instance serves; nil: slots, each request for its own service time
	Stores       StoresFactory // where contents are loaded from; nil: nothing loads any
	MilliGPU     int64         // thousandths of a GPU that an instance has, where there are nodes
	// MilliCPU are the thousandths of a vCPU that an instance has, or where MemoryPerCPU is
	// above 0 it has one for so many MiB: for nodes whose cores are shared.
	MilliCPU, MemoryPerCPU int64
	Cluster                *Cluster // what instances run on; nil: there is room for any number
}
