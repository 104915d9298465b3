package results

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// The peak is that of the slow twin: each interval cut to each second, over
// windows that end within a second and intervals that reach beyond them.
func TestPeakIsTheLargestSecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.Int64Range(0, 4)
		time := func(name string, most int64) sim.Time {
			return rapid.Int64Range(0, most).Draw(t, name)*sim.Second + part.Draw(t, name+", quarters")*sim.Second/4
		}
		warmup := time("warmup", 5)
		w := sim.Window{Warmup: warmup, Horizon: warmup + 1 + time("length", 300)}
		s := newSeconds(w)
		areas := map[int]sim.Time{}
		for range rapid.IntRange(0, 12).Draw(t, "instances") {
			from := time("from", 320)
			to := from + time("stay", 200)
			s.add(from, to)
			for b := range s.grid.n {
				second := sim.Window{Warmup: s.grid.from(b), Horizon: s.grid.from(b) + s.grid.length(b)}
				areas[b] += second.Clip(from, to)
			}
		}
		want := Ratio{0, 1}
		for b := range s.grid.n {
			if r := (Ratio{uint64(areas[b]), uint64(s.grid.length(b))}); r.cmp(want) > 0 {
				want = r
			}
		}
		if got := s.peak(); got != want {
			t.Fatalf("peak %v, want %v", got, want)
		}
	})
}
