package starts

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// data reads a table of the data folder, and skips the test where it is not there.
func data(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(os.Getenv("COLDCURVE_DATA"), "model-load", name))
	if os.Getenv("COLDCURVE_DATA") == "" || err != nil {
		t.Skip("COLDCURVE_DATA names no folder with model-load/" + name)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func duration(t *testing.T, text string) sim.Time {
	t.Helper()
	var d spec.Duration
	if err := d.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return sim.Time(d)
}

func mustFind(t *testing.T, name string) Start {
	t.Helper()
	s, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestTotals: starts are as long as their sources print them.
func TestTotals(t *testing.T) {
	for _, c := range []struct{ name, total, rest string }{
		{"vllm-qwen3-0.6b-b200", "52.686s", "40ms"}, // parts 52.646
		{"vllm-qwen3-8b-b200", "58.664s", "41ms"},   // parts 58.623
		{"vllm-gpt-oss-120b-b200", "85.473s", "46ms"},
		{"vllm-qwen3-0.6b-b200-snapshot", "3.499s", ""},
		{"vllm-qwen3-8b-b200-snapshot", "8.063s", ""},
		{"vllm-gpt-oss-120b-b200-snapshot", "31.133s", "84ms"},
		{"vllm-qwen3-0.6b-b200-snapshot-nvme", "2.933s", ""},
		{"vllm-qwen3-8b-b200-snapshot-nvme", "3.070s", "301ms"},
		{"vllm-gpt-oss-120b-b200-snapshot-nvme", "4.067s", "306ms"},
		{"kaito-qwen-27b-a100", "873s", ""},
		{"kaito-qwen-27b-a100-benchmark", "966s", "1s"},
		{"runpod-vllm-rtx-5090", "287s", ""}, // printed as 277, approximately
		{"vllm-llama-70b-fp8-tp8", "215s", ""},
		{"vllm-3b-q8", "59s", "34.5s"},
		{"gke-qwen3-32b-h100", "176s", ""},
		{"gke-qwen3-32b-h100-snapshot", "26s", "12s"},
		{"tensorfuse-16gb", "85s", ""},
	} {
		s := mustFind(t, c.name)
		if sum, whole := s.Sum(); !whole || sum != duration(t, c.total) {
			t.Errorf("%s takes %s, want %s", c.name, spec.Duration(sum), c.total)
		}
		rest := ""
		for _, p := range s.Parts {
			if p.Rest {
				rest = p.Takes.Value().(string)
			}
		}
		if rest != c.rest {
			t.Errorf("%s: the rest is %q, want %q", c.name, rest, c.rest)
		}
	}
	if s := mustFind(t, "runpod-vllm-rtx-5090"); len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "4m37s, 10s less") {
		t.Errorf("the difference to the printed total is not said: %q", s.Notes)
	}
}

// TestPhasesOfStart: parts of a phase are added up, the rest with them.
func TestPhasesOfStart(t *testing.T) {
	s := mustFind(t, "vllm-qwen3-8b-b200")
	for _, c := range []struct {
		phase sim.Phase
		want  string
	}{
		{sim.PhaseRuntime, "10.013s"}, {sim.PhaseEngine, "19.931s"}, // 16.107 + 3.783 + 0.041
		{sim.PhaseWeights, "3.784s"}, {sim.PhaseGraphs, "4.044s"},
	} {
		if got := s.Takes(c.phase); got == nil || duration(t, got.Value().(string)) != duration(t, c.want) {
			t.Errorf("%v takes %v, want %s", c.phase, got, c.want)
		}
	}
	if got := s.Takes(sim.PhaseNode); got != nil {
		t.Errorf("node takes %v, want none: the container's start was not measured", got)
	}
	huawei := mustFind(t, "huawei-functions")
	if got := huawei.Takes(sim.PhaseSandbox); !got.IsTable() {
		t.Errorf("Huawei's starts take %v, want a distribution", got)
	}
}

// TestRestoresStandForPhases: what a restore replaces, no part of it has.
func TestRestoresStandForPhases(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		s := &all[i]
		restored := s.Takes(sim.PhaseRestore) != nil
		if restored != (s.StandsFor != nil) {
			t.Errorf("%s: a restore says which phases it stands for, and nothing else does", s.Name)
		}
		for _, p := range s.StandsFor {
			if s.Takes(p) != nil {
				t.Errorf("%s has %v, for which its restore stands", s.Name, p)
			}
		}
	}
}

// TestStartsAsPrinted holds every part to the table that it is from.
func TestStartsAsPrinted(t *testing.T) {
	rows := data(t, "cold-start-phases.csv")
	seconds := func(what, hardware, model, phase string) sim.Time {
		kind := ""
		for _, r := range rows {
			if r[1] != "same" {
				kind = r[1]
			}
			if strings.HasPrefix(kind, what) && r[2] == hardware && strings.HasPrefix(r[3], model) && strings.HasPrefix(r[4], phase) {
				return duration(t, r[5]+"s")
			}
		}
		t.Fatalf("%s, %s, %s, %s is not in the table", what, hardware, model, phase)
		return 0
	}
	for _, c := range []struct{ name, what, hardware, model string }{
		{"vllm-qwen3-0.6b-b200", "Dynamo vLLM", "1xB200", "Qwen3-0.6B"},
		{"vllm-qwen3-8b-b200", "Dynamo vLLM", "1xB200", "Qwen3-8B"},
		{"vllm-gpt-oss-120b-b200", "Dynamo vLLM", "1xB200", "GPT-OSS-120B"},
		{"kaito-qwen-27b-a100-benchmark", "AKS KAITO", "A100-80", ""},
	} {
		s := mustFind(t, c.name)
		checked := 0
		for _, p := range s.Parts {
			if p.Rest {
				continue
			}
			if got, _ := p.constant(); got != seconds(c.what, c.hardware, c.model, p.What) {
				t.Errorf("%s: %s takes %s, not as printed", c.name, p.What, spec.Duration(got))
			}
			checked++
		}
		if sum, _ := s.Sum(); sum != seconds(c.what, c.hardware, c.model, "TOTAL") || checked < 8 {
			t.Errorf("%s takes %s by %d parts, not as printed", c.name, spec.Duration(sum), checked)
		}
	}
	for _, c := range []struct{ name, what, hardware, model, phase string }{
		{"vllm-qwen3-0.6b-b200-snapshot", "Dynamo Snapshot restore", "1xB200", "Qwen3-0.6B", "TOTAL"},
		{"vllm-qwen3-8b-b200-snapshot", "Dynamo Snapshot restore", "1xB200", "Qwen3-8B", "TOTAL"},
		{"vllm-gpt-oss-120b-b200-snapshot", "Dynamo Snapshot restore", "1xB200", "GPT-OSS-120B", "TOTAL"},
		{"vllm-qwen3-0.6b-b200-snapshot-nvme", "Dynamo Snapshot + GMS", "1xB200", "Qwen3-0.6B", "TOTAL"},
		{"vllm-qwen3-8b-b200-snapshot-nvme", "Dynamo Snapshot + GMS", "1xB200", "Qwen3-8B", "TOTAL"},
		{"vllm-gpt-oss-120b-b200-snapshot-nvme", "Dynamo Snapshot + GMS", "1xB200", "GPT-OSS-120B", "TOTAL"},
		{"vllm-qwen3-32b-b200-snapshot", "CRIU", "1xB200", "Qwen3-32B", ""},
		{"vllm-llama-3.3-70b-fp8-b200-snapshot", "CRIU", "1xB200", "Llama-3.3-70B-FP8", ""},
		{"vllm-llama-70b-fp8-tp8", "vLLM TP8", "8 GPU", "", ""},
		{"vllm-3b-q8", "vLLM 3B", "(single GPU)", "3.4 GiB", ""},
		{"gke-qwen3-32b-h100", "GKE", "H100", "Qwen3-32B", "container start -> serving WITHOUT"},
		{"gke-qwen3-32b-h100-snapshot", "GKE", "H100", "Qwen3-32B", "container start -> serving WITH snapshot"},
		{"tensorfuse-16gb", "tensorfuse", "", "16 GB", ""},
	} {
		s := mustFind(t, c.name)
		if sum, _ := s.Sum(); sum != seconds(c.what, c.hardware, c.model, c.phase) {
			t.Errorf("%s takes %s, not as printed", c.name, spec.Duration(sum))
		}
	}
	s := mustFind(t, "runpod-vllm-rtx-5090")
	if s.Total != seconds("RunPod", "RTX5090", "21.8 GiB", "") {
		t.Errorf("the total of %s is %s, not as printed", s.Name, spec.Duration(s.Total))
	}
}

// TestMalformed: what a wrong catalogue is answered with.
func TestMalformed(t *testing.T) {
	const part = `parts = [{ phase = "engine", what = "x", takes = "2s" }]`
	for _, c := range []struct{ text, want string }{
		{`grade = "U"` + "\n" + part, `x.toml:5: start[0].grade: found "U", want A, B or C`},
		{`grade = "A"` + "\ntotal = \"3s\"\n" + part, `x.toml:6: start[0].total: found 1s more than its parts, want the phase of the rest beside it`},
		{`grade = "A"` + "\n" + strings.Replace(part, "engine", "engin", 1), `x.toml:6: start[0].parts[0].phase: unknown phase "engin"; did you mean "engine"?`},
	} {
		_, err := read("x.toml", []byte("[[start]]\nname = \"a\"\ntitle = \"b\"\nsource = \"c\"\n"+c.text))
		if err == nil || err.Error() != c.want {
			t.Errorf("error\n%v\nwant\n%s", err, c.want)
		}
	}
	if _, err := Find("vllm-qwen3-8b-h200"); err == nil || !strings.Contains(err.Error(), `did you mean "vllm-qwen3-8b-b200"?; see coldcurve list starts`) {
		t.Errorf("an unknown start: %v", err)
	}
}
