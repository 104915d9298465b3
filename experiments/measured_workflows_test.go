package experiments

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// The runs of SeBS-Flow's artifact: what was measured of its functions, of the gaps
// between warm steps and of fans of 1 s tasks predicts what was measured end to end.

// measuredQuantiles are of durations, ms.
type measuredQuantiles struct {
	N                  int
	P10, P50, P90, P99 float64
}

// toml is the distribution that has them.
func (q *measuredQuantiles) toml() string {
	return fmt.Sprintf(`{ dist = "quantiles", p10 = "%.1fms", p50 = "%.1fms", p90 = "%.1fms", p99 = "%.1fms" }`, q.P10, q.P50, q.P90, q.P99)
}

// measuredWorkflow is a workflow on a platform: one run at a time (warm), or thirty at
// once that find no instance (burst).
type measuredWorkflow struct {
	Workflow, Platform, Mode string
	Runs                     int
	EndToEnd                 measuredQuantiles `json:"end_to_end"`
	Functions                map[string]struct {
		PerRun     float64 `json:"per_run"`
		Warm, Cold *measuredQuantiles
	}
}

type measuredWorkflows struct {
	Gaps []struct {
		Platform string
		Payload  int `json:"payload_bytes"`
		P50      float64
	} `json:"transition_gap_by_payload"`
	FanOut []struct {
		Platform, Mode string
		Tasks          int
		Overhead       measuredQuantiles
	}
	Workflows []measuredWorkflow
}

func readMeasuredWorkflows(t *testing.T) (m measuredWorkflows, definitions map[string]*sebsState) {
	t.Helper()
	dir := os.Getenv("COLDCURVE_DATA")
	if dir == "" {
		t.Skip("COLDCURVE_DATA is not set: the measured workflows are not part of the repository")
	}
	f := must(os.Open(filepath.Join(dir, "workflows", "measured-workflows.json.gz")))
	defer f.Close()
	if err := json.NewDecoder(must(gzip.NewReader(f))).Decode(&m); err != nil {
		t.Fatal(err)
	}
	definitions = map[string]*sebsState{}
	for _, w := range m.Workflows {
		var d sebsState
		if err := json.Unmarshal(must(os.ReadFile(filepath.Join(dir, "definitions", "sebs-flow", w.Workflow+".definition.json"))), &d); err != nil {
			t.Fatal(err)
		}
		definitions[w.Workflow] = &d
	}
	return m, definitions
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// sebsState is a state of a definition, and the definition itself.
type sebsState struct {
	Type, Next, Failure, Root string
	Function                  string `json:"func_name"`
	States                    map[string]sebsState
}

// composition writes a measured workflow as an application. A step is as often cold as
// the calls of its function were, all items of a map together, since these begin at the
// same time; its instance then starts as those of the measured bursts of two tasks do.
// A task of which nothing was measured (it fails at once) is a state that calls nothing.
type composition struct {
	all              *measuredWorkflows
	w                *measuredWorkflow
	functions, steps strings.Builder
	items            strings.Builder // the steps of maps
	starts           string          // how long an instance takes to start; "": not measured
}

// engines are the presets of the platforms.
var workflowEngines = map[string]string{"aws": "step-functions-standard", "gcp": "google-workflows", "azure": "durable-functions"}

func (m *measuredWorkflows) compose(w *measuredWorkflow, d *sebsState, gap string) (application, experiment string) {
	c := &composition{all: m, w: w, starts: m.starts(w.Platform)}
	first := true
	for name := d.Root; name != ""; first = false {
		s := d.States[name]
		f := s.Function
		if s.Type == "map" {
			f = s.States[s.Root].Function
		}
		if w.Functions[f].PerRun == 0 {
			fmt.Fprintf(&c.steps, "  { name = %q, pass = true, next = %q },\n", name, orEnd(s.Failure))
			name = s.Failure
			continue
		}
		c.state(name, f, s.Type == "map", orEnd(s.Next), first)
		name = s.Next
	}
	atOnce, every, horizon := 1, "30s", "20h"
	if w.Mode == "burst" {
		atOnce, every, horizon = 30, "1h", "60h"
	}
	application = fmt.Sprintf(`title = %q
trigger = [{ name = "start", start = "mode", arrivals = { process = "periodic", every = %q } }]
%s
[[flow]]
name  = "mode"
steps = [{ name = "all", map = { items = %d, steps = ["run"] } }, { name = "run", call = "workflow" }]

[[flow]]
name   = "workflow"
engine = { preset = %q, start = "0s"%s }
steps  = [
%s%s]
`, w.Workflow, every, &c.functions, atOnce, workflowEngines[w.Platform], gap, &c.steps, &c.items)
	experiment = fmt.Sprintf("seed = 1\n[workload]\napplication = \"a.app.toml\"\nhorizon = %q\n", horizon)
	for name, keepalive := range map[string]string{"warm": "forever", "cold": "none"} {
		if !strings.Contains(application, fmt.Sprintf("platform = %q", name)) {
			continue
		}
		experiment += fmt.Sprintf("[[platform]]\nname = %q\npreset = \"aws-lambda\"\nlimit = {}\nkeepalive = { name = %q }\ninit = {}\n", name, keepalive)
	}
	return application, experiment
}

func orEnd(next string) string {
	if next == "" {
		return "end"
	}
	return next
}

// starts is what a cold call adds to a gap: the overhead of two tasks in a burst, nearly
// all of them cold, less a gap.
func (m *measuredWorkflows) starts(platform string) string {
	var gap float64
	for _, g := range m.Gaps {
		if g.Platform == platform && g.Payload == 32 {
			gap = g.P50
		}
	}
	warm := false
	for _, f := range m.FanOut {
		if f.Platform != platform || f.Tasks != 2 {
			continue
		}
		warm = warm || f.Mode == "warm"
		if o := f.Overhead; f.Mode == "burst" && warm {
			q := measuredQuantiles{P10: o.P10 - gap, P50: o.P50 - gap, P90: o.P90 - gap, P99: o.P99 - gap}
			return q.toml()
		}
	}
	return ""
}

// state writes a task, or a map of a task, and its function: warm, cold, or a choice of
// both.
func (c *composition) state(name, f string, isMap bool, next string, first bool) {
	m := c.w.Functions[f]
	share, cold := c.cold(f)
	for _, v := range []struct {
		variant string
		is      bool
		service *measuredQuantiles
	}{{"warm", share < 1, m.Warm}, {"cold", share > 0, cold}} {
		if !v.is {
			continue
		}
		called, step := f+"-"+v.variant, name+"-"+v.variant
		if isMap {
			fmt.Fprintf(&c.items, "  { name = %q, call = %q },\n", step+"-item", called)
		}
		platform := v.variant
		init := ""
		if v.variant == "cold" {
			switch {
			case first: // the measured time begins with the first function's
				platform = "warm"
			case c.starts != "":
				init = "\ninit = { sandbox = " + c.starts + " }"
			}
		}
		fmt.Fprintf(&c.functions, "\n[[function]]\nname = %q\nplatform = %q\nservice = %s%s\n", called, platform, v.service.toml(), init)
	}
	if share > 0 && share < 1 {
		fmt.Fprintf(&c.steps, "  { name = %q, choice = [{ probability = %.4f, next = %q }, { next = %q }] },\n", name, share, name+"-cold", name+"-warm")
	}
	for _, v := range []struct {
		variant string
		is      bool
	}{{"cold", share > 0}, {"warm", share < 1}} {
		if !v.is {
			continue
		}
		step := name
		if share > 0 && share < 1 {
			step += "-" + v.variant
		}
		if isMap {
			fmt.Fprintf(&c.steps, "  { name = %q, map = { items = %.0f, steps = [%q], concurrency = 40 }, next = %q },\n", step, m.PerRun, name+"-"+v.variant+"-item", next)
		} else {
			fmt.Fprintf(&c.steps, "  { name = %q, call = %q, next = %q },\n", step, f+"-"+v.variant, next)
		}
	}
}

// cold is the part of a function's calls that were cold, and how long those took: where
// too few were to tell, as in the other mode; 0 where none tells.
func (c *composition) cold(f string) (share float64, cold *measuredQuantiles) {
	m := c.w.Functions[f]
	share = 1
	if m.Warm != nil {
		share = 1 - float64(m.Warm.N)/(m.PerRun*float64(c.w.Runs))
	}
	if m.Cold != nil {
		return share, m.Cold
	}
	for _, o := range c.all.Workflows {
		if o.Workflow == c.w.Workflow && o.Platform == c.w.Platform && o.Functions[f].Cold != nil {
			return share, o.Functions[f].Cold
		}
	}
	return 0, nil
}

// endToEnd are p50 and p90 of the executions of a composed workflow, ms.
func endToEnd(t *testing.T, application, experiment string) (p50, p90 float64) {
	t.Helper()
	set := runApplication(t, experiment, application, nil)
	run := stepNamed(t, set, "mode", "run")
	return run.Time.P50 * 1e3, run.Time.P90 * 1e3
}

// stepNamed is what became of a step in the only cell.
func stepNamed(t *testing.T, set *results.Set, flow, step string) *results.StepRecord {
	t.Helper()
	g := set.Cells[0].Application
	for i := range g.Steps {
		if s := &g.Steps[i]; s.Name == step && g.Flows[s.Flow].Name == flow {
			return &set.Cells[0].Replications[0].Application.Steps[i]
		}
	}
	t.Fatalf("there is no step %s/%s", flow, step)
	return nil
}

// unfit are the workflows that this composition does not predict; docs/validation.md
// says why.
var unfit = map[string]bool{
	"6200.trip-booking gcp burst":   true,
	"6200.trip-booking azure burst": true, "6200.trip-booking azure warm": true, "660.map-reduce azure burst": true,
}

// fits reports whether the predictions are as near as they are to be: p50 within 15 %
// and p90 within 30 % on AWS and Google, both within a factor of 1.5 on Azure.
func (w *measuredWorkflow) fits(p50, p90 float64) bool {
	if w.Platform == "azure" {
		return math.Abs(math.Log(p50/w.EndToEnd.P50)) <= math.Log(1.5) && math.Abs(math.Log(p90/w.EndToEnd.P90)) <= math.Log(1.5)
	}
	return math.Abs(p50/w.EndToEnd.P50-1) <= 0.15 && math.Abs(p90/w.EndToEnd.P90-1) <= 0.30
}

// TestMeasuredWorkflows predicts the measured workflows end to end from their parts.
func TestMeasuredWorkflows(t *testing.T) {
	m, definitions := readMeasuredWorkflows(t)
	for i := range m.Workflows {
		w := &m.Workflows[i]
		name := strings.Join([]string{w.Workflow, w.Platform, w.Mode}, " ")
		t.Run(name, func(t *testing.T) {
			application, experiment := m.compose(w, definitions[w.Workflow], "")
			p50, p90 := endToEnd(t, application, experiment)
			e := &w.EndToEnd
			t.Logf("p50 %.0f ms, measured %.0f (%+.1f %%); p90 %.0f ms, measured %.0f (%+.1f %%)", p50, e.P50, 100*(p50/e.P50-1), p90, e.P90, 100*(p90/e.P90-1))
			if w.fits(p50, p90) == unfit[name] {
				t.Errorf("whether it fits is not what docs/validation.md says of it:\n%s", application)
			}
		})
	}
}

// TestMeasuredWorkflowsTellGaps: five gaps of 160 ms are the overhead of trip-booking on
// AWS, 823 ms; with those of 2022, 100 ms, it is missed.
func TestMeasuredWorkflowsTellGaps(t *testing.T) {
	m, definitions := readMeasuredWorkflows(t)
	for i := range m.Workflows {
		w := &m.Workflows[i]
		if w.Workflow != "6200.trip-booking" || w.Platform != "aws" || w.Mode != "warm" {
			continue
		}
		application, experiment := m.compose(w, definitions[w.Workflow], `, gap = { dist = "quantiles", p50 = "100ms", p90 = "110ms", p99 = "150ms" }`)
		if p50, p90 := endToEnd(t, application, experiment); w.fits(p50, p90) {
			t.Errorf("gaps of 100 ms give p50 %.0f ms and p90 %.0f ms, which fit", p50, p90)
		}
		application, experiment = m.compose(w, definitions[w.Workflow], "")
		set := runApplication(t, experiment, application, nil)
		gaps := 0.0
		for _, step := range []string{"rental-warm", "flight-warm", "cancel_flight-warm", "cancel_rental-warm", "cancel_hotel-warm"} {
			s := stepNamed(t, set, "workflow", step)
			gaps += 1e3 * s.Gap / float64(s.Entered)
		}
		t.Logf("five gaps are %.0f ms in the mean", gaps)
		if overhead := 822.7; math.Abs(gaps/overhead-1) > 0.05 {
			t.Errorf("five gaps are %.0f ms in the mean, want the measured overhead of %.0f within 5 %%", gaps, overhead)
		}
		return
	}
	t.Fatal("trip-booking on AWS, warm, is not among the workflows")
}
