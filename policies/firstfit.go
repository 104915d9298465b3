package policies

import "github.com/coldcurve/coldcurve/sim"

// FirstFit takes the first node with room, so that the last ones stay empty.
type FirstFit struct{}

var _ sim.PlacementFactory = FirstFit{}

// About describes the policy.
func (FirstFit) About() Entry {
	return Entry{
		Name: "first-fit", Help: "the first node with free memory enough; without one, the first on which evictions make room", Control: Operator,
		Source: "bin packing, textbook [M]",
	}
}

// New returns the policy, which holds no state.
func (f FirstFit) New(int) sim.Placement { return f }

// Place takes the first.
func (FirstFit) Place(c sim.Nodes, _ sim.Time) int {
	return least(c, func(i int) int64 { return int64(i) })
}
