package policies

import "github.com/coldcurve/coldcurve/sim"

// RoundRobinNodes takes the nodes in turn.
type RoundRobinNodes struct {
	Requests bool `toml:"requests" default:"false" help:"each request is sent to the next in turn, where it waits if it must"`
}

var _ sim.PlacementFactory = RoundRobinNodes{}

// About describes the policy.
func (RoundRobinNodes) About() Entry {
	return Entry{
		Name: "round-robin", Help: "the nodes in turn, those without room left out; or each request to the next, whoever has room", Control: Operator,
		Source: "RoundRobin of osukhoroslov/dslab [V]",
	}
}

// New returns the policy of a cluster.
func (r RoundRobinNodes) New(int) sim.Placement {
	if r.Requests {
		return &requestsInTurn{}
	}
	return &nodesInTurn{}
}

// nodesInTurn knows whose turn is next.
type nodesInTurn struct{ next int }

// Place takes the next in turn.
func (r *nodesInTurn) Place(c sim.Nodes, _ sim.Time) int {
	n := c.Len()
	i := least(c, func(i int) int64 { return int64((i - r.next + n) % n) })
	r.next = (i + 1) % n
	return i
}

// requestsInTurn knows whose turn is next for a request.
type requestsInTurn struct {
	nodesInTurn
	nextSent int
}

// Send takes the next in turn that takes it.
func (r *requestsInTurn) Send(c sim.Nodes, _ sim.Time) int {
	for !c.Takes(r.nextSent % c.Len()) {
		r.nextSent++
	}
	i := r.nextSent % c.Len()
	r.nextSent = i + 1
	return i
}
