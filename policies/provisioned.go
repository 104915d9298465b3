package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Provisioned is provisioned concurrency (AWS Lambda) or minimum instances
// (Cloud Run): a standing floor of instances of each deployment that never
// stop. Requests beyond them are served by instances on demand.
type Provisioned struct {
	Count int `toml:"count" default:"1" help:"instances of each deployment that never stop, ≥ 0"`
}

// About describes the policy.
func (Provisioned) About() Entry {
	return Entry{
		Name: "provisioned", Help: "a standing floor of instances that never stop (provisioned concurrency, minimum instances)", Control: Tenant,
		Source: "AWS Lambda provisioned concurrency, Cloud Run minimum instances [V]",
	}
}

// Standing is a prewarm policy that surely asks for some number of instances of each
// deployment at some time, whatever comes.
type Standing interface {
	About() Entry
	// Standing returns the most that it surely asks for, ≥ 0; Floor is the most that it may.
	Standing() int
}

var _ Standing = Provisioned{}

// Standing returns the count.
func (p Provisioned) Standing() int { return p.Floor() }

// Check refuses a negative count.
func (p Provisioned) Check(n *spec.Node) error {
	if p.Count < 0 || p.Count > maxInstances {
		return at(n, "count").Errorf("found %d, want 0 to %d instances", p.Count, maxInstances)
	}
	return nil
}

// maxInstances bounds what a single answer can start, so that a slip of the
// keyboard does not exhaust the machine.
const maxInstances = 1_000_000

// New returns the policy, which holds no state.
func (p Provisioned) New(sim.Group) sim.Prewarm { return p }

// Floor returns the instances of each deployment that never stop: a tariff asks.
func (p Provisioned) Floor() int { return p.Count }

// Tick sets the floor once.
func (p Provisioned) Tick(sim.View, sim.Time) sim.Action {
	return sim.Action{Provisioned: p.Count, Next: sim.Never}
}
