package serve

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Lengths have the mean that was said, and about the
// spread: the longest are cut, which takes from the spread alone. Of a lognormal the
// median is mean ÷ √(1 + cv²): with the cut it is a little more, for the same mean.
func TestLengths(t *testing.T) {
	const n = 20_000
	l := lengthsOf(t, 1500, 400, 0.96, 0.77, 0, 131072)
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
			if mean != x.mean {
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

// All alike, a request is of the mean.
func TestLengthsAlike(t *testing.T) {
	l := lengthsOf(t, 1159, 394, 0, 0, 0, 0)
	if r := l.Run(1, 0).Tokens(0, 0, 5); r.Input != 1159 || r.Output != 394 || r.Blocks != nil {
		t.Errorf("%+v", r)
	}
}

// A part of each prompt is named alike: 0.4 × 1,000 tokens are 25 blocks of 16.
func TestLengthsShare(t *testing.T) {
	l := lengthsOf(t, 1000, 100, 0, 0, 0.4, 0)
	c := l.Run(1, 0)
	r := c.Tokens(0, 0, 5)
	if len(r.Blocks) != 25 || r.Extent != 16 || r.Blocks[0] != 0 || r.Blocks[24] != 24 || !c.(tokens.Sharing).Shared() {
		t.Errorf("%d blocks of %d: %v", len(r.Blocks), r.Extent, r.Blocks)
	}
}

// Each of n parts of (0, 1) has one request, in an order that the seed says.
func TestStrata(t *testing.T) {
	for _, n := range []uint64{1, 2, 3, 4, 5, 16, 17, 1000, 4097} {
		var orders [2][]uint64
		for seed := range orders {
			s := newStrata(n, sim.NewStream(sim.RunKey{Seed: uint64(seed)}, sim.PurposeTokens, 1))
			seen := make([]bool, n)
			for i := range n {
				part := s.place(i)
				if part >= n || seen[part] {
					t.Fatalf("of %d, request %d has part %d, which is taken or none", n, i, part)
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

func lengthsOf(t *testing.T, in, out, cvIn, cvOut, hit float64, context int64) *lengths {
	t.Helper()
	l, err := newLengths(in, out, cvIn, cvOut, hit, context)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Requests have the tokens that were said: n times the mean, rounded once, whether they
// are one or many, of a token or of nearly the context. None is longer than the context.
func TestLengthsKeepTheSum(t *testing.T) {
	const most = 131072
	for _, r := range []struct{ in, out float64 }{
		{1159, 394}, {1, 1}, {1.25, 3}, {2, 1.5}, {10_000, 394}, {60_000, 394}, {130_000, 394}, {100, 100_000}, {60_000, 60_000}, {131_000, 72},
	} {
		for _, cv := range []float64{0, 0.5, 0.96, 3} {
			for _, n := range []uint64{1, 2, 3, 100, 4321} {
				l := lengthsOf(t, r.in, r.out, cv, cv, 0, most)
				l.first, l.count = 5, n
				c, in, out := l.Run(3, 1), 0.0, 0.0
				for i := range n + 5 {
					q := c.Tokens(0, 0, i)
					if q.Input < 1 || q.Output < 1 || q.Input+q.Output > most {
						t.Fatalf("%+v, spread %v: request of %d and %d tokens", r, cv, q.Input, q.Output)
					}
					if i >= 5 {
						in, out = in+float64(q.Input), out+float64(q.Output)
					}
				}
				if math.Abs(in-float64(n)*r.in) > 0.501 || math.Abs(out-float64(n)*r.out) > 0.501 {
					t.Errorf("%+v, spread %v: %d requests have %v tokens in and %v out", r, cv, n, in, out)
				}
			}
		}
	}
}

// The spread that is left is the one that requests have, and it is said.
func TestLengthsCut(t *testing.T) {
	const n = 20_000
	l := lengthsOf(t, 60_000, 394, 0.96, 0.77, 0, 131072)
	l.first, l.count = 0, n
	squares := 0.0
	c := l.Run(1, 0)
	for i := range uint64(n) {
		x := float64(c.Tokens(0, 0, i).Input)
		squares += x * x
	}
	if cv := math.Sqrt(squares/n/60_000/60_000 - 1); math.Abs(cv/l.in.cv()-1) > 0.001 || cv > 0.96 || cv < 0.5 {
		t.Errorf("cv is %v, and is said to be %v", cv, l.in.cv())
	}
	if !strings.Contains(l.cut(), "prompts 129,204 tokens at most and answers 1,867") && !strings.Contains(l.cut(), "prompts 129204 tokens at most and answers 1867") {
		t.Error(l.cut())
	}
	for _, whole := range []*lengths{lengthsOf(t, 1500, 400, 0.96, 0.77, 0, 131072), lengthsOf(t, 100_000, 400, 0, 0, 0, 131072)} {
		if whole.cut() != "" {
			t.Error(whole.cut())
		}
	}
}

// What does not fit the context on average is refused, at every end of a range.
func TestLengthsBeyondContext(t *testing.T) {
	for _, in := range []string{"130_700", "1000..2000..200000"} {
		_, err := Run(context.Background(), chats(func(s *Settings) { s.TokensIn = in }), false)
		var input *experiments.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), "the model's context") {
			t.Errorf("--tokens-in %s: %v", in, err)
		}
	}
}
