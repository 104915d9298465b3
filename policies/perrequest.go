package policies

import "github.com/coldcurve/coldcurve/sim"

// PerRequest starts an instance for each request that finds no slot, less those
// that initialise already: max(0, ⌈waiting ÷ concurrency⌉ − initialising).
// Where requests are bound to their own instance, that is one for each.
type PerRequest struct{}

var _ sim.Scaling = PerRequest{}

// About describes the policy.
func (PerRequest) About() Entry {
	return Entry{
		Name: "per-request", Help: "one instance for each request that finds no free slot", Control: Provider,
		Source: "AWS Lambda: one request an environment, a new one where none is idle [V]",
	}
}

// New returns the policy, which holds no state.
func (p PerRequest) New(sim.Group) sim.Scaling { return p }

// Start covers the waiting requests.
func (PerRequest) Start(v sim.View, _ sim.Time) int {
	return missing(v.Waiting(), v.Concurrency(), v.Initialising())
}

// missing returns max(0, ⌈waiting ÷ concurrency⌉ − initialising).
func missing(waiting, concurrency, initialising int) int {
	concurrency = max(1, concurrency)
	return max(0, (waiting+concurrency-1)/concurrency-initialising)
}
