package experiments_test

import (
	"context"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// fleet is a load of n simultaneous requests of one length: n instances, which
// a policy of forever holds to the horizon.
func fleet(n int, service sim.Time, memory int64) *simtest.Load {
	requests := make([]sim.Invocation, n)
	for i := range requests {
		requests[i].Service = service
	}
	w := &simtest.Load{}
	w.Add(sim.Function{Name: "f", Memory: memory}, requests)
	return w
}

// product multiplies exactly.
func product(factors ...int64) *big.Int {
	p := big.NewInt(1)
	for _, f := range factors {
		p.Mul(p, big.NewInt(f))
	}
	return p
}

// checkFleet holds the meters of a fleet to products in big integers.
func checkFleet(t fataler, n int, service, horizon sim.Time, memory int64) *big.Int {
	t.Helper()
	w := fleet(n, service, memory)
	window := sim.Window{Horizon: horizon}
	recorder, err := results.NewRecorder(results.Config{Window: window, Functions: w.Functions(), Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sim.Run(context.Background(), sim.Config{
		Workload: w, Platforms: []sim.Platform{{KeepAlive: policies.Forever{}}}, Window: window,
		Observers: func() []sim.Observer { return []sim.Observer{recorder} },
	}); err != nil {
		t.Fatal(err)
	}
	rep, err := recorder.Finish()
	if err != nil {
		t.Fatal(err)
	}
	idle := horizon - service
	i := rep.Instances
	wasted := product(int64(n), idle, memory)
	if i.Total.Big().Cmp(product(int64(n), horizon)) != 0 || i.Idle.Big().Cmp(product(int64(n), idle)) != 0 || i.Wasted.Big().Cmp(wasted) != 0 {
		t.Fatalf("%d instances of %d MiB, %d of %d ns idle: the meters are %v, %v idle, %v wasted", n, memory, idle, horizon, i.Total, i.Idle, i.Wasted)
	}
	if sum := rep.Latency.Sum(); sum.Big().Cmp(product(int64(n), service)) != 0 {
		t.Fatalf("%d requests of %d ns: the latencies sum to %v", n, service, sum)
	}
	return wasted
}

// Integer meters: sums stay exact far beyond 2^63.
func TestInvariantIntegerMeters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		horizon := rapid.Int64Range(1, 7*sim.Day).Draw(t, "horizon")
		service := rapid.Int64Range(1, horizon).Draw(t, "service") // one of no length would leave its instance to the next
		checkFleet(t, rapid.IntRange(1, 300).Draw(t, "instances"), service, horizon, rapid.Int64Range(1, 1<<50).Draw(t, "memory"))
	})
}

// The largest supported scale: a million instances of 10 GiB, held for 30 days:
// 2.65·10²⁵ MiB·ns, which is 2.9 million times 2^63.
func TestInvariantIntegerMetersAtScale(t *testing.T) {
	if testing.Short() {
		t.Skip("a million instances are not short")
	}
	wasted := checkFleet(t, 1_000_000, sim.Second, 30*sim.Day, 10_240)
	if limit := new(big.Int).Lsh(big.NewInt(1), 63); wasted.Cmp(limit) <= 0 {
		t.Errorf("%v is within 2^63: the test shows nothing", wasted)
	}
}
