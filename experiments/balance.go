package experiments

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// checkBalance refuses what goes with no placement that sends requests to nodes, where
// each is bound to an instance.
func (p *platform) checkBalance(n *spec.Node) error {
	s := &p.spec
	if !p.sim.Cluster.Balances() {
		return nil
	}
	at := func(key, found, want string) error {
		where := n.Get(key)
		if where == nil {
			where = s.Placement
		}
		return where.Errorf("platform %q: found %s beside the placement %q (%s), which sends each request to a node, want %s", p.name, found, nameOf(s.Placement), s.Placement.Place(), want)
	}
	_, pools := p.sim.KeepAlive.(sim.PoolingFactory)
	switch {
	case s.Dispatch != sim.BoundDispatch:
		return at("dispatch", `dispatch = "queue"`, `"bound": it waits in the line of that node`)
	case s.Routing != nil:
		return at("routing", "the routing policy "+nameOf(s.Routing), "none: it is served on that node")
	case s.Reuse == sim.LeastLoaded:
		return at("reuse", `reuse = "least-loaded"`, "another rule, by which an instance of that node is chosen")
	case s.Pool != nil:
		return at("pool", "a pool", "none: it is served by an instance of its function, on that node")
	case pools:
		return at("keepalive", "the keep-alive policy "+nameOf(s.KeepAlive)+", by which functions share instances", "one that does not: it is served by an instance of its function, on that node")
	case p.sim.Cluster.Scaling != nil:
		return at("cluster", "an autoscaler of nodes", "nodes that stay: who waits at one does not move to another that is ordered")
	}
	return nil
}
