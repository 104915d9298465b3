package hardware

import (
	"math"
	"testing"
)

// TestCompositions holds decode steps of Llama 3.1 8B at contexts of 1,024 to
// those of another composition of the same kernels (facts of the project).
func TestCompositions(t *testing.T) {
	for _, c := range []struct {
		gpu  string
		n    int64
		want float64 // ms
	}{
		{"a100", 1, 11.5}, {"a100", 32, 15.1}, {"a100", 128, 24.1},
		{"h100", 1, 6.6}, {"h100", 32, 7.9}, {"h100", 128, 12.6},
		{"l40s", 1, 23.4}, {"l40s", 32, 30.3}, {"l40s", 128, 50.5},
	} {
		p := mustNew(t, shape(t, c.gpu, 1, "llama-3.1-8b"))
		got := float64(p.Time(decodes(c.n, 1024))) / 1e6
		t.Logf("%s, %d decodes: %.2f ms, want %.1f", c.gpu, c.n, got, c.want)
		if math.Abs(got/c.want-1) > 0.025 {
			t.Errorf("%s, %d decodes: %.2f ms, want %.1f", c.gpu, c.n, got, c.want)
		}
	}
}
