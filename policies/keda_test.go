package policies

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// KServe's example: polls every 5 s, cooldown 120 s, two requests a pod; four of 1, ready
// after 20 s.
//   - 5: the poll sees them: one pod, A, ready at 25, which serves them until 85.
//   - 15: the sync: 4 ÷ 2 = two pods. B starts.
//   - 30, 45, …: 4 ÷ 2 ÷ 2 = 1, nothing.
//   - 80: the last poll that sees them. From the sync at 90 on none is asked for, one is the
//     least, and two the most of 300 s.
//   - 200: nobody was seen for 120 s: both go.
func TestKEDA(t *testing.T) {
	p := sim.Platform{Concurrency: 4, Reuse: sim.LeastLoaded, Init: initOf(20)}
	got := scaled(t, `{ name = "keda", poll = "5s", cooldown = "2m" }`, p, times(4, 1, 60)...)
	wantSpans(t, got, "f0 5-200", "f0 15-200")
}

// KEDA's own: the poll at 30, ready at 40; the requests of 1 end at 100, the last poll that sees
// them is at 90, and 300 s later, at 390, the pod goes. Four requests are two pods
// at the sync of 45. With a cooldown of 400 s the syncs alone take the second one: two were said last at
// 90, and at 390 one stays, until the first poll after 90 + 400.
func TestKEDADefaults(t *testing.T) {
	p := sim.Platform{Concurrency: 4, Reuse: sim.LeastLoaded}
	wantSpans(t, scaled(t, `{ name = "keda" }`, p, [2]float64{1, 60}), "f0 30-390")
	wantSpans(t, scaled(t, `{ name = "keda", cooldown = "400s" }`, p, times(4, 1, 60)...), "f0 30-510", "f0 45-390")
}

// A request that nothing polls for goes on waiting: at 5 there is none, at 65 one.
func TestKEDAActivates(t *testing.T) {
	got := scaled(t, `{ name = "keda", poll = "1m" }`, sim.Platform{}, [2]float64{61, 1})
	if len(got.Requests) != 1 || got.Requests[0].Start != seconds(130) {
		t.Errorf("it is served from %v, want 130 s: polled for at 120, ready 10 s later", got.Requests)
	}
}

// 600 requests from 0.5 on, forty a second for 15 s, of ten slots: the first starts a replica. At 15 there
// were 600 ÷ 15 = 40 a second, four replicas by ten each, and four allowed. At 30 there were none; the
// most of 300 s is four, said at 15, so three go at 315. The last count that saw a request
// is that of 15, or of 30 where it is served then; the last replica goes 300 s later.
func TestContainerApps(t *testing.T) {
	var requests [][2]float64
	for i := range 600 {
		requests = append(requests, [2]float64{float64(i) / 40, 0.1})
	}
	p := sim.Platform{Concurrency: 10, Reuse: sim.LeastLoaded, Init: initOf(1)}
	got := scaled(t, `{ name = "azure-container-apps" }`, p, requests...)
	wantSpans(t, got, "f0 0-315", "f0 15-315", "f0 15-315", "f0 15-315")
	// One of 100 s is over before, and counts when one is left.
	got = scaled(t, `{ name = "azure-container-apps", cooldown = "100s" }`, p, requests...)
	wantSpans(t, got, "f0 0-315", "f0 15-315", "f0 15-315", "f0 15-315")
	// A cooldown of 400 s: one stays until 15 + 400, at the next count 420.
	got = scaled(t, `{ name = "azure-container-apps", cooldown = "400s" }`, p, requests...)
	wantSpans(t, got, "f0 0-420", "f0 15-315", "f0 15-315", "f0 15-315")
}

// Steps: 20 replicas are asked for at 15 and at 30: one, four, eight; then nobody comes.
func TestContainerAppsSteps(t *testing.T) {
	var requests [][2]float64
	for i := range 1200 {
		requests = append(requests, [2]float64{0.01 + float64(i)/40, 0.1})
	}
	p := sim.Platform{Concurrency: 10, Reuse: sim.LeastLoaded, Init: initOf(1)}
	got := scaled(t, `{ name = "azure-container-apps", target = 2 }`, p, requests...)
	wantStarts(t, got, 0.01, 15, 15, 15, 30, 30, 30, 30)
}
