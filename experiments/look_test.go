package experiments

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// Why each request was cold, by hand: an init of 1 s, a service of 10 s, a window of a
// minute. The first instance is there from 0, and serves until 11; the request at 5 finds it
// busy, so that a second one starts, which serves from 6 to 16. The one at 30 is warm on the
// second, the last that was used, until 40. The first leaves at 71, the second at 100. At 200
// an instance starts, where there was one until 100, 100 s before; at 201 a second one, where there
// were two until 71, 130 s before. At 300 the one of 200, which ended at 211, has left at 271, the
// other at 272, 28 s before; at 301 there had been two until 271, 30 s before. The one at 302 makes three
// at a time for the first time. The window is from 3 s to 372.5 s: what
// came before, and what is gone after, is not told.
func TestExplainByHand(t *testing.T) {
	p := planned(t, fixtureTrace(t, "0,10,f\n5,10,f\n30,10,f\n200,10,f\n201,10,f\n300,10,f\n301,10,f\n302,10,f\n"), `
[workload]
trace = "csv:t.csv"
horizon = "372500ms"
warmup = "3s"
[[platform]]
name = "p"
keepalive = { name = "fixed", window = "60s" }
reuse = "most-recent"
init = { runtime = "1s" }
`)
	by, err := p.Explainer(0, "f")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.LookAt(context.Background(), 0, 0, by); err != nil {
		t.Fatal(err)
	}
	const s = sim.Second
	expired := func(at, gone sim.Time) results.Gap { return results.Gap{At: at, Gone: gone, Why: sim.Expired} }
	want := []results.ColdStart{
		{At: 5 * s, Waited: s, Cause: sim.Burst},
		{At: 200 * s, Waited: s, Cause: sim.AfterExpiry}, {At: 201 * s, Waited: s, Cause: sim.AfterExpiry},
		{At: 300 * s, Waited: s, Cause: sim.AfterExpiry}, {At: 301 * s, Waited: s, Cause: sim.AfterExpiry},
		{At: 302 * s, Waited: s, Cause: sim.Burst},
	}
	cold := by.Starts()
	instances, gaps := by.Instances()
	if d := cmp.Diff(want, cold); d != "" {
		t.Errorf("want −, got +:\n%s", d)
	}
	again := []results.Gap{expired(200*s, 100*s), expired(201*s, 130*s), expired(300*s, 28*s), expired(301*s, 30*s)}
	if d := cmp.Diff(again, gaps); d != "" {
		t.Errorf("started again, want −, got +:\n%s", d)
	}
	steps := []results.CurvePoint{{At: 3 * s, N: 1}, {At: 5 * s, N: 2}, {At: 71 * s, N: 1}, {At: 100 * s, N: 0}, {At: 200 * s, N: 1}, {At: 201 * s, N: 2}, {At: 271 * s, N: 1},
		{At: 272 * s, N: 0}, {At: 300 * s, N: 1}, {At: 301 * s, N: 2}, {At: 302 * s, N: 3}, {At: 371 * s, N: 2}, {At: 372 * s, N: 1}, {At: 372*s + s/2, N: 1}}
	if d := cmp.Diff(steps, instances); d != "" {
		t.Errorf("instances, want −, got +:\n%s", d)
	}
	if c := by.All[0]; c.Invocations != 7 || c.Sum() != 6 || c.Waited.Float() != 6*float64(s) {
		t.Errorf("got %+v", c)
	}
}

// What is looked at once more is what was run: the same records, as many cold requests
// for each cause, where an account limit binds and the run is made again too.
func TestLookAtIsTheRun(t *testing.T) {
	for _, sets := range [][]string{{}, {"platform.lambda.limit={ account = 3 }"}, {"platform.lambda.unit=app", "counterfactual=true"}} {
		p := quickstart(t, append([]string{"replications=2", "workload.horizon=4h"}, sets...)...)
		set, err := p.Simulate(context.Background(), 2, nil)
		if err != nil {
			t.Fatal(err)
		}
		for cell := range set.Cells {
			by, err := p.Explainer(cell, "")
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.LookAt(context.Background(), cell, 1, by)
			if err != nil {
				t.Fatal(err)
			}
			want := set.Cells[cell].Replications[1]
			var all results.ColdCounts
			for _, c := range by.All {
				all.Invocations += c.Invocations
				for k := range c.Cold {
					all.Cold[k] += c.Cold[k]
				}
			}
			if r.Cold != want.Cold || all.Cold != want.Cold || all.Invocations != want.Invocations || all.Sum() != want.ColdStarts || r.Latency.Sum() != want.Latency.Sum() {
				t.Errorf("%v, %s: looked at it is %v of %d, run %v of %d", sets, p.CellNames()[cell], all.Cold, all.Invocations, want.Cold, want.Invocations)
			}
		}
	}
}

// Cells are found by number and by what no other has in its name.
func TestCellNumber(t *testing.T) {
	names := []string{"k=1m, p", "k=10m, p", "k=1m, q"}
	for asked, want := range map[string]int{"1": 0, "3": 2, "10m": 1, "q": 2, "k=1m, p": 0} {
		if got, err := results.CellNumber(names, asked); err != nil || got != want {
			t.Errorf("%q: got %d, %v", asked, got, err)
		}
	}
	for _, asked := range []string{"", "0", "4", "k=1m", "x"} {
		if got, err := results.CellNumber(names, asked); err == nil {
			t.Errorf("%q: got %d", asked, got)
		}
	}
	if got, err := results.CellNumber(names[:1], ""); err != nil || got != 0 {
		t.Errorf("the only one: %d, %v", got, err)
	}
	if !slices.Equal(quickstart(t, "replications=1").CellNames()[:2], []string{"platform.lambda.keepalive=none, lambda", "platform.lambda.keepalive=1m, lambda"}) {
		t.Error(quickstart(t, "replications=1").CellNames())
	}
}

// planned is the plan of an experiment beside a folder's traces.
func planned(t *testing.T, dir, text string) *Plan {
	t.Helper()
	e, err := Parse(filepath.Join(dir, "e.toml"), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(context.Background(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// fixtureTrace is a folder with a trace, t.csv, of such rows.
func fixtureTrace(t *testing.T, rows string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "t.csv"), []byte("arrival_s,service_s,function\n"+rows), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Ten instances that leave one after the other, at 70, 170 … 970 s, and ten that start
// together at 1,100 s: the first of them where there was one until 970, the last where
// there were ten until 70. A window that is longer by the least of these has one of them warm, by the
// greatest all.
func TestInstancesAgain(t *testing.T) {
	var rows string
	for k := range 10 {
		rows += fmt.Sprintf("0,%d,f\n", 10+100*k)
	}
	rows += strings.Repeat("1100,1,f\n", 10)
	platform := "[workload]\ntrace = \"csv:t.csv\"\nhorizon = \"2000s\"\n[[platform]]\nname = \"p\"\nkeepalive = { name = \"fixed\", window = \"%ds\" }\n"
	dir := fixtureTrace(t, rows)
	for _, c := range []struct{ window, cold int }{{60, 20}, {60 + 128, 20}, {60 + 131, 19}, {60 + 931, 11}, {60 + 1031, 10}} {
		p := planned(t, dir, fmt.Sprintf(platform, c.window)+"init = { runtime = \"1s\" }\n")
		by, err := p.Explainer(0, "f")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.LookAt(context.Background(), 0, 0, by); err != nil {
			t.Fatal(err)
		}
		if got := len(by.Starts()); got != c.cold {
			t.Errorf("a window of %d s: %d cold, want %d", c.window, got, c.cold)
		}
		if c.window != 60 {
			continue
		}
		_, gaps := by.Instances()
		for k, g := range gaps {
			if want := sim.Time(129+100*k) * sim.Second; g.Gone != want || len(gaps) != 10 {
				t.Errorf("start %d of %d: gone for %v, want %v", k, len(gaps), g.Gone, want)
			}
		}
	}
}

// An instance that is paused is there all the same: by the script it is 30 s after each service, the
// last time at 331 s, and stays for ten minutes more.
func TestInstancesOfStages(t *testing.T) {
	dir := fixtureTrace(t, "0,1,f\n200,1,f\n300,1,f\n")
	script := "def idle(ctx, view, instance, now):\n    if instance.stage == \"whole\":\n        return pause(now + 30 * second, instance.memory)\n    return until(now + 600 * second)\n"
	if err := os.WriteFile(filepath.Join(dir, "p.star"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	p := planned(t, dir, "[workload]\ntrace = \"csv:t.csv\"\nhorizon = \"1000s\"\n[[platform]]\nname = \"p\"\nkeepalive = { script = \"p.star\" }\ninit = { runtime = \"1s\" }\n")
	by, err := p.Explainer(0, "f")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.LookAt(context.Background(), 0, 0, by); err != nil {
		t.Fatal(err)
	}
	steps, gaps := by.Instances()
	want := []results.CurvePoint{{At: 0, N: 1}, {At: 931 * sim.Second, N: 0}, {At: 1000 * sim.Second, N: 0}}
	if d := cmp.Diff(want, steps); d != "" || len(gaps) != 0 {
		t.Errorf("%v; want −, got +:\n%s", gaps, d)
	}
}
