package experiments_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads"
)

// One instance that serves all requests at the same time, by processor sharing.
//
// M/G/1-PS: with one vCPU the mean time in the instance is E[S] ÷ (1 − ρ),
// whatever the distribution of S. With c vCPUs and exponential service the
// number of requests there is that of M/M/c, and so is the mean time:
// C ÷ (cμ − λ) + 1 ÷ μ with Erlang's C.
func TestClosedFormSharing(t *testing.T) {
	lognormal := must(workloads.NewLognormal(seconds(0.5), math.Sqrt(2*math.Ln2))) // mean 0.5 e^(σ²/2) = 1 s
	erlangC := func(load float64, c int) float64 {
		b := erlangB(load, c)
		return b / (1 - load/float64(c)*(1-b))
	}
	for _, test := range []struct {
		name     string
		rate     float64
		milli    int64
		service  workloads.Sampler
		sojourn  float64
		requests int
	}{
		{"M/M/1-PS", 0.5, 1000, exponential(1), 1 / (1 - 0.5), 1_600_000},
		{"M/D/1-PS", 0.5, 1000, constant(1), 1 / (1 - 0.5), 600_000},
		{"M/G/1-PS lognormal", 0.5, 1000, lognormal, 1 / (1 - 0.5), 3_600_000},
		{"half a vCPU", 0.25, 500, exponential(1), 1 / (0.5 - 0.25), 1_800_000},
		{"3 vCPUs", 1.5, 3000, exponential(1), erlangC(1.5, 3)/(3-1.5) + 1, 600_000},
	} {
		t.Run(test.name, func(t *testing.T) {
			long(t, float64(test.requests))
			const replications = 40
			window := sim.Window{Warmup: 1000 * sim.Second, Horizon: seconds(1000 + float64(test.requests/replications)/test.rate)}
			runs := replicate(t, replications, 0, sim.Config{
				Workload: workload(t, window.Horizon, synthetic{arrivals: poissonArrivals(test.rate), service: test.service}),
				Platforms: []sim.Platform{{
					KeepAlive: policies.Forever{}, Scaling: policies.PerRequest{}, Dispatch: sim.QueueDispatch, Concurrency: 1 << 20,
					Server: servers.Shared{MilliCPU: test.milli, MilliShare: 1000}, Limit: sim.Limit{Instances: 1, Over: sim.QueueOver},
				}},
				Window: window,
			})
			holds(t, fmt.Sprintf("%s: mean time in the instance, s", test.name), test.sojourn, values(runs, sojournMean))
		})
	}
}
