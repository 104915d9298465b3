package experiments

import (
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/clients"
	"github.com/coldcurve/coldcurve/workloads"
)

// stating is a workload whose functions may state clients of their own.
type stating interface {
	// Client returns how the clients of a function behave; nil: it does not say.
	Client(function uint32) *clients.Client
}

// clientText is what of a workload determines the clients of functions that state none.
func (w *workload) clientText() string {
	if at := w.node.Get("client"); at != nil {
		return at.Canonical()
	}
	return ""
}

// setClients gives each function its own client, or else the workload's.
func (s *sized) setClients(all *workloads.ClientSpec) {
	own, _ := s.Workload.(stating)
	list, any := make([]clients.Client, len(s.functions)), false
	for i := range list {
		c := all.Client()
		if own != nil {
			if its := own.Client(uint32(i)); its != nil {
				c = its
			}
		}
		if c == nil {
			continue
		}
		list[i] = *c
		s.functions[i].Patience = c.Timeout
		any = any || c.Timeout > 0 || c.Retries > 0
	}
	if any {
		s.clients = list
	}
}

// follow says what follows from the ends of the unit's requests: what Follow says, or
// the retries of clients.
func (u *Unit) follow() sim.FollowerFactory {
	if u.Follow != nil {
		return u.Follow
	}
	return clients.NewRetries(u.Clients, u.Workload.Functions(), u.Key)
}
