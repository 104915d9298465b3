package hardware

import (
	"strconv"
	"strings"
	"testing"
)

// splitwisePoint is a row of Splitwise's measurements.
type splitwisePoint struct {
	model, gpu                 string
	prompt, batch, token, gpus int64
	promptMS, tokenMS          float64
}

func splitwise(t testing.TB) (list []splitwisePoint) {
	t.Helper()
	readLines(t, data(t, "llm-bench/splitwise-perf-model.csv.gz"), func(l []byte) {
		w := strings.Split(string(l), ",")
		gpu := map[string]string{"a100-80gb": "a100", "h100-80gb": "h100"}[w[1]] // not those with less power
		if gpu == "" {
			return
		}
		n := make([]float64, len(w))
		for i := 2; i < len(w); i++ {
			v, err := strconv.ParseFloat(w[i], 64)
			if err != nil {
				t.Fatal(err)
			}
			n[i] = v
		}
		model := map[string]string{"llama2-70b": "llama-2-70b", "bloom-176b": "bloom-176b"}[w[0]]
		list = append(list, splitwisePoint{model, gpu, int64(n[2]), int64(n[3]), int64(n[4]), int64(n[10]), n[7], n[8]})
	})
	return list
}

// tokenTime and promptTime are what a profile gives such a row, in ms: a step
// of its batch half way through the tokens that it makes, and one of its
// prompts.
func (c *splitwisePoint) tokenTime(p *Profile) float64 {
	return float64(p.Time(decodes(c.batch, c.prompt+c.token/2))) / 1e6
}

func (c *splitwisePoint) promptTime(p *Profile) float64 {
	s := prompt(c.prompt*c.batch, 0)
	s.Chunks, s.Sequences, s.Square = c.batch, c.batch, c.prompt*c.prompt*c.batch
	return float64(p.Time(s)) / 1e6
}
