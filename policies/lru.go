package policies

import "github.com/coldcurve/coldcurve/sim"

// LRU evicts the instance that has been idle for longest. (FaasCache's simulator counts
// from the start of the last request, this from its end.)
type LRU struct{}

var _ sim.EvictionFactory = LRU{}

// About describes the policy.
func (LRU) About() Entry {
	return Entry{
		Name: "lru", Help: "the instance that has been idle for longest", Control: Operator,
		Source: "OpenWhisk's ContainerPool, which removes the free container used longest ago [V]",
	}
}

// New returns the policy of a node.
func (l LRU) New(int, sim.RunKey) sim.Eviction { return l }

// Clones is false: each instance has its own time.
func (LRU) Clones() bool { return false }

// Idle gives all the same: of equals, the one idle for longest leaves first.
func (LRU) Idle(sim.Resident, sim.Time) float64 { return 0 }

// Evicted does nothing.
func (LRU) Evicted(float64, sim.Time) {}
