package policies

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// Whoever is moved to whatever time, who is first and who is due is what a look at all says.
func TestTimetable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "n")
		table, times := newTimetable(n), slices.Repeat([]sim.Time{sim.Never}, n)
		for range rapid.IntRange(0, 60).Draw(t, "moves") {
			if n > 0 {
				i, at := rapid.IntRange(0, n-1).Draw(t, "who"), rapid.SampledFrom([]sim.Time{0, 1, 2, 3, 5, 8, 13, 21, sim.Never}).Draw(t, "at")
				times[i] = at
				table.set(i, at)
			}
			first := sim.Never
			for _, at := range times {
				first = min(first, at)
			}
			if got := table.next(); got != first {
				t.Fatalf("the first is due at %d, want %d: %v", got, first, times)
			}
			by := rapid.Int64Range(0, 25).Draw(t, "by")
			var due []int
			for i, at := range times {
				if at <= sim.Time(by) {
					due = append(due, i)
				}
			}
			if got := table.due(sim.Time(by)); !slices.Equal(got, due) {
				t.Fatalf("%v are due by %d, want %v: %v", got, by, due, times)
			}
		}
	})
}
