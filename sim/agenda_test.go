package sim

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// An agenda gives what a sorted list would, whatever the crowd and the spread
// of the ends, many equal ones among them; and idle instances in the order in
// which they became idle, whatever was taken out meanwhile.
func TestAgendaSorts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a agenda
		a.reset()
		var busy, idle []serving // busy sorted by (at, order of addition)
		stream := NewStream(RunKey{Seed: rapid.Uint64().Draw(t, "seed")}, PurposeService, 1)
		spread := float64(rapid.SampledFrom([]Time{0, 1, 30, Second, Hour}).Draw(t, "spread"))
		pace := float64(rapid.SampledFrom([]Time{0, 1, Millisecond}).Draw(t, "pace"))
		reused := rapid.Float64Range(0, 1).Draw(t, "reused")
		var now Time
		for k := range rapid.IntRange(0, 2000).Draw(t, "requests") {
			now += Time(pace * stream.Uniform(uint64(3*k)))
			for a.due(now) {
				e := a.pass()
				if len(busy) == 0 || e != busy[0] {
					t.Fatalf("at %d the agenda gives %v, another than %v", now, e, busy)
				}
				busy, idle = busy[1:], append(idle, e)
			}
			if len(busy) > 0 && busy[0].at <= now {
				t.Fatalf("at %d the agenda gives nothing, want %v", now, busy[0])
			}
			e := serving{at: now + Time(spread*stream.Uniform(uint64(3*k+1))), created: uint32(k), id: instanceID(k)}
			if len(idle) > 0 && stream.Uniform(uint64(3*k+2)) < reused {
				last := len(idle) - 1
				if got := a.drop(); got != idle[last] {
					t.Fatalf("at %d the instance to reuse is %v, want %v", now, got, idle[last])
				}
				idle = idle[:last]
			}
			a.add(e)
			i, _ := slices.BinarySearchFunc(busy, e, func(x, e serving) int {
				if x.at <= e.at {
					return -1
				}
				return 1
			})
			busy = slices.Insert(busy, i, e)
			if a.busy() != len(busy) || !slices.Equal(a.idle(), idle) {
				t.Fatalf("the agenda holds %d busy and %v idle, want %d and %v", a.busy(), a.idle(), len(busy), idle)
			}
		}
		left := map[serving]bool{}
		for e := range a.all() {
			left[e] = true
		}
		if len(left) != len(busy) {
			t.Fatalf("the agenda yields %d, want %d", len(left), len(busy))
		}
		for _, e := range busy {
			if !left[e] {
				t.Fatalf("the agenda does not yield %v", e)
			}
		}
	})
}
