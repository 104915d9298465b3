package sim

import (
	"cmp"
	"io"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// carryOut reads a source to its end in batches of the given length.
func drain(t *rapid.T, s Source, batch int) []Invocation {
	var all []Invocation
	buf := make([]Invocation, batch)
	for {
		n, err := s.Next(buf)
		if err == io.EOF {
			return all
		}
		if err != nil || n == 0 {
			t.Fatalf("%d invocations, error %v", n, err)
		}
		all = append(all, buf[:n]...)
	}
}

// A merge is the sorted whole of its sources, at every density: few sources
// and many, gaps of nothing and of hours, crowds at one time.
func TestMergeSorts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sources []Source
		var want []Invocation
		scale := rapid.SampledFrom([]int{0, 1, 1000, int(Second), int(Hour)}).Draw(t, "scale")
		most := rapid.SampledFrom([]int{3, 60, 400}).Draw(t, "most")
		for f := range rapid.IntRange(1, 40).Draw(t, "sources") {
			stream := NewStream(RunKey{Seed: rapid.Uint64().Draw(t, "seed")}, PurposeArrival, uint64(f))
			var invs []Invocation
			var at Time
			for k := range rapid.IntRange(0, most).Draw(t, "invocations") {
				if u := stream.Uniform(uint64(2 * k)); u > 0.3 {
					at += Time(stream.Uniform(uint64(2*k+1)) * float64(scale))
				}
				invs = append(invs, Invocation{Arrival: at, Service: Time(k), Function: uint32(f)})
			}
			want = append(want, invs...)
			sources = append(sources, &listSource{invs})
		}
		slices.SortStableFunc(want, func(a, b Invocation) int {
			return cmp.Or(cmp.Compare(a.Arrival, b.Arrival), cmp.Compare(a.Function, b.Function))
		})
		got := drain(t, Merge(sources), rapid.IntRange(1, 600).Draw(t, "batch"))
		if !slices.Equal(want, got) {
			t.Fatalf("%d invocations in another order, want %d", len(got), len(want))
		}
	})
}
