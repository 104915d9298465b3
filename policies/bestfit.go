package policies

import "github.com/coldcurve/coldcurve/sim"

// BestFit takes the node that the instance leaves with the least free memory.
type BestFit struct{}

var _ sim.PlacementFactory = BestFit{}

// About describes the policy.
func (BestFit) About() Entry {
	return Entry{
		Name: "best-fit", Help: "of the nodes with free memory enough, the one with the least; without one, with the least that evictions make free", Control: Operator,
		Source: "bin packing, textbook [M]; ties go to the lowest index",
	}
}

// New returns the policy, which holds no state.
func (b BestFit) New(int) sim.Placement { return b }

// Place takes the one with the least.
func (BestFit) Place(c sim.Nodes, _ sim.Time) int { return least(c, available(c)) }

// available returns what of a node counts as free: where none has room as it is, what
// idle instances hold too.
func available(c sim.Nodes) func(i int) int64 {
	for i := range c.Len() {
		if c.Fits(i) {
			return c.Free
		}
	}
	return func(i int) int64 { return c.Free(i) + c.Evictable(i) }
}
