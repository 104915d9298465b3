package experiments_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// coldUnder counts the cold starts of a load under a platform, all of it
// measured.
func coldUnder(t fataler, w *simtest.Load, p sim.Platform) int {
	run, _, _ := play(t, sim.Config{Workload: w, Platforms: []sim.Platform{p}, Window: beyond(w)})
	return coldOf(run)
}

// Monotonicity, where it is true: for demand-only policies, without cold
// latency, one slot an instance and unbounded capacity, a longer window never
// has more cold starts, and none ≥ any ≥ forever. Of an idle set in the order of
// last use the window keeps the newest part, so the rules that take from an
// end of it (most recent, least recent) keep one set within the other.
func TestInvariantMonotonicity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawLoad(t, nil)
		under := func(keep sim.KeepAliveFactory, reuse sim.Reuse) int {
			p := unboundedPlatform(keep)
			p.Reuse = reuse
			return coldUnder(t, w, p)
		}
		reuse := rapid.SampledFrom([]sim.Reuse{sim.MostRecent, sim.LeastRecent}).Draw(t, "reuse")
		last := under(policies.NoKeepAlive{}, reuse)
		for window := range spec.Duration(24) {
			n := under(policies.Fixed{Window: window}, reuse)
			if n > last {
				t.Fatalf("%d cold starts with a window of %d ns, %d with one of %d ns", last, window-1, n, window)
			}
			last = n
		}
		most, least := under(policies.NoKeepAlive{}, reuse), under(policies.Forever{}, reuse)
		policy := drawDemandOnly(t)
		for _, reuse := range []sim.Reuse{sim.MostRecent, sim.Newest, sim.Oldest, sim.LeastRecent} {
			if n := under(policy, reuse); n > most || n < least {
				t.Fatalf("%d cold starts under %+v with %v, want at most %d (none) and at least %d (forever)", n, policy, reuse, most, least)
			}
		}
	})
}

// Monotonicity fails with a cold latency: a cold request holds its instance
// longer, and a longer window can shift who is cold. Seconds:
//
//	arrival  0  3 10 18 30 33     latency 6
//	service  3  2  3  3  2  2
//
// Under a window of 3: cold at 0 (busy to 9), at 3 (nothing idle; to 11), at 10
// the first is idle since 9 and serves to 13; both are gone by 18 (the second
// at 14, the first at 16): cold, to 27, gone at 30 — at exactly 30 it still
// serves, to 32; and at 33 it is idle since 32. Three cold starts.
//
// Under a window of 6: cold at 0 and 3; at 10 the first serves, to 13; at 18
// it is idle since 13, and serves to 21, and is gone at 27; at 30 nothing is
// there: cold, to 38; at 33 it is busy: cold again. Four.
func TestMonotonicityFailsWithColdLatency(t *testing.T) {
	w := inSeconds([]sim.Time{0, 3, 10, 18, 30, 33}, []sim.Time{3, 2, 3, 3, 2, 2})
	for _, test := range []struct {
		window float64
		want   int
	}{{3, 3}, {6, 4}} {
		p := unboundedPlatform(fixed(test.window))
		p.Init = sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(6 * sim.Second)}}
		if n := coldUnder(t, w, p); n != test.want {
			t.Errorf("a window of %v s has %d cold starts, want %d", test.window, n, test.want)
		}
	}
}

// It fails without one too where the newest instance is reused, since that may
// be the one that would have lasted longest. Seconds:
//
//	arrival  0  3  3  7 10 12
//	service  6  5  1  3  6  5
//
// A is started at 0 (busy to 6), B and C at 3 (to 8 and 4). Under a window of 2
// C is gone at 6, so A serves 7 (to 10), B serves 10 (idle since 8), and A, idle
// since 10, serves 12: three cold starts. Under a window of 3 C is there at
// exactly 7 and serves, to 10, and A is gone at 9; C, the newest, serves 10 again,
// B is gone at 11, and at 12 nothing is there: four.
func TestMonotonicityFailsWithNewest(t *testing.T) {
	w := inSeconds([]sim.Time{0, 3, 3, 7, 10, 12}, []sim.Time{6, 5, 1, 3, 6, 5})
	for _, test := range []struct {
		window float64
		want   int
	}{{2, 3}, {3, 4}} {
		p := unboundedPlatform(fixed(test.window))
		p.Reuse = sim.Newest
		if n := coldUnder(t, w, p); n != test.want {
			t.Errorf("a window of %v s has %d cold starts, want %d", test.window, n, test.want)
		}
	}
}

// inSeconds is one function with those arrivals and services.
func inSeconds(arrivals, services []sim.Time) *simtest.Load {
	requests := make([]sim.Invocation, len(arrivals))
	for i, at := range arrivals {
		requests[i] = sim.Invocation{Arrival: at * sim.Second, Service: services[i] * sim.Second}
	}
	w := &simtest.Load{}
	w.Add(sim.Function{Name: "f", Memory: 128}, requests)
	return w
}
