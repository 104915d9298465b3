package policies

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// steady is a function whose requests come evenly for a while.
func steady(every, service, until sim.Time) *simtest.Load {
	l := newLoad(nil)
	l.Functions()[0].Init = nil
	var requests []sim.Invocation
	for at := sim.Time(0); at < until; at += every {
		requests = append(requests, sim.Invocation{Arrival: at, Service: service})
	}
	l.Invocations[0] = requests
	return l
}

// TestUtilization: requests that keep a number of vCPUs or slots busy, evenly,
// get ⌈busy ÷ target⌉ instances. The window is 20 s and a look every 10 s, so that from the
// look at 10 s on the average is that of steady load.
func TestUtilization(t *testing.T) {
	for _, test := range []struct {
		name           string
		policy         string
		every, service float64
		share          int64
		milli          int64
		want           int
	}{
		{"CPU: 0.9 of 0.6", `{ name = "utilization", window = "20s", every = "10s" }`, 1, 0.9, 1000, 1000, 2},
		{"CPU: 0.6 of 0.6", `{ name = "utilization", window = "20s", every = "10s" }`, 1, 0.6, 1000, 1000, 1},
		{"CPU: 2.5 of 0.5 × 1", `{ name = "utilization", window = "20s", every = "10s", cpu = 0.5 }`, 0.2, 0.5, 1000, 1000, 5},
		{"CPU: the same on 2 vCPUs each", `{ name = "utilization", window = "20s", every = "10s", cpu = 0.5 }`, 0.2, 0.5, 1000, 2000, 3},
		{"CPU: a tenth of a service", `{ name = "utilization", window = "20s", every = "10s", cpu = 0.5, concurrency = 1 }`, 0.2, 0.5, 100, 1000, 1},
		{"slots: 5 of 0.6 × 4", `{ name = "utilization", window = "20s", every = "10s" }`, 0.2, 1, 100, 1000, 3},
		{"slots: 5 of 1 × 4", `{ name = "utilization", window = "20s", every = "10s", concurrency = 1 }`, 0.2, 1, 0, 1000, 2},
		{"slots are not looked at", `{ name = "utilization", window = "20s", every = "10s", concurrency = 0 }`, 0.2, 1, 0, 1000, 2}, // 5 of 4
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := Scaling(table(t, test.policy))
			if err != nil {
				t.Fatal(err)
			}
			got := run(t, sim.Config{
				Workload: steady(seconds(test.every), seconds(test.service), 100*sim.Second), Window: sim.Window{Horizon: 100 * sim.Second},
				Platforms: []sim.Platform{{
					KeepAlive: Forever{}, Scaling: p, Dispatch: sim.QueueDispatch, Reuse: sim.LeastLoaded, Concurrency: 4,
					Server: servers.Shared{MilliCPU: test.milli, MilliShare: test.share},
				}},
			})
			if len(got.Lives) != test.want {
				t.Errorf("%d instances, want %d: %v", len(got.Lives), test.want, got.spans())
			}
		})
	}
}

// TestUtilizationScalesIn: five slots are busy for 100 s and one from then on. When
// the window has left the five behind, at 130 s, one instance is wanted; the
// others get nothing more and stop 30 s after their last request. With the one
// idle as well, the policy sleeps.
func TestUtilizationScalesIn(t *testing.T) {
	p, err := Scaling(table(t, `{ name = "utilization", window = "20s", every = "10s", concurrency = 1 }`))
	if err != nil {
		t.Fatal(err)
	}
	l := steady(seconds(0.2), seconds(1), 100*sim.Second)
	for at := 100 * sim.Second; at < 300*sim.Second; at += sim.Second {
		l.Invocations[0] = append(l.Invocations[0], sim.Invocation{Arrival: at, Service: sim.Second - 1})
	}
	got := run(t, sim.Config{
		Workload: l, Window: sim.Window{Horizon: 1000 * sim.Second},
		Platforms: []sim.Platform{{
			KeepAlive: Fixed{Window: 30e9}, Scaling: p, Dispatch: sim.QueueDispatch, Reuse: sim.LeastLoaded, Concurrency: 2,
		}},
	})
	var stops []sim.Time
	for _, l := range got.Lives {
		stops = append(stops, l.Stopped/sim.Second)
	}
	slices.Sort(stops)
	if len(stops) != 3 || stops[2] != 329 || stops[1] > 162 || stops[0] < 130 {
		t.Errorf("instances stopped at %v s, want three: two 30 s after the last request that they got before 130 s, one at 329", stops)
	}
}
