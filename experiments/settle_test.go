package experiments

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
)

// settling is one server with a queue, two utilisations, that is not ready for the first
// ten minutes: all that piles up then has to be served before latencies are those of M/M/1.
var settling = strings.Replace(mm1("seed = 4\nreplications = 4", "6h", "mser-5", "5/s", `init = { sandbox = "10m" }`),
	"[output]", "[sweep.grid]\n\"workload.function.f.arrivals.rate\" = [\"4/s\", \"5/s\"]\n[output]", 1)

// The mean time of M/M/1 is 1 ÷ (μ − λ): 1/6 s at 4/s and 1/5 s at 5/s. It lies in the 99.9 %
// interval of what is left when the start is left out, and far from that of the whole run. A
// queue that grew for ten minutes at the rate λ is empty after as long × ρ ÷ (1 − ρ) more: ten
// minutes more at 5/s, so that the warm-up is 20 min at least; and all cells have the same.
func TestSettledRunIsThatOfTheSteadyState(t *testing.T) {
	set := func(text string) *results.Set {
		s, err := planned(t, t.TempDir(), text).Simulate(context.Background(), 2, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	whole, settled := set(strings.Replace(settling, "mser-5", "0s", 1)), set(settling)
	found := settled.Manifest.Settled
	if found == nil || whole.Manifest.Settled != nil {
		t.Fatalf("found %v, and of a given one %v", found, whole.Manifest.Settled)
	}
	if minutes := float64(found.From()) / float64(sim.Minute); minutes < 19 || minutes > 180 || found.Cells != 2 || found.Replications != 4 || found.Of == "" {
		t.Errorf("found %.1f min, %+v", minutes, found)
	}
	for c, want := range []float64{1 / 6., 1 / 5.} {
		for _, one := range []struct {
			set *results.Set
			in  bool
		}{{whole, false}, {settled, true}} {
			rows, err := one.set.Rows()
			if err != nil {
				t.Fatal(err)
			}
			s, _ := rows[c].Stat("latency_mean_s")
			mean, half := stat.Interval(s.Values, 0.999)
			t.Logf("want %.4f s, %.4f ± %.4f, from %v on", want, mean, half, one.set.Cells[c].Replications[0].Window)
			if in := mean-half <= want && want <= mean+half; in != one.in {
				t.Errorf("%.4f s in %.4f ± %.4f: %v, want %v", want, mean, half, in, one.in)
			}
			for _, r := range one.set.Cells[c].Replications {
				if one.in && r.Window.Warmup != found.From() {
					t.Errorf("cell %d is measured from %v on, want %v", c, r.Window.Warmup, found.From())
				}
			}
		}
	}
}

// The same bytes on any number of workers, from a run that was interrupted among its pilots,
// and from the kept experiment; the same numbers as where the warm-up is given. Nothing is
// left beside the folder.
func TestSettledIsTheSameRun(t *testing.T) {
	text := strings.Replace(settling, `"6h"`, `"1h30m"`, 1)
	text = strings.Replace(text, `"10m"`, `"1m"`, 1)
	dir := filepath.Join(t.TempDir(), "a")
	run := func(text string, workers int, dir string) map[string]string {
		if _, err := planned(t, t.TempDir(), text).Run(context.Background(), RunOptions{Dir: dir, Workers: workers}); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(dir + ".partial"); err == nil {
			t.Error("something is left beside the folder")
		}
		return digests(t, dir)
	}
	want := run(text, 1, dir)
	if d := cmp.Diff(want, run(text, 2, filepath.Join(t.TempDir(), "a"))); d != "" {
		t.Errorf("two workers:\n%s", d)
	}
	kept, err := os.ReadFile(filepath.Join(dir, results.ExperimentFile))
	if err != nil {
		t.Fatal(err)
	}
	if again := run(string(kept), 2, filepath.Join(t.TempDir(), "a")); again["cells.csv"] != want["cells.csv"] {
		t.Error("the kept experiment makes other results")
	}

	m, err := results.ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	given := filepath.Join(t.TempDir(), "b")
	run(strings.Replace(text, "mser-5", spec.Duration(m.Settled.From()).String(), 1), 2, given)
	if d := cmp.Diff(readCSV(t, filepath.Join(given, "cells.csv")), readCSV(t, filepath.Join(dir, "cells.csv"))); d != "" {
		t.Errorf("given −, found +:\n%s", d)
	}

	interrupted := filepath.Join(t.TempDir(), "a")
	ctx, cancel := context.WithCancel(context.Background())
	progress := new(Progress)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for ctx.Err() == nil {
			if done, _ := progress.Units(); done == 3 {
				cancel()
			}
		}
	}()
	_, err = planned(t, t.TempDir(), text).Run(ctx, RunOptions{Dir: interrupted, Workers: 1, Progress: progress})
	cancel()
	<-stopped
	if err == nil {
		t.Fatal("it was not interrupted")
	}
	if left := namesIn(filepath.Join(interrupted+".partial", unitsName), unitName); len(left) < 3 {
		t.Errorf("%d pilots are kept (%v)", len(left), err)
	}
	if d := cmp.Diff(want, run(text, 2, interrupted)); d != "" {
		t.Errorf("after an interruption:\n%s", d)
	}
}

// A run that goes on until it is precise keeps the warm-up of the replications that it begins
// with, and one whose latencies never settle is refused, with nothing left beside its folder.
func TestSettledAndPrecise(t *testing.T) {
	text := strings.Replace(strings.Replace(settling, `"6h"`, `"2h"`, 1), `"10m"`, `"1m"`, 1)
	set, err := planned(t, t.TempDir(), text+"[precision]\nlatency_mean_s = \"1.5%\"\nmost = 30\n").Simulate(context.Background(), 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	if m := set.Manifest; m.Replications <= 10 || m.Settled.Replications != 10 || set.Cells[0].Replications[m.Replications-1].Window.Warmup != m.Settled.From() {
		t.Errorf("%d replications, %+v", m.Replications, m.Settled)
	}
	dir := filepath.Join(t.TempDir(), "a")
	_, err = planned(t, t.TempDir(), strings.Replace(text, `"100ms"`, `"300ms"`, 1)).Run(context.Background(), RunOptions{Dir: dir, Workers: 2})
	if err == nil || !strings.Contains(err.Error(), "over half of the run of 2h: it has not settled") || !strings.Contains(err.Error(), "toml:6: workload.warmup: ") {
		t.Errorf("overloaded: got %v", err)
	}
	if _, err := os.Stat(dir + ".partial"); err == nil {
		t.Error("something is left beside the folder")
	}
}

// Where there is no steady state, or others have another window, it is said at the key.
func TestSettleErrors(t *testing.T) {
	application := "[[workload.function]]\nname = \"f\"\narrivals = { process = \"poisson\", rate = \"5/s\" }\nservice = { dist = \"exponential\", mean = \"100ms\" }\ninit = { sandbox = \"10m\" }\n"
	for _, c := range []struct{ from, to, want string }{
		{application, "trace = \"csv:x.csv\"\n", `toml:6: workload.warmup: found "mser-5" beside a trace, want a duration`},
		{`process = "poisson", rate = "5/s"`, `process = "diurnal", rate = "5/s", amplitude = 0.5`, `the arrivals of function f (diurnal) follow the day`},
		{"warmup = \"mser-5\"", "warmup = \"mser5\"", `toml:6: workload.warmup: found "mser5", want a duration such as`},
		{"[output]", "\"workload.warmup\" = [\"mser-5\", \"1h\"]\n[output]", "some cells find their warm-up (mser-5) and others have one that is given"},
		{`"6h"`, `"1m"`, `found "mser-5" of about 241 requests`},
	} {
		dir := t.TempDir()
		text := strings.Replace(settling, c.from, c.to, 1)
		if strings.HasPrefix(c.to, "trace") { // which has no such function to sweep
			text = strings.Replace(text, "[sweep.grid]\n\"workload.function.f.arrivals.rate\" = [\"4/s\", \"5/s\"]\n", "", 1)
		}
		e, err := Parse("x.toml", []byte(text))
		var p *Plan
		if err == nil {
			if p, err = Prepare(context.Background(), e, Env{DataDir: dir}); err == nil {
				_, err = p.Simulate(context.Background(), 1, nil)
			}
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.to, err, c.want)
		}
	}
}
