package policies_test

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
)

// OfficeHours keeps idle instances for long by day and for short by night.
type OfficeHours struct {
	Day   spec.Duration `toml:"day" default:"30m" help:"window from 8 to 18 h"`
	Night spec.Duration `toml:"night" default:"1m" help:"window at other times"`
}

// About is what `coldcurve list policies` prints, next to the parameters.
func (OfficeHours) About() policies.Entry {
	return policies.Entry{Name: "office-hours", Help: "long by day, short by night", Control: policies.Operator, Source: "an example"}
}

// Scope says that each deployment has a policy object of its own.
func (OfficeHours) Scope() sim.Scope { return sim.ScopeDeployment }

// New makes that object. This one needs no state.
func (p OfficeHours) New(sim.Group) sim.KeepAlive { return p }

// Idle is asked when an instance's last request has ended.
func (p OfficeHours) Idle(_ sim.View, _ sim.Instance, now sim.Time) sim.Decision {
	if hour := now / sim.Hour % 24; hour >= 8 && hour < 18 {
		return sim.Decision{Until: now + sim.Time(p.Day)}
	}
	return sim.Decision{Until: now + sim.Time(p.Night)}
}

// A whole keep-alive policy. The line keepAlive[OfficeHours]() in registry.go
// gives it to every experiment, as keepalive = { name = "office-hours" }.
func Example() {
	p := OfficeHours{Day: 30 * 60e9, Night: 60e9}
	for _, hour := range []sim.Time{3, 12} {
		fmt.Println(p.Idle(sim.View{}, sim.Instance{}, hour*sim.Hour).Until-hour*sim.Hour == sim.Time(p.Day))
	}
	// Output:
	// false
	// true
}
