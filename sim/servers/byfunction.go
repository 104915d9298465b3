package servers

import "github.com/coldcurve/coldcurve/sim"

// ByFunction makes the servers of each deployment by the factory of its first function:
// instances of some functions are in another environment than those of others.
type ByFunction []sim.ServerFactory

var _ sim.SharingFactory = ByFunction{}

// Sharing returns the factory of a deployment.
func (b ByFunction) Sharing(g sim.Group) sim.ServerFactory {
	of := b[g.Functions[0]]
	if s, ok := of.(sim.SharingFactory); ok {
		return s.Sharing(g)
	}
	return of
}

// New returns the server of an instance that shares with no other.
func (b ByFunction) New(g sim.Group) sim.Server { return b[g.Functions[0]].New(g) }
