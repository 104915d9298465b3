package experiments

import (
	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
)

// checkMeasures refuses an autoscaler whose only target nobody tells it: it would
// leave one instance with everything.
func (p *platform) checkMeasures(scaling *spec.Node) error {
	m, ok := p.sim.Scaling.(policies.Measuring)
	if !ok {
		return nil
	}
	const found = "platform %q: the scaling policy %q looks at %s, which the platform's server does not tell; want %s"
	_, engine := p.server.(serving.Boarded)
	switch needs := m.Measures(); {
	case needs.CPU && (p.spec.Server == nil || nameOf(p.spec.Server) != "shared"):
		return scaling.Errorf(found, p.name, nameOf(scaling), "the CPU in use", `a server that shares it, server = { name = "shared" }, or a target of requests`)
	case needs.KV && !engine:
		return scaling.Errorf(found, p.name, nameOf(scaling), "the KV blocks in use", "an engine, as server = { name = \"llm\", … }, or a target of requests where the policy has one")
	}
	return nil
}
