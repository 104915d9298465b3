package calibrate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

func TestRuns(t *testing.T) {
	dir := os.Getenv("COLDCURVE_DATA")
	if dir == "" {
		t.Skip("no data")
	}
	for _, run := range []struct {
		name, gpu string
		seqs      int64
	}{{"RTX4090_Llama-3.1-8B", "rtx-4090", 256}, {"RTXPRO6000_Llama-3.1-8B", "rtx-pro-6000", 128}} {
		f, err := os.Open(filepath.Join(dir, "vllm-runs", run.name+".requests.jsonl.gz"))
		if err != nil {
			t.Fatal(err)
		}
		l, err := Read(f, run.name, Fields{})
		if err != nil {
			t.Fatal(err)
		}
		m, _ := hardware.FindModel("llama-3.1-8b")
		c, err := Run(t.Context(), l, Options{Spec: hardware.Default(run.gpu, 1, m), Engine: servers.LLM{MaxTokens: 2048, MaxSequences: run.seqs}})
		if err != nil {
			t.Error(err)
			continue
		}
		t.Logf("%+v\n%+v", c.Values, c.Refused)
		for i, s := range c.OnTested {
			a := c.OnFitted[i]
			t.Logf("%s %-10s fitted %8.4f %+6.1f %+6.1f   tested %8.4f %+6.1f %+6.1f", s.Metric, s.Name, a.Measured, 100*a.Before, 100*a.After, s.Measured, 100*s.Before, 100*s.After)
		}
	}
}
