package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// CIDREScaling is the scaling of CIDRE (ASPLOS 2025): a request that finds no idle instance
// waits for a busy one where that is expected to be quicker than a start, a delayed warm
// start; else an instance starts, and the request is served by whichever is free first. One
// that starts and comes too late joins those that idle.
//
// Of b busy slots, one is free every service ÷ b, so that in the time of a start
//
//	⌊b × mean start ÷ mean service⌋
//
// of those who wait are served. For as many more as initialising instances have no slots
// for, instances start. The means are of what has been so far: before a service has ended
// and an instance has become ready, instances start for all.
//
// Who is to wait for a busy instance needs limit.over = "queue": else it is rejected.
//
// The paper's text was not at hand. That it chooses between a delayed warm start and a
// start, by what it knows of concurrency, is its abstract's; notes of it say that a request
// waits for both, whichever is ready first, and that the conditional way leaves out the
// start. By which numbers it decides is not verified: this is the rule of expected times.
// Without a condition it is per-request.
type CIDREScaling struct{}

var _ sim.ScalingFactory = CIDREScaling{}

// About describes the policy.
func (CIDREScaling) About() Entry {
	return Entry{
		Name: "cidre", Help: "an instance for each request that busy ones are not expected to serve before it would be ready", Control: Operator, Starts: true, Queues: true,
		Source: "Liu et al., Concurrency-Informed Orchestration for Serverless Functions (CIDRE), ASPLOS 2025: a choice between a delayed warm start and a cold start by its abstract [V]; both at a time, first ready serves, and the condition by notes of the paper [S]; the rule of mean service and mean start [M]",
	}
}

// New returns the policy, which holds no state.
func (p CIDREScaling) New(sim.Group) sim.Scaling { return p }

// Start covers those that the busy instances will not have served.
func (CIDREScaling) Start(v sim.View, _ sim.Time) int {
	return missing(v.Waiting()-soonServed(v), v.Concurrency(), v.Initialising())
}

// soonServed returns how many requests the busy instances are expected to serve in the time
// of a start.
func soonServed(v sim.View) int {
	service, start := v.MeanService(), v.MeanStart()
	if service == 0 || start == 0 {
		return 0
	}
	slots := float64(v.Busy() * max(1, v.Concurrency()))
	return int(min(math.Floor(slots*float64(start)/float64(service)), math.MaxInt32))
}
