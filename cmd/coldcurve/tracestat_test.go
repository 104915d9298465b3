package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// A plot of ten years has no point for each of their minutes: counts are summed over
// whole numbers of buckets, the last one of what is left.
func TestCoarser(t *testing.T) {
	for _, c := range []struct {
		counts []uint64
		most   int
		width  sim.Time
		want   []uint64
	}{
		{nil, 2, sim.Minute, nil},
		{[]uint64{1, 2, 3}, 3, sim.Minute, []uint64{1, 2, 3}},
		{[]uint64{1, 2, 3, 4}, 3, 2 * sim.Minute, []uint64{3, 7}},
		{[]uint64{1, 2, 3, 4, 5, 6, 7}, 3, 3 * sim.Minute, []uint64{6, 15, 7}},
	} {
		width, counts := coarser(sim.Minute, c.counts, c.most)
		if diff := cmp.Diff(c.want, counts); diff != "" || width != c.width {
			t.Errorf("%v in at most %d: width %d, want %d\n%s", c.counts, c.most, width, c.width, diff)
		}
	}
}
