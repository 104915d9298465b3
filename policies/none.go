package policies

import "github.com/coldcurve/coldcurve/sim"

// NoKeepAlive stops an instance as soon as its last request has ended: every
// request that finds no free slot of a busy instance is cold.
type NoKeepAlive struct{}

// NoPrewarm starts nothing before it is needed.
type NoPrewarm struct{}

var (
	_ sim.KeepAlive = NoKeepAlive{}
	_ sim.Prewarm   = NoPrewarm{}
)

// About describes the policy.
func (NoKeepAlive) About() Entry {
	return Entry{
		Name: "none", Help: "stop an instance as soon as it is idle", Control: Operator,
		Source: "the limit of a fixed window",
	}
}

// Scope is the deployment.
func (NoKeepAlive) Scope() sim.Scope { return sim.ScopeDeployment }

// New returns the policy, which holds no state.
func (p NoKeepAlive) New(sim.Group) sim.KeepAlive { return p }

// Idle stops the instance.
func (NoKeepAlive) Idle(sim.View, sim.Instance, sim.Time) sim.Decision {
	return sim.Decision{Until: sim.StopNow}
}

// About describes the policy.
func (NoPrewarm) About() Entry {
	return Entry{Name: "none", Help: "start nothing before it is needed", Control: Tenant, Source: "the default of every platform"}
}

// New returns the policy, which holds no state.
func (p NoPrewarm) New(sim.Group) sim.Prewarm { return p }

// Tick does nothing, and is not asked again.
func (NoPrewarm) Tick(sim.View, sim.Time) sim.Action { return sim.Action{Next: sim.Never} }
