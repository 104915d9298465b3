package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Fixed keeps an idle instance for a fixed window, counted from the end of its
// last request and anew after each. An arrival at the very end of the window
// still finds it, so a window of 0 serves an arrival at the time of the finish,
// which NoKeepAlive does not.
//
// This is how AWS Lambda (about 10 minutes observed), Azure Functions (20
// minutes) and OpenWhisk (10 minutes) behave to a tenant.
type Fixed struct {
	Window spec.Duration `toml:"window" default:"10m" help:"how long an instance stays after its last request"`
}

var _ sim.FixedKeepAlive = Fixed{}

// About describes the policy.
func (Fixed) About() Entry {
	return Entry{
		Name: "fixed", Help: "keep an idle instance for a fixed window after its last request", Control: Provider,
		Source: "OpenWhisk idle-container 10 min [V]; AWS Lambda about 10 min observed, Azure Functions 20 min in the comparison of ATC'20 [S]",
	}
}

// Scope is the deployment.
func (Fixed) Scope() sim.Scope { return sim.ScopeDeployment }

// New returns the policy, which holds no state.
func (p Fixed) New(sim.Group) sim.KeepAlive { return p }

// Idle keeps the instance for the window.
func (p Fixed) Idle(_ sim.View, _ sim.Instance, now sim.Time) sim.Decision {
	return sim.Decision{Until: after(now, sim.Time(p.Window))}
}

// Fixed returns the window.
func (p Fixed) Fixed() sim.Time { return sim.Time(p.Window) }

// after returns now + d, and Never where that is past all times.
func after(now, d sim.Time) sim.Time {
	if t := now + d; t >= now {
		return t
	}
	return sim.Never
}
