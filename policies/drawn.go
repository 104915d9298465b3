package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// Drawn keeps an idle instance for a time that is drawn anew whenever it becomes idle, and
// no instance beyond an age that is drawn once for it, from its start. An instance that
// serves when that age comes serves to the end, and stops then.
//
// It is for platforms of which only what they did is known, not by which rule: `coldcurve
// calibrate keepalive` fits both distributions to a log. Draws are keyed by the instance,
// the n-th of its deployment, and an idle time by when it begins, too: they depend on no
// other draw, and two policies that start the same instances see the same ages.
type Drawn struct {
	Idle workloads.Distribution `toml:"idle" unit:"duration" help:"how long an instance may be idle, a duration or a distribution, drawn whenever it becomes idle; absent: for ever"`
	Age  workloads.Distribution `toml:"age" unit:"duration" help:"how long it may be there from its start, drawn once for each; absent: for ever"`
}

// About describes the policy.
func (Drawn) About() Entry {
	return Entry{
		Name: "drawn", Help: "keep an idle instance for a time that is drawn, and none beyond an age that is drawn", Control: Provider,
		Example: `idle = "10m", age = { dist = "uniform", min = "90m", max = "130m" }`,
		Source:  "a rule of this project's, for providers that publish none: environments of AWS Lambda, measured in 2020, that went at 5,800-7,500 s, and idle ones that stayed beyond 700 s",
	}
}

// Check wants one of them at least.
func (p Drawn) Check(n *spec.Node) error {
	if p.Idle.Sampler == nil && p.Age.Sampler == nil {
		return n.Errorf(`want "idle", "age" or both; { name = "forever" } has neither`)
	}
	return nil
}

// Scope is the deployment.
func (Drawn) Scope() sim.Scope { return sim.ScopeDeployment }

// New returns the policy of a deployment.
func (p Drawn) New(g sim.Group) sim.KeepAlive {
	return &drawnKeepAlive{p, sim.NewStream(g.Key, sim.PurposePolicy, g.All[g.Functions[0]].Key())}
}

type drawnKeepAlive struct {
	Drawn
	stream sim.Stream
}

// ageDraw is the draw of an age; those of idle times are of the instances behind it.
const ageDraw = 0

// Idle draws how long the instance stays.
func (p *drawnKeepAlive) Idle(_ sim.View, in sim.Instance, now sim.Time) sim.Decision {
	until := sim.Never
	if p.Drawn.Idle.Sampler != nil {
		u := p.stream.Attempt(ageDraw + 1 + uint64(in.Ordinal())).Uniform(uint64(now))
		until = after(now, p.Drawn.Idle.Sample(u))
	}
	if p.Age.Sampler != nil {
		u := p.stream.Attempt(ageDraw).Uniform(uint64(in.Ordinal()))
		until = min(until, after(in.Created(), p.Age.Sample(u)))
	}
	if until < now {
		return sim.Decision{Until: sim.StopNow}
	}
	return sim.Decision{Until: until}
}
