package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestDemand: what is asked is counted by whole seconds from the warm-up's end on, what
// was not granted too.
func TestDemand(t *testing.T) {
	b := newTokens(&Bucket{Rate: 2, Burst: 2})
	b.asked.from = 10 * sim.Second
	for _, x := range []struct {
		at sim.Time // ms
		n  int64
	}{
		{9_999, 50},              // before
		{10_000, 1}, {10_999, 1}, // 2 in a second
		{11_000, 1}, {11_100, 1}, {11_200, 3}, {11_900, 1}, // 6, of which most are refused
		{20_000, 4}, // 4
	} {
		b.take(x.at*sim.Millisecond, x.n)
	}
	if b.asked.most != 6 || b.asked.all != 12 {
		t.Errorf("asked %d at most and %d in all, want 6 and 12", b.asked.most, b.asked.all)
	}
}

// Of a bucket of 20 that fills by 2 a second what is asked is looked at over the 100 s that
// ten fillings take. 1 a second from 100 s on for 100 s, and 60 at 250 s: 100 in the second
// hundred, 60 in the third, of which the bucket, full again, lets none through at once, as it
// holds 20; taken one by one it holds back 40 of them.
func TestDemandOverAStretch(t *testing.T) {
	limit := Bucket{Rate: 2, Burst: 20}
	b := newTokens(&limit)
	for k := range sim.Time(100) {
		b.take((100+k)*sim.Second, 1)
	}
	for range 60 {
		b.take(250*sim.Second, 1)
	}
	if limit.Stretch() != 100*sim.Second || b.asked.long != 100 || b.asked.most != 60 || b.asked.excess != 40 {
		t.Errorf("over %d s %d, in a second %d, over it %d; want 100 s, 100, 60, 40", limit.Stretch()/sim.Second, b.asked.long, b.asked.most, b.asked.excess)
	}
}

// What waits for its turn is over the limit, all else is not: of 3 at once one is there, as a bucket
// holds at least that, and the other two come 1 s apart.
func TestReservedIsHeld(t *testing.T) {
	b := newTokens(&Bucket{Rate: 1})
	for want := range sim.Time(3) {
		if at := (b.reserve(0, 1) + sim.Millisecond) / sim.Second; at != want {
			t.Errorf("after %d s, want %d", at, want)
		}
	}
	if b.asked.excess != 2 {
		t.Errorf("%d were over it, want 2", b.asked.excess)
	}
}
