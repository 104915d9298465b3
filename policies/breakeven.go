package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// BreakEven is ski rental: it rents (holds the idle instance) until the rent
// paid equals the price C of buying (a cold start), T* = C ÷ (r × memory + s), s being the price of an instance beside its memory.
//
// Deterministic, it stops after T*: its cost is at most twice that of knowing
// the length of each gap, and no deterministic rule does better. Randomized, it
// draws the window of each gap from the density
//
//	f(t) = e^{t/T*} ÷ (T* (e − 1)),  0 ≤ t ≤ T*,
//
// by its inverse CDF t = T* ln(1 + u (e − 1)): its expected cost is at most
// e ÷ (e − 1) ≈ 1.582 times that of knowing the gap. The uniform u is keyed by
// the run, the function and the time at which the instance became idle, so it
// depends on no earlier draw.
type BreakEven struct {
	Holding    float64 `toml:"holding" required:"true" unit:"USD/(GiB·h)" help:"price of holding memory idle, above 0, at most 1000000"`
	Standing   float64 `toml:"standing" default:"0" unit:"USD/h" help:"price of an idle instance beside its memory, as of its GPUs, 0 to 1000000"`
	ColdStart  float64 `toml:"cold_start" required:"true" unit:"USD" help:"what one cold start is worth avoiding, 0 to 1000000"`
	Randomized bool    `toml:"randomized" default:"false" help:"draw each window instead of using the break-even itself"`
}

// About describes the policy.
func (BreakEven) About() Entry {
	return Entry{
		Name: "break-even", Help: "keep an idle instance until holding it has cost as much as a cold start (ski rental)", Control: Operator,
		Example: "holding = 3.6, cold_start = 0.02",
		Source:  "standard result of online ski rental, 2-competitive, randomized e/(e−1) [M]",
	}
}

// Check refuses prices that make no sense.
func (p BreakEven) Check(n *spec.Node) error {
	return checkPrices(n, p.Holding, p.Standing, p.ColdStart)
}

// Scope is the deployment.
func (BreakEven) Scope() sim.Scope { return sim.ScopeDeployment }

// New returns the policy of a deployment, whose memory sets the window.
func (p BreakEven) New(g sim.Group) sim.KeepAlive {
	window := breakEvenWindow(p.Holding, p.Standing, p.ColdStart, g.Memory)
	if !p.Randomized || window == sim.Never {
		return Fixed{Window: spec.Duration(window)}
	}
	key := g.All[g.Functions[0]].Key()
	return &randomWindow{window: float64(window), stream: sim.NewStream(g.Key, sim.PurposePolicy, key)}
}

// randomWindow keeps instances for a drawn part of the break-even window.
type randomWindow struct {
	window float64 // T*, nanoseconds
	stream sim.Stream
}

// Idle draws the window of this gap.
func (p *randomWindow) Idle(_ sim.View, _ sim.Instance, now sim.Time) sim.Decision {
	return sim.Decision{Until: after(now, nanoseconds(p.window*skiRentalQuantile(p.stream.Uniform(uint64(now)))))}
}

// skiRentalQuantile is the inverse CDF of the randomized rule's window as a
// part of T*, for u ∈ (0, 1).
func skiRentalQuantile(u float64) float64 { return math.Log1p(u * (math.E - 1)) }
