package hardware

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write accuracy.toml and the table of docs/ai.md anew")

// errorsOf collects errors of one row of the accuracy table.
type errorsOf struct {
	Accuracy
	errors []float64
}

func (e *errorsOf) add(got, measured float64) { e.errors = append(e.errors, got/measured-1) }

// round keeps what means something.
func round(x float64) float64 { return math.Round(x*1e3) / 1e3 }

func (e *errorsOf) row() Accuracy {
	off := make([]float64, len(e.errors))
	for i, v := range e.errors {
		off[i] = math.Abs(v)
	}
	a := e.Accuracy
	a.Points, a.Median, a.P90, a.Bias = int64(len(off)), round(quantile(off, 0.5)), round(quantile(off, 0.9)), round(quantile(e.errors, 0.5))
	return a
}

// cached makes each profile once.
type cached map[string]*Profile

func (c cached) profile(t testing.TB, s Spec) *Profile {
	key := fmt.Sprint(s.GPU, s.Count, s.Model.Name, s.Precision, s.Engine)
	if c[key] == nil {
		c[key] = mustNew(t, s)
	}
	return c[key]
}

// TestAccuracy holds the accuracy table, that which ships and that of the
// documents, to what the measured runs say.
func TestAccuracy(t *testing.T) {
	var rows []Accuracy
	rows = append(rows, runRows(t)...)
	rows = append(rows, closedRows(t)...)
	rows = append(rows, splitwiseRows(t)...)
	rows = append(rows, rooflineRows(t)...)
	golden(t, "accuracy.toml", func(string) string { return tomlTable(rows) })
	golden(t, "../../docs/ai.md", func(doc string) string {
		const begin, end = "<!-- accuracy: written by TestAccuracy -update -->\n", "<!-- accuracy: end -->"
		before, rest, ok := strings.Cut(doc, begin)
		_, after, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatal("docs/ai.md has no place for the accuracy table")
		}
		return before + begin + "\n" + docTable(rows) + "\n" + end + after
	})
}

// golden holds a file to what it should be, or writes it.
func golden(t *testing.T, file string, want func(now string) string) {
	t.Helper()
	now, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := want(string(now))
	if text == string(now) {
		return
	}
	if !*update {
		t.Errorf("%s is not what the measurements say; go test ./workloads/hardware -run Accuracy -update, and look at the difference", file)
		return
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func tomlTable(rows []Accuracy) string {
	var b strings.Builder
	b.WriteString("# How far profiles are from what was measured; written by TestAccuracy -update.\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "\n[[accuracy]]\ngpu = %q\nmodel = %q\nprecision = %q\nbasis = %q\nengine = %q\nmetric = %q\nload = %q\npoints = %d\nmedian = %.3f\np90 = %.3f\nbias = %.3f\nband = %v\n",
			r.GPU, r.Model, r.Precision, r.Basis, r.Engine, r.Metric, r.Load, r.Points, r.Median, r.P90, r.Bias, r.Band)
	}
	return b.String()
}

func docTable(rows []Accuracy) string {
	var b strings.Builder
	b.WriteString("| GPU | model | from | engine in the profile | load | metric | points | median of abs. error | 9 of 10 within | median error |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		engine := r.Engine
		if e, err := findEngine(engine); err == nil && e.Host > 0 {
			engine += " (host term)"
		}
		fmt.Fprintf(&b, "| %s | %s %s | %s | %s | %s | %s | %d | %.1f %% | %.1f %% | %+.1f %% |\n",
			r.GPU, r.Model, r.Precision, r.Basis, engine, r.Load, r.Metric, r.Points, 100*r.Median, 100*r.P90, 100*r.Bias)
	}
	return b.String()
}

// runRows are the requests of the measured runs of vLLM, one by one.
func runRows(t *testing.T) (rows []Accuracy) {
	for _, run := range vllmRuns {
		ttft, tpot, e2e := run.replay(t)
		for _, m := range []struct {
			name string
			pair pairs
		}{{"TTFT", ttft}, {"TPOT", tpot}, {"E2E", e2e}} {
			e := errorsOf{Accuracy: Accuracy{
				GPU: run.gpu, Model: run.model, Precision: BF16, Basis: FromOperations, Engine: "vllm-0.19", Metric: m.name,
				Load: run.load, Band: true,
			}}
			for i := range m.pair.got {
				e.add(m.pair.got[i], m.pair.want[i])
			}
			rows = append(rows, e.row())
		}
	}
	return rows
}

// closedRows are the closed loops of vLLM, with and without the host term.
func closedRows(t *testing.T) (rows []Accuracy) {
	all, points := cached{}, closedLoop(t)
	for _, g := range []struct {
		system, model, precision string
		measured                 string // engine; "" where it is not told
		bands                    string // engine whose errors others take over
	}{
		{"h100_sxm", "Qwen/Qwen3-32B", "", "vLLM 0.12", "vllm-0.12"},
		{"b200_sxm", "meta-llama/Llama-3.1-70B", "fp8", "vLLM, version not told", "vllm-0.19"},
		{"h100_sxm", "openai/gpt-oss-120b", "fp4", "vLLM 0.11 to 0.18", "vllm-0.19"},
		{"b200_sxm", "openai/gpt-oss-120b", "fp4", "vLLM 0.15 and not told", "vllm-0.19"},
	} {
		for _, engine := range []string{"vllm-0.19", "vllm-0.12"} {
			e := errorsOf{Accuracy: Accuracy{Basis: FromKernels, Engine: engine, Metric: "TPOT", Load: "closed loop of " + g.measured, Band: engine == g.bands}}
			for _, c := range points {
				if c.system != g.system || c.model != g.model || c.precision != g.precision {
					continue
				}
				s, ok := c.spec(t, engine)
				if !ok {
					t.Fatalf("%+v", c)
				}
				e.GPU, e.Model, e.Precision = s.GPU, s.Model.Name, s.Precision
				e.add(c.tpotOf(all.profile(t, s)), c.tpot)
			}
			rows = append(rows, e.row())
		}
	}
	return rows
}

// splitwiseRows are batches of equal requests, on engines of 2023.
func splitwiseRows(t *testing.T) (rows []Accuracy) {
	all, points := cached{}, splitwise(t)
	for _, model := range []string{"llama-2-70b", "bloom-176b"} {
		for _, gpu := range []string{"a100", "h100"} {
			a := Accuracy{GPU: gpu, Model: model, Precision: BF16, Basis: FromKernels, Engine: "vllm-0.19", Load: "batches of Splitwise, an engine of 2023"}
			token, first := errorsOf{Accuracy: a}, errorsOf{Accuracy: a}
			token.Metric, first.Metric = "TPOT", "prompt"
			for _, c := range points {
				if c.model != model || c.gpu != gpu {
					continue
				}
				s := shape(t, gpu, c.gpus, model)
				s.Utilisation = 1
				if _, err := New(s); err != nil {
					continue // BLOOM leaves no room beside the reserve
				}
				p := all.profile(t, s)
				token.add(c.tokenTime(p), c.tokenMS)
				first.add(c.promptTime(p), c.promptMS)
			}
			if len(token.errors) > 0 {
				rows = append(rows, token.row(), first.row())
			}
		}
	}
	return rows
}

// rooflineRows set the roofline beside what was measured on boards that were.
func rooflineRows(t *testing.T) (rows []Accuracy) {
	gpus, err := GPUs()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gpus {
		if g.Kernels == "" && g.Operations == nil {
			continue
		}
		s := shape(t, g.Name, 1, "llama-3.1-8b")
		measured := mustNew(t, s)
		board, err := catalog{shipped}.rooflineOf(s)
		if err != nil {
			t.Fatal(err)
		}
		a := Accuracy{GPU: g.Name, Model: s.Model.Name, Precision: BF16, Basis: FromRoofline, Engine: s.Engine, Load: "against steps from " + string(measured.Basis), Band: true}
		token, first := errorsOf{Accuracy: a}, errorsOf{Accuracy: a}
		token.Metric, first.Metric = "TPOT", "prompt"
		for n := int64(1); n <= 128; n *= 2 {
			for _, context := range []int64{128, 512, 2048} {
				x := decodes(n, context)
				token.add(float64(board.Time(x)), float64(measured.Time(x)))
			}
		}
		for tokens := int64(64); tokens <= 2048; tokens *= 2 {
			x := prompt(tokens, 0)
			first.add(float64(board.Time(x)), float64(measured.Time(x)))
		}
		rows = append(rows, token.row(), first.row())
	}
	return rows
}

// rooflineOf makes a profile as if nothing had been measured on its GPU.
func (c catalog) rooflineOf(s Spec) (*Profile, error) {
	g, err := c.gpu(s.GPU)
	if err != nil {
		return nil, err
	}
	g.Kernels, g.Operations = "", nil
	p := &Profile{skew: alpha, prefillScale: 1, decodeScale: 1}
	p.Facts = Facts{GPU: g, Count: s.Count, Model: s.Model, Precision: s.Precision}
	return p, c.compose(p)
}

// TestBand sees whose error a profile is given.
func TestBand(t *testing.T) {
	for _, c := range []struct {
		name string
		spec Spec
		own  bool
		of   string
	}{
		{"a run on this GPU of this basis", shape(t, "h100", 1, "llama-3.1-8b"), true, "90 measured points of qwen3-32b on this GPU"},
		{"none on this GPU", shape(t, "h200", 1, "llama-3.1-8b"), false, "not measured on this GPU; the largest of 2 measured runs from kernels on others"},
		{"operations", shape(t, "rtx-4090", 1, "llama-3.1-8b"), true, "300 measured"},
		{"experts", shape(t, "b200", 1, "gpt-oss-120b"), true, "of gpt-oss-120b on this GPU"},
		{"experts elsewhere", shape(t, "h200", 1, "gpt-oss-120b"), false, "the largest of 2 measured runs"},
		{"a roofline", shape(t, "l4", 1, "llama-3.1-8b"), false, "the largest of 7 GPUs whose rooflines were set beside measured kernels"},
	} {
		b := mustNew(t, c.spec).Band()
		if b.Own != c.own || !strings.Contains(b.Of, c.of) || !(b.Median > 0 && b.Median < 1 && b.P90 >= b.Median) {
			t.Errorf("%s: %+v, want own %v, of %q", c.name, b, c.own, c.of)
		}
	}
}
