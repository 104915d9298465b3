package hardware

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim/servers"
)

// TestFlash2Mixed derives how much longer decodes take beside a prefill from
// the three models that were measured by operation: the median of the tables'
// medians, over 8 to 128 decodes of 128 to 4,096 tokens beside chunks of 64 to 2,048.
func TestFlash2Mixed(t *testing.T) {
	var medians []float64
	for _, s := range []Spec{shape(t, "rtx-4090", 1, "llama-3.1-8b"), shape(t, "rtx-pro-6000", 1, "llama-3.1-8b"), shape(t, "rtx-pro-6000", 2, "qwen3-32b")} {
		p := mustNew(t, s)
		if p.Basis != FromOperations {
			t.Fatalf("%s: from %s", p.Label(), p.Basis)
		}
		launch := p.decode.y[0][0]
		var ratios []float64
		for chunk := int64(64); chunk <= 2048; chunk *= 2 {
			for _, before := range []int64{0, 512, 2048, 8192} {
				alone := p.chunks.time(p, prompt(chunk, before))
				for n := int64(8); n <= 128; n *= 2 {
					for kv := int64(128); kv <= 4096; kv *= 2 {
						both := prompt(chunk, before)
						both.Tokens, both.Decodes, both.KV, both.MaxKV = chunk+n, n, n*kv, kv
						ratios = append(ratios, (p.chunks.time(p, both)-alone+launch)/p.decodeTime(decodes(n, kv)))
					}
				}
			}
		}
		medians = append(medians, quantile(ratios, 0.5))
		t.Logf("%s: %.2f, 8 of 10 from %.2f to %.2f", p.Label(), quantile(ratios, 0.5), quantile(ratios, 0.1), quantile(ratios, 0.9))
	}
	if got := quantile(medians, 0.5); math.Abs(got-flash2Mixed) > 0.1 {
		t.Errorf("the median of %v is %.2f, want %v", medians, got, flash2Mixed)
	}
}

// TestMixedByKernel sees what decodes cost beside a prefill, by the kernel of
// the GPU.
func TestMixedByKernel(t *testing.T) {
	for _, c := range []struct {
		gpu    string
		times  float64
		spared bool
	}{{"a100", 2.1, true}, {"l40s", 2.1, true}, {"h100", 1, false}, {"b200", 1, false}} {
		p := mustNew(t, shape(t, c.gpu, 1, "llama-3.1-8b"))
		alone, both := prompt(1000, 0), prompt(1000, 0)
		both.Tokens, both.Decodes, both.KV, both.MaxKV = 1064, 64, 64*1000, 1000
		want := c.times * p.decodeTime(decodes(64, 1000))
		if c.spared {
			want -= p.decodeTime(decodes(1, 2))
		}
		if got := p.chunks.time(p, both) - p.chunks.time(p, alone); math.Abs(got/want-1) > 0.001 {
			t.Errorf("%s: 64 decodes cost %.0f ns beside a prefill, want %.0f", c.gpu, got, want)
		}
	}
}

// TestTwoWays sets the two ways beside each other on the one GPU that has both:
// Llama 3.1 8B on an RTX PRO 6000 by its operations, and from kernels of any
// shape.
func TestTwoWays(t *testing.T) {
	s := shape(t, "rtx-pro-6000", 1, "llama-3.1-8b")
	operations := mustNew(t, s)
	s.Model.Name = "another name" // for which nothing was measured
	kernels := mustNew(t, s)
	if operations.Basis != FromOperations || kernels.Basis != FromKernels {
		t.Fatalf("from %s and %s", operations.Basis, kernels.Basis)
	}
	for _, c := range []struct {
		name  string
		bound float64
		steps []*servers.Step
	}{
		{"decodes", 0.05, []*servers.Step{decodes(1, 500), decodes(8, 2000), decodes(32, 1000), decodes(64, 500), decodes(128, 1000), decodes(16, 8000)}},
		{"prompts", 0.20, []*servers.Step{prompt(128, 0), prompt(512, 0), prompt(1024, 1024), prompt(2048, 0), prompt(2048, 4096)}},
	} {
		var off []float64
		for _, s := range c.steps {
			e := float64(kernels.Time(s))/float64(operations.Time(s)) - 1
			off = append(off, math.Abs(e))
			t.Logf("%s %+v: %+.1f %%", c.name, *s, 100*e)
		}
		if got := quantile(off, 0.5); got > c.bound {
			t.Errorf("%s: median %.3f apart, want at most %v", c.name, got, c.bound)
		}
	}
}
