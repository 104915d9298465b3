package policies

import "github.com/coldcurve/coldcurve/sim"

// RandomNode sends each request to any node, whoever has room.
type RandomNode struct{ FirstFit }

var _ sim.PlacementFactory = RandomNode{}

// About describes the policy.
func (RandomNode) About() Entry {
	return Entry{
		Name: "random", Help: "each request to any node, drawn by the seed, where it waits if it must", Control: Operator,
		Source: "RandomScheduler of osukhoroslov/dslab [V]",
	}
}

// New returns the policy, which holds no state.
func (r RandomNode) New(int) sim.Placement { return r }

// Send draws.
func (RandomNode) Send(c sim.Nodes, _ sim.Time) int { return anyNode(c) }
