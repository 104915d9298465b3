package hardware

import (
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// TestBand sees whose error a profile is given. The numbers are those of the table in
// docs/ai.md, and of rooflines (1 + a)·(1 + b) − 1 of two of them.
func TestBand(t *testing.T) {
	const v1, v0 = servers.V1, servers.PrefillFirst
	spec := func(gpu string, count int64, model string, precision Precision, engine string) Spec {
		s := shape(t, gpu, count, model)
		s.Precision, s.Engine = precision, engine
		return s
	}
	narrow := spec("l4", 1, "llama-3.2-3b", BF16, "vllm-0.19")
	narrow.Model.HeadDim = 64
	for _, c := range []struct {
		name        string
		spec        Spec
		scheduler   servers.Scheduler
		metric      Quantity
		median, p90 float64 // 0: not known
		own         bool
		of          string
	}{
		{"a run on this GPU, of such an engine", spec("h100", 1, "llama-3.1-8b", BF16, "vllm-0.11"), v1, TPOT, 0.050, 0.136, true, "the largest of 3 measured runs on this GPU"},
		{"its first token", spec("h100", 1, "llama-3.1-8b", BF16, "vllm-0.11"), v1, TTFT, 0.153, 0.193, true, "the largest of 2 measured runs"},
		{"its ceiling", spec("h100", 1, "llama-3.1-8b", BF16, "vllm-0.11"), v1, Ceiling, 0.077, 0.077, true, "the largest of 2 measured runs"},
		{"V0", spec("h100", 1, "llama-3.1-8b", BF16, "vllm-0.11"), v0, TPOT, 0.173, 0.277, true, "2 measured points of llama-3.1-8b on this GPU, open loop, V0"},
		{"V0, from arrival to end", spec("h100", 1, "llama-3.1-8b", BF16, "vllm-0.11"), v0, E2E, 0.176, 0.273, true, "V0 of vLLM 0.9, up to nine tenths"},
		{"V0, its ceiling", spec("h100", 1, "llama-3.1-8b", BF16, "vllm-0.11"), v0, Ceiling, 0.251, 0.251, true, "V0"},
		{"V0 of a profile without the host", spec("h100", 1, "llama-3.1-8b", BF16, "vllm-0.19"), v0, TPOT, 0.311, 0.428, true, "V0"},
		{"V0 elsewhere", spec("h200", 1, "llama-3.1-8b", BF16, "vllm-0.11"), v0, TPOT, 0.173, 0.277, false, "not measured on this GPU"},
		{"V0 from operations", spec("rtx-4090", 1, "llama-3.1-8b", BF16, "vllm-0.19"), v0, TPOT, 0, 0, false, "under vllm-v0"},
		{"V0 of a roofline", spec("l4", 1, "llama-3.1-8b", BF16, "vllm-0.19"), v0, TPOT, 1.077*1.311 - 1, 1.126*1.428 - 1, false, "the largest of 5 rooflines"},
		{"only of an engine that schedules in another way", spec("h100", 1, "llama-3.1-8b", BF16, "vllm-0.19"), v1, TPOT, 0.152, 0.299, false, "not measured on this GPU with such an engine and precision; the largest of 4 measured runs from kernels, of llama-3.1-70b, qwen3-32b"},
		{"and its first token", spec("h100", 1, "llama-3.1-8b", BF16, "vllm-0.19"), v1, TTFT, 0, 0, false, "not compared on this GPU"},
		{"another precision", spec("h100", 1, "llama-3.1-8b", FP8, "vllm-0.12"), v1, TPOT, 0.256, 0.408, false, "not measured on this GPU"},
		{"none on this GPU", spec("h200", 1, "llama-3.1-8b", BF16, "vllm-0.19"), v1, TPOT, 0.152, 0.299, false, "not measured on this GPU"},
		{"operations", spec("rtx-4090", 1, "llama-3.1-8b", BF16, "vllm-0.19"), v1, TPOT, 0.018, 0.033, true, "300 measured"},
		{"operations, first token", spec("rtx-pro-6000", 1, "llama-3.1-8b", BF16, "vllm-0.19"), v1, TTFT, 0.042, 0.411, true, "300 measured"},
		{"fp4 where it was measured", spec("b200", 1, "llama-3.1-70b", FP4, "vllm-0.19"), v1, TPOT, 0.121, 0.214, true, "60 measured points"},
		{"fp4 by such arithmetic", spec("rtx-pro-6000", 1, "llama-3.1-8b", FP4, "vllm-0.19"), v1, TPOT, 0.152, 0.299, false, "of llama-3.1-70b"},
		{"fp4 where there is no such arithmetic", spec("h100", 1, "llama-3.1-8b", FP4, "vllm-0.19"), v1, TPOT, 0, 0, false, "no dense model in fp4 from kernels (grade C) was compared"},
		{"grade C has its own rows", spec("h100", 8, "bloom-176b", BF16, "vllm-0.19"), v1, TPOT, 0.500, 0.517, true, "105 measured points of bloom-176b on this GPU, batches of Splitwise"},
		{"also on another GPU", spec("h200", 8, "bloom-176b", BF16, "vllm-0.19"), v1, TPOT, 0.500, 0.517, false, "bloom-176b"},
		{"also with another engine", spec("h200", 8, "bloom-176b", BF16, "vllm-0.12"), v1, TPOT, 0.500, 0.517, false, "bloom-176b"},
		{"grade B has none of them", spec("h100", 4, "llama-2-70b", BF16, "vllm-0.12"), v1, TPOT, 0.050, 0.136, true, "measured runs"},
		{"experts", spec("b200", 1, "gpt-oss-120b", BF16, "vllm-0.19"), v1, TPOT, 0.169, 0.270, true, "of gpt-oss-120b on this GPU"},
		{"experts of an engine that is known to differ do not count", spec("h100", 2, "gpt-oss-120b", BF16, "vllm-0.19"), v1, TPOT, 0.226, 0.451, true, "50 measured points"},
		{"experts elsewhere", spec("h200", 1, "gpt-oss-120b", BF16, "vllm-0.19"), v1, TPOT, 0.226, 0.451, false, "the largest of 2 measured runs"},
		{"experts in a precision that was not compared", spec("h200", 2, "gpt-oss-120b", FP8, "vllm-0.19"), v1, TPOT, 0, 0, false, "no model of experts in fp8"},
		{"a roofline", spec("l4", 1, "llama-3.1-8b", BF16, "vllm-0.19"), v1, TPOT, 1.077*1.152 - 1, 1.126*1.299 - 1, false, "the largest of 7 rooflines"},
		{"a roofline with the host", spec("l4", 1, "llama-3.1-8b", BF16, "vllm-0.12"), v1, TPOT, 1.077*1.256 - 1, 1.126*1.408 - 1, false, "the largest of 7 rooflines"},
		{"a roofline where another model was measured", spec("rtx-4090", 1, "mistral-7b", BF16, "vllm-0.19"), v1, TPOT, 1.077*1.152 - 1, 1.126*1.299 - 1, false, "no engine was measured on this GPU"},
		{"a roofline's prompts", spec("l4", 1, "llama-3.1-8b", BF16, "vllm-0.19"), v1, TTFT, 0, 0, false, "not engines"},
		{"a roofline in fp8", spec("l4", 1, "llama-3.1-8b", FP8, "vllm-0.19"), v1, TPOT, 0, 0, false, "in bf16"},
		{"a roofline of experts", spec("l40s", 4, "gpt-oss-120b", FP4, "vllm-0.19"), v1, TPOT, 0, 0, false, ""},
		{"a roofline over several GPUs", spec("l4", 2, "llama-3.1-8b", BF16, "vllm-0.19"), v1, TPOT, 0, 0, false, "not on several"},
		{"a roofline of other heads", narrow, v1, TPOT, 0, 0, false, "heads of 128"},
	} {
		b := mustNew(t, c.spec).Band(c.metric, c.scheduler)
		if c.median == 0 {
			if b.Known() || b.Own || !strings.HasPrefix(b.String(), "not known: ") || !strings.Contains(b.Of, c.of) {
				t.Errorf("%s: %+v, want an error that is not known, with %q", c.name, b, c.of)
			}
			continue
		}
		if b.Own != c.own || !strings.Contains(b.Of, c.of) || math.Abs(b.Median-c.median) > 1e-9 || math.Abs(b.P90-c.p90) > 1e-9 {
			t.Errorf("%s: %+v, want own %v, ±%v (±%v), of %q", c.name, b, c.own, c.median, c.p90, c.of)
		}
	}
}

// TestGradesWiden has no grade with a narrower band than a better one, where neither
// was compared with engines itself.
func TestGradesWiden(t *testing.T) {
	for _, engine := range []string{"vllm-0.19", "vllm-0.12"} {
		var last Band
		for _, c := range []struct {
			gpu, model string
			count      int64
			precision  Precision
			grade      string
		}{{"h200", "llama-3.1-8b", 1, BF16, "B"}, {"rtx-pro-6000", "mistral-7b", 1, FP4, "C"}, {"a10", "llama-3.1-8b", 1, BF16, "U"}} {
			s := shape(t, c.gpu, c.count, c.model)
			s.Precision, s.Engine = c.precision, engine
			p := mustNew(t, s)
			b := p.Band(TPOT, servers.V1)
			if p.Grade != c.grade || b.Own || b.Median < last.Median || b.P90 < last.P90 {
				t.Errorf("%s of grade %s with %s: %v, narrower than %v", p.Label(), p.Grade, engine, b, last)
			}
			last = b
		}
	}
}

// TestBandText keeps small errors apart from none.
func TestBandText(t *testing.T) {
	for part, want := range map[float64]string{0: "0 %", 0.0004: "0.04 %", 0.001: "0.1 %", 0.0144: "1.4 %", 0.0146: "1.5 %", 0.0994: "9.9 %", 0.0996: "10 %", 0.152: "15 %", 3.589: "359 %"} {
		if got := percent(part); got != want {
			t.Errorf("%v: %q, want %q", part, got, want)
		}
	}
	if got, want := (Band{Median: 0.0144, P90: 0.31, Of: "two runs"}).String(), "±1.4 % (9 of 10 within ±31 %): two runs"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestCalibratedBand is that of the test, for the scheduler that it was of.
func TestCalibratedBand(t *testing.T) {
	s := shape(t, "rtx-4090", 1, "llama-3.1-8b")
	s.Calibration = &Calibration{Source: "log.jsonl", Scheduler: "vllm-v1", Median: 0.0145, P90: 0.07, Tested: 150}
	p := mustNew(t, s)
	if b := p.Band(TPOT, servers.V1); b.Median != 0.0145 || b.P90 != 0.07 || !b.Own || !strings.Contains(b.Of, "log.jsonl") {
		t.Errorf("%+v", b)
	}
	if b := p.Band(TPOT, servers.PrefillFirst); b.Known() || !strings.Contains(b.Of, "under vllm-v1, not vllm-v0") {
		t.Errorf("under another scheduler: %+v", b)
	}
	if b := p.Band(TTFT, servers.V1); b.Known() {
		t.Errorf("of the first token: %+v", b)
	}
}

// Times that somebody gave by hand are not those that were compared with engines;
// to give what the engine has anyhow changes nothing.
func TestBandByHand(t *testing.T) {
	for _, c := range []struct {
		name  string
		give  func(*Spec)
		known bool
	}{
		{"nothing", func(*Spec) {}, true},
		{"the engine's own front", func(s *Spec) { s.Front = new(spec.Duration) }, true},
		{"a scale of 1", func(s *Spec) { s.DecodeScale = 1 }, true},
		{"a scale", func(s *Spec) { s.DecodeScale = 0.5 }, false},
		{"a host", func(s *Spec) { d := spec.Duration(1e6); s.Host = &d }, false},
		{"a front", func(s *Spec) { d := spec.Duration(1e6); s.Front = &d }, false},
	} {
		s := shape(t, "rtx-4090", 1, "llama-3.1-8b")
		c.give(&s)
		if b := mustNew(t, s).Band(TPOT, servers.V1); b.Known() != c.known {
			t.Errorf("%s: %s, %q; known: want %v", c.name, b, b.Of, c.known)
		}
	}
}
