package servers

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// sharing is the server's slow twin: what each request has left, as a fraction.
type sharing struct {
	milli int64
	share int64
	now   *big.Rat
	left  map[uint32]*big.Rat
}

// run brings the twin to a time and says when requests ended on the way.
func (s *sharing) run(to *big.Rat, ended map[uint32]*big.Rat) {
	for len(s.left) > 0 {
		// A request computes for its share, on one vCPU at most, and does not for the
		// rest; together they compute as much as there is CPU.
		cpu := big.NewRat(s.share, 1000)
		alone := new(big.Rat).Sub(big.NewRat(1, 1), cpu)
		alone.Add(alone, new(big.Rat).Quo(cpu, big.NewRat(min(1000, s.milli), 1000)))
		together := new(big.Rat).Mul(cpu, big.NewRat(1000*int64(len(s.left)), s.milli))
		if together.Cmp(alone) > 0 {
			alone = together
		}
		rate := new(big.Rat).Inv(alone)
		least := (*big.Rat)(nil)
		for _, l := range s.left {
			if least == nil || l.Cmp(least) < 0 {
				least = l
			}
		}
		span := new(big.Rat).Quo(least, rate)
		end := new(big.Rat).Add(s.now, span)
		if end.Cmp(to) > 0 {
			span, end = new(big.Rat).Sub(to, s.now), to
		}
		got := new(big.Rat).Mul(span, rate)
		for id, l := range s.left {
			if l.Sub(l, got); l.Sign() <= 0 {
				delete(s.left, id)
				ended[id] = end
			}
		}
		s.now = end
		if end == to {
			return
		}
	}
	s.now = to
}

// Requests end when exact fractions say that they do, to the ns that the
// rounding of the steps may cost; at small times and at large ones.
func TestSharedEqualsFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]sim.Time{1, 1000, sim.Second / 7, sim.Hour}).Draw(t, "unit")
		milli := rapid.SampledFrom([]int64{1, 250, 1000, 1769, 2000, 4000}).Draw(t, "milli")
		got, want := map[uint32]sim.Time{}, map[uint32]*big.Rat{}
		share := rapid.SampledFrom([]int64{0, 1, 300, 999, 1000}).Draw(t, "share")
		s := Shared{MilliCPU: milli, MilliShare: share}.New(sim.Group{})
		twin := &sharing{milli: milli, share: share, now: new(big.Rat), left: map[uint32]*big.Rat{}}
		calls := int64(0)
		advance := func(until sim.Time) {
			for next := s.Next(); next <= until; next = s.Next() {
				calls++
				for _, e := range s.Advance(next, nil) {
					if e.Status != sim.Completed {
						t.Fatalf("request %d ended as %v", e.ID, e.Status)
					}
					got[e.ID] = next
				}
			}
		}
		var now sim.Time
		withdrawn := map[uint32]bool{}
		for id := range uint32(rapid.IntRange(1, 20).Draw(t, "requests")) {
			now += sim.Time(rapid.IntRange(0, 6).Draw(t, "gap")) * unit
			advance(now)
			twin.run(big.NewRat(now, 1), want)
			service := sim.Time(rapid.IntRange(0, 9).Draw(t, "service")) * unit
			calls++
			if !s.Offer(now, sim.ServerRequest{ID: id, Service: service}) {
				t.Fatal("a request was refused")
			}
			twin.left[id] = big.NewRat(service, 1)
			if other := uint32(rapid.IntRange(0, 40).Draw(t, "withdrawn")); other <= id && twin.left[other] != nil && got[other] == 0 && other != id {
				s.Withdraw(now, other)
				delete(twin.left, other)
				withdrawn[other] = true
			}
		}
		advance(sim.Never - 1)
		twin.run(big.NewRat(1<<62, 1), want)
		slack := 2 + calls + calls*1000*20/milli/(1<<fraction) // an ns an end, and a unit a call at the slowest rate
		for id, end := range want {
			if withdrawn[id] {
				continue
			}
			exact, _ := end.Float64()
			if _, ok := got[id]; !ok || float64(got[id])-exact > float64(slack) || exact-float64(got[id]) > 1+exact*1e-15 {
				t.Fatalf("request %d ends at %d ns, by fractions at %s (%d calls)", id, got[id], end.FloatString(3), calls)
			}
		}
		if len(got) != len(want)-len(withdrawned(want, withdrawn)) {
			t.Fatalf("%d requests ended, by fractions %d", len(got), len(want))
		}
	})
}

func withdrawned(want map[uint32]*big.Rat, withdrawn map[uint32]bool) (both []uint32) {
	for id := range want {
		if withdrawn[id] {
			both = append(both, id)
		}
	}
	return both
}

// Two of 4 s and one of 1 s on one vCPU: at 0, 0 and 2. Until 2 each of the two
// has had 1 s; from then on each of three gets a third, so that the short one
// ends at 5 with the long ones at 2 of 4; they share until 9.
func TestSharedByHand(t *testing.T) {
	s := Shared{MilliCPU: 1000, MilliShare: 1000}.New(sim.Group{})
	s.Offer(0, sim.ServerRequest{ID: 1, Service: 4 * sim.Second})
	s.Offer(0, sim.ServerRequest{ID: 2, Service: 4 * sim.Second})
	s.Offer(2*sim.Second, sim.ServerRequest{ID: 3, Service: sim.Second})
	for _, step := range []struct {
		at  sim.Time
		ids []uint32
	}{{5 * sim.Second, []uint32{3}}, {9 * sim.Second, []uint32{1, 2}}} {
		if at := s.Next(); at < step.at || at > step.at+1 {
			t.Fatalf("the next end is at %d ns, want %d", at, step.at)
		}
		var ids []uint32
		for _, e := range s.Advance(s.Next(), nil) {
			ids = append(ids, e.ID)
		}
		if !slices.Equal(ids, step.ids) {
			t.Fatalf("at %d end %v, want %v", step.at, ids, step.ids)
		}
	}
	if s.Next() != sim.Never {
		t.Error("an empty server has a next time")
	}
}

// An instance that is busy for two thousand days does not run out of numbers.
func TestSharedForYears(t *testing.T) {
	s := Shared{MilliCPU: 1000, MilliShare: 1000}.New(sim.Group{})
	ended := 0
	for day := range sim.Time(2000) {
		s.Offer(day*sim.Day, sim.ServerRequest{ID: uint32(day), Service: sim.Day + 1}) // always one ns behind
		for s.Next() < (day+1)*sim.Day {
			ended += len(s.Advance(s.Next(), nil))
		}
	}
	if ended != 1999 {
		t.Errorf("%d requests have ended after 2,000 days, want 1,999", ended)
	}
}

// One of 3 ns alone ends at 3, two of 3 ns at 6, both at once; three vCPUs serve
// two in the time of one.
func TestSharedToTheNanosecond(t *testing.T) {
	for _, c := range []struct {
		milli int64
		jobs  int
		end   sim.Time
	}{{1000, 1, 3}, {1000, 2, 6}, {3000, 2, 3}, {500, 1, 6}, {1500, 2, 4}} {
		s := Shared{MilliCPU: c.milli, MilliShare: 1000}.New(sim.Group{})
		for k := range c.jobs {
			s.Offer(0, sim.ServerRequest{ID: uint32(k), Service: 3})
		}
		if s.Next() != c.end || len(s.Advance(c.end, nil)) != c.jobs {
			t.Errorf("%d of 3 ns on %d thousandths end at %d, want at %d", c.jobs, c.milli, s.Next(), c.end)
		}
	}
}

// Two of 4 s; one is withdrawn at 2, when each has had 1: the other ends at 5.
func TestSharedWithdrawn(t *testing.T) {
	s := Shared{MilliCPU: 1000, MilliShare: 1000}.New(sim.Group{})
	s.Offer(0, sim.ServerRequest{ID: 1, Service: 4 * sim.Second})
	s.Offer(0, sim.ServerRequest{ID: 2, Service: 4 * sim.Second})
	s.Withdraw(2*sim.Second, 1)
	if s.Next() != 5*sim.Second {
		t.Errorf("the other ends at %d, want at 5 s", s.Next())
	}
}

// What would take longer than there is time ends with it, and no CPU is none.
func TestSharedAtTheEndOfTime(t *testing.T) {
	s := Shared{MilliCPU: 1, MilliShare: 1000}.New(sim.Group{})
	for k := range uint32(3000) {
		s.Offer(0, sim.ServerRequest{ID: k, Service: 200 * sim.Day})
	}
	if s.Next() != sim.Never-1 || len(s.Advance(s.Next(), nil)) != 3000 || s.Next() != sim.Never {
		t.Errorf("3,000 of 200 days on a thousandth of a vCPU end at %d", s.Next())
	}
	late := Shared{MilliCPU: 500, MilliShare: 1000}.New(sim.Group{})
	late.Offer(sim.Never-100, sim.ServerRequest{Service: 60})
	if late.Next() != sim.Never-1 {
		t.Errorf("one that ends 20 ns after the end of time ends at %d", late.Next())
	}
	defer func() {
		if recover() == nil {
			t.Error("an instance without CPU serves")
		}
	}()
	Shared{}.New(sim.Group{})
}

// Requests of 6 ns that compute for a quarter of it: on one vCPU four of them are
// done in 6, and eight in 12, when it computes all the time. One that computes
// for half of it takes 3 + 2 × 3 on half a vCPU.
func TestSharedComputeForAPart(t *testing.T) {
	for _, c := range []struct {
		milli, share int64
		jobs         int
		end          sim.Time
	}{{1000, 250, 4, 6}, {1000, 250, 8, 12}, {1000, 250, 6, 9}, {2000, 250, 8, 6}, {500, 500, 1, 9}, {1000, 0, 100, 6}} {
		s := Shared{MilliCPU: c.milli, MilliShare: c.share}.New(sim.Group{})
		for k := range c.jobs {
			s.Offer(0, sim.ServerRequest{ID: uint32(k), Service: 6})
		}
		if s.Next() != c.end || len(s.Advance(c.end, nil)) != c.jobs {
			t.Errorf("%d of 6 ns, %d thousandths of them CPU, on %d thousandths end at %d, want at %d", c.jobs, c.share, c.milli, s.Next(), c.end)
		}
	}
}

// Of a vCPU, three requests that compute for a fifth of their time use 0.6, six
// all of it, and of two vCPUs 0.3 and 0.6. On half a vCPU a request that computes
// for half of its service takes one and a half times as long, and computes for
// two thirds of that.
func TestSharedLoad(t *testing.T) {
	for _, c := range []struct {
		milli, share int64
		jobs         int
		load         sim.Time // after 300 ns
	}{{1000, 200, 3, 180}, {1000, 200, 6, 300}, {2000, 200, 3, 90}, {2000, 200, 6, 180}, {500, 500, 1, 200}, {1000, 0, 50, 0}, {1000, 1000, 0, 0}} {
		s := Shared{MilliCPU: c.milli, MilliShare: c.share}.New(sim.Group{}).(sim.LoadServer)
		for k := range c.jobs {
			s.Offer(100, sim.ServerRequest{ID: uint32(k), Service: sim.Second})
		}
		s.Offer(250, sim.ServerRequest{ID: 99, Service: sim.Second}) // counted at its own time, and gone
		if s.Withdraw(250, 99); s.Load(400) != c.load {
			t.Errorf("%d that compute for %d thousandths on %d thousandths load it for %d ns of 300, want %d", c.jobs, c.share, c.milli, s.Load(400), c.load)
		}
		for s.Next() < sim.Never {
			s.Advance(s.Next(), nil)
		}
		if end := s.Load(sim.Hour); s.Load(2*sim.Hour) != end {
			t.Error("an idle server's load grows")
		}
	}
}
