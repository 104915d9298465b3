package results

import (
	"math"
	"testing"
)

// TestLeastTime: an axis of times begins where times do that are not 0.
func TestLeastTime(t *testing.T) {
	h := func(values ...int64) *Histogram {
		h := new(Histogram)
		for _, v := range values {
			h.Record(v)
		}
		return h
	}
	if got := leastTime(h(0, 0, 0)); !math.IsInf(got, 1) {
		t.Errorf("of zeros it begins at %v, want nowhere", got)
	}
	if got := leastTime(h(0, 0, 20e6, 20e6)); math.Abs(got/0.020-1) > 0.008 {
		t.Errorf("it begins at %v s, want 0.020", got)
	}
	if got := leastTime(h(10e6, 20e6)); math.Abs(got/0.010-1) > 0.008 {
		t.Errorf("it begins at %v s, want 0.010", got)
	}
}
