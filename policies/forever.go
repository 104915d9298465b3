package policies

import "github.com/coldcurve/coldcurve/sim"

// Forever never stops an idle instance. What cold starts are left come from
// record highs of the concurrency.
type Forever struct{}

var _ sim.FixedKeepAlive = Forever{}

// About describes the policy.
func (Forever) About() Entry {
	return Entry{
		Name: "forever", Help: "never stop an idle instance", Control: Operator,
		Source: "the limit of a fixed window; bounds the cold starts of demand-only policies from below",
	}
}

// Scope is the deployment.
func (Forever) Scope() sim.Scope { return sim.ScopeDeployment }

// New returns the policy, which holds no state.
func (p Forever) New(sim.Group) sim.KeepAlive { return p }

// Idle keeps the instance.
func (Forever) Idle(sim.View, sim.Instance, sim.Time) sim.Decision {
	return sim.Decision{Until: sim.Never}
}

// Fixed says that it is kept for ever.
func (Forever) Fixed() sim.Time { return sim.Never }
