package hardware

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim/servers"
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
	rows = append(rows, openRows(t)...)
	rows = append(rows, splitwiseRows(t)...)
	rows = append(rows, rooflineRows(t)...)
	golden(t, "accuracy.toml", func(string) string { return tomlTable(rows) })
	golden(t, "testdata/closed-loop.csv", func(string) string { return closedTable(t) })
	golden(t, "../../docs/ai.md", func(doc string) string {
		const begin, end = "<!-- accuracy: written by TestAccuracy -update -->\n", "<!-- accuracy: end -->"
		before, rest, ok := strings.Cut(doc, begin)
		_, after, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatal("docs/ai.md has no place for the accuracy table")
		}
		return before + begin + "\n" + docTable(rows) + "\nTime a token in the closed loops, by load: median error, and in brackets that of its absolute value.\n\n" +
			loadTable(t) + "\n" + end + after
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
		fmt.Fprintf(&b, "\n[[accuracy]]\ngpu = %q\nmodel = %q\nprecision = %q\nbasis = %q\ngrade = %q\nengine = %q\nscheduler = %q\nmetric = %q\nload = %q\n",
			r.GPU, r.Model, r.Precision, r.Basis, r.Grade, r.Engine, r.Scheduler, r.Metric, r.Load)
		if r.Beside != "" {
			fmt.Fprintf(&b, "beside = %q\n", r.Beside)
		}
		fmt.Fprintf(&b, "points = %d\nmedian = %.3f\np90 = %.3f\nbias = %.3f\nband = %v\n", r.Points, r.Median, r.P90, r.Bias, r.Band)
	}
	return b.String()
}

func docTable(rows []Accuracy) string {
	var b strings.Builder
	b.WriteString("| GPU | model | from | grade | engine in the profile | load | metric | points | median of abs. error | 9 of 10 within | median error | bands |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		engine := r.Engine
		if e, err := findEngine(engine); err == nil && e.Host > 0 {
			engine += " (host term)"
		}
		counts := ""
		if r.Band {
			counts = "yes"
		}
		fmt.Fprintf(&b, "| %s | %s %s | %s | %s | %s | %s | %s | %d | %.1f %% | %.1f %% | %+.1f %% | %s |\n",
			r.GPU, r.Model, r.Precision, r.Basis, r.Grade, engine, r.Load, r.Metric, r.Points, 100*r.Median, 100*r.P90, 100*r.Bias, counts)
	}
	return b.String()
}

// loadTable has the errors of the closed loops by load, with the profile of
// the engine that was measured, the newest one where that was not told.
func loadTable(t *testing.T) string {
	all, points := cached{}, closedLoop(t)
	loads := []struct {
		title string
		in    func(c *closedPoint) bool
	}{
		{"4 to 16 at a time", func(c *closedPoint) bool { return c.batch <= 16 }},
		{"32 and 64", func(c *closedPoint) bool { return c.batch > 16 && c.batch <= 64 }},
		{"128 and more", func(c *closedPoint) bool { return c.batch > 64 }},
		{"prompts of 1,024", func(c *closedPoint) bool { return c.input == 1024 }},
		{"of 4,096 and more", func(c *closedPoint) bool { return c.input > 1024 }},
		{"one GPU", func(c *closedPoint) bool { return c.gpus == 1 }},
		{"2", func(c *closedPoint) bool { return c.gpus == 2 }},
		{"4", func(c *closedPoint) bool { return c.gpus == 4 }},
		{"8", func(c *closedPoint) bool { return c.gpus == 8 }},
	}
	var b strings.Builder
	b.WriteString("| |")
	for _, l := range loads {
		b.WriteString(" " + l.title + " |")
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(loads)) + "\n")
	for _, g := range closedGroups {
		var cells []*errorsOf
		for range loads {
			cells = append(cells, &errorsOf{})
		}
		name := ""
		for _, c := range points {
			if !g.has(&c) {
				continue
			}
			s := c.spec(t, c.engines()[0])
			name = fmt.Sprintf("%s, %s %s", s.GPU, s.Model.Name, s.Precision)
			got := c.tpotOf(all.profile(t, s))
			for i, l := range loads {
				if l.in(&c) {
					cells[i].add(got, c.tpot)
				}
			}
		}
		b.WriteString("| " + name + " |")
		for _, e := range cells {
			if len(e.errors) == 0 {
				b.WriteString(" |")
				continue
			}
			r := e.row()
			fmt.Fprintf(&b, " %+.0f (%.0f) %% |", 100*r.Bias, 100*r.Median)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// runRows are the requests of the measured runs of vLLM, one by one.
func runRows(t *testing.T) (rows []Accuracy) {
	for _, run := range vllmRuns {
		ttft, tpot, e2e := run.replay(t)
		for _, m := range []struct {
			name Quantity
			pair pairs
		}{{TTFT, ttft}, {TPOT, tpot}, {E2E, e2e}} {
			e := errorsOf{Accuracy: Accuracy{
				GPU: run.gpu, Model: run.model, Precision: BF16, Basis: FromOperations, Grade: "A", Engine: "vllm-0.19", Scheduler: servers.V1.String(),
				Metric: m.name, Load: run.load, Band: true,
			}}
			for i := range m.pair.got {
				e.add(m.pair.got[i], m.pair.want[i])
			}
			rows = append(rows, e.row())
		}
	}
	return rows
}

// closedGroup is closed loops of a model on one system.
type closedGroup struct{ system, model, precision string }

// closedGroups are the closed loops by what was measured.
var closedGroups = []closedGroup{
	{"h100_sxm", "Qwen/Qwen3-32B", ""},
	{"b200_sxm", "meta-llama/Llama-3.1-70B", "fp8"},
	{"b200_sxm", "meta-llama/Llama-3.1-70B", "fp4"},
	{"h100_sxm", "openai/gpt-oss-120b", "fp4"},
	{"b200_sxm", "openai/gpt-oss-120b", "fp4"},
}

func (g closedGroup) has(c *closedPoint) bool {
	return g == closedGroup{c.system, c.model, c.precision}
}

// engines are those of profiles that schedule as the measured one did, the newest
// first. vLLM schedules while a step runs from 0.14 on, by default (its release
// notes). Where the version was not told, it may be either.
func (c *closedPoint) engines() []string {
	switch c.version {
	case "":
		return []string{"vllm-0.19", "vllm-0.12"}
	case "0.11.2", "0.12.0":
		return []string{"vllm-0.12"}
	}
	return []string{"vllm-0.19"}
}

// closedRows are the closed loops of vLLM, with and without the host term: those of
// engines that may have scheduled as the profile's, and those that are known not to.
func closedRows(t *testing.T) (rows []Accuracy) {
	all, points := cached{}, closedLoop(t)
	for _, g := range closedGroups {
		for _, engine := range []string{"vllm-0.19", "vllm-0.12"} {
			for _, band := range []bool{true, false} {
				e := errorsOf{Accuracy: Accuracy{Basis: FromKernels, Engine: engine, Scheduler: servers.V1.String(), Metric: TPOT, Band: band}}
				var versions []string
				for _, c := range points {
					if !g.has(&c) || slices.Contains(c.engines(), engine) != band {
						continue
					}
					s := c.spec(t, engine)
					p := all.profile(t, s)
					e.GPU, e.Model, e.Precision, e.Grade = s.GPU, s.Model.Name, s.Precision, max(e.Grade, p.Grade)
					if !slices.Contains(versions, c.version) {
						versions = append(versions, c.version)
					}
					e.add(c.tpotOf(p), c.tpot)
				}
				if len(e.errors) > 0 {
					e.Load = "closed loop of vLLM" + versionWords(versions)
					rows = append(rows, e.row())
				}
			}
		}
	}
	return rows
}

// versionWords names versions, "" among them where one was not told.
func versionWords(versions []string) string {
	slices.Sort(versions)
	switch told := strings.TrimPrefix(strings.Join(versions, " and "), " and "); {
	case told == "":
		return ", version not told"
	case versions[0] == "":
		return " " + told + ", or version not told"
	default:
		return " " + told
	}
}

// closedTable has each measured point of the closed loops, with the profile of
// the newest engine and with that of the engine that was measured.
func closedTable(t *testing.T) string {
	all := cached{}
	var b strings.Builder
	b.WriteString("# Measured: ai-dynamo/aiconfigurator @095f58a (Apache-2.0). Times a token, ms; error: simulated ÷ measured − 1.\n")
	b.WriteString("gpu,model,precision,grade,gpus,input,output,batch,vllm,measured,simulated,error,with_host_term,error_with_host_term,note\n")
	for _, c := range closedLoop(t) {
		s := c.spec(t, "vllm-0.19")
		p := all.profile(t, s)
		without := c.tpotOf(p)
		with := c.tpotOf(all.profile(t, c.spec(t, "vllm-0.12")))
		note := ""
		read := s.Model.Weights(s.Precision)/float64(c.gpus) + float64(c.batch*(c.input+c.output/2)*p.TokenBytes())
		if least := 1e3 * read / p.GPU.Bandwidth; p.Model.Dense() && c.batch*(c.input+c.output) <= p.Blocks*BlockTokens && c.tpot < least {
			note = fmt.Sprintf("less than the %.1f ms that reading weights and keys and values takes", least)
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%d,%d,%d,%d,%s,%.2f,%.2f,%.3f,%.2f,%.3f,%s\n", s.GPU, s.Model.Name, c.precision, p.Grade,
			c.gpus, c.input, c.output, c.batch, c.version, c.tpot, without, without/c.tpot-1, with, with/c.tpot-1, note)
	}
	return b.String()
}

// splitwiseRows are batches of equal requests, on engines of 2023. Bands are taken
// from them only where no other engine was measured: of numbers of heads whose
// attention was not, as BLOOM's (grade C).
func splitwiseRows(t *testing.T) (rows []Accuracy) {
	all, points := cached{}, splitwise(t)
	for _, model := range []string{"llama-2-70b", "bloom-176b"} {
		for _, gpu := range []string{"a100", "h100"} {
			a := Accuracy{GPU: gpu, Model: model, Precision: BF16, Basis: FromKernels, Engine: "vllm-0.19", Scheduler: servers.V1.String(),
				Load: "batches of Splitwise, an engine of 2023"}
			token, first := errorsOf{Accuracy: a}, errorsOf{Accuracy: a}
			token.Metric, first.Metric = TPOT, Prompts
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
				token.Grade, token.Band = p.Grade, p.Grade == "C"
				first.Grade, first.Band = token.Grade, token.Band
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
		a := Accuracy{GPU: g.Name, Model: s.Model.Name, Precision: BF16, Basis: FromRoofline, Grade: "U", Engine: s.Engine, Scheduler: servers.V1.String(),
			Load: "against steps from " + string(measured.Basis), Beside: measured.Basis, Band: true}
		token, first := errorsOf{Accuracy: a}, errorsOf{Accuracy: a}
		token.Metric, first.Metric = TPOT, Prompts
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
