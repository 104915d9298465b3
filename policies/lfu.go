package policies

import "github.com/coldcurve/coldcurve/sim"

// LFU is FaasCache's FREQ: Greedy-Dual without the size,
//
//	clock + uses × cost
//
// so that who is used most stays, if its start takes long. See GDSF.
type LFU struct{}

var _ sim.EvictionFactory = LFU{}

// About describes the policy.
func (LFU) About() Entry {
	return Entry{
		Name: "lfu", Help: "the lowest clock + uses × start, where the clock is the highest of those evicted", Control: Operator, Starts: true,
		Source: "FREQ of aFuerst/faascache-sim LambdaScheduler.py [V]",
	}
}

// New returns the policy of a node.
func (LFU) New(int, sim.RunKey) sim.Eviction { return &lfu{} }

// Clones is true: what one has served counts for all.
func (LFU) Clones() bool { return true }

type lfu struct{ clock }

// Idle returns the worth.
func (l *lfu) Idle(r sim.Resident, _ sim.Time) float64 { return l.at + float64(uses(r)*cost(r)) }
