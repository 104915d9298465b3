package policies

import "github.com/coldcurve/coldcurve/sim"

// Landlord charges each idle instance a rent by its size when room is needed, and evicts
// who cannot pay: its credit is what its start took, renewed at each use. To charge all
// of them is to raise a clock: an instance is worth
//
//	clock + cost ÷ size
//
// where the clock is the rent for a MiB so far.
type Landlord struct{}

var _ sim.EvictionFactory = Landlord{}

// About describes the policy.
func (Landlord) About() Entry {
	return Entry{
		Name: "landlord", Help: "who cannot pay the rent of its memory from the credit of its start, renewed at each use", Control: Operator, Starts: true,
		Source: "Young, On-line file caching (SODA 1998) [M]; LND of aFuerst/faascache-sim LambdaScheduler.py [V], which credits the warm time instead",
	}
}

// New returns the policy of a node.
func (Landlord) New(int, sim.RunKey) sim.Eviction { return &landlord{} }

// Clones is false: each instance pays for itself.
func (Landlord) Clones() bool { return false }

type landlord struct{ clock }

// Idle returns the worth.
func (l *landlord) Idle(r sim.Resident, _ sim.Time) float64 { return l.at + cost(r)/size(r) }
