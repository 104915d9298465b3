package serve

import (
	"context"
	"math"
	"testing"
)

// A GPU at 0.90 an hour against an interface at 2 and 8 a million, for requests of 1,159
// and 394 tokens: 0.90 ÷ (1,159 × 2e-6 + 394 × 8e-6) = 164.5 an hour; at 1.25 and 10,
// 167.0. Somebody has worked that out by hand. It comes out whether all requests are
// alike or as different as is assumed, since a month has the tokens that were said.
func TestBreakEvenByHand(t *testing.T) {
	for _, c := range []struct {
		name, api, cv string
		in, out       float64 // USD a million
		want          float64
		within        float64
	}{
		{"2 and 8, all alike", "my-api", "0", 2, 8, 164.5, 0.05},
		{"2 and 8", "my-api", "", 2, 8, 164.5, 0.3},
		{"1.25 and 10, all alike", "my-other-api", "0", 1.25, 10, 167.0, 0.05},
	} {
		t.Run(c.name, func(t *testing.T) {
			if formula := 0.90 / (1159*c.in + 394*c.out) * 1e6; math.Abs(formula-c.want) > 0.05 {
				t.Fatalf("the formula says %v, not %v", formula, c.want)
			}
			e := run(t, chats(func(s *Settings) { s.Alike, s.Within, s.TokensCV = []string{c.api}, []string{c.api, "my-gpu"}, c.cv }), true)
			if n := len(e.Crossings.Crossings); n != 1 {
				t.Fatalf("%d crossings, want 1: %+v", n, e.Crossings.Crossings)
			}
			x := e.Crossings.Crossings[0]
			if got := x.Load * 3600; math.Abs(got-c.want) > c.within {
				t.Errorf("they cross at %v an hour, want %v", got, c.want)
			}
			if x.Below != c.api || x.Above != "my-gpu, always on" || math.Abs(x.Cost-0.90*720) > 1e-9 {
				t.Errorf("below %s, above %s, at %v; want %s, my-gpu, always on, at 648", x.Below, x.Above, x.Cost, c.api)
			}
			if e.Crossings.Today*3600 != 100 {
				t.Errorf("today is %v an hour, want 100", e.Crossings.Today*3600)
			}
		})
	}
}

// What always runs is what the load takes: a second GPU makes a step in the curve of
// twice the cost, and no curve of instances that always run ever falls.
func TestFleetsFollowTheLoad(t *testing.T) {
	r := open(t, chats(func(s *Settings) { s.Requests, s.TokensCV = "1000/h", "0" }))
	c := choiceOf(t, r, "my-gpu", Rented)
	last := 0
	steps := map[int]bool{}
	for _, factor := range []float64{1, 48, 144} {
		l, err := r.loadAt(context.Background(), likely, factor)
		if err != nil {
			t.Fatal(err)
		}
		n, worst, err := r.sized(context.Background(), c.engine, l)
		if err != nil {
			t.Fatal(err)
		}
		if n < last || worst > 0 {
			t.Errorf("%v times the load takes %d instances, %v beyond the bound, after %d", factor, n, worst, last)
		}
		if n > 1 { // one fewer does not keep the bound
			replication, err := r.serves(context.Background(), c.engine, n-1, l, 0)
			if err != nil {
				t.Fatal(err)
			}
			if x := beyond(replication, r.q.bound); x <= 0 {
				t.Errorf("%v times the load takes %d instances, and %d keep the bound too", factor, n, n-1)
			}
		}
		last, steps[n] = n, true
		of := c
		of.fixed = n
		o, err := r.run(context.Background(), &of, l, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := o.total.Float64(); err != nil || math.Abs(got-float64(n)*0.90*720) > 1e-6 {
			t.Errorf("%d instances cost %v, want %v", n, got, float64(n)*648)
		}
	}
	if len(steps) < 2 || last < 3 {
		t.Errorf("the load takes %v instances, want several numbers", steps)
	}
}

// The curve of instances that always run has as many as each load takes: at 144 times
// 1,000 requests an hour, 40 a second, more than one, each at 648 a month.
func TestCurveFollowsTheLoad(t *testing.T) {
	r := open(t, chats(func(s *Settings) { s.Requests, s.TokensCV = "1000/h", "0" }))
	of := choiceOf(t, r, "my-gpu", Rented)
	of.fixed = 1
	c := &costs{runner: r, known: map[costKey]float64{}}
	e := &envelope{kind: Rented, currency: "USD", members: []choice{of}}
	for _, x := range []struct {
		factor float64
		least  float64
	}{{1, 648}, {144, 3 * 648}} {
		at, err := c.at(context.Background(), e, x.factor)
		if err != nil {
			t.Fatal(err)
		}
		cost := at.cost
		if cost < x.least || math.Abs(math.Mod(cost+1, 648)-1) > 1e-6 {
			t.Errorf("at %v times the load it costs %v, want %v or more, in steps of 648", x.factor, cost, x.least)
		}
	}
}

// Whether the first guess is too few or too many, the number found keeps the bound and
// one fewer does not.
func TestLeastFleet(t *testing.T) {
	for _, slo := range []string{"ttft_p99 <= 48ms", "tpot_p99 <= 8ms", "tpot_p99 <= 30ms", "ttft_p99 <= 20s"} {
		t.Run(slo, func(t *testing.T) {
			r := open(t, chats(func(s *Settings) { s.Requests, s.TokensCV, s.SLO = "60000/h", "0", bounds(t, slo) }))
			e := choiceOf(t, r, "my-gpu", Rented).engine
			l, err := r.loadAt(context.Background(), likely, 1)
			if err != nil {
				t.Fatal(err)
			}
			n, worst, err := r.sized(context.Background(), e, l)
			if err != nil || worst > 0 {
				t.Fatalf("%d instances, %v beyond the bound: %v", n, worst, err)
			}
			t.Logf("%d instances; the guess was %d", n, e.guess(l, r.q.SLO, 0))
			if n == 1 {
				return
			}
			replication, err := r.serves(context.Background(), e, n-1, l, 0)
			if err != nil {
				t.Fatal(err)
			}
			if x := beyond(replication, r.q.bound); x <= 0 {
				t.Errorf("%d instances keep the bound, and so do %d", n, n-1)
			}
		})
	}
}

// A plan is on its curve where it serves alone: one that scales to zero, at two chats an
// hour, has a start in most first tokens, which a bound of 2 s forbids; without a bound it
// is there.
func TestCurveLeavesOutWhatDoesNotServe(t *testing.T) {
	for _, slo := range []string{"", "ttft_p99 <= 2s"} {
		r := open(t, chats(func(s *Settings) {
			s.Requests, s.Within = "2/h", []string{"modal-h100"}
			if slo != "" {
				s.SLO = bounds(t, slo)
			}
		}))
		of := choiceOf(t, r, "modal-h100", Serverless)
		c := &costs{runner: r, known: map[costKey]float64{}}
		at, err := c.at(context.Background(), &envelope{kind: Serverless, currency: "USD", members: []choice{of}}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := !math.IsNaN(at.cost); got != (slo == "") {
			t.Errorf("with the bound %q it costs %v", slo, at.cost)
		}
	}
}
