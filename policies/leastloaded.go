package policies

import "github.com/coldcurve/coldcurve/sim"

// LeastLoaded takes the replica with the fewest requests, of several the oldest.
type LeastLoaded struct{}

var _ sim.RoutingFactory = LeastLoaded{}

// About describes the policy.
func (LeastLoaded) About() Entry {
	return Entry{
		Name: "least-loaded", Help: "the replica with the fewest requests", Control: Operator,
		Source: "least connections, of load balancers [M]",
	}
}

// New returns the policy, which holds no state.
func (l LeastLoaded) New(sim.Group) sim.Routing { return l }

// Route takes the one with the fewest requests.
func (LeastLoaded) Route(c sim.Candidates, _ sim.Time) int { return leastLoaded(c) }

func leastLoaded(c sim.Candidates) int {
	best := 0
	for i := range c.Len() {
		if c.Replica(i).InFlight() < c.Replica(best).InFlight() {
			best = i
		}
	}
	return best
}
