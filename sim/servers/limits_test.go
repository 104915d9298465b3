package servers

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// calls are offered to a hosted model one after the other, and what ends until the
// next one comes is taken from it.
type calls struct {
	sim.Server
	n        uint32
	rejected []sim.Time // when
	ended    []sim.ServerEnd
}

func newCalls(h Hosted) *calls {
	return &calls{Server: h.New(sim.Group{All: []sim.Function{{Name: "f"}}})}
}

// until lets what ends by a time end.
func (c *calls) until(at sim.Time) {
	for c.Next() <= at {
		now := c.Next()
		for _, e := range c.Advance(now, nil) {
			if e.Status == sim.Rejected {
				c.rejected = append(c.rejected, now)
			}
			c.ended = append(c.ended, e)
		}
	}
}

// call offers the request of a row, and reports whether it is let in.
func (c *calls) call(at sim.Time, row uint32) bool {
	c.until(at)
	before := len(c.rejected)
	c.n++
	c.Offer(at, sim.ServerRequest{ID: c.n, Attr: row, Key: uint64(c.n)})
	c.until(at)
	return len(c.rejected) == before
}

// Limits by hand; time is in ns, a window 60 of them. A row is (input, output), and
// an answer of n tokens takes 5 + (n − 1) × 1.
func TestLimitsByHand(t *testing.T) {
	rows := answers{{Input: 30, Output: 10}, {Input: 3, Output: 1}, {Input: 100, Output: 1}, {Input: 1, Output: 10}, {Input: 20, Output: 2}}
	type step struct {
		at  sim.Time
		row uint32
		in  bool
	}
	for _, c := range []struct {
		name string
		l    Limits
		hit  Millionths
		load []step
	}{
		// 3 a window are one in 20: 3 − 1 = 2; 2.05 − 1; 1.1 − 1 = 0.1; 0.15 is too little; at
		// 20 there is 0.1 + 18 ÷ 20 = 1 to the digit. Long after, there are 3 and not more.
		{"requests", Limits{Requests: 3}, 0, []step{
			{0, 0, true}, {1, 0, true}, {2, 0, true}, {3, 0, false}, {19, 0, false}, {20, 0, true}, {21, 0, false}, {39, 0, false}, {40, 0, true}, {60, 0, true},
			{1000, 0, true}, {1000, 0, true}, {1000, 0, true}, {1000, 0, false}, {1020, 0, true},
		}},
		// 100 a window are 5 in 3, and a request has 40. 100 − 40 = 60; 61 ⅔ − 40 = 21 ⅔; at 2
		// there are 23 ⅓, which is enough for 4 and takes nothing from who gets nothing:
		// 19 ⅓; at 14 39 ⅓; at 15 41. A request of 101 never fits.
		{"tokens", Limits{Tokens: 100}, 0, []step{
			{0, 0, true}, {1, 0, true}, {2, 0, false}, {2, 0, false}, {2, 1, true}, {14, 0, false}, {15, 0, true}, {15, 1, false}, {5000, 2, false}, {5000, 0, true},
		}},
		// Of 21 ⅔ at 1 there are 40 at 12: 11 × 5 ÷ 3 = 18 ⅓ have come.
		{"to the third of a token", Limits{Tokens: 100}, 0, []step{{0, 0, true}, {1, 0, true}, {11, 0, false}, {12, 0, true}}},
		// 60 of input: 30, 30; 29 have come at 29. What is too much for one limit takes
		// nothing from another: the request of 3 at 1 has the second of the two there are.
		{"input", Limits{Input: 60}, 0, []step{{0, 0, true}, {0, 0, true}, {29, 0, false}, {30, 0, true}}},
		{"input and requests", Limits{Input: 60, Requests: 2}, 0, []step{{0, 0, true}, {1, 2, false}, {1, 1, true}, {1, 1, false}}},
		// What is read from the cache, here half, counts or not: 30 or 15 of 60.
		{"reads count", Limits{Input: 60}, Whole / 2, []step{{0, 0, true}, {0, 0, true}, {0, 0, false}}},
		{"reads are free", Limits{Input: 60, FreeReads: true}, Whole / 2, []step{{0, 0, true}, {0, 0, true}, {0, 0, true}, {0, 0, true}, {0, 0, false}}},
		// 20 of output as they are: 10 and 10; or reserved 8, 8 and no third.
		{"output as it is", Limits{Output: 20}, 0, []step{{0, 0, true}, {0, 0, true}, {0, 1, false}}},
		{"output reserved", Limits{Output: 20, Reserve: 8}, 0, []step{{0, 0, true}, {0, 0, true}, {0, 0, false}, {11, 0, false}, {12, 0, true}}},
		// All of 3 is there again at 60 and 120, and not before.
		{"fixed windows", Limits{Requests: 3, Fixed: true}, 0, []step{
			{57, 0, true}, {58, 0, true}, {59, 0, true}, {59, 0, false}, {60, 0, true}, {60, 0, true}, {61, 0, true}, {119, 0, false}, {120, 0, true},
		}},
		// 100 − 50 at 0; 51 ⅔ − 50 = 1 ⅔ at 1. The first ends at 14 with 10 tokens and gives
		// 40 back: 1 ⅔ + 21 ⅔ + 40 = 63 ⅓, which is enough for one more and not for two:
		// 13 ⅓. The second ends at 15: 15 + 40 = 55 are enough again.
		{"settled", Limits{Output: 100, Reserve: 50, Settle: true}, 0, []step{
			{0, 3, true}, {1, 3, true}, {2, 3, false}, {13, 3, false}, {14, 3, true}, {14, 3, false}, {15, 3, true},
		}},
		// 100 − 2 × 34 + 23 ⅓ + 2 × 24 are 100 and no more: two of 34, and no third.
		{"settled at most to the limit", Limits{Output: 100, Reserve: 34, Settle: true}, 0, []step{{0, 3, true}, {0, 3, true}, {14, 3, true}, {14, 3, true}, {14, 3, false}}},
		{"not settled", Limits{Output: 100, Reserve: 50}, 0, []step{{0, 3, true}, {1, 3, true}, {14, 3, false}, {15, 3, false}, {30, 3, true}}},
		// More than was reserved is a debt: 10 − 1, then at 14, all of 10 being there, − 9 more
		// leaves 1 (at 14 there are 9 + 2 ⅓, which is 10 at most). Of tokens likewise.
		{"settled above", Limits{Output: 10, Reserve: 1, Settle: true}, 0, []step{{0, 3, true}, {14, 3, true}, {14, 3, false}, {19, 3, false}, {20, 3, true}}},
		// Reserved in a window and ended in the next, it gives nothing back there: 100 − 2 × 50.
		// Ended in the same, it does.
		{"settled over windows", Limits{Output: 100, Reserve: 50, Settle: true, Fixed: true}, 0, []step{
			{50, 3, true}, {60, 3, true}, {61, 3, true}, {64, 3, false}, {73, 3, false}, {74, 3, false}, {75, 3, true},
		}},
	} {
		c.l.Window = 60
		x := newCalls(Hosted{Columns: rows, First: sim.Constant(5), Each: sim.Constant(1), Limits: &c.l, Hit: c.hit})
		for _, s := range c.load {
			if got := x.call(s.at, s.row); got != s.in {
				t.Errorf("%s: request of row %d at %d: let in %t, want %t", c.name, s.row, s.at, got, s.in)
			}
		}
	}
}

// The limiter in fractions: what is left of a limit at any time, to the last digit.
func TestLimiterIsExact(t *testing.T) {
	admitted, refused := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		window := rapid.Int64Range(1, 90*int64(sim.Second)).Draw(r, "window")
		limit := rapid.Int64Range(1, 1<<rapid.IntRange(0, 40).Draw(r, "bits")).Draw(r, "limit")
		l := newLimiter(&Limits{Input: limit, Window: sim.Time(window)})
		left, full, at := new(big.Rat).SetInt64(limit), new(big.Rat).SetInt64(limit), int64(0)
		for range 60 {
			now := at + rapid.Int64Range(0, 2+window/rapid.SampledFrom([]int64{1, 10, 1000}).Draw(r, "part")).Draw(r, "later")
			left.Add(left, big.NewRat(1, 1).Mul(full, big.NewRat(now-at, window)))
			if left.Cmp(full) > 0 {
				left.Set(full)
			}
			at = now
			n := rapid.Int64Range(1, limit+1).Draw(r, "tokens")
			if rapid.Bool().Draw(r, "all there is") {
				whole := new(big.Int).Quo(left.Num(), left.Denom()).Int64()
				n = whole + rapid.Int64Range(0, 1).Draw(r, "one more")
			}
			want := left.Cmp(new(big.Rat).SetInt64(n)) >= 0
			if _, ok := l.admit(sim.Time(now), n, 0, 0); ok != want {
				r.Fatalf("at %d: %d of %s left are let in: %t", now, n, left.FloatString(9), ok)
			}
			if want {
				admitted++
				left.Sub(left, new(big.Rat).SetInt64(n))
			} else {
				refused++
			}
		}
	})
	if admitted == 0 || refused == 0 {
		t.Errorf("%d let in, %d rejected", admitted, refused)
	}
}

// Instances of a deployment share its account, and another deployment has its own.
func TestLimitsAreOfADeployment(t *testing.T) {
	g := sim.Group{All: []sim.Function{{Name: "f"}}}
	h := Hosted{Columns: answers{{Input: 1, Output: 1}}, First: sim.Constant(1), Each: sim.Constant(1), Limits: &Limits{Requests: 1, Window: 60}}
	account := h.Sharing(g)
	for i, c := range []struct {
		of   sim.ServerFactory
		want sim.Status
	}{{account, sim.Completed}, {account, sim.Rejected}, {h.Sharing(g), sim.Completed}} {
		s := c.of.New(g)
		s.Offer(0, sim.ServerRequest{})
		if got := s.Advance(s.Next(), nil); len(got) != 1 || got[0].Status != c.want || (got[0].Serving.Input == 0) != (c.want == sim.Rejected) {
			t.Errorf("instance %d ends its request as %+v, want status %d", i, got, c.want)
		}
	}
}
