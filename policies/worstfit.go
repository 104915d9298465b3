package policies

import "github.com/coldcurve/coldcurve/sim"

// WorstFit takes the node with the most free memory, so that all fill alike.
type WorstFit struct{}

var _ sim.PlacementFactory = WorstFit{}

// About describes the policy.
func (WorstFit) About() Entry {
	return Entry{
		Name: "worst-fit", Help: "the node with the most free memory; where none has enough, with the most that evictions make free", Control: Operator,
		Source: "bin packing, textbook [M]; ties go to the lowest index",
	}
}

// New returns the policy, which holds no state.
func (w WorstFit) New(int) sim.Placement { return w }

// Place takes the one with the most.
func (WorstFit) Place(c sim.Nodes, _ sim.Time) int {
	free := available(c)
	return least(c, func(i int) int64 { return -free(i) })
}
