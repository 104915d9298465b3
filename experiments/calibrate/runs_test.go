package calibrate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// Two measured runs of vLLM 0.19 (casys-kaist/LLMServingSim @5daddb2, MIT) calibrate
// on the half that arrived first, and what that says is no worse on the half that no
// fit has seen. The RTX 4090's own record says that it had 2,588 blocks; the other
// was never short of memory, and neither has arrivals on the clock of its tokens.
func TestRuns(t *testing.T) {
	dir := os.Getenv("COLDCURVE_DATA")
	if dir == "" {
		t.Skip("COLDCURVE_DATA is not set: no measured runs")
	}
	if testing.Short() {
		t.Skip("calibrations are not short")
	}
	for _, run := range []struct {
		name, gpu string
		sequences int64
		blocks    float64 // 0: not told
	}{{"RTX4090_Llama-3.1-8B", "rtx-4090", 256, 2588}, {"RTXPRO6000_Llama-3.1-8B", "rtx-pro-6000", 128, 0}} {
		t.Run(run.gpu, func(t *testing.T) {
			t.Parallel()
			f, err := os.Open(filepath.Join(dir, "vllm-runs", run.name+".requests.jsonl.gz"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			l, err := Read(f, run.name, Fields{})
			if err != nil {
				t.Fatal(err)
			}
			m, err := hardware.FindModel("llama-3.1-8b")
			if err != nil {
				t.Fatal(err)
			}
			c, err := Run(t.Context(), l, Options{Spec: hardware.Default(run.gpu, 1, m), Engine: servers.LLM{MaxTokens: 2048, MaxSequences: run.sequences}})
			if err != nil {
				t.Fatal(err)
			}
			t.Log(c.text())
			if !l.OtherClock || c.why("front") == "" {
				t.Error("the run's arrivals are on the wall's clock, its tokens on the engine's")
			}
			blocks := c.fitted("blocks")
			switch {
			case run.blocks == 0 && c.why("blocks") == "":
				t.Errorf("%.0f blocks of an engine that was never short of them", blocks)
			case run.blocks > 0 && !(blocks > 0.97*run.blocks && blocks < 1.03*run.blocks):
				t.Errorf("%.0f blocks, the engine had %.0f", blocks, run.blocks)
			}
			var was, is float64
			for _, m := range c.Minimised {
				was, is = was+m.Before/m.Scatter, is+m.After/m.Scatter
			}
			if !(is < was) {
				t.Errorf("what is minimised goes from %v to %v", was, is)
			}
			for _, s := range c.OnTested {
				if s.Name == eachRequest && s.After > s.Before {
					t.Errorf("%s of a request that was not fitted: off by %.2f %%, before by %.2f %%", s.Metric, 100*s.After, 100*s.Before)
				}
			}
		})
	}
}
