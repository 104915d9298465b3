package hardware

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim/servers"
)

// closedPoint is a measured point of a closed loop: batch requests at any time.
type closedPoint struct {
	version, model, system, precision string
	input, output, batch, gpus        int64
	tpot                              float64 // ms
}

// closedLoop reads the measured points, each once.
func closedLoop(t testing.TB) (list []closedPoint) {
	t.Helper()
	seen := map[string]bool{}
	readLines(t, data(t, "llm-bench/closed-loop-vllm.csv.gz"), func(l []byte) {
		w := strings.Split(string(l), ",")
		if w[0] == "backend" || seen[string(l)] {
			return
		}
		seen[string(l)] = true
		n := func(i int) int64 {
			v, err := strconv.ParseInt(w[i], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		tpot, err := strconv.ParseFloat(w[12], 64)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, closedPoint{w[1], w[2], w[3], w[4], n(6), n(7), n(8), n(9), tpot})
	})
	return list
}

// spec returns what the point was measured on; false for what no table has.
func (c *closedPoint) spec(t testing.TB, engine string) (Spec, bool) {
	model := map[string]string{
		"Qwen/Qwen3-32B": "qwen3-32b", "meta-llama/Llama-3.1-70B": "llama-3.1-70b", "openai/gpt-oss-120b": "gpt-oss-120b",
	}[c.model]
	gpu, _, _ := strings.Cut(c.system, "_")
	s := shape(t, gpu, c.gpus, model)
	s.Engine = engine
	switch {
	case c.precision == "fp8":
		s.Precision = FP8
	case c.precision == "fp4" && model != "gpt-oss-120b":
		return s, false
	}
	return s, true
}

// tpot returns the ms a token that a profile gives a closed loop: a step of
// as many decodes as there are requests, and of the prefills of the others, one
// each while a request makes its tokens, what they add to the steps they are in. No more
// requests are served than have blocks.
func (c *closedPoint) tpotOf(p *Profile) float64 {
	const budget = 8192
	context := c.input + c.output/2
	n := min(c.batch, p.Blocks*BlockTokens/context)
	others := n - 1
	without := 0.0
	if others > 0 {
		without = float64(p.Time(decodes(others, context)))
	}
	prefill := 0.0
	for done := int64(0); done < c.input; {
		chunk := min(c.input-done, budget-others)
		s := &servers.Step{
			Tokens: others + chunk, Sequences: others, Chunks: 1, Prefill: chunk, Context: chunk * done, Square: chunk * chunk,
			Decodes: others, KV: others * context,
		}
		if others > 0 {
			s.MaxKV = context
		}
		if done += chunk; done == c.input {
			s.Sequences++
		}
		prefill += float64(p.Time(s)) - without
	}
	return (float64(p.Time(decodes(n, context))) + float64(others)/float64(c.output)*prefill) / 1e6
}

// TestClosedLoop holds the TPOT of measured closed loops of vLLM.
func TestClosedLoop(t *testing.T) {
	points := closedLoop(t)
	for _, group := range []struct {
		system, model, precision, engine string
		points                           int
		median, p90                      float64 // bounds of |error|; 0: stated only
	}{
		{"h100_sxm", "Qwen/Qwen3-32B", "", "vllm-0.12", 90, 0.10, 0.25},
		{"h100_sxm", "Qwen/Qwen3-32B", "", "vllm-0.19", 90, 0, 0},
		{"b200_sxm", "meta-llama/Llama-3.1-70B", "fp8", "vllm-0.19", 60, 0.20, 0},
		{"b200_sxm", "meta-llama/Llama-3.1-70B", "fp8", "vllm-0.12", 60, 0, 0},
		{"h100_sxm", "openai/gpt-oss-120b", "fp4", "vllm-0.19", 0, 0, 0},
		{"b200_sxm", "openai/gpt-oss-120b", "fp4", "vllm-0.19", 0, 0, 0},
	} {
		var errors, off []float64
		for _, c := range points {
			if c.system != group.system || c.model != group.model || c.precision != group.precision {
				continue
			}
			s, ok := c.spec(t, group.engine)
			if !ok {
				continue
			}
			got := c.tpotOf(mustNew(t, s))
			e := got/c.tpot - 1
			errors, off = append(errors, e), append(off, math.Abs(e))
			if testing.Verbose() && group.median == 0 {
				t.Logf("%s %s %d GPUs, %d in, %d out, %d at a time: %.2f ms, measured %.2f: %+.1f %%",
					c.system, s.Model.Name, c.gpus, c.input, c.output, c.batch, got, c.tpot, 100*e)
			}
		}
		median, p90 := quantile(off, 0.5), quantile(off, 0.9)
		t.Logf("SUM %s %s %s as %s: %d points, |error| median %.1f %%, p90 %.1f %%, bias %+.1f %%",
			group.system, group.model, group.precision, group.engine, len(off), 100*median, 100*p90, 100*quantile(errors, 0.5))
		if group.points > 0 && len(off) != group.points {
			t.Errorf("%s %s: %d points, want %d", group.system, group.model, len(off), group.points)
		}
		if group.median > 0 && median > group.median || group.p90 > 0 && p90 > group.p90 {
			t.Errorf("%s %s: median %.3f, p90 %.3f, want at most %v and %v", group.system, group.model, median, p90, group.median, group.p90)
		}
	}
}
