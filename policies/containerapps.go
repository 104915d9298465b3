package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// ContainerApps is the HTTP scale rule of Azure Container Apps: every 15 s the requests
// that arrived in that time, divided by 15, are taken for those that run at the same
// time, and ⌈that ÷ target⌉ replicas are wanted: up at once, to 4 or to the double, down to
// the most of five minutes, and to none a cooldown after the last request. The
// first request starts the first replica. One that goes takes no more requests and
// ends those that it has. Keep-alive is not asked.
type ContainerApps struct {
	Target   float64       `toml:"target" default:"10" help:"concurrent requests a replica is to have: arrivals a second, by the rule's own count"`
	Every    spec.Duration `toml:"every" default:"15s" help:"time between two counts"`
	Down     spec.Duration `toml:"down" default:"5m" help:"stabilisation window of scaling down: the most of its recommendations counts"`
	Cooldown spec.Duration `toml:"cooldown" default:"5m" help:"how long after the last count that saw a request the last replica goes"`
}

var _ sim.ScalingFactory = ContainerApps{}

// About describes the policy.
func (ContainerApps) About() Entry {
	return Entry{
		Name: "azure-container-apps", Help: "Azure Container Apps' HTTP rule: arrivals of 15 s ÷ 15 ÷ target replicas, down to none", Control: Tenant,
		Source: "learn.microsoft.com/azure/container-apps/scale-app: the count every 15 s, 10 requests, steps of 1, 4, 100 %, stabilisation up 0 s and down 300 s, cooldown 300 s for the last one; its polling interval of 30 s does not apply to HTTP [V]; that the first request starts the first replica at once is assumed",
	}
}

// Check refuses targets and periods that are none.
func (p ContainerApps) Check(n *spec.Node) error {
	if err := checkTargets(n, named[float64]{"target", p.Target}); err != nil {
		return err
	}
	if err := checkPeriods(n, named[spec.Duration]{"every", p.Every}); err != nil {
		return err
	}
	return checkLooks(n, "down", p.Down, p.Every)
}

// New returns the policy of a deployment.
func (p ContainerApps) New(sim.Group) sim.Scaling {
	return &containerApps{ContainerApps: p, behaviour: behaviour{down: sim.Time(p.Down), steps: true}}
}

type containerApps struct {
	first
	ContainerApps
	behaviour
	counted uint64   // arrivals at the last count
	seen    sim.Time // the last count that saw any
}

var _ sim.TickingScaling = (*containerApps)(nil)

// Tick counts. It sleeps while nobody is there.
func (c *containerApps) Tick(v sim.View, now sim.Time) sim.Scale {
	every := sim.Time(c.Every)
	current := v.Instances()
	if !ticksAt(now, every) || current == 0 {
		return alone(max(1, current), nextTick(now, every))
	}
	came := v.Arrived() - c.counted
	c.counted = v.Arrived()
	if came > 0 || v.Present() > 0 {
		c.seen = now
	}
	wanted := c.settle(now, current, whole(float64(came)/(float64(every)/1e9)/c.Target))
	if wanted == 1 && now > c.seen && now-c.seen >= sim.Time(c.Cooldown) {
		return alone(0, sim.Never)
	}
	return alone(wanted, nextTick(now, every))
}
