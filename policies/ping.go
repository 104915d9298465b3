package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Ping is what a tenant does about a provider's keep-alive: it sends requests
// on a schedule, from time 0 on. Those of one time arrive together, so each
// takes an instance of its own. Under a fixed window, a request is cold only
// where pings come less often than the window is long, or where more than
// Count requests are in flight. Pings are billed. There are 1,000 a second at most.
type Ping struct {
	Every   spec.Duration `toml:"every" default:"5m" help:"time between pings, 1ms or more"`
	Count   int           `toml:"count" default:"1" help:"pings at a time, each to an instance of its own, 1 to 1000000, and 1000 for each second of every"`
	Service spec.Duration `toml:"service" default:"100ms" help:"service time of a ping"`
}

// About describes the policy.
func (Ping) About() Entry {
	return Entry{
		Name: "ping", Help: "requests on a schedule, to keep instances warm", Control: Tenant,
		Source: "serverless-plugin-warmup: every 5 min [S]",
	}
}

// Check refuses a count of none, and pings that would be most of what is simulated.
func (p Ping) Check(n *spec.Node) error {
	if err := checkPeriods(n, named[spec.Duration]{"every", p.Every}); err != nil {
		return err
	}
	if p.Count < 1 || p.Count > maxInstances {
		return at(n, "count").Errorf("found %d, want 1 to %d pings", p.Count, maxInstances)
	}
	if spec.Duration(p.Count) > p.Every/shortestPeriod {
		return at(n, "count").Errorf("found %d and %s between two of its times, want %d pings a second at most", p.Count, p.Every, sim.Second/sim.Time(shortestPeriod))
	}
	return nil
}

// New returns the policy, which holds no state.
func (p Ping) New(sim.Group) sim.Prewarm { return p }

// Tick sends the pings of one time.
func (p Ping) Tick(_ sim.View, now sim.Time) sim.Action {
	return sim.Action{Pings: p.Count, PingService: sim.Time(p.Service), Next: after(now, sim.Time(p.Every))}
}
