package policies

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// One pod, of which half the KV blocks are to be held, and which holds of 100 what stands
// there; further ones take 100 s to start and hold nothing. Looks are at 10, 20, ….
func TestAIBrixAPA(t *testing.T) {
	for _, test := range []struct {
		what string
		held int64
		want []float64
	}{
		{"0.55 is 1.1 of the target: within the band", 55, []float64{0}},
		{"0.56 is 1.12: ⌈1.12⌉ = 2", 56, []float64{0, 10}},
		{"0.95 is 1.9", 95, []float64{0, 10}},
	} {
		t.Run(test.what, func(t *testing.T) {
			wantStarts(t, standing(t, `{ name = "aibrix-apa" }`, 1, func(i int, _ sim.Time) sim.Gauge {
				return append([]sim.Gauge{full(test.held, 0)}, make([]sim.Gauge, 9)...)[i]
			}), test.want...)
		})
	}
}

// The average of 180 s: from 300 on all 100 are held. At 300 + 10 k the last k + 1 of 18 looks have seen it:
// ten of them are 10 ÷ 18 ÷ 0.5 = 1.11: at 390. With two ready, it is 1.0 ÷ 2 ÷ 0.5 = 1.
func TestAIBrixWindow(t *testing.T) {
	got := standing(t, `{ name = "aibrix-apa" }`, 1, func(i int, now sim.Time) sim.Gauge {
		if now < 300*sim.Second || i > 0 {
			return full(0, 0)
		}
		return full(100, 0)
	})
	wantStarts(t, got, 0, 390)
}

// Ten requests from 1 to 101, one a pod, and a window of one look: 10, 5, 2.5 and 1.25 times the target are two
// at 10, four at 20, eight at 30 and ⌈8 × 1.25⌉ = 10 at 40. They end after the look at 100, which is the last to
// want ten; from 110 on it is half of those that are ready: five, from 400 on, when 100 is 300 s ago, two, from
// 700 on one, at 1000.
func TestAIBrixRates(t *testing.T) {
	p := floored()
	p.Concurrency, p.Init = 100, initOf(1)
	got := scaled(t, `{ name = "aibrix-apa", metric = "requests", target = 1, window = "10s" }`, p, times(10, 1, 100)...)
	wantSpans(t, got, "f0 0-", "f0 10-1000", "f0 20-700", "f0 20-700", "f0 30-700", "f0 30-400", "f0 30-400", "f0 30-400", "f0 40-400", "f0 40-400")
}

// One slot a pod: of four requests one is served at 10 and three wait: the double of one.
func TestAIBrixCountsTheLine(t *testing.T) {
	p := floored()
	p.Concurrency = 1
	wantStarts(t, scaled(t, `{ name = "aibrix-apa", metric = "requests", target = 3 }`, p, times(4, 1, 100)...), 0, 10)
}

// Ten pods, by the ratio of what is measured to the target.
func TestAIBrixBand(t *testing.T) {
	a := aibrix{AIBrixAPA: AIBrixAPA{Up: 0.1, DownBand: 0.1}}
	for ratio, want := range map[float64]int{0: 5, 0.3: 5, 0.89: 9, 0.9: 10, 1: 10, 1.1: 10, 1.11: 12, 1.95: 20, 3: 20} {
		if got := a.desired(10, 10, ratio); got != want {
			t.Errorf("%v of the target: %d, want %d", ratio, got, want)
		}
	}
}
