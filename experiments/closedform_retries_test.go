package experiments_test

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/clients"
)

// failing is a workload of which a part of the services fails.
type failing struct {
	sim.Workload
	part float64
}

func (p failing) Functions() []sim.Function {
	functions := append([]sim.Function(nil), p.Workload.Functions()...)
	for i := range functions {
		functions[i].Error = p.part
	}
	return functions
}

// attemptRate is how many attempts arrive in a second of the window.
func attemptRate(s *sums) float64 { return float64(s.arrivals) / (float64(s.window.Length()) / 1e9) }

// Of services a part p fails, and a client asks up to n times again: attempts are
// geometric, cut off at n + 1, so that a request makes (1 − p^(n+1)) ÷ (1 − p) on average.
func TestClosedFormGeometricAttempts(t *testing.T) {
	const rate, part, retries, requests, replications = 10.0, 0.3, 4, 400_000, 40
	long(t, requests)
	window := sim.Window{Warmup: 10 * sim.Second, Horizon: seconds(10 + requests/replications/rate)}
	w := failing{workload(t, window.Horizon, synthetic{arrivals: poissonArrivals(rate), service: constant(0.1)}), part}
	client := clients.Client{Retries: retries, Backoff: backoff.Backoff{First: sim.Second, Factor: 1, Jitter: backoff.Equal}, On: clients.OnFailed}
	runs := replicate(t, replications, 0, sim.Config{
		Workload: w, Window: window, Platforms: []sim.Platform{{KeepAlive: policies.Forever{}}},
		Follow: clients.NewRetries([]clients.Client{client}, w.Functions(), sim.RunKey{Seed: 7}),
	})
	holds(t, "attempts a second", rate*(1-math.Pow(part, retries+1))/(1-part), values(runs, attemptRate))
}

// M/M/c/c whose blocked requests are retried n times, each after a time that is long
// against the services: the attempts are then a Poisson stream, of a rate that is the fixed
// point of
//
//	λ′ = λ (1 + B + … + B^n),  B = ErlangB(λ′ ÷ μ, c)
//
// (the limit of long retrial times of Cohen, "Basic problems of telephone traffic theory
// and the influence of repeated calls", Philips Telecommunication Review 18, 1957).
func TestClosedFormRetrials(t *testing.T) {
	const rate, c, retries, replications = 4.0, 5, 3, 40
	const after, length = 2000.0, 15_000.0 // s
	long(t, rate*length*replications)
	all, blocked := rate, 0.0
	for range 200 {
		blocked = erlangB(all, c)
		all = rate * (1 - math.Pow(blocked, retries+1)) / (1 - blocked)
	}
	warmup := (retries + 1) * after
	window := sim.Window{Warmup: seconds(warmup), Horizon: seconds(warmup + length)}
	w := workload(t, window.Horizon, synthetic{arrivals: poissonArrivals(rate), service: exponential(1)})
	client := clients.Client{Retries: retries, Backoff: backoff.Backoff{First: seconds(after), Factor: 1, Jitter: backoff.Full}, On: clients.OnRejected}
	runs := replicate(t, replications, 0, sim.Config{
		Workload: w, Window: window, Platforms: []sim.Platform{{KeepAlive: policies.Forever{}, Limit: sim.Limit{Function: c}}},
		Follow: clients.NewRetries([]clients.Client{client}, w.Functions(), sim.RunKey{Seed: 7}),
	})
	holds(t, "attempts a second", all, values(runs, attemptRate))
	holds(t, "part that is blocked", blocked, values(runs, func(s *sums) float64 { return float64(s.rejected) / float64(s.arrivals) }))
}
