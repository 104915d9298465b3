package experiments_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// One instance with a queue: M/G/1 with a set-up D after an idle time longer
// than T. With q = e^(−λT) and ρ = λE[S],
//
//	p = q(1−ρ) ÷ (1 + qλE[D])              set-ups per request
//	W = λE[S²] ÷ 2(1−ρ) + (2qE[D] + λqE[D²]) ÷ 2(1 + λqE[D])   mean wait
//
// A set-up also delays the λE[D] requests that arrive during it, and these are
// cold starts in our sense: p(1 + λE[D]). The reference program's values are
// in the comments; its W is the wait before service.
func TestClosedFormOneInstance(t *testing.T) {
	for _, test := range []struct {
		rate, service, setup, window float64
		dist                         func(mean float64) workloads.Sampler
		second                       float64 // E[X²] ÷ E[X]² of service and set-up
		wait, setups                 float64 // of the published table
		requests                     int
	}{
		{0.1, 2, 5, 10, exponential, 2, 2.83044, 0.248580, 1_200_000},  // 2.82901, 0.248650
		{0.1, 2, 5, 10, constant, 1, 2.19203, 0.248580, 500_000},       // 2.19204, 0.248605
		{0.4, 2, 3, 1, exponential, 2, 10.45187, 0.074299, 13_000_000}, // 10.45001, 0.074338
		{0.01, 1, 30, 60, constant, 1, 16.26239, 0.466515, 200_000},    // 16.26248, 0.466503
	} {
		t.Run(fmt.Sprintf("rate %g second moment %g", test.rate, test.second), func(t *testing.T) {
			long(t, float64(test.requests))
			q, rho := math.Exp(-test.rate*test.window), test.rate*test.service
			setups := q * (1 - rho) / (1 + q*test.rate*test.setup)
			d2 := test.second * test.setup * test.setup
			wait := test.rate*test.second*test.service*test.service/(2*(1-rho)) +
				(2*q*test.setup+test.rate*q*d2)/(2*(1+test.rate*q*test.setup))
			if math.Abs(setups-test.setups) > 1e-6 || math.Abs(wait-test.wait) > 1e-5 {
				t.Errorf("formula gives W %.5f and p %.6f, the table has %.5f and %.6f", wait, setups, test.wait, test.setups)
			}
			const replications = 40
			warmup := 2000 / test.rate
			window := sim.Window{Warmup: seconds(warmup), Horizon: seconds(warmup + float64(test.requests/replications)/test.rate)}
			runs := replicate(t, replications, 0, sim.Config{
				Workload: workload(t, window.Horizon, synthetic{
					arrivals: poissonArrivals(test.rate), service: test.dist(test.service), init: test.dist(test.setup),
				}),
				Platforms: []sim.Platform{{
					KeepAlive: fixed(test.window), Scaling: policies.PerRequest{}, Dispatch: sim.QueueDispatch,
					Limit: sim.Limit{Instances: 1, Over: sim.QueueOver},
				}},
				Window: window,
			})
			holds(t, "mean wait, s", wait, values(runs, meanWait))
			holds(t, "set-ups per request", setups, values(runs, creationRatio))
			holds(t, "cold ratio", setups*(1+test.rate*test.setup), values(runs, coldRatio))
		})
	}
}

// erlangB returns the blocking of M/M/c/c at an offered load of a erlangs.
func erlangB(a float64, c int) float64 {
	b := 1.0
	for k := 1; k <= c; k++ {
		b = a * b / (float64(k) + a*b)
	}
	return b
}

// The load of M/M/c: c servers of rate μ, arrivals of rate λ.
const erlangServers, erlangMu, erlangRate = 3, 1.0, 1.5

// erlangQueue runs so many requests a replication to functions that share the
// rate, under a limit.
func erlangQueue(t *testing.T, replications int, requests, late float64, shares []float64, limit sim.Limit, dispatch sim.Dispatch) []*sums {
	t.Helper()
	window := sim.Window{Warmup: 1000 * sim.Second, Horizon: seconds(1000 + requests/erlangRate)}
	var functions []synthetic
	for _, share := range shares {
		functions = append(functions, synthetic{arrivals: poissonArrivals(share * erlangRate), service: exponential(1 / erlangMu)})
	}
	return replicate(t, replications, seconds(late), sim.Config{
		Workload:  workload(t, window.Horizon, functions...),
		Platforms: []sim.Platform{{KeepAlive: policies.Forever{}, Scaling: policies.PerRequest{}, Dispatch: dispatch, Limit: limit}},
		Window:    window,
	})
}

// M/M/c: C = B ÷ (1 − ρ(1−B)) of the requests wait, W = C ÷ (cμ−λ), and in the
// order of arrival P(W > t) = C e^(−(cμ−λ)t). By a limit of instances with a
// queue, and by an account limit on two functions, under which a free place goes
// to the request that came first.
func TestClosedFormErlangC(t *testing.T) {
	const c, mu, rate = erlangServers, erlangMu, erlangRate
	b := erlangB(rate/mu, c)
	waits := b / (1 - rate/(c*mu)*(1-b))
	for _, test := range []struct {
		name     string
		shares   []float64
		late     float64
		limit    sim.Limit
		dispatch sim.Dispatch
	}{
		{"instances", []float64{1}, 0.5, sim.Limit{Instances: c, Over: sim.QueueOver}, sim.QueueDispatch},
		{"account", []float64{0.4, 0.6}, 0.5, sim.Limit{Account: c, Over: sim.QueueOver}, sim.BoundDispatch},
	} {
		t.Run(fmt.Sprintf("%s late %g", test.name, test.late), func(t *testing.T) {
			long(t, 12_000_000)
			runs := erlangQueue(t, 100, 120_000, test.late, test.shares, test.limit, test.dispatch)
			holds(t, "mean wait, s", waits/(c*mu-rate), values(runs, meanWait))
			holds(t, fmt.Sprintf("P(wait > %g s)", test.late), waits*math.Exp(-(c*mu-rate)*test.late), values(runs, lateRatio))
		})
	}
}

// TestClosedFormErlangCIsOneQueue: it is one queue, path by path, whichever limit
// makes the c servers of one function: the same requests wait as long, to the
// nanosecond.
func TestClosedFormErlangCIsOneQueue(t *testing.T) {
	const c = erlangServers
	want := erlangQueue(t, 4, 50_000, 0.5, []float64{1}, sim.Limit{Instances: c, Over: sim.QueueOver}, sim.QueueDispatch)
	for name, limit := range map[string]sim.Limit{"instances": {Instances: c}, "function": {Function: c}, "account": {Account: c}} {
		limit.Over = sim.QueueOver
		for i, got := range erlangQueue(t, 4, 50_000, 0.5, []float64{1}, limit, sim.BoundDispatch) {
			if w := want[i]; got.started != w.started || got.wait != w.wait || got.waited != w.waited || got.waited == 0 {
				t.Errorf("%s, replication %d: of %d requests %d waited long, %d ns in all; with a queue it is %d, %d, %d",
					name, i, got.started, got.waited, got.wait, w.started, w.waited, w.wait)
			}
		}
	}
}

// M/G/c/c: a request that finds c others is rejected, with Erlang's B, whatever
// the distribution of the service (Sevast'yanov 1957). By a limit of the
// function and by an account limit on three functions.
func TestClosedFormErlangB(t *testing.T) {
	const c, load = 5, 3.0
	lognormal := must(workloads.NewLognormal(seconds(0.5), math.Sqrt(2*math.Ln2))) // mean 0.5 e^(σ²/2) = 1 s
	for _, test := range []struct {
		name     string
		rates    []float64
		service  workloads.Sampler
		limit    sim.Limit
		requests float64 // the wider the service, the more
	}{
		{"function exponential", []float64{load}, exponential(1), sim.Limit{Function: c}, 2_500_000},
		{"function constant", []float64{load}, constant(1), sim.Limit{Function: c}, 1_600_000},
		{"function lognormal", []float64{load}, lognormal, sim.Limit{Function: c}, 5_000_000},
		{"instances exponential", []float64{load}, exponential(1), sim.Limit{Instances: c}, 2_500_000},
		{"account exponential", []float64{0.2 * load, 0.3 * load, 0.5 * load}, exponential(1), sim.Limit{Account: c}, 2_500_000},
	} {
		t.Run(test.name, func(t *testing.T) {
			long(t, test.requests)
			const replications = 100
			window := sim.Window{Warmup: 200 * sim.Second, Horizon: seconds(200 + test.requests/replications/load)}
			var functions []synthetic
			for _, r := range test.rates {
				functions = append(functions, synthetic{arrivals: poissonArrivals(r), service: test.service})
			}
			runs := replicate(t, replications, 0, sim.Config{
				Workload:  workload(t, window.Horizon, functions...),
				Platforms: []sim.Platform{{KeepAlive: policies.NoKeepAlive{}, Limit: test.limit}},
				Window:    window,
			})
			holds(t, "blocking", erlangB(load, c), values(runs, blocking))
			holds(t, "busy instances", load*(1-erlangB(load, c)), values(runs, busyMean))
		})
	}
}
