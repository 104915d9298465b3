package experiments

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// busy is an application with a retry, a queue, a store and two providers.
const busy = `
title    = "busy"
unit     = "a reading"
trigger  = [
  { name = "readings", start = "judge", tag = "plant", arrivals = { process = "poisson", rate = "2/s" }, record = { size = "2KB" } },
  { name = "alarms", start = "notify", queue = { service = "sqs", batch = 10, visibility = "60s", receives = 3 } },
]
store    = [
  { name = "past", service = "dynamodb", region = "us-east-1", tag = "data" },
]
function = [
  { name = "infer", platform = "lambda", memory = "2GB", service = { dist = "lognormal", median = "140ms", sigma = 0.3 }, error_rate = 0.05, use = [{ store = "past", op = "read" }] },
  { name = "keep", platform = "run", memory = "512MB", service = "40ms" },
  { name = "notify", platform = "lambda", service = "30ms", tag = "office" },
]
outage   = [{ of = "past", from = "1h", lasts = "1m" }]
network  = [{ between = ["us-east-1", "us-central1"], rtt = "30ms" }]

[[flow]]
name   = "judge"
engine = { preset = "step-functions-standard", region = "us-east-1" }
steps  = [
  { name = "infer", call = "infer", retry = [{ on = ["failed"], attempts = 2, interval = "1s" }] },
  { name = "keep", call = "keep" },
  { name = "bad", choice = [{ probability = 0.1, next = "alarm" }, { next = "end" }] },
  { name = "alarm", send = { to = "alarms" }, next = "end" },
]
`

const busyExperiment = `
replications = 2

[workload]
application = "busy.app.toml"
horizon     = "20m"
warmup      = "5m"

[[platform]]
name    = "lambda"
preset  = "aws-lambda"
tariffs = ["aws-lambda"]

[[platform]]
name    = "run"
preset  = "gcp-cloud-run"
tariffs = ["gcp-cloud-run-request"]
`

// busyPlan is its plan, with files in a folder of their own.
func busyPlan(t *testing.T, sets ...string) (*Plan, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "busy.app.toml"), []byte(busy), 0o666); err != nil {
		t.Fatal(err)
	}
	e, err := Parse(filepath.Join(dir, "busy.toml"), []byte(busyExperiment), sets...)
	if err != nil {
		return nil, err
	}
	return Prepare(context.Background(), e, Env{})
}

// TestCostsAreAllOfTheBill: what steps, events, tags and causes cost is the bill, to the
// last digit, with free grants and without; a fee or grant is of somebody too.
func TestCostsAreAllOfTheBill(t *testing.T) {
	for _, tier := range []string{"full", "none"} {
		p, err := busyPlan(t, "bill.free_tier="+tier)
		if err != nil {
			t.Fatal(err)
		}
		u := p.units[0]
		r, err := u.simulate(context.Background(), nil, unheard{})
		if err != nil {
			t.Fatal(err)
		}
		a, b := r.Application, &r.Bills[0]
		lines := make([]apd.Decimal, len(b.Lines))
		var all apd.Decimal
		for _, c := range a.Costs {
			lines[c.Line] = *costmodel.Sum(&lines[c.Line], &c.Amount)
			all = *costmodel.Sum(&all, &c.Amount)
		}
		for i := range lines {
			if lines[i].Cmp(&b.Lines[i].Amount) != 0 {
				t.Errorf("%s: line %s is shared out as %s of %s", tier, b.Lines[i].Name, lines[i].Text('f'), b.Lines[i].Amount.Text('f'))
			}
		}
		if all.Cmp(&b.Total) != 0 {
			t.Errorf("%s: costs are %s, the bill is %s", tier, all.Text('f'), b.Total.Text('f'))
		}
		sums := map[string]*apd.Decimal{"causes": {}, "tags": {}, "services": {}}
		for i := range a.Causes {
			sums["causes"] = costmodel.Sum(sums["causes"], &a.Causes[i])
		}
		for i := range a.Tags {
			sums["tags"] = costmodel.Sum(sums["tags"], &a.Tags[i].Cost)
		}
		for i := range a.Bill {
			sums["services"] = costmodel.Sum(sums["services"], &a.Bill[i].Cost)
		}
		for what, sum := range sums {
			if sum.Cmp(&b.Total) != 0 {
				t.Errorf("%s: %s sum to %s, the bill is %s", tier, what, sum.Text('f'), b.Total.Text('f'))
			}
		}
		if tier == "none" {
			for _, cause := range []flows.Cause{flows.Work, flows.Again, flows.Failure} {
				if a.Causes[cause].IsZero() {
					t.Errorf("no cost of cause %s, although attempts fail and are retried", cause)
				}
			}
		}
		// What a function asked of a store is its caller's.
		infer := slices.IndexFunc(u.app.names.Steps, func(s flows.Step) bool { return s.Name == "infer" })
		reads := 0
		for _, c := range a.Costs {
			if b.Lines[c.Line].Name == "reads" && c.Owner == u.app.names.Steps[infer].Owner {
				reads++
			}
		}
		if reads == 0 {
			t.Errorf("%s: nothing that the function read is of the step that called it", tier)
		}
	}
}

// TestApplicationUnits: a unit comes back from its file as it was, and runs on any
// number of workers alike.
func TestApplicationUnits(t *testing.T) {
	p, err := busyPlan(t)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	runInto(t, p, dir, 1)
	again, err := busyPlan(t)
	if err != nil {
		t.Fatal(err)
	}
	if again.Hash != p.Hash {
		t.Errorf("the same files in another folder are another experiment")
	}
	other := filepath.Join(t.TempDir(), "out")
	runInto(t, again, other, 3)
	for _, name := range []string{"bill.csv", "costs.csv", "steps.csv", "events.csv", "services.csv", "calls.csv", "tags.csv", "application.svg", "report.html", "cells.parquet"} {
		if read(t, filepath.Join(dir, name)) != read(t, filepath.Join(other, name)) {
			t.Errorf("%s differs", name)
		}
	}
	r, err := p.units[0].simulate(context.Background(), nil, unheard{})
	if err != nil {
		t.Fatal(err)
	}
	var one, two bytes.Buffer
	if err := r.Encode(&one); err != nil {
		t.Fatal(err)
	}
	back, err := results.Decode(bytes.NewReader(one.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := back.Encode(&two); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Errorf("it came back different: %v", err)
	}
}

// TestApplicationPaths: names of each list lead to its items, a * to all of them.
func TestApplicationPaths(t *testing.T) {
	for _, row := range []struct{ path, want string }{
		{"app.trigger.readings.arrivals.rate", "workload.application.trigger.0.arrivals.rate"},
		{"app.flow.judge.step.infer.retry.0.attempts", "workload.application.flow.0.steps.0.retry.0.attempts"},
		{"app.flow.judge.steps.keep.call", "workload.application.flow.0.steps.1.call"},
		{"app.flow.*.step.alarm.send.to", "workload.application.flow.0.steps.3.send.to"},
		{"app.function.*.memory", "workload.application.function.0.memory workload.application.function.1.memory workload.application.function.2.memory"},
		{"app.outage.past.part", "workload.application.outage.0.part"},
		{"app.network.us-east-1-us-central1.rtt", "workload.application.network.0.rtt"},
		{"app.store.past.capacity.read", "workload.application.store.0.capacity.read"},
		{"app.drain", "workload.application.drain"},
		{"app.function.infr.memory", `path "app.function.infr.memory": unknown function "infr"; did you mean "infer"?`},
		{"app.flow.judge.step.infr.call", `path "app.flow.judge.step.infr.call": unknown step "infr"; did you mean "infer"?`},
		{"app.function.infer", `path "app.function.infer": want the name of a function (or *) and a key of it`},
	} {
		p, err := busyPlan(t)
		if err != nil {
			t.Fatal(err)
		}
		targets, err := resolve(p.resolved, row.path)
		var got []string
		for _, to := range targets {
			got = append(got, strings.Join(to.path(len(to.keys)), "."))
		}
		if err != nil {
			got = []string{err.Error()}
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s leads to %s, want %s", row.path, strings.Join(got, " "), row.want)
		}
	}
}

// TestApplicationIsSaid: what an experiment with an application must not have, and what
// it must.
func TestApplicationIsSaid(t *testing.T) {
	for _, row := range []struct{ set, want string }{
		{`workload.trace="csv:x.csv"`, "found a trace beside an application"},
		{`workload.start=2s`, "this is of a trace; an application does not have it"},
		{`workload.client={ timeout = "1s" }`, "found a client beside an application"},
		{`platform.run.tariffs=[]`, `platform "run": found the tariffs none, want one: an application has one bill`},
		{`workload.application=7`, "found 7, want the name of an application's file"},
		{`platform.run.name="walk"`, `unknown platform "run"`},
		{`platform.lambda.cluster={ nodes = 2, cpu = 2, memory = "4GB", contention = "shared" }`, `platform "lambda": found shared cores below an application, want contention = "none"`},
	} {
		if _, err := busyPlan(t, row.set); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("--set %s: got %v, want %q", row.set, err, row.want)
		}
	}
	p, err := busyPlan(t, `app.flow.judge.engine.tariff="none"`, `app.function.keep.platform="lambda"`)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"the engine of flow judge has tariff = \"none\": what it costs is not in the bill", "platform run: no function of the application runs on it"} {
		if !slices.Contains(p.Warnings, want) {
			t.Errorf("no warning %q in %q", want, p.Warnings)
		}
	}
	if n := len(p.units[0].platforms); n != 1 {
		t.Errorf("the unit has %d platforms, want the one that functions run on", n)
	}
}

// TestUnbilledEngine: leaving an engine out leaves the others' lines as they are.
func TestUnbilledEngine(t *testing.T) {
	lines := func(sets ...string) map[string]string {
		p, err := busyPlan(t, sets...)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.units[0].simulate(context.Background(), nil, unheard{})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for i := range r.Bills[0].Lines {
			l := &r.Bills[0].Lines[i]
			out[l.Tariff+" "+l.Name] = l.Amount.Text('f')
		}
		return out
	}
	with, without := lines(), lines(`app.flow.judge.engine.tariff="none"`)
	for name := range with {
		if strings.HasPrefix(name, "aws-step-functions ") {
			delete(with, name)
		}
	}
	if len(with) == 0 || len(with) == len(lines()) {
		t.Fatal("the engine had no line")
	}
	if diff := cmp.Diff(with, without); diff != "" {
		t.Error(diff)
	}
}

// TestMetersByPlatform: functions on two platforms side by side are metered as each
// platform meters its own alone.
func TestMetersByPlatform(t *testing.T) {
	p, err := busyPlan(t)
	if err != nil {
		t.Fatal(err)
	}
	u := *p.units[0]
	w, _, _, err := ReadWorkload("two.toml", []byte(`
[workload]
horizon = "1h"

[[workload.function]]
name     = "a"
memory   = "1GB"
arrivals = { process = "poisson", rate = "1/s" }
service  = { dist = "exponential", mean = "300ms" }

[[workload.function]]
name     = "b"
memory   = "512MB"
arrivals = { process = "poisson", rate = "2/s" }
service  = { dist = "exponential", mean = "100ms" }
`))
	if err != nil {
		t.Fatal(err)
	}
	u.app, u.on = nil, []sim.PlatformID{0, 1}
	u.window = sim.Window{Warmup: 10 * sim.Minute, Horizon: sim.Hour}
	if u.workload, err = sizedOn(w, u.platforms, u.on); err != nil {
		t.Fatal(err)
	}
	_, both, err := u.run(context.Background(), nil, nil, unheard{})
	if err != nil {
		t.Fatal(err)
	}
	for k := range u.platforms {
		alone := u
		alone.platforms, alone.prices, alone.on = u.platforms[k:k+1], slices.Clone(u.prices[k:k+1]), nil
		alone.prices[0].platform = 0
		one := oneOf{w, k}
		if alone.workload, err = sizedOn(one, alone.platforms, nil); err != nil {
			t.Fatal(err)
		}
		_, own, err := alone.run(context.Background(), nil, nil, unheard{})
		if err != nil {
			t.Fatal(err)
		}
		if own[0].Get("requests").Sign() == 0 {
			t.Fatal("nothing was metered")
		}
		if diff := cmp.Diff(texts(own[0]), texts(both[k])); diff != "" {
			t.Errorf("platform %s (-alone +beside the other):\n%s", u.platforms[k].name, diff)
		}
	}
}

func texts(u costmodel.Usage) (out []string) {
	for _, e := range u {
		out = append(out, e.Meter+" "+e.Quantity.String()+" "+e.Unit)
	}
	return out
}

// oneOf is one of the functions of a workload.
type oneOf struct {
	sim.Workload
	k int
}

func (w oneOf) Functions() []sim.Function { return w.Workload.Functions()[w.k : w.k+1] }

func (w oneOf) Open(key sim.RunKey, _ []uint32) (sim.Source, error) {
	s, err := w.Workload.Open(key, []uint32{uint32(w.k)})
	return renamed{s}, err
}

// renamed calls the function that is left 0.
type renamed struct{ sim.Source }

func (s renamed) Next(batch []sim.Invocation) (int, error) {
	n, err := s.Source.Next(batch)
	for i := range batch[:n] {
		batch[i].Function = 0
	}
	return n, err
}

// TestExecutionsAreOfTheFlow: an execution of a Standard workflow is two transitions beside
// its states (SeBS-Flow's runs on AWS), at 0.025 USD a 1,000; they are the flow's, and what
// divides the time of critical paths is its executions, not messages of a queue too.
func TestExecutionsAreOfTheFlow(t *testing.T) {
	p, err := busyPlan(t, "bill.free_tier=none", "bill.span=run")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	runInto(t, p, dir, 1)
	r, err := p.units[0].simulate(context.Background(), nil, unheard{})
	if err != nil {
		t.Fatal(err)
	}
	a := r.Application
	f := &a.Flows[0]
	if f.Started == 0 || f.Started != a.Events[0].Started {
		t.Errorf("%d executions, of %d starts", f.Started, a.Events[0].Started)
	}
	if got, want := costmodel.Float(&f.Cost), float64(f.Started)*2*0.000025; math.Abs(got-want) > 1e-9 {
		t.Errorf("executions cost %v, want %v", got, want)
	}
	steps := read(t, filepath.Join(dir, "steps.csv"))
	if line := fmt.Sprintf("busy,0,judge,,%d,%d,,", f.Started, f.Started); !strings.Contains(steps, line) {
		t.Errorf("steps.csv has no line %s", line)
	}
}

// TestUnusedPlatformsAreOfAllCells: a platform that one row uses is not unused.
func TestUnusedPlatformsAreOfAllCells(t *testing.T) {
	p, err := busyPlan(t, `sweep.grid."app.function.keep.platform"=["run", "lambda"]`)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range p.Warnings {
		if strings.Contains(w, "no function of the application runs on it") {
			t.Errorf("it warns %q, although a row uses it", w)
		}
	}
}
