package policies

import "github.com/coldcurve/coldcurve/sim"

// NoEviction lets an idle instance stay as long as its keep-alive says, whoever needs its
// room, as the pods of an autoscaler do.
type NoEviction struct{}

var _ sim.EvictionFactory = NoEviction{}

// About describes the policy.
func (NoEviction) About() Entry {
	return Entry{
		Name: "none", Help: "nobody: who finds no room waits or is rejected until an instance stops by itself", Control: Operator,
		Source: "Kubernetes, which evicts no running pod for one of the same priority [M]",
	}
}

// New returns no policy.
func (NoEviction) New(int, sim.RunKey) sim.Eviction { return nil }

// Clones is false.
func (NoEviction) Clones() bool { return false }
