package sim

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// An agenda gives what a sorted list would, whatever the crowd and the spread
// of the ends, many equal ones among them.
func TestAgendaSorts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a agenda
		a.reset()
		var list []serving // sorted by (at, ordinal)
		stream := NewStream(RunKey{Seed: rapid.Uint64().Draw(t, "seed")}, PurposeService, 1)
		spread := float64(rapid.SampledFrom([]Time{0, 1, 30, Second, Hour}).Draw(t, "spread"))
		pace := float64(rapid.SampledFrom([]Time{0, 1, Millisecond}).Draw(t, "pace"))
		var now Time
		for k := range rapid.IntRange(0, 2000).Draw(t, "requests") {
			now += Time(pace * stream.Uniform(uint64(2*k)))
			for a.due(now) {
				if len(list) == 0 || a.take() != list[0] {
					t.Fatalf("at %d the agenda gives another than %v", now, list)
				}
				list = list[1:]
			}
			if len(list) > 0 && list[0].at <= now {
				t.Fatalf("at %d the agenda gives nothing, want %v", now, list[0])
			}
			e := serving{at: now + Time(spread*stream.Uniform(uint64(2*k+1))), ordinal: uint32(k)}
			a.add(e)
			i, _ := slices.BinarySearchFunc(list, e, func(x, e serving) int {
				if x.at <= e.at {
					return -1
				}
				return 1
			})
			list = slices.Insert(list, i, e)
			if a.len() != len(list) {
				t.Fatalf("the agenda holds %d, want %d", a.len(), len(list))
			}
		}
		left := map[serving]bool{}
		for e := range a.all() {
			left[e] = true
		}
		if len(left) != len(list) {
			t.Fatalf("the agenda yields %d, want %d", len(left), len(list))
		}
	})
}
