package experiments

import (
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
)

// noteMemory warns of a bound whose memory is less than instances of its own have, and of nodes
// that are ordered for memory where cores may be what is short.
func (p *Plan) noteMemory(pl *platform, functions []sim.Function) {
	if bound, ok := pl.sim.KeepAlive.(policies.InMemory); ok {
		larger := 0
		for _, mib := range deploymentSizes(&pl.sim, functions) {
			if mib > bound.SharedMiB() {
				larger++
			}
		}
		if larger > 0 {
			p.warn("platform %s: %s has %d MiB for all, and %d deployments need more for one instance: these run all the same, with nothing idle beside them", pl.name, bound.About().Name, bound.SharedMiB(), larger)
		}
	}
	if c := pl.sim.Cluster; c != nil && c.Scaling != nil && c.SharedCPU {
		p.warn(`platform %s: nodes are ordered for who finds no memory or GPU, and not where cores are short, though contention = "shared" lets services share them`, pl.name)
	}
}
