package policies

import "github.com/coldcurve/coldcurve/sim"

// RoundRobinNodes takes the nodes in turn.
type RoundRobinNodes struct{}

var _ sim.PlacementFactory = RoundRobinNodes{}

// About describes the policy.
func (RoundRobinNodes) About() Entry {
	return Entry{
		Name: "round-robin", Help: "the nodes in turn, those without room left out", Control: Operator,
		Source: "RoundRobin of osukhoroslov/dslab [V]",
	}
}

// New returns the policy of a cluster.
func (RoundRobinNodes) New(int) sim.Placement { return &nodesInTurn{} }

// nodesInTurn knows whose turn is next.
type nodesInTurn struct{ next int }

// Place takes the next in turn.
func (r *nodesInTurn) Place(c sim.Nodes, _ sim.Time) int {
	n := c.Len()
	i := least(c, func(i int) int64 { return int64((i - r.next + n) % n) })
	r.next = (i + 1) % n
	return i
}
