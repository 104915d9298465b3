package starts

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// Bytes of models in 16 bits. OPT has positions of its own: 32 layers of 4096
// and 16384, 50272 words, 2050 positions. DeepSeek's distilled Qwen 32B has the
// shape of Qwen2.5 32B.
func bytesOf(t *testing.T, model string) float64 {
	t.Helper()
	switch model {
	case "facebook/opt-6.7b":
		return 2 * 6_658_473_984
	case "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B":
		return 2 * 32_763_876_352
	}
	name := map[string]string{"Qwen/Qwen3-32B": "qwen3-32b", "meta-llama/Llama-3.1-8B-Instruct": "llama-3.1-8b"}[model]
	m, err := hardware.FindModel(name)
	if err != nil {
		t.Fatal(err)
	}
	return m.Weights(hardware.BF16)
}

// TestBandwidthsAsMeasured: each rate is bytes ÷ seconds over the rows that its
// source names, to three digits, and its error is the one on other rows.
func TestBandwidthsAsMeasured(t *testing.T) {
	const qwen, deepseek, llama, opt = "Qwen/Qwen3-32B", "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "meta-llama/Llama-3.1-8B-Instruct", "facebook/opt-6.7b"
	rows := data(t, "loading_times.csv")
	// rate is over the rows of a model whose numbers leave the remainder by 2; −1: all.
	rate := func(hw, scenario, format, model string, odd int) float64 {
		var n, sum float64
		for _, r := range rows {
			number, ok := strings.CutPrefix(r[3], model+"_")
			if !ok || !strings.HasPrefix(r[0], hw) || r[1] != scenario || r[2] != format {
				continue
			}
			k, err := strconv.Atoi(number)
			if err != nil {
				t.Fatal(err)
			}
			if odd >= 0 && k%2 != odd {
				continue
			}
			s, err := strconv.ParseFloat(r[4], 64)
			if err != nil {
				t.Fatal(err)
			}
			n, sum = n+1, sum+s
		}
		if n == 0 {
			t.Fatalf("no rows of %s, %s, %s, %s", hw, scenario, format, model)
		}
		return n * bytesOf(t, model) / sum
	}
	type other struct {
		model string
		slow  string // how much longer the rate says than was measured, as the catalogue prints it
	}
	for _, c := range []struct {
		name, hw, scenario, format, model string
		odd                               int
		others                            []other
	}{
		{"h100-nvme-safetensors", "8xH100", "random", "safetensors", qwen, -1, []other{{deepseek, "8 % slow"}, {llama, "14 % slow"}}},
		{"h100-nvme-sllm", "8xH100", "random", "sllm", qwen, -1, []other{{deepseek, "0 %"}, {llama, "16 % slow"}}},
		{"h100-memory-safetensors", "8xH100", "cached", "safetensors", qwen, -1, []other{{deepseek, "23 % slow"}}},
		{"h100-memory-sllm", "8xH100", "cached", "sllm", qwen, -1, []other{{deepseek, "6 % slow"}}},
		{"a5000-nvme-safetensors", "8xA5000", "random", "safetensors", opt, 0, []other{{opt, "3 % slow"}}},
		{"a5000-nvme-phantom", "8xA5000", "random", "phantom", opt, 0, []other{{opt, "9 % slow"}}},
	} {
		b, err := FindBandwidth(c.name)
		if err != nil {
			t.Fatal(err)
		}
		if fitted := rate(c.hw, c.scenario, c.format, c.model, c.odd); math.Abs(float64(b.Rate)/fitted-1) > 0.005 {
			t.Errorf("%s: %d bytes a second, want %.4g", c.name, b.Rate, fitted)
		}
		for _, o := range c.others {
			odd := -1
			if c.odd >= 0 {
				odd = 1 - c.odd
			}
			slow := 100 * (rate(c.hw, c.scenario, c.format, o.model, odd)/float64(b.Rate) - 1)
			text := strconv.FormatFloat(math.Abs(slow), 'f', 0, 64) + " %"
			if slow >= 0.5 {
				text += " slow"
			}
			if text != o.slow || !strings.Contains(b.Error, text) {
				t.Errorf("%s takes %.2f %% longer than measured for %s, the catalogue says %q", c.name, slow, o.model, b.Error)
			}
		}
	}
	all, err := Bandwidths()
	if err != nil || len(all) != 6 {
		t.Errorf("%d bandwidths, want the 6 of this test: %v", len(all), err)
	}
}
