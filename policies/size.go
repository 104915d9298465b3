package policies

import "github.com/coldcurve/coldcurve/sim"

// Size is FaasCache's SIZE: Greedy-Dual without the cost of a start,
//
//	clock + uses ÷ size
//
// so that the largest leave first, unless they are used. See GDSF.
type Size struct{}

var _ sim.EvictionFactory = Size{}

// About describes the policy.
func (Size) About() Entry {
	return Entry{
		Name: "size", Help: "the lowest clock + uses ÷ memory, where the clock is the highest of those evicted", Control: Operator,
		Source: "SIZE of aFuerst/faascache-sim LambdaScheduler.py [V]",
	}
}

// New returns the policy of a node.
func (Size) New(int, sim.RunKey) sim.Eviction { return &bySize{} }

// Clones is true: what one has served counts for all.
func (Size) Clones() bool { return true }

type bySize struct{ clock }

// Idle returns the worth.
func (b *bySize) Idle(r sim.Resident, _ sim.Time) float64 { return b.at + uses(r)/size(r) }
