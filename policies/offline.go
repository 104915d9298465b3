package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// OfflineKeepAlive is a bound, not a policy: it knows the length of each idle
// gap, and bridges the gap iff holding the instance through it costs less than
// a cold start: iff gap < C ÷ (r × memory + s), s being the price of an instance beside its memory. A gap that it does not bridge holds
// nothing. With starts matched to the most recently used instance, which makes
// the most short gaps, holding·idle + price·cold starts is then the least that
// any demand-only policy can reach on the schedule without cold latency.
// Sweeping the price traces the Pareto front. A policy that starts instances ahead
// of demand, or that trades at another price, is not bound by it.
//
// The price ratio is given as a window, or by both prices.
type OfflineKeepAlive struct {
	Window    *spec.Duration `toml:"window" help:"the price ratio itself: gaps shorter than this are bridged"`
	Holding   *float64       `toml:"holding" unit:"USD/(GiB·h)" help:"in place of window, with cold_start: price of holding memory idle, above 0, at most 1000000"`
	Standing  float64        `toml:"standing" default:"0" unit:"USD/h" help:"with holding: price of an idle instance beside its memory, as of its GPUs, 0 to 1000000"`
	ColdStart *float64       `toml:"cold_start" unit:"USD" help:"in place of window, with holding: what one cold start is worth avoiding, 0 to 1000000"`
}

// OfflinePrewarm is a bound, not a policy: the prewarm oracle. No instance is
// ever idle, and each initialisation is timed to end just when its request
// arrives: no cold start is felt and no memory is wasted, but every request
// that finds no busy instance's slot still pays for an initialisation.
type OfflinePrewarm struct{}

var (
	_ sim.OfflineKeepAlive = offlineGap(0)
	_ sim.OfflineKeepAlive = OfflinePrewarm{}
)

// About describes the bound.
func (OfflineKeepAlive) About() Entry {
	return Entry{
		Name: "offline-keepalive", Help: "bound, not a policy, of policies that start on demand only, at its own window or prices: bridges an idle gap iff that is cheaper than a cold start, knowing its length", Control: Bound,
		Example: `window = "10m"`,
		Source:  "per gap min(r·g, C) at a fixed assignment; most-recent matching by an exchange argument [M]",
	}
}

// Check wants the window or both prices.
func (p OfflineKeepAlive) Check(n *spec.Node) error {
	prices := p.Holding != nil || p.ColdStart != nil || p.Standing != 0
	switch {
	case p.Window != nil && prices:
		return n.Errorf(`found "window" with "holding", "standing" or "cold_start", want the window or both prices`)
	case p.Window != nil:
		return nil
	case p.Holding == nil || p.ColdStart == nil:
		return n.Errorf(`want "window", or both "holding" and "cold_start"`)
	}
	return checkPrices(n, *p.Holding, p.Standing, *p.ColdStart)
}

// Scope is the deployment.
func (OfflineKeepAlive) Scope() sim.Scope { return sim.ScopeDeployment }

// New returns the bound of a deployment, whose memory sets the price ratio.
func (p OfflineKeepAlive) New(g sim.Group) sim.KeepAlive {
	switch {
	case p.Window != nil:
		return offlineGap(*p.Window)
	case p.Holding != nil && p.ColdStart != nil:
		return offlineGap(breakEvenWindow(*p.Holding, p.Standing, *p.ColdStart, g.Memory))
	default: // without prices a gap costs nothing
		return offlineGap(sim.Never)
	}
}

// offlineGap bridges gaps that are shorter, in nanoseconds.
type offlineGap sim.Time

// Idle is never asked.
func (offlineGap) Idle(sim.View, sim.Instance, sim.Time) sim.Decision {
	return sim.Decision{Until: sim.StopNow}
}

// Keep bridges a gap that is shorter than the price ratio.
func (g offlineGap) Keep(_ sim.View, gap sim.Time) bool { return gap < sim.Time(g) }

// Prewarm is false: initialisations start when a request finds no instance.
func (offlineGap) Prewarm() bool { return false }

// About describes the bound.
func (OfflinePrewarm) About() Entry {
	return Entry{
		Name: "offline-prewarm", Help: "bound, not a policy: initialises each instance just in time for its request, and keeps none", Control: Bound,
		Source: "the prewarm oracle: no idle time, no cold start felt [M]",
	}
}

// Scope is the deployment.
func (OfflinePrewarm) Scope() sim.Scope { return sim.ScopeDeployment }

// New returns the bound, which holds no state.
func (p OfflinePrewarm) New(sim.Group) sim.KeepAlive { return p }

// Idle is never asked.
func (OfflinePrewarm) Idle(sim.View, sim.Instance, sim.Time) sim.Decision {
	return sim.Decision{Until: sim.StopNow}
}

// Keep bridges nothing.
func (OfflinePrewarm) Keep(sim.View, sim.Time) bool { return false }

// Prewarm is true: each initialisation ends when its request arrives.
func (OfflinePrewarm) Prewarm() bool { return true }
