package policies

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Under a fixed window T and pings of no length every N, to k instances at a time, a burst just before the next
// pings is cold where N > T, all of it, and else beyond k requests: cold iff N > T or concurrency > k.
func TestPingColdIff(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		every, window := rapid.IntRange(5, 300).Draw(rt, "N"), rapid.IntRange(5, 300).Draw(rt, "T")
		count, burst := rapid.IntRange(1, 4).Draw(rt, "k"), rapid.IntRange(1, 8).Draw(rt, "burst")
		round := 3 + 1000/every // long after the first pings' instances started
		load := newLoad(nil)
		for range burst {
			load.Invocations[0] = append(load.Invocations[0], sim.Invocation{Arrival: sim.Time(every*round)*sim.Second - 1, Service: 1})
		}
		load.Functions()[0].Init = initOf(1)
		got := run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Platforms: []sim.Platform{{
			KeepAlive: Fixed{Window: spec.Duration(sim.Time(window) * sim.Second)}, Prewarm: Ping{Every: spec.Duration(sim.Time(every) * sim.Second), Count: count},
		}}})
		want := max(0, burst-count)
		// A ping that starts its instance, for 1 s, keeps it for T after that: at N = T + 1 until the next pings, which find it and keep it
		// for T only. So there every other round is cold.
		if every == window+1 {
			return
		}
		if every > window {
			want = burst
		}
		if len(got.colds()) != want {
			rt.Fatalf("%d of %d cold, want %d", len(got.colds()), burst, want)
		}
	})
}

// Requests beyond a floor of c are served on demand, and leave nothing behind where nothing is kept: of Poisson arrivals
// that find c busy with what each serves for S, the part that is cold is Erlang's B(c, λS), whatever the distribution of S.
// With a = λS = 2: B(0) = 1, B(c) = a·B(c − 1) ÷ (c + a·B(c − 1)): 2/3, 2/5, 4/19, 2/21.
func TestProvisionedIsErlangB(t *testing.T) {
	const n = 100_000
	for c, want := range map[int]float64{1: 2.0 / 3, 2: 2.0 / 5, 3: 4.0 / 19, 4: 2.0 / 21} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			l := poisson(0.5, n)
			l.Functions()[0].Init = initOf(1)
			for i := range l.Invocations[0] {
				l.Invocations[0][i].Service = 4 * sim.Second
			}
			got := run(t, sim.Config{Workload: l, Window: sim.Window{Horizon: 3650 * sim.Day},
				Platforms: []sim.Platform{{KeepAlive: NoKeepAlive{}, Prewarm: Provisioned{Count: c}}}})
			ratio := float64(len(got.colds())) / n
			// Neighbours that are lost together make the error a little more than a binomial's: six of its.
			if tolerance := 6 * math.Sqrt(want*(1-want)/n); differ(ratio, want, tolerance) {
				t.Errorf("a part of %.4f is cold, want %.4f ± %.4f", ratio, want, tolerance)
			}
		})
	}
}
