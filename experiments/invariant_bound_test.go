package experiments_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// costUnder is holding·idle + price·cold starts, in units in which an idle
// nanosecond costs 1.
func costUnder(t fataler, w *simtest.Load, p sim.Platform, price sim.Time) sim.Time {
	run, _, _ := play(t, sim.Config{Workload: w, Platforms: []sim.Platform{p}, Window: beyond(w)})
	cost := price * sim.Time(coldOf(run))
	for _, l := range run.Lives {
		cost += l.Idle
	}
	return cost
}

// Offline bound: on the schedule without cold latency no demand-only policy,
// with any rule of reuse, has a lower holding·idle + price·cold starts.
func TestInvariantOfflineBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawLoad(t, nil)
		price := short(t, "price of a cold start", 25)
		window := spec.Duration(price)
		bound := costUnder(t, w, unboundedPlatform(policies.OfflineKeepAlive{Window: &window}), price)
		for range 4 {
			p := unboundedPlatform(drawDemandOnly(t))
			p.Reuse = rapid.SampledFrom([]sim.Reuse{sim.MostRecent, sim.Newest, sim.Oldest, sim.LeastRecent}).Draw(t, "reuse")
			if cost := costUnder(t, w, p, price); cost < bound {
				t.Fatalf("%+v with %v costs %d, the bound is %d", p.KeepAlive, p.Reuse, cost, bound)
			}
		}
	})
}

// The bound is reached: it is the least cost over all ways to give each request
// an instance of its own or one that an earlier request has left, found by
// trying them all.
func TestInvariantOfflineBoundIsTheMinimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var requests []sim.Invocation
		var at sim.Time
		for range rapid.IntRange(1, 7).Draw(t, "invocations") {
			at += short(t, "gap", 8)
			requests = append(requests, sim.Invocation{Arrival: at, Service: short(t, "service", 9)})
		}
		w := &simtest.Load{}
		w.Add(sim.Function{Name: "f", Memory: 128}, requests)
		price := short(t, "price", 20)
		window := spec.Duration(price)
		got := costUnder(t, w, unboundedPlatform(policies.OfflineKeepAlive{Window: &window}), price)
		if want := cheapest(requests, 0, price, make([]bool, len(requests))); got != want {
			t.Fatalf("the bound is %d, the least cost is %d", got, want)
		}
	})
}

// cheapest tries every instance for request i and those after it; taken are the
// requests whose instance has been used again.
func cheapest(invs []sim.Invocation, i int, price sim.Time, taken []bool) sim.Time {
	if i == len(invs) {
		return 0
	}
	best := price + cheapest(invs, i+1, price, taken)
	for j := range i {
		gap := invs[i].Arrival - (invs[j].Arrival + invs[j].Service)
		if taken[j] || gap < 0 {
			continue
		}
		taken[j] = true
		best = min(best, gap+cheapest(invs, i+1, price, taken))
		taken[j] = false
	}
	return best
}
