package experiments_test

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
)

// patient is a workload whose clients wait for so long.
type patient struct {
	sim.Workload
	patience sim.Time
}

func (p patient) Functions() []sim.Function {
	functions := append([]sim.Function(nil), p.Workload.Functions()...)
	for i := range functions {
		functions[i].Patience = p.patience
	}
	return functions
}

// M/M/1 in the order of arrival with clients who wait for τ (Barrer, "Queuing with
// impatient customers and ordered service", Operations Research 5, 1957). The work
// that an arrival finds has the density λp₀e^(−(μ−λ)x) below τ, and with
// e = e^(−(μ−λ)τ) and ρ = λ ÷ μ:
//
// Where service is cancelled too, there is never more work than τ, so that
//
//	p₀ = 1 ÷ (1 + λ(1−e) ÷ (μ−λ)),  given up = p₀e = (1−ρ)e ÷ (1−ρe).
//
// Where what has begun is served to its end, the density above τ falls as e^(−μx):
//
//	p₀ = 1 ÷ (1 + λ(1−e) ÷ (μ−λ) + ρe),  given up in line = p₀ρe, in service = p₀e.
//
// The server works for 1 − p₀ of the time.
func TestClosedFormPatience(t *testing.T) {
	const mu, requests, replications = 1.0, 4_000_000, 40
	for _, c := range []struct {
		name      string
		rate, tau float64
		abandoned sim.AfterClient
	}{
		{"cancelled", 0.8, 2, sim.Cancel},
		{"served", 0.8, 2, sim.ServeOn},
		{"cancelled, too many", 1.5, 1.5, sim.Cancel},
		{"served, too many", 1.5, 1.5, sim.ServeOn},
	} {
		t.Run(c.name, func(t *testing.T) {
			long(t, requests)
			e := math.Exp(-(mu - c.rate) * c.tau)
			below := c.rate * (1 - e) / (mu - c.rate)
			window := sim.Window{Warmup: 1000 * sim.Second, Horizon: seconds(1000 + requests/replications/c.rate)}
			w := workload(t, window.Horizon, synthetic{arrivals: poissonArrivals(c.rate), service: exponential(1 / mu)})
			runs := replicate(t, replications, 0, sim.Config{
				Workload: patient{w, seconds(c.tau)},
				Platforms: []sim.Platform{{
					KeepAlive: policies.Forever{}, Scaling: policies.PerRequest{}, Dispatch: sim.QueueDispatch, Abandoned: c.abandoned,
					Limit: sim.Limit{Instances: 1, Over: sim.QueueOver},
				}},
				Window: window,
			})
			p0 := 1 / (1 + below)
			if c.abandoned == sim.ServeOn {
				p0 = 1 / (1 + below + c.rate/mu*e)
				holds(t, "given up in the line", p0*c.rate/mu*e, values(runs, func(s *sums) float64 { return float64(s.abandoned-s.servedOn) / float64(s.arrivals) }))
				holds(t, "given up in service", p0*e, values(runs, func(s *sums) float64 { return float64(s.servedOn) / float64(s.arrivals) }))
			} else {
				holds(t, "given up", p0*e, values(runs, func(s *sums) float64 { return float64(s.abandoned) / float64(s.arrivals) }))
			}
			holds(t, "busy", 1-p0, values(runs, busyMean))
		})
	}
}
