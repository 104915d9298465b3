package flows

import "github.com/coldcurve/coldcurve/sim"

// Graph is an application with its names resolved. Nobody changes it while it runs.
type Graph struct {
	// Functions are the workload's, by index: those that are called first, then one a
	// trigger (sim.Function.Outside), in the order of Triggers.
	Functions []Function
	Triggers  []Trigger
	Flows     []Flow
	Steps     []Step // of all flows; a step's index is its place here
	Services  []Service
	Meters    []Meter  // what is counted, of all services
	Owners    []string // what usage is counted for: see Owner
	Places    []string // regions and on-premises sites
	Hops      []Hop    // Places × Places, row by row
	Outages   []Outage
	Drain     sim.Time // after the horizon; messages that are undelivered then are in flight
	Horizon   sim.Time // ns; arrivals end
	Warmup    sim.Time // ns; what arrived before it does not count
	Step      sim.Time // that what arrives is told over time in, from Warmup on; 0: it is not
	Epoch     sim.Time

	byEvents bool   // tests: no use is run ahead
	most     bounds // tests: lower ones
}

// None is the index of nothing.
const None = -1

// Owner is an index of Graph.Owners.
type Owner int32

// Delay is a distribution of durations; nil: none.
type Delay = sim.Sampler

// Bytes is a distribution of sizes in bytes; nil: that of what came before.
type Bytes interface{ Sample(u float64) int64 }

// Meter is what a tariff bills.
type Meter struct {
	Tariff string // of costmodel
	Name   string // of its meter
	Unit   string
}

// Hop is the way from one place to another.
type Hop struct {
	RTT     Delay
	Trips   float64 // overheads: round trips before each call, of handshakes; a part is a mean
	PerByte float64 // ns
	Egress  int32   // meter of bytes; None
}

// Outage is when something does not answer.
type Outage struct {
	Of        string // what it is of, as the file says it
	Functions []int32
	Services  []int32
	From, To  sim.Time // ns from the run's start; To is not in it
	Part      float64
	After     sim.Time // ns until its caller knows
}
