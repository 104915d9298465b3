package experiments

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// contention says whether instances share the cores of their node.
type contention bool

// UnmarshalText reads none or shared.
func (c *contention) UnmarshalText(b []byte) error {
	switch string(b) {
	case "none", "shared":
		*c = string(b) == "shared"
		return nil
	}
	return fmt.Errorf("found %q, want none or shared", b)
}

// contend lets the instances share the cores of their nodes, where the cluster says so.
func (p *platform) contend(n *spec.Node) error {
	s, c, at := &p.spec, p.sim.Cluster, p.clusterNode.Get("contention")
	if !s.Cluster.Contention {
		return nil
	}
	p.sim.MilliCPU = s.milliCPU()
	p.sim.MemoryPerCPU, _ = s.MemoryPerVCPU.MiB()
	switch {
	case p.sim.MilliCPU == 0 && p.sim.MemoryPerCPU == 0:
		return at.Errorf("found shared cores, and instances without a vCPU, want vcpu = 1 or memory_per_vcpu = \"1769MB\" beside the cluster")
	case s.Server != nil && nameOf(s.Server) != "slots":
		return at.Errorf("found shared cores beside a server (%s), want one of them: a server says by itself how long it serves", s.Server.Place())
	}
	for i := range c.Nodes {
		if c.Nodes[i].MilliCPU == 0 {
			return at.Errorf("found shared cores, and nodes without any, want cpu = 2, as in { nodes = 18, cpu = 2, memory = \"4GB\", contention = \"shared\" }")
		}
	}
	c.SharedCPU = true
	return nil
}
