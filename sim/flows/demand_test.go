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
