package experiments

import (
	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads"
)

// lonely reports whether a platform never starts more than one of the instances
// that it may have.
func (p *platform) lonely() bool {
	return p.crowd && p.sim.Limit.Instances > 1 && p.sim.Prewarm == nil && p.spec.Scaling == nil
}

// checkTokens refuses functions none of whose requests the platform serves.
func (p *platform) checkTokens(functions []*spec.Node) error {
	b, ok := p.server.(serving.Bounded)
	if !ok {
		return nil
	}
	most, why := b.Most()
	for _, f := range functions {
		n := f.Get("tokens")
		if n == nil {
			continue
		}
		var t workloads.TokensSpec
		if err := t.DecodeSpec(n); err != nil {
			return err
		}
		if least := t.Least(); least > most {
			return n.Errorf("the shortest request has %d tokens, prompt and answer, and platform %q serves %d at most: %s", least, p.name, most, why)
		}
	}
	return nil
}
