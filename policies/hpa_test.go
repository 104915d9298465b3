package policies

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// floored is a platform with one pod that always stands, of ten slots; nobody else is
// kept by its keep-alive.
func floored() sim.Platform {
	return sim.Platform{Concurrency: 10, Reuse: sim.LeastLoaded, Prewarm: Provisioned{Count: 1}, Init: initOf(20)}
}

// Six requests of 1 until 150, one a pod.
//   - Sync at 15: one pod ready with six: 6 are asked for, 1 + 4 allowed (the double is
//     2). Four start, ready at 35.
//   - 30: the one with six; the four have told nothing, count as idle, 6 ÷ 5 = 1.2 > 1.1: six.
//     One starts, ready at 50.
//   - 45: five are ready, 6 ÷ 5 = 1.2; with the one that is not, 6 ÷ 6 = 1: nothing.
//   - From 60 to 135: 1. At 150 they have ended: 0 is asked for, but the most of 300 s is 6,
//     said last at 135.
//   - 435: 135 is 300 s ago: one stays, five stop.
func TestHPA(t *testing.T) {
	got := scaled(t, `{ name = "hpa", requests = 1, cpu = 0 }`, floored(), times(6, 1, 149)...)
	wantSpans(t, got, "f0 0-", "f0 15-435", "f0 15-435", "f0 15-435", "f0 15-435", "f0 30-435")
}

// 21 requests, three a pod: 7 are asked for at 15, and five allowed. At 30 one has told of 21 and
// four of nothing: 21 ÷ 3 ÷ 5 = 1.4, seven; or, with a tolerance of 0.45, nothing.
func TestHPATolerance(t *testing.T) {
	p := floored()
	p.Concurrency = 30
	got := scaled(t, `{ name = "hpa", requests = 3, cpu = 0, tolerance = 0.45 }`, p, times(21, 1, 100)...)
	if len(got.Lives) != 5 {
		t.Errorf("%d pods, want 5: %v", len(got.Lives), got.spans())
	}
	got = scaled(t, `{ name = "hpa", requests = 3, cpu = 0 }`, p, times(21, 1, 100)...)
	if len(got.Lives) != 7 {
		t.Errorf("%d pods, want 7: %v", len(got.Lives), got.spans())
	}
}

// Ten requests for one pod each, ready after 1 s: 1 → 5 at 15 (+ 4), → 10 at 30 (the double
// of five). With 2 at most to be added, or the double: 3, 6, 10.
func TestHPAGrowth(t *testing.T) {
	p := floored()
	p.Concurrency, p.Init = 30, initOf(1)
	got := scaled(t, `{ name = "hpa", requests = 1, cpu = 0 }`, p, times(10, 1, 60)...)
	wantStarts(t, got, 0, 15, 15, 15, 15, 30, 30, 30, 30, 30)
	got = scaled(t, `{ name = "hpa", requests = 1, cpu = 0, pods = 2 }`, p, times(10, 1, 60)...)
	wantStarts(t, got, 0, 15, 15, 30, 30, 30, 45, 45, 45, 45)
}

// Kubernetes bounds growth by what there was at the period's start, current − added + deleted:
// of 10 pods eight go at 15 and 20 are asked for at 20, within the period of 15 s. It began
// with 2 + 8, which may double, so that all 20 come. Without what went it would be 4 or 2 + 4.
// From 30 on what went at 15 is of another period: 2 · 2, or 2 + 4.
func TestHPAGrowthKnowsWhatWent(t *testing.T) {
	for _, c := range []struct {
		at   sim.Time
		want int
	}{{20 * sim.Second, 20}, {30 * sim.Second, 6}} {
		b := behaviour{atLeast: 4}
		if got := b.settle(15*sim.Second, 10, 2); got != 2 {
			t.Fatalf("down to %d, want 2", got)
		}
		if got := b.settle(c.at, 2, 20); got != c.want {
			t.Errorf("at %d: %d, want %d", c.at, got, c.want)
		}
	}
}

// What came and went within 15 s, of a start of 10 pods that may double to 20: four that came,
// so that 14 are no start; eight that went and three that came; nine that went where none is
// asked for, since the last pod stays, which by 10 would be a start of 11.
func TestHPAGrowthFromThePeriodsStart(t *testing.T) {
	for _, steps := range [][][2]int{ // asked for, and what is to be
		{{14, 14}, {40, 20}},
		{{2, 2}, {5, 5}, {40, 20}},
		{{0, 1}, {40, 20}},
	} {
		b, pods := behaviour{atLeast: 4}, 10
		for i, step := range steps {
			now := 15*sim.Second + sim.Time(i)*5*sim.Second
			if pods = b.settle(now, pods, step[0]); pods != step[1] {
				t.Errorf("%v, step %d: %d, want %d", steps, i, pods, step[1])
			}
		}
	}
}

// Two pods of which there are to be ten may be six, since four may come in 15 s. Of the four
// that came, five fail with their node: one that is left is 3 less than none at the period's
// start, as Kubernetes counts, and gets no others before the period is over.
func TestHPAGrowthAfterPodsFail(t *testing.T) {
	b := behaviour{atLeast: 4}
	if got := b.settle(15*sim.Second, 2, 10); got != 6 {
		t.Fatalf("%d, want 6", got)
	}
	for _, step := range []struct {
		at   sim.Time
		want int
	}{{20 * sim.Second, 1}, {30 * sim.Second, 5}} {
		if got := b.settle(step.at, 1, 10); got != step.want {
			t.Errorf("at %d: %d, want %d", step.at, got, step.want)
		}
	}
}

// Two requests on one vCPU of pods that share it: all of it is in use. The first sync, at
// 15, only reads the meter; at 30 it was in use for 15 of 15 s, of 0.8: ⌈1.25⌉ = 2. Whoever
// looks at requests alone, of ten a pod, sees nothing.
func TestHPAByCPU(t *testing.T) {
	p := floored()
	p.Server = servers.Shared{MilliCPU: 1000, MilliShare: 1000}
	got := scaled(t, `{ name = "hpa" }`, p, times(2, 1, 100)...)
	wantStarts(t, got, 0, 30)
	got = scaled(t, `{ name = "hpa", cpu = 0, requests = 10 }`, p, times(2, 1, 100)...)
	wantStarts(t, got, 0)
}

// Without a floor the first request starts one, which stays: it is held for ever.
func TestHPAStartsOne(t *testing.T) {
	wantSpans(t, scaled(t, `{ name = "hpa", requests = 1, cpu = 0 }`, sim.Platform{}, [2]float64{7, 1}), "f0 7-")
}

// Two are asked for at 15, for the requests that end at 20, and B is ready at 16. That of 19
// goes to B, which has none. From 30 on one is asked for, 0.5 of two; at 315 what was said at 15
// is 300 s ago: B is let go, and ends at 419 what it serves.
func TestHPADrains(t *testing.T) {
	p := floored()
	p.Init = initOf(1)
	got := scaled(t, `{ name = "hpa", requests = 1, cpu = 0 }`, p, [2]float64{1, 19}, [2]float64{1, 19}, [2]float64{19, 400})
	wantSpans(t, got, "f0 0-", "f0 15-419")
}

// One slot a pod: of six requests one is served at 15 and five wait, and six are asked for.
func TestHPACountsTheLine(t *testing.T) {
	p := floored()
	p.Concurrency = 1
	wantStarts(t, scaled(t, `{ name = "hpa", requests = 1, cpu = 0 }`, p, times(6, 1, 149)...), 0, 15, 15, 15, 15, 30)
}

// Pods that are not ready, by Kubernetes' algorithm: a sum in units of the target over those
// that are ready, or over all where it is more than on target.
func TestHPAUnreadyPods(t *testing.T) {
	for _, test := range []struct {
		what           string
		current, ready int
		sum            float64
		want           int
	}{
		{"nobody is ready: no measurement", 3, 0, 0, 3},
		{"all are: ⌈4.5⌉", 3, 3, 4.5, 5},
		{"all are, 3.3 ÷ 3 = 1.1: within the tolerance", 3, 3, 3.3, 3},
		{"all are, 2.7 ÷ 3 = 0.9: likewise", 3, 3, 2.7, 3},
		{"two idle ones: 9 ÷ 5 = 1.8", 5, 3, 9, 9},
		{"two idle ones turn 4 ÷ 3 into 4 ÷ 5", 5, 3, 4, 5},
		{"two idle ones turn 3.01 ÷ 3 into 3.01 ÷ 5", 5, 3, 3.01, 5},
		{"two idle ones: 5.4 ÷ 5 = 1.08 is tolerated", 5, 3, 5.4, 5},
		{"on target: two do not count", 5, 3, 3, 5},
		{"below it, 2.7 ÷ 3 = 0.9: within the tolerance", 5, 3, 2.7, 5},
		{"too many, 0.5 ÷ 3: two do not count", 5, 3, 0.5, 1},
		{"too many, 2.6 ÷ 3 = 0.87: ⌈2.6⌉", 5, 3, 2.6, 3},
		{"0 is measured", 2, 1, 0, 0},
	} {
		if got := (pods{test.current, test.ready, 0.1}).desired(test.sum); got != test.want {
			t.Errorf("%s: %d, want %d", test.what, got, test.want)
		}
	}
}
