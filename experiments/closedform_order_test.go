package experiments_test

import (
	"testing"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
)

// M/G/1 with two classes, of which the one with the shorter mean goes first and none is
// interrupted: by Cobham, with W₀ = Σ λE[S²] ÷ 2,
//
//	W₁ = W₀ ÷ (1−ρ₁)    W₂ = W₀ ÷ (1−ρ₁)(1−ρ₁−ρ₂)
//
// Of 2/s with services of 0.1 s and 0.4/s with services of 1 s, exponential, W₀ is
// (2 × 0.02 + 0.4 × 2) ÷ 2 = 0.42 s, W₁ = 0.42 ÷ 0.8 = 0.525 s and W₂ = 0.42 ÷ 0.8 ÷ 0.4 =
// 1.3125 s: over all (2 × 0.525 + 0.4 × 1.3125) ÷ 2.4 = 0.65625 s. In the order of
// arrival it is 0.42 ÷ 0.4 = 1.05 s. The order learns the means from what has ended.
func TestClosedFormShortestExpected(t *testing.T) {
	const requests = 16_000_000
	long(t, requests)
	const replications = 30
	window := sim.Window{Warmup: 1000 * sim.Second, Horizon: seconds(1000 + requests/replications/2.4)}
	runs := replicate(t, replications, 0, sim.Config{
		Workload: workload(t, window.Horizon,
			synthetic{arrivals: poissonArrivals(2), service: exponential(0.1)},
			synthetic{arrivals: poissonArrivals(0.4), service: exponential(1)}),
		Platforms: []sim.Platform{{KeepAlive: policies.Forever{}, Scaling: policies.PerRequest{}, Order: sim.ShortestExpected, Limit: sim.Limit{Account: 1, Over: sim.QueueOver}}},
		Window:    window,
	})
	holds(t, "mean wait, s", 0.65625, values(runs, meanWait))
}
