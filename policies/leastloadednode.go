package policies

import "github.com/coldcurve/coldcurve/sim"

// LeastLoadedNode takes the node with the fewest busy instances.
type LeastLoadedNode struct{}

var _ sim.PlacementFactory = LeastLoadedNode{}

// About describes the policy.
func (LeastLoadedNode) About() Entry {
	return Entry{
		Name: "least-loaded", Help: "of the nodes with room, the one with the fewest instances that serve or initialise", Control: Operator,
		Source: "LeastLoaded of osukhoroslov/dslab, by count [V]; ties go to the lowest index",
	}
}

// New returns the policy, which holds no state.
func (l LeastLoadedNode) New(int) sim.Placement { return l }

// Place takes the one with the fewest.
func (LeastLoadedNode) Place(c sim.Nodes, _ sim.Time) int {
	return least(c, func(i int) int64 { return int64(c.Busy(i)) })
}
