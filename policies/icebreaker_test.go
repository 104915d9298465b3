package policies

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// With two intervals all frequencies are kept, and what is forecast behind x and y is the line
// through them: y + (y − x). Requests take 1 s, and 2 s more where they are cold.
//
// 30 s (minute 0) is cold and ends at 33; it stays for the decision at 60. By the one
// interval so far, 1, one is warm until 120: 90 finds it. At 120: 1, 1 → 1, warm. At 180:
// 1, 0 → −1: it goes. 200 is cold; at 240: 0, 1 → 2: two are warm until 300, of which one
// starts then. At 300: 1, 0 → none.
//
// An instance has the most memory of all, Mᵣ = 1. At 240 three forecasts are over: 1 for
// minute 1 was right, 1 for minute 2 too many, 0 for minute 3 too few. S = (⅓ + ⅔ + 1 + 0) ÷ 4 = 0.5; at
// 120 it was (0 + 1 + 1 + 0) ÷ 4 = 0.5 as well. Above that nothing is warm: each goes at the
// end of its minute, and 90 and 200 are cold. With half the memory of another function 1 − Mᵣ is ½,
// and S = 0.625.
func TestIceBreaker(t *testing.T) {
	for _, c := range []struct {
		threshold string
		colds     []float64
		spans     []string
	}{
		{"0.49", []float64{30, 200}, []string{"f0 30-180.000000001", "f0 200-300.000000001", "f0 240-300.000000001"}},
		{"0.5", []float64{30, 200}, []string{"f0 30-180.000000001", "f0 200-300.000000001", "f0 240-300.000000001"}},
		{"0.51", []float64{30, 90, 200}, []string{"f0 30-60.000000001", "f0 90-120.000000001", "f0 200-240.000000001"}},
	} {
		colds, spans := replayed(t, `{ name = "icebreaker", harmonics = 1, window = 2, threshold = `+c.threshold+` }`, 20, []float64{0.5, 1.5, 200.0 / 60})
		if !slices.Equal(colds, c.colds) {
			t.Errorf("threshold %s: cold at %v, want %v", c.threshold, colds, c.colds)
		}
		if diff := cmp.Diff(c.spans, spans); diff != "" {
			t.Errorf("threshold %s: instances (-want +got):\n%s", c.threshold, diff)
		}
	}
	if s := (&icebreaker{memory: 0.5}).utility(); s != 0.625 {
		t.Errorf("with half the memory S is %v, want 0.625", s)
	}
}
