package policies

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// The request of 1 starts a pod, ready at 11, and ends at 21. The window of the look at 82 is the
// first that begins after that, at 22. By then the activator has been in the path for long: one pod
// has 100 of the 211 requests that there should be room for. Where it is not in the path for that
// (0 requests, or 100, of which one pod has them), it is from 82 on, and the grace of 30 s is over at 112.
func TestKnativeToZero(t *testing.T) {
	for _, test := range []struct{ policy, want string }{
		{`{ name = "knative" }`, "f0 1-82"},
		{`{ name = "knative", burst = -1 }`, "f0 1-82"},
		{`{ name = "knative", burst = 101 }`, "f0 1-82"},
		{`{ name = "knative", burst = 100 }`, "f0 1-112"},
		{`{ name = "knative", burst = 0 }`, "f0 1-112"},
		{`{ name = "knative", burst = 0, grace = "0s" }`, "f0 1-82"},
		{`{ name = "knative", retention = "41s" }`, "f0 1-124"}, // the first look after 82 + 41
		{`{ name = "knative", delay = "20s" }`, "f0 1-100"},     // one was asked for last at 80
	} {
		wantSpans(t, scaled(t, test.policy, sim.Platform{Concurrency: 100}, [2]float64{1, 10}), test.want)
	}
}

// With an activation scale of 3 three start at 1, and stay while any is asked for. The look at 82
// asks for none: half of three stay, one; that at 84, none. Three have room for 300 requests, one for
// 100 of the 211: the activator is in the path from 84 on, and the grace is over at 114.
func TestKnativeActivation(t *testing.T) {
	got := scaled(t, `{ name = "knative", activation = 3 }`, sim.Platform{Concurrency: 100}, [2]float64{1, 10})
	wantSpans(t, got, "f0 1-114", "f0 1-82", "f0 1-82")
}

// One pod that has been there for long, and 281 requests of 100 s at 31, of 70 each.
//   - 32: over 6 s there were 281 × 1 ÷ 6 = 46.8 of them: one pod.
//   - 34: 281 × 3 ÷ 6 = 140.5: three, which is three times the one that is ready: it panics, and
//     two start, ready at 44.
//   - 36: 281 × 5 ÷ 6 = 234.2: four. 38: 281: five, 4.01 exactly.
//   - To 131 the requests are there; at 192 the stable window is empty, but from 44 on, with five
//     ready at 48, it has had no reason to panic: over 48 + 60, it is over, and the stable window
//     asks for five itself until 131. So the looks from 132 on take: at 132 281 × 59 ÷ 60 = 276.3: four; at
//     146 281 × 45 ÷ 60 = 210.75: four; at 148 201.4: three; at 162 135.8: two; at 178 60.9: one.
//   - At 192 there is none, and the first pod goes at 222 but for the floor.
func TestKnativePanics(t *testing.T) {
	p := sim.Platform{Concurrency: 1000, Reuse: sim.LeastLoaded, Prewarm: Provisioned{Count: 1}}
	requests := append([][2]float64{{1, 1}}, times(281, 31, 100)...)
	got := scaled(t, `{ name = "knative" }`, p, requests...)
	wantSpans(t, got, "f0 0-", "f0 34-162", "f0 34-178", "f0 36-148", "f0 38-132")
}

// The same for 5 s, until 36. Two pods start at 34 and one at 36, as above; at 40 93.7 of the panic window
// are still twice the one that is ready, and at 42 none are: it panics until a stable window
// after 40, and has four pods until then. The look at 102 asks for none: half of four stay; that at
// 104, half of two.
func TestKnativeCalms(t *testing.T) {
	p := sim.Platform{Concurrency: 1000, Reuse: sim.LeastLoaded, Prewarm: Provisioned{Count: 1}}
	got := scaled(t, `{ name = "knative" }`, p, append([][2]float64{{1, 1}}, times(281, 31, 5)...)...)
	wantSpans(t, got, "f0 0-", "f0 34-104", "f0 34-102", "f0 36-102")
}

// A request within the grace begins it anew: the window is empty at 82 and, after the request of
// 90, again at 152.
func TestKnativeGraceBeginsAnew(t *testing.T) {
	wantSpans(t, scaled(t, `{ name = "knative", burst = 0 }`, sim.Platform{Concurrency: 100}, [2]float64{1, 10}, [2]float64{90, 1}), "f0 1-182")
}
