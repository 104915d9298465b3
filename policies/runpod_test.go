package policies

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// The request of 0 adds A, ready at 10. At 4 it has waited for 4 s, and A initialises; at 5
// the second has too, and B starts; at 6 the third, and C. A serves from 10 to 30,
// B from 15 to 17, C from 16 to 18, and each stays for 5 s more. The request of 30.5
// finds A idle; that of 31 waits for 2 s until A is free, and adds nobody; A is
// idle from 34 on. With none left, the request of 50 adds one at once.
func TestRunPodQueueDelay(t *testing.T) {
	p := sim.Platform{KeepAlive: Fixed{Window: 5e9}}
	got := scaled(t, `{ name = "runpod-queue-delay" }`, p, [2]float64{0, 20}, [2]float64{1, 2}, [2]float64{2, 2}, [2]float64{30.5, 2.5}, [2]float64{31, 1}, [2]float64{50, 1})
	wantSpans(t, got, "f0 0-39", "f0 5-22", "f0 6-23", "f0 50-66")
}

// At most two: the third request has waited for 4 s at 6, and nobody is added; A, which has
// ended the first at 15, serves it.
func TestRunPodMaxWorkers(t *testing.T) {
	p := sim.Platform{KeepAlive: Fixed{Window: 5e9}, Limit: sim.Limit{Instances: 2}}
	got := scaled(t, `{ name = "runpod-queue-delay" }`, p, [2]float64{0, 4}, [2]float64{1, 4}, [2]float64{2, 4})
	wantSpans(t, got, "f0 0-23", "f0 5-24")
}

// Five at once are ⌈5 ÷ 4⌉ = 2 workers, ready at 10; the ninth, at 4, makes it three, of which
// the last is ready at 14. At 10, 11.5 and 13 the two begin one each, at 14 the third, at
// 14.5 they begin the last two. It ends at 15.5, they at 16, and each stays for 5 s.
func TestRunPodRequestCount(t *testing.T) {
	p := sim.Platform{KeepAlive: Fixed{Window: 5e9}}
	requests := append(times(5, 0, 1.5), [2]float64{1, 1.5}, [2]float64{2, 1.5}, [2]float64{3, 1.5}, [2]float64{4, 1.5})
	wantSpans(t, scaled(t, `{ name = "runpod-request-count" }`, p, requests...), "f0 0-21", "f0 0-21", "f0 4-20.5")
}

// Slots are no matter: with five of them, the fifth request finds one free, and
// is one too many for one worker all the same.
func TestRunPodRequestCountBesideFreeSlots(t *testing.T) {
	p := sim.Platform{KeepAlive: Fixed{Window: 5e9}, Concurrency: 5}
	requests := append(times(4, 0, 15), [2]float64{12, 5})
	wantSpans(t, scaled(t, `{ name = "runpod-request-count" }`, p, requests...), "f0 0-30", "f0 12-27")
}

// Two at most, which serve nobody any more at an age of 12 s. The third request has waited for
// 4 s at 6, where there is no room; every 4 s it is looked for again, and at 30 A is gone.
// C serves it from 40 to 41, and is too old at 42.
func TestRunPodTriesAgain(t *testing.T) {
	p := sim.Platform{KeepAlive: Fixed{Window: 5e9}, Limit: sim.Limit{Instances: 2}, MaxLifetime: 12 * sim.Second}
	got := scaled(t, `{ name = "runpod-queue-delay" }`, p, [2]float64{0, 20}, [2]float64{1, 60}, [2]float64{2, 1})
	wantSpans(t, got, "f0 0-30", "f0 5-75", "f0 30-42")
}
