package serve

import (
	"math"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Lengths have the mean that was said, to the part that strata leave open, and about the
// spread: the longest are cut, which takes from the spread alone. Of a lognormal the
// median is mean ÷ √(1 + cv²): with the cut it is a little more, for the same mean.
func TestLengths(t *testing.T) {
	const n = 20_000
	l := newLengths(1500, 400, 0.96, 0.77, 0, 131072)
	l.first, l.count = 10, n
	for rep := range uint64(3) {
		var in, out []float64
		c := l.Run(7, rep)
		for i := range uint64(n) {
			r := c.Tokens(0, 0, 10+i)
			in, out = append(in, float64(r.Input)), append(out, float64(r.Output))
		}
		for _, x := range []struct {
			name                       string
			all                        []float64
			mean, cv, longest, slackCV float64
		}{{"in", in, 1500, 0.96, 12.2, 0.05}, {"out", out, 400, 0.77, 4.74, 0.06}} {
			sum, squares := 0.0, 0.0
			for _, v := range x.all {
				sum, squares = sum+v, squares+v*v
			}
			mean := sum / n
			cv := math.Sqrt(squares/n-mean*mean) / mean
			slices.Sort(x.all)
			median := x.all[n/2]
			if math.Abs(mean/x.mean-1) > 0.001 {
				t.Errorf("%s: mean %v, want %v", x.name, mean, x.mean)
			}
			if cv > x.cv+0.005 || cv < x.cv-x.slackCV {
				t.Errorf("%s: cv %v, want %v or a little less", x.name, cv, x.cv)
			}
			if plain := x.mean / math.Sqrt(1+x.cv*x.cv); median < plain || median > 1.03*plain {
				t.Errorf("%s: median %v, want %v or a little more", x.name, median, plain)
			}
			if x.all[n-1] > x.longest*x.mean+1 || x.all[0] < 1 {
				t.Errorf("%s: from %v to %v", x.name, x.all[0], x.all[n-1])
			}
		}
	}
}

// All alike, a request is of the mean; and one that does not fit the context is cut.
func TestLengthsAlike(t *testing.T) {
	l := newLengths(1159, 394, 0, 0, 0, 0)
	if r := l.Run(1, 0).Tokens(0, 0, 5); r.Input != 1159 || r.Output != 394 || r.Blocks != nil {
		t.Errorf("%+v", r)
	}
	l = newLengths(1159, 394, 0, 0, 0, 1000)
	if r := l.Run(1, 0).Tokens(0, 0, 5); r.Input != 606 || r.Output != 394 {
		t.Errorf("in a context of 1,000: %+v", r)
	}
}

// A part of each prompt is named alike: 0.4 × 1,000 tokens are 25 blocks of 16.
func TestLengthsShare(t *testing.T) {
	l := newLengths(1000, 100, 0, 0, 0.4, 0)
	c := l.Run(1, 0)
	r := c.Tokens(0, 0, 5)
	if len(r.Blocks) != 25 || r.Extent != 16 || r.Blocks[0] != 0 || r.Blocks[24] != 24 || !c.(tokens.Sharing).Shared() {
		t.Errorf("%d blocks of %d: %v", len(r.Blocks), r.Extent, r.Blocks)
	}
}

// Each of n parts of (0, 1) has one draw, in an order that the seed says.
func TestStrata(t *testing.T) {
	for _, n := range []uint64{1, 2, 3, 4, 5, 16, 17, 1000, 4097} {
		var orders [2][]uint64
		for seed := range orders {
			s := newStrata(n, sim.NewStream(sim.RunKey{Seed: uint64(seed)}, sim.PurposeTokens, 1))
			seen := map[uint64]bool{}
			for i := range n {
				u := s.at(i)
				part := uint64(u * float64(n))
				if seen[part] || part >= n || !(u > 0 && u < 1) {
					t.Fatalf("of %d, draw %d is %v, in a part that is taken or none", n, i, u)
				}
				seen[part] = true
				orders[seed] = append(orders[seed], part)
			}
		}
		if n > 16 && slices.Equal(orders[0], orders[1]) {
			t.Errorf("of %d, two seeds have one order", n)
		}
		if n > 16 && slices.IsSorted(orders[0]) {
			t.Errorf("of %d, the order is that of the parts", n)
		}
	}
}
