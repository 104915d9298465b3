package policies

import "github.com/coldcurve/coldcurve/sim"

// GDSF is Greedy-Dual-Size-Frequency, FaasCache's policy: an instance is worth
//
//	clock + uses × cost ÷ size
//
// with the requests that all instances of its deployment on the node have served, which
// are forgotten with these; the seconds that its start took; and its MiB. All of these
// instances have the worth of the last one that became idle. FaasCache takes the clock
// when a request begins; this does when it ends, since only then the start is known.
type GDSF struct{}

var _ sim.EvictionFactory = GDSF{}

// About describes the policy.
func (GDSF) About() Entry {
	return Entry{
		Name: "gdsf", Help: "the lowest clock + uses × start ÷ memory, where the clock is the highest of those evicted", Control: Operator, Starts: true,
		Source: "Greedy-Dual-Size-Frequency of FaasCache (ASPLOS 2021), aFuerst/faascache-sim LambdaScheduler.py [V]",
	}
}

// New returns the policy of a node.
func (GDSF) New(int, sim.RunKey) sim.Eviction { return &gdsf{} }

// Clones is true: what one has served counts for all.
func (GDSF) Clones() bool { return true }

type gdsf struct{ clock }

// Idle returns the worth.
func (g *gdsf) Idle(r sim.Resident, _ sim.Time) float64 {
	return g.at + float64(uses(r)*cost(r))/size(r)
}
