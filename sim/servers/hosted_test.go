package servers

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// answers are columns of rows.
type answers []tokens.Request

func (a answers) Tokens(_, attr uint32, _ uint64) tokens.Request { return a[attr] }

// With 100 ns to the first token and 10 from one to the next: a request of 3
// tokens at 0 ends at 120, one of 1 token at 5 at 105, one of 11 at 10 at 210. A
// timeout at 155 finds the last with those of 110, 120 … 150; one before the first
// token with none. A ping asks nothing and ends at once.
func TestHostedByHand(t *testing.T) {
	h := Hosted{Columns: answers{{Input: 7, Output: 3}, {Input: 8, Output: 1}, {Input: 9, Output: 11}}, First: sim.Constant(100), Each: sim.Constant(10)}
	s := h.New(sim.Group{All: []sim.Function{{Name: "f"}}})
	s.Offer(0, sim.ServerRequest{ID: 1, Attr: 0})
	s.Offer(5, sim.ServerRequest{ID: 2, Attr: 1, Key: 1})
	s.Offer(10, sim.ServerRequest{ID: 3, Attr: 2, Key: 2})
	s.Offer(20, sim.ServerRequest{ID: 4, Attr: 2, Key: 3})
	s.Offer(30, sim.ServerRequest{ID: 5, Attr: 0, Ping: true})
	if at := s.Next(); at != 30 {
		t.Fatalf("the ping ends at %d, want 30", at)
	}
	if got := s.Advance(30, nil); len(got) != 1 || got[0] != (sim.ServerEnd{ID: 5, Serving: sim.Serving{Queued: 30, Scheduled: 30}}) {
		t.Errorf("the ping is told as %+v", got)
	}
	if got, want := s.Withdraw(99, 4), (sim.Serving{Queued: 20, Scheduled: 20, Input: 9}); got != want {
		t.Errorf("before its first token: %+v, want %+v", got, want)
	}
	for _, want := range []struct {
		at sim.Time
		sim.ServerEnd
	}{
		{105, sim.ServerEnd{ID: 2, Serving: sim.Serving{Queued: 5, Scheduled: 5, First: 105, Input: 8, Output: 1}}},
		{120, sim.ServerEnd{ID: 1, Serving: sim.Serving{Queued: 0, Scheduled: 0, First: 100, Input: 7, Output: 3}}},
	} {
		if at := s.Next(); at != want.at {
			t.Fatalf("the next end is at %d, want %d", at, want.at)
		}
		if diff := cmp.Diff([]sim.ServerEnd{want.ServerEnd}, s.Advance(want.at, nil)); diff != "" {
			t.Error(diff)
		}
	}
	if got, want := s.Withdraw(155, 3), (sim.Serving{Queued: 10, Scheduled: 10, First: 110, Input: 9, Output: 5}); got != want {
		t.Errorf("at its timeout: %+v, want %+v", got, want)
	}
	if s.Next() != sim.Never {
		t.Error("an empty server has a next time")
	}
}

// quantiles is the Sampler of a uniform up to 10⁹ ns.
type quantiles struct{}

func (quantiles) Sample(u float64) sim.Time { return sim.Time(1e9 * u) }

// How fast an answer goes on says nothing of when it began: over n requests the
// correlation of two independent draws is 0 ± 1 ÷ √n, and both are uniform, of mean
// a half and deviation 1 ÷ √12.
func TestHostedDrawsApart(t *testing.T) {
	const n = 10_000
	s := Hosted{Columns: answers{{Input: 1, Output: 2}}, First: quantiles{}, Each: quantiles{}}.New(sim.Group{All: []sim.Function{{Name: "f"}}})
	for k := range uint32(n) {
		s.Offer(0, sim.ServerRequest{ID: k, Key: uint64(k)})
	}
	var x, y, xx, yy, xy float64
	for s.Next() < sim.Never {
		now := s.Next()
		for _, e := range s.Advance(now, nil) {
			first, each := float64(e.Serving.First)/1e9-0.5, float64(now-e.Serving.First)/1e9-0.5
			x, y, xx, yy, xy = x+first/n, y+each/n, xx+first*first/n, yy+each*each/n, xy+first*each/n
		}
	}
	few := 4 / math.Sqrt(n)
	if r := (xy - x*y) / math.Sqrt((xx-x*x)*(yy-y*y)); math.Abs(r) > few {
		t.Errorf("the times to the first token and to the next are correlated by %.3f, want 0 ± %.3f", r, few)
	}
	if spread := few / math.Sqrt(12); math.Abs(x) > spread || math.Abs(y) > spread {
		t.Errorf("means of %.3f and %.3f s, want 0.5 ± %.3f", 0.5+x, 0.5+y, spread)
	}
}
