package hardware

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
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
	if got := quantile(medians, 0.5); math.Abs(got-flash2Mixed) > 0.01 {
		t.Errorf("the median of %v is %.2f, want %v", medians, got, flash2Mixed)
	}
}

// TestMixedByKernel sees what decodes cost beside a prefill, by the kernel of
// the GPU.
func TestMixedByKernel(t *testing.T) {
	for _, c := range []struct {
		gpu, model string
		times      float64
		spared     bool
	}{
		{"a100", "llama-3.1-8b", flash2Mixed, true}, {"l40s", "llama-3.1-8b", flash2Mixed, true}, {"h100", "llama-3.1-8b", 1, false}, {"b200", "llama-3.1-8b", 1, false},
		{"a100", "llama-2-7b", 1, true}, // a key-value head for each query head
	} {
		p := mustNew(t, shape(t, c.gpu, 1, c.model))
		alone, both := prompt(1000, 0), prompt(1000, 0)
		both.Tokens, both.Decodes, both.KV, both.MaxKV = 1064, 64, 64*1000, 1000
		want := c.times * p.decodeTime(decodes(64, 1000))
		if c.spared {
			want -= p.decode.y[0][0]
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

// TestLargePasses sets passes of more tokens than were measured by operation,
// 2,048, beside kernels of as many, on the GPU that has both.
func TestLargePasses(t *testing.T) {
	s := shape(t, "rtx-pro-6000", 1, "llama-3.1-8b")
	operations := mustNew(t, s)
	s.Model.Name = "another name"
	kernels := mustNew(t, s)
	ratio := func(s *servers.Step) float64 { return float64(kernels.Time(s)) / float64(operations.Time(s)) }
	base := ratio(prompt(2048, 0))
	for _, tokens := range []int64{4096, 8192} {
		if got := ratio(prompt(tokens, 0)) / base; got < 0.85 || got > 1.15 {
			t.Errorf("a prompt of %d: kernels ÷ operations is %.2f of what it is for 2,048", tokens, got)
		}
		if !operations.Beyond(prompt(tokens, 0)) || kernels.Beyond(prompt(tokens, 0)) {
			t.Errorf("a prompt of %d is beyond the operations' tables, not the kernels'", tokens)
		}
	}
	// Two chunks of 2,048 are one of 4,096 in attention: the second has the
	// first before it.
	two := operations.chunks.time(operations, prompt(2048, 0)) + operations.chunks.time(operations, prompt(2048, 2048))
	if got := operations.chunks.time(operations, prompt(4096, 0)); math.Abs(got/two-1) > 0.02 {
		t.Errorf("attention of 4,096 tokens takes %.0f ns, of two halves %.0f", got, two)
	}
	// Eight prompts of 512 have nothing before them.
	eight := &servers.Step{Tokens: 4096, Sequences: 8, Chunks: 8, Prefill: 4096, Square: 8 * 512 * 512}
	if got, want := operations.chunks.time(operations, eight), 2*operations.chunks.time(operations, prompt(2048, 0)); math.Abs(got/want-1) > 1e-9 {
		t.Errorf("attention of eight prompts of 512 takes %.0f ns, want %.0f", got, want)
	}
}

// TestExtended draws a line out from its half, not from two close knots.
func TestExtended(t *testing.T) {
	l := line{newAxis([]float64{100, 1000, 1990, 2000}), []float64{10, 100, 180, 200}}.extended()
	for _, c := range []struct{ x, want float64 }{{100, 10}, {1990, 180}, {2000, 200}, {3000, 300}, {128000, 12800}} {
		if got := l.at(c.x); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("at %v: %v, want %v", c.x, got, c.want)
		}
	}
}

// TestLargeMixed has decodes beside more tokens than were measured at once: they
// cost what they do beside the most.
func TestLargeMixed(t *testing.T) {
	p := mustNew(t, shape(t, "rtx-pro-6000", 1, "llama-3.1-8b"))
	attention := func(s *servers.Step) float64 { return p.chunks.time(p, s) }
	with := func(s *servers.Step) *servers.Step {
		s.Tokens, s.Decodes, s.KV, s.MaxKV = s.Tokens+32, 32, 32*1024, 1024
		return s
	}
	short := func(tokens int64) *servers.Step { // prompts of 512
		return &servers.Step{Tokens: tokens, Chunks: tokens / 512, Prefill: tokens, Square: tokens * 512}
	}
	want := attention(with(short(2048))) - attention(short(2048))
	if got := attention(with(short(6144))) - attention(short(6144)); math.Abs(got/want-1) > 1e-9 {
		t.Errorf("32 decodes cost %.0f ns beside 6,144 tokens, %.0f beside 2,048", got, want)
	}
}

// TestScales sees what a calibration changes: steps without prefills, and what
// prefills add.
func TestScales(t *testing.T) {
	s := shape(t, "h100", 1, "llama-3.1-8b")
	plain := mustNew(t, s)
	s.DecodeScale, s.PrefillScale = 1.5, 3
	scaled := mustNew(t, s)
	alone := decodes(20, 700)
	both := prompt(1000, 0)
	both.Tokens, both.Sequences, both.Decodes, both.KV, both.MaxKV = 1020, 21, 20, 20*700, 700
	near := func(name string, got sim.Time, want float64) {
		if math.Abs(float64(got)-want) > 2 {
			t.Errorf("%s: %d ns, want %.0f", name, got, want)
		}
	}
	d, b, c := float64(plain.Time(alone)), float64(plain.Time(both)), float64(plain.Time(prompt(1000, 0)))
	near("decodes", scaled.Time(alone), 1.5*d)
	near("both", scaled.Time(both), 1.5*d+3*(b-d))
	near("a prompt alone", scaled.Time(prompt(1000, 0)), 3*c)
}
