package hardware

import (
	"math"
	"testing"
)

// TestHeads finds attention of heads that were not measured from those that
// were: more key-value heads as more requests, other query heads between.
func TestHeads(t *testing.T) {
	f, err := catalog{shipped}.tables("h100.kernels.gz")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range []string{"decode attention", "prefill attention"} {
		a, err := newAttentions(f, block)
		if err != nil {
			t.Fatal(err)
		}
		at := func(heads, kv, n, x float64) float64 {
			s, _, err := a.of(kernelHeads{heads, kv})
			if err != nil {
				t.Fatal(err)
			}
			return s.at(n, x)
		}
		for _, c := range []struct {
			name      string
			got, want float64
		}{
			{"48/8 is half way from 32/8 to 64/8", at(48, 8, 8, 2048), (at(32, 8, 8, 2048) + at(64, 8, 8, 2048)) / 2},
			{"28/4 is three quarters from 16/4 to 32/4", at(28, 4, 16, 1000), at(16, 4, 16, 1000)/4 + at(32, 4, 16, 1000)*3/4},
			{"40/40 by 3 is 8/8 by 15", at(40, 40, 3, 700), at(8, 8, 15, 700)},
			{"20/5 by 2 is 4/1 by 10", at(20, 5, 2, 4096), at(4, 1, 10, 4096)},
			{"14/14 by 4 is 4/2 by 28, the fewest over two", at(14, 14, 4, 512), at(4, 2, 28, 512)},
			{"a key-value head with 128 heads takes twice as long as with 64", at(128, 1, 4, 2048), 2 * at(64, 1, 4, 2048)},
			{"128/8 by 2 is 64/4 by 4", at(128, 8, 2, 512), at(64, 4, 4, 512)},
		} {
			if math.Abs(c.got/c.want-1) > 1e-9 {
				t.Errorf("%s, %s: %v ns, want %v", block, c.name, c.got, c.want)
			}
		}
	}
	exact, derived := mustNew(t, shape(t, "h100", 1, "llama-3.1-8b")), mustNew(t, shape(t, "h100", 1, "qwen2.5-7b"))
	if exact.Grade != "B" || len(exact.Notes) != 0 || derived.Grade != "C" || len(derived.Notes) != 2 {
		t.Errorf("grades %s and %s, notes %q and %q, want B and none, C and two", exact.Grade, derived.Grade, exact.Notes, derived.Notes)
	}
}
