package results

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// TestCurveIsTheSumOfClippedIntervals holds the constant-time curve to its slow
// twin: each interval cut to each bucket.
func TestCurveIsTheSumOfClippedIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		warmup := rapid.Int64Range(0, 50).Draw(t, "warmup")
		w := sim.Window{Warmup: warmup, Horizon: warmup + rapid.Int64Range(1, 200).Draw(t, "length")}
		g := newGrid(w, rapid.Int64Range(1, 40).Draw(t, "width"))
		c := newCurve(&g)
		want := make([]int64, g.n)
		for range rapid.IntRange(0, 20).Draw(t, "intervals") {
			from := rapid.Int64Range(0, 300).Draw(t, "from")
			to := from + rapid.Int64Range(0, 300).Draw(t, "stay")
			c.add(&g, from, to)
			for b := range want {
				bucket := sim.Window{Warmup: g.from(b), Horizon: g.from(b) + g.length(b)}
				want[b] += bucket.Clip(from, to)
			}
		}
		got := c.areas(&g)
		for b := range want {
			if got[b] != want[b] {
				t.Fatalf("bucket %d: got %d, want %d", b, got[b], want[b])
			}
		}
	})
}

func TestGridBucketIsTheQuotient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.Int64Range(1, int64(sim.Day)).Draw(t, "width")
		length := rapid.Int64Range(1, int64(sim.Longest)).Draw(t, "length")
		g := grid{window: sim.Window{Horizon: length}, width: width, magic: ^uint64(0) / uint64(width)}
		at := rapid.Int64Range(0, length).Draw(t, "at")
		if got := g.of(at); got != int(at/width) {
			t.Fatalf("%d ÷ %d: got %d, want %d", at, width, got, at/width)
		}
	})
}

func TestSeriesStepCutsIntoAtMost1440Buckets(t *testing.T) {
	for _, c := range []struct{ length, want sim.Time }{
		{1, sim.Second},
		{sim.Hour, 5 * sim.Second}, // 3600 s ÷ 1440 = 2.5 s, rounded up
		{sim.Day, sim.Minute},
		{14 * sim.Day, 15 * sim.Minute}, // 14 min
		{3 * 365 * sim.Day, sim.Day},
		{1440 * sim.Second, sim.Second},
		{1440*sim.Second + 1, 2 * sim.Second},
		{2 * 1440 * sim.Day, 2 * sim.Day},
		{2*1440*sim.Day + 1, 3 * sim.Day},
	} {
		if got := SeriesStep(c.length); got != c.want {
			t.Errorf("a window of %d s: got steps of %d s, want %d s", c.length/sim.Second, got/sim.Second, c.want/sim.Second)
		}
	}
}
