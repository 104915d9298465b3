package hardware

import (
	"math"
	"strings"
	"testing"
)

// TestWeights holds the counts to those that are published.
func TestWeights(t *testing.T) {
	for _, c := range []struct {
		model string
		want  float64 // billions of weights, as the models' cards have them
	}{
		{"llama-3.1-8b", 8.03}, {"llama-3.1-70b", 70.55}, {"llama-2-70b", 68.98}, {"llama-2-7b", 6.74}, {"llama-3.2-3b", 3.21},
		{"qwen3-8b", 8.19}, {"qwen3-32b", 32.76}, {"qwen2.5-7b", 7.62}, {"qwen2.5-72b", 72.71}, {"mistral-7b", 7.25},
		{"mistral-small-24b", 23.57}, {"bloom-176b", 176.25}, {"gpt-oss-120b", 116.8}, {"gpt-oss-20b", 20.9}, {"qwen3-30b-a3b", 30.53},
	} {
		m, err := FindModel(c.model)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Parameters() / 1e9; math.Abs(got/c.want-1) > 0.002 {
			t.Errorf("%s: %.2f billion weights, want %.2f", c.model, got, c.want)
		}
	}
	models, err := Models()
	if err != nil || len(models) != 15 {
		t.Errorf("%d models and %v, want each of the 15 above", len(models), err)
	}
}

// TestFit works the blocks out by hand.
func TestFit(t *testing.T) {
	for _, c := range []struct {
		name                  string
		spec                  Spec
		token, weights, block int64
		blocks                int64
	}{
		// 24,564 MiB × 0.9 − 16,060,522,496 − 1.7e9, in blocks of
		// 16 × 2 × 32 × 8 × 128 × 2 bytes; measured: 2,588.
		{"RTX 4090", shape(t, "rtx-4090", 1, "llama-3.1-8b"), 131072, 16060522496, 2097152, 2584},
		// 80 GiB × 0.9 − 16,060,522,496 − 1.7e9
		{"H100", shape(t, "h100", 1, "llama-3.1-8b"), 131072, 16060522496, 2097152, 28395},
		// Half of the weights and of the 8 heads of 64 layers.
		{"two GPUs", shape(t, "rtx-pro-6000", 2, "qwen3-32b"), 131072, 65524246528, 2097152, 27616},
		// Each has one of the 8 heads of 80 layers.
		{"eight GPUs", shape(t, "h100", 8, "llama-3.1-70b"), 40960, 141107412992, 655360, 88456},
	} {
		p := mustNew(t, c.spec)
		if got := p.TokenBytes(); got != c.token {
			t.Errorf("%s: %d bytes a token, want %d", c.name, got, c.token)
		}
		if got := int64(p.WeightBytes()); got != c.weights {
			t.Errorf("%s: %d bytes of weights, want %d", c.name, got, c.weights)
		}
		if p.Fit.Block != c.block || p.Blocks != c.blocks {
			t.Errorf("%s: %d blocks of %d bytes, want %d of %d", c.name, p.Blocks, p.Fit.Block, c.blocks, c.block)
		}
	}
	known := shape(t, "rtx-4090", 1, "llama-3.1-8b")
	known.Blocks = 2588
	if p := mustNew(t, known); p.Blocks != 2588 || p.Fit.Blocks != 2584 {
		t.Errorf("%d blocks, computed %d, want the 2588 that are known beside 2584", p.Blocks, p.Fit.Blocks)
	}
}

// TestDoesNotFit sees the arithmetic in the refusal.
func TestDoesNotFit(t *testing.T) {
	uneven := func(inner, vocabulary int64) Spec {
		s := shape(t, "h100", 8, "llama-3.1-8b")
		s.Model.Name, s.Model.Inner, s.Model.Vocabulary = "", inner, vocabulary
		return s
	}
	fp8OnA100 := shape(t, "a100", 1, "llama-3.1-8b")
	fp8OnA100.Precision = FP8
	for _, c := range []struct {
		spec Spec
		want string
	}{
		{shape(t, "h100", 1, "llama-3.1-70b"), "llama-3.1-70b bf16 on 1 × h100: it does not fit: on each GPU 85.90 GB of memory × 0.9 − 141.11 GB of weights − 1.70 GB in reserve = -65.50 GB"},
		{shape(t, "rtx-4090", 2, "llama-3.1-8b"), "2 GPUs share each layer, and no link between several rtx-4090 is known; want count = 1"},
		{shape(t, "h100", 3, "llama-3.1-8b"), "32 heads cannot be shared by 3 GPUs"},
		{uneven(14337, 128256), "inner = 14337 cannot be shared by 8 GPUs"},
		{uneven(14336, 128255), ""}, // which engines pad
		{shape(t, "h100", 8, "qwen3-30b-a3b"), ""},
		{shape(t, "h100", -1, "qwen3-8b"), "-1 GPUs, want 1 or more"},
		{Spec{GPU: "h100"}, "the model has no shape"},
		{Spec{GPU: "h10", Model: shape(t, "h100", 1, "qwen3-8b").Model}, `unknown GPU "h10"`},
		{Spec{GPU: "h100", Model: shape(t, "h100", 1, "qwen3-8b").Model}, ""},
		{shape(t, "h100", 16, "llama-3.1-70b"), "16 GPUs share each layer, and a node has 8 h100 at most"},
		{fp8OnA100, "a100 has no arithmetic of 8 bits"},
	} {
		_, err := New(c.spec)
		if c.want == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("found %v, want %q in it", err, c.want)
		}
	}
}
