package serve

import (
	"context"
	"strings"
	"testing"
)

// Whatever the guess, the least number above those that are too few is found, and none
// that will do is asked for below them.
func TestFewest(t *testing.T) {
	for least := 1; least <= 70; least++ {
		for _, c := range []struct{ few, many int }{{0, 70}, {0, 512}, {least - 1, 512}, {least / 2, least}} {
			asked := 0
			n, err := fewest(c.few, c.many, func(n int) (bool, error) {
				asked++
				if n <= c.few || n > c.many {
					t.Errorf("asked for %d, of %d to %d", n, c.few, c.many)
				}
				return n >= least, nil
			})
			if err != nil || n != least || asked > 20 {
				t.Errorf("least %d, from %d to %d: found %d after %d looks: %v", least, c.few, c.many, n, asked, err)
			}
		}
	}
}

// Prompts of 60,000 tokens take longer than 2 s alone: 60,000 × 16 GFLOP are 1 s of an
// H100's 989 TFLOP/s at best, and p99 of the lengths is over four times the mean. No number
// of instances keeps that, so they are as many as come near an idle one, few; and the row
// says so. With a bound that is asked for the plan does not serve.
func TestBoundThatNoNumberKeeps(t *testing.T) {
	long := func(s *Settings) { s.Requests, s.TokensIn, s.Within = "500/h", "60000", []string{"my-gpu"} }
	r := open(t, chats(long))
	l, err := r.loadAt(context.Background(), likely, 1)
	if err != nil {
		t.Fatal(err)
	}
	e := choiceOf(t, r, "my-gpu", Rented).engine
	n, worst, err := r.sized(context.Background(), e, l)
	if err != nil || worst <= 0 || n > 4 {
		t.Fatalf("%d instances, %v beyond the bound: %v; want few, beyond it", n, worst, err)
	}
	many, err := r.serves(context.Background(), e, 40, l, 0)
	if err != nil {
		t.Fatal(err)
	}
	few, err := r.serves(context.Background(), e, n, l, 0)
	if err != nil {
		t.Fatal(err)
	}
	idle, got := 1+beyond(many, r.q.bound), 1+worst
	if x := 1 + beyond(few, r.q.bound); x != got || got > 1.5*idle*1.05 {
		t.Errorf("%d instances have %v times the bound, of which idle ones have %v", n, got, idle)
	}
	est := run(t, chats(long), false)
	p := &est.Plans[0]
	for i := range est.Plans {
		if est.Plans[i].Kind == Rented {
			p = &est.Plans[i]
		}
	}
	if !p.sound() || !strings.Contains(p.Beyond, "no number of instances keeps it") {
		t.Errorf("%s: fault %q, beyond %q", p.Name, p.Fault, p.Beyond)
	}
}

// Without a bound that is out of reach the search goes on while more instances help: of a
// load of which a fleet of the guessed size is far from the bound, as many as keep it.
func TestSearchGoesOn(t *testing.T) {
	for _, rate := range []string{"20000/h", "60000/h"} {
		r := open(t, chats(func(s *Settings) { s.Requests, s.TokensIn, s.SLO = rate, "6000", bounds(t, "ttft_p99 <= 900ms") }))
		e := choiceOf(t, r, "my-gpu", Rented).engine
		l, err := r.loadAt(context.Background(), likely, 1)
		if err != nil {
			t.Fatal(err)
		}
		n, worst, err := r.sized(context.Background(), e, l)
		t.Logf("%s: %d instances, %v; the guess was %d", rate, n, worst, e.guess(l, r.q.SLO, 0))
		if err != nil || worst > 0 {
			t.Errorf("%s: %d instances are %v beyond the bound, though more are not: %v", rate, n, worst, err)
		}
	}
}
