package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Ping is what a tenant does about a provider's keep-alive: it sends requests
// on a schedule, from time 0 on. Those of one time arrive together, so each
// takes an instance of its own. Under a fixed window, a request is cold only
// where pings come less often than the window is long, or where more than
// Count requests are in flight. Pings are billed.
type Ping struct {
	Every   spec.Duration `toml:"every" default:"5m" help:"time between pings, > 0"`
	Count   int           `toml:"count" default:"1" help:"pings at a time, each to an instance of its own, ≥ 1"`
	Service spec.Duration `toml:"service" default:"100ms" help:"service time of a ping"`
}

// About describes the policy.
func (Ping) About() Entry {
	return Entry{
		Name: "ping", Help: "requests on a schedule, to keep instances warm", Control: Tenant,
		Source: "serverless-plugin-warmup: every 5 min [S]",
	}
}

// Check refuses a schedule that does not move and a count of none.
func (p Ping) Check(n *spec.Node) error {
	if p.Every <= 0 {
		return at(n, "every").Errorf("found %q, want a duration > 0", p.Every)
	}
	if p.Count < 1 || p.Count > maxInstances {
		return at(n, "count").Errorf("found %d, want 1 to %d pings", p.Count, maxInstances)
	}
	return nil
}

// New returns the policy, which holds no state.
func (p Ping) New(sim.Group) sim.Prewarm { return p }

// Tick sends the pings of one time.
func (p Ping) Tick(_ sim.View, now sim.Time) sim.Action {
	return sim.Action{Pings: p.Count, PingService: sim.Time(p.Service), Next: after(now, sim.Time(p.Every))}
}
