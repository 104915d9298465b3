package apps

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// orders comes every 10 s: 360 an hour, 259,200 a month of 30 days.
const orders = `title = "Orders"
unit = "an order"
trigger = [{ name = "orders", start = "fulfil", arrivals = { process = "periodic", every = "10s" } }]
store = [{ name = "stock", service = "dynamodb", region = "us-east-1", latency = { write = "5ms" } }]
function = [
  { name = "check", platform = "lambda", memory = "1GB", service = "200ms", by_memory = { at = "1GB", cpu_share = 0.8 } },
  { name = "label", platform = "lambda", memory = "512MB", service = "100ms", error_rate = 1.0, use = [{ store = "stock", op = "write", size = "1KB" }] },
]
[[flow]]
name = "fulfil"
engine = { preset = "step-functions-standard", region = "us-east-1", start = "0s", gap = "50ms", state = "0s" }
steps = [
  { name = "check", call = "check" },
  { name = "label", call = "label", retry = [{ on = ["failed"], attempts = 1, interval = "1s" }], catch = [{ on = ["any"], next = "sorry" }] },
  { name = "sorry", succeed = true },
]
`

const ordersExperiment = `[workload]
application = "orders.app.toml"
horizon = "1h10m"
warmup = "10m"
[[platform]]
name = "lambda"
preset = "aws-lambda"
tariffs = ["aws-lambda"]
[[platform]]
name = "euro"
preset = "aws-lambda"
tariffs = ["euro-lambda"]
`

// inEuros is a tariff that cannot stand in one bill with others: no rate is given.
const inEuros = `[[tariff]]
name = "euro-lambda"
extends = "aws-lambda"
title = "Functions, in euros"
currency = "EUR"
`

// asked is a question about the orders.
func asked(t *testing.T) *Question {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"orders.app.toml": orders, "orders.toml": ordersExperiment, "tariffs/euro.toml": inEuros} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return &Question{File: filepath.Join(dir, "orders.app.toml"), Experiment: filepath.Join(dir, "orders.toml"), Tariffs: []string{filepath.Join(dir, "tariffs")},
		Load: 1, Seed: 1, Replications: 1, FreeTier: "none", Workers: 2, Progress: new(estimate.Progress)}
}

func near9(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }

// What the money is spent on, by hand; label fails always, is tried twice and given up.
// An order, of 259,200 a month:
//
//	first tries  check: 0.2/1M + 0.2 GB-s × 0.0000166667; states: check, label, sorry, start, end × 0.000025; a write of 1 KB at 0.625/1M
//	retries      one state × 0.000025, the write again, and label's second try: 0.2/1M + 0.105 s × 0.5 GB × 0.0000166667
//	failures     label's first
func TestCauses(t *testing.T) {
	e, err := Run(context.Background(), asked(t))
	if err != nil {
		t.Fatal(err)
	}
	const gbs, state, write = 0.0000166667, 0.000025, 0.625e-6
	try := 0.2e-6 + 0.105*0.5*gbs
	first, again, failed := 0.2e-6+0.2*gbs+5*state+write, state+write+try, try
	if all := first + again + failed; !near9(e.Each.Mean, all) || !near9(e.Month.Mean, 259_200*all) || e.Events != 259_200 {
		t.Errorf("each %v, a month %v of %v, want %v, %v of 259200", e.Each.Mean, e.Month.Mean, e.Events, all, 259_200*all)
	}
	for cause, want := range map[flows.Cause]float64{flows.Work: first, flows.Again: again, flows.Failure: failed, flows.Empty: 0, flows.Held: 0} {
		if got := e.Causes[cause].Each; math.Abs(got-want) > 1e-15 {
			t.Errorf("%s: %v an order, want %v", e.Causes[cause].Name, got, want)
		}
	}
	// check 200 ms, gap 50, label 105, 1 s until the retry, label 105, gap 50.
	if math.Abs(e.P99.Mean-1.51) > 1e-6 || e.Errors.Mean != 0 {
		t.Errorf("p99 %v s, errors %v, want 1.51 and 0: label's failures are caught", e.P99.Mean, e.Errors.Mean)
	}
}

// The parts of a bill sum to it to the last digit, each way that it is shared.
func TestPartsSumToTheBill(t *testing.T) {
	q := asked(t)
	r, err := newRunner(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	o, err := r.run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	rep := o.cell.Replications[0]
	total := rep.Bills[0].Total
	for _, by := range []struct {
		name string
		sum  func(add func(x *apd.Decimal))
	}{
		{"causes", func(add func(*apd.Decimal)) {
			for i := range rep.Application.Causes {
				add(&rep.Application.Causes[i])
			}
		}},
		{"services", func(add func(*apd.Decimal)) {
			for i := range rep.Application.Bill {
				add(&rep.Application.Bill[i].Cost)
			}
		}},
		{"what each is of", func(add func(*apd.Decimal)) {
			for i := range rep.Application.Costs {
				add(&rep.Application.Costs[i].Amount)
			}
		}},
	} {
		var parts []*apd.Decimal
		by.sum(func(x *apd.Decimal) { parts = append(parts, x) })
		if sum := costmodel.Sum(parts...); sum.Cmp(&total) != 0 {
			t.Errorf("%s sum to %s, want the bill's %s", by.name, sum.Text('f'), total.Text('f'))
		}
	}
}

// A row of the table of changes is a run of the changed file.
func TestChangeIsARunOfTheChangedFile(t *testing.T) {
	q := asked(t)
	q.WhatIf = true
	e, err := Run(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	edits := map[string]func(app, experiment string) (string, string){
		"function check: 512MB of memory": func(app, x string) (string, string) {
			return strings.Replace(app, `memory = "1GB", service = "200ms"`, `memory = "512MB", service = "200ms"`, 1), x
		},
		"platform lambda: in eu-central-1, with all that is in us-east-1": func(app, x string) (string, string) {
			x = strings.Replace(x, "tariffs = [\"aws-lambda\"]", "region = \"eu-central-1\"\ntariffs = [\"aws-lambda-eu-central-1\"]", 1)
			return strings.ReplaceAll(app, "us-east-1", "eu-central-1"), x
		},
		"platform lambda: in us-west-2": func(app, x string) (string, string) {
			return app, strings.Replace(x, "tariffs = [\"aws-lambda\"]", "region = \"us-west-2\"\ntariffs = [\"aws-lambda-us-west-2\"]", 1)
		},
		"flow fulfil: no retries": func(app, x string) (string, string) {
			return strings.Replace(app, `retry = [{ on = ["failed"], attempts = 1, interval = "1s" }], `, "", 1), x
		},
	}
	for name, edit := range edits {
		changed := asked(t)
		app, x := edit(orders, ordersExperiment)
		if app == orders && x == ordersExperiment {
			t.Fatalf("%s: nothing was edited", name)
		}
		for path, text := range map[string]string{changed.File: app, changed.Experiment: x} {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := Run(context.Background(), changed)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		i := slices.IndexFunc(e.Changes, func(c Change) bool { return c.Name == name })
		if i < 0 {
			if want.Month.Mean != e.Month.Mean || want.P99.Mean != e.P99.Mean {
				t.Errorf("%s is no row of the table, and costs %v; left out: %v", name, want.Month.Mean, e.LeftOut)
			}
			continue
		}
		if c := e.Changes[i]; c.Month.Mean != want.Month.Mean || c.P99 != want.P99.Mean || c.P50 != want.P50.Mean || c.Each != want.Each.Mean || !near9(c.Saving.Mean, e.Month.Mean-want.Month.Mean) {
			t.Errorf("%s: %v a month, p99 %v; the changed file has %v, %v", name, c.Month.Mean, c.P99, want.Month.Mean, want.P99.Mean)
		}
	}
	if i := slices.IndexFunc(e.Changes, func(c Change) bool { return c.Name == "platform lambda: in us-west-2" }); !slices.Contains(e.Changes[i].Sets, `platform.lambda.tariffs=["aws-lambda-us-west-2"]`) {
		t.Errorf("in us-west-2: %v, want its prices there", e.Changes[i].Sets)
	}
	// 200 ms × (0.2 + 0.8 × 2) = 360 ms at half of 1 GB.
	i := slices.IndexFunc(e.Changes, func(c Change) bool { return c.Name == "function check: 512MB of memory" })
	if got := e.Changes[i].P99 - e.P99.Mean; math.Abs(got-0.16) > 1e-6 {
		t.Errorf("half the memory takes %v s more, want 0.16", got)
	}
}

// At ten times the load ten times as much is asked, and the bill is ten times as high:
// an order that takes 1.51 s every 10 s is never beside another, one every second is
// beside one more.
func TestLimitsGrowTenfold(t *testing.T) {
	q := asked(t)
	q.Limits = true
	e, err := Run(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	last := e.Limits.Tried[len(e.Limits.Tried)-1]
	if last.Load != mostGrowth || !near9(last.Month, 10*e.Month.Mean) {
		t.Errorf("at × %v it costs %v a month, want ten times %v", last.Load, last.Month, e.Month.Mean)
	}
	for i := range e.Limits.List {
		l := &e.Limits.List[i]
		if l.Use > 0 && l.Use < 1 && !near9(l.Binds*l.Use, 1) || l.Use < l.Peak/max(l.Value, l.Burst) {
			t.Errorf("%s: %v asked of %v, used %v, binds at × %v", l.name(), l.Peak, l.Value, l.Use, l.Binds)
		}
	}
}

// What cannot be billed is left out, of the table and of the search, with its reason;
// the rest is found all the same.
func TestFailuresAreNamed(t *testing.T) {
	const move, why = "function check on euro", "an application has one bill"
	q := asked(t)
	var err error
	if q.SLO, err = estimate.ParseSLO([]string{"p99 <= 60s"}); err != nil {
		t.Fatal(err)
	}
	q.Replications = 2
	a, err := Optimize(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(a.LeftOut, func(l LeftOut) bool { return l.Name == move && strings.Contains(l.Reason, why) }) {
		t.Errorf("left out are %v, want %q, since %s", a.LeftOut, move, why)
	}
	if a.Best == nil || strings.Contains(a.Best.Name, "euro") || !slices.Contains(a.All, a.Now) {
		t.Errorf("the best way is %+v, want one that is billed in dollars", a.Best)
	}
	for _, c := range a.All {
		if strings.Contains(c.Name, "euro") || c.cost() <= 0 {
			t.Errorf("%s is among the ways, at %v", c.Name, c.cost())
		}
	}
	if f := a.figures(); len(f) != 1 {
		t.Errorf("%d plots of the front, want 1", len(f))
	}
	r, err := newRunner(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.run(context.Background(), `app.function.check.platform="euro"`); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("as it is, a bill in two currencies: %v, want %s", err, why)
	}
}

// A function that moves to another platform keeps the memory and the platform at which
// its time was measured.
func TestMovedKeepsWhereItWasMeasured(t *testing.T) {
	q := asked(t)
	r, err := newRunner(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.prepare(context.Background(), `app.function.check.platform="euro"`)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	f := p.Application().Get("function").Items()[0]
	if on, at := text(f, "by_memory", "on"), text(f, "platform"); on != "lambda" || at != "euro" {
		t.Errorf("it runs on %q and was measured on %q, want euro and lambda", at, on)
	}
}

// The memories to look at are those that were measured on the platform that runs it.
func TestOtherSizesAreOfThePlatform(t *testing.T) {
	for platform, want := range map[string]string{"lambda": "[1024]", "run": "[2048 4096]", "none": "[1024]"} {
		root, err := spec.Parse("x.toml", []byte(`f = { platform = "`+platform+`", by_memory = { on = "lambda", at = "512MB", times = { 512MB = "2s", 1GB = "1s" }, times_on = { run = { 4GB = "1s", 2GB = "2s" } } } }`))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(otherSizes(root.Get("f"), 512)); got != want {
			t.Errorf("on %s %s, want %s", platform, got, want)
		}
	}
}

// What could not be run is the last of all, whatever it would cost.
func TestFailedStandsLast(t *testing.T) {
	failed, dear := &Candidate{Name: "a", fault: "no bill"}, &Candidate{Name: "b", worst: 100}
	if estimate.Better(dear, failed) >= 0 || estimate.Better(failed, dear) <= 0 {
		t.Error("a way that could not be run stands before one that misses the SLO by far")
	}
}

// Ways that are left out for one reason are one line: the first, and how many others.
func TestLeftOutByReason(t *testing.T) {
	got := leftOutLines([]LeftOut{{"a", "no bill"}, {"b", "no callback"}, {"a; c", "no bill"}, {"a; d", "no bill"}})
	want := []string{"Left out: a, and 2 others: no bill.", "Left out: b: no callback."}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
