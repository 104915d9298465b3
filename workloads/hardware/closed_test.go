package hardware

import (
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
	rows := closedRows(t)
	for _, want := range []struct {
		gpu, model, engine string
		points             int64
		median, p90        float64
	}{
		{"h100", "qwen3-32b", "vllm-0.12", 90, 0.10, 0.25},
		{"b200", "llama-3.1-70b", "vllm-0.19", 60, 0.20, 1},
	} {
		found := false
		for _, r := range rows {
			if r.GPU != want.gpu || r.Model != want.model || r.Engine != want.engine {
				continue
			}
			found = true
			if r.Points != want.points || r.Median > want.median || r.P90 > want.p90 {
				t.Errorf("%+v, want at most %v and %v over %d points", r, want.median, want.p90, want.points)
			}
		}
		if !found {
			t.Errorf("no row for %s on %s", want.model, want.gpu)
		}
	}
}
