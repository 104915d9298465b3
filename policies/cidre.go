package policies

import "github.com/coldcurve/coldcurve/sim"

// CIDREEviction is the eviction of CIDRE (ASPLOS 2025): Greedy-Dual-Size-Frequency shared by
// the warm instances of a function, so that one that is called by many at a time does not
// keep all of its instances while another loses its only one. An instance is worth
//
//	clock + uses × cost ÷ (size × K)
//
// with the K instances that its deployment has on the node, busy ones too, as it becomes
// idle; the others as GDSF has them. Each instance has the clock and the K of its own last
// use. The paper's text was not at hand: whether K counts a node's instances or all, and
// uses those of a function or a minute, is not verified. That it combines what it knows of
// an instance with what it knows of the function's concurrency is.
//
// What CIDRE does beside, to let a request wait for a busy instance and for one that starts,
// whichever is first, is the platform's dispatch = "queue"; the condition for it is
// CIDREScaling.
type CIDREEviction struct{}

var _ sim.EvictionFactory = CIDREEviction{}

// About describes the policy.
func (CIDREEviction) About() Entry {
	return Entry{
		Name: "cidre", Help: "the lowest clock + uses × start ÷ (memory × warm instances of the function), where the clock is the highest of those evicted", Control: Operator, Starts: true,
		Source: "Liu et al., Concurrency-Informed Orchestration for Serverless Functions (CIDRE), ASPLOS 2025: formula from notes of the paper [S], an instance's and a function's knowledge combined by its abstract [V]; K and uses of a node are assumed [M]",
	}
}

// New returns the policy of a node.
func (CIDREEviction) New(int, sim.RunKey) sim.Eviction { return &cidre{} }

// Clones is false: each instance has the clock of its own last use.
func (CIDREEviction) Clones() bool { return false }

type cidre struct{ clock }

// Idle returns the worth.
func (c *cidre) Idle(r sim.Resident, _ sim.Time) float64 {
	return c.at + float64(uses(r)*cost(r))/float64(size(r)*float64(r.Clones()))
}
