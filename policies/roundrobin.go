package policies

import "github.com/coldcurve/coldcurve/sim"

// RoundRobin takes the replicas in turn, in the order of their creation.
type RoundRobin struct{}

var _ sim.RoutingFactory = RoundRobin{}

// About describes the policy.
func (RoundRobin) About() Entry {
	return Entry{
		Name: "round-robin", Help: "the replicas in turn, those without a free slot left out", Control: Operator,
		Source: "the common rule of load balancers [M]",
	}
}

// New returns the policy of a deployment.
func (RoundRobin) New(sim.Group) sim.Routing { return &roundRobin{} }

// roundRobin knows whose turn is next: the first created at or after that ordinal.
type roundRobin struct{ next uint32 }

// Route takes the next in turn.
func (r *roundRobin) Route(c sim.Candidates, _ sim.Time) int {
	turn := 0
	for i := range c.Len() {
		if c.Replica(i).Ordinal() >= r.next {
			turn = i
			break
		}
	}
	r.next = c.Replica(turn).Ordinal() + 1
	return turn
}
