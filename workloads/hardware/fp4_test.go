package hardware

import (
	"testing"
)

// Where a board has no arithmetic of 4 bits, weights of 4 bits are multiplied in
// 16: a long prompt, which arithmetic bounds, takes what it does in 16 bits, and
// a decode, which reads all weights, 4.5 of 16 bits of that time and more.
func TestFP4WithoutItsArithmetic(t *testing.T) {
	for _, gpu := range []string{"h100", "h200", "l40s", "a100"} {
		wide, packed := shape(t, gpu, 1, "llama-3.1-8b"), shape(t, gpu, 1, "llama-3.1-8b")
		packed.Precision = FP4
		w, p := mustNew(t, wide), mustNew(t, packed)
		if r := float64(p.Time(prompt(8000, 0))) / float64(w.Time(prompt(8000, 0))); r < 0.9 || r > 1.02 {
			t.Errorf("%s: a prompt of 8,000 tokens takes %.2f of what it does in 16 bits, want about 1", gpu, r)
		}
		if r := float64(p.Time(decodes(1, 100))) / float64(w.Time(decodes(1, 100))); r < 4.5/16 || r > 0.6 {
			t.Errorf("%s: a decode takes %.2f of what it does in 16 bits, want some 4.5 ÷ 16", gpu, r)
		}
	}
}
