package experiments

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/results"
)

// varied is an experiment that takes from a preset, sweeps a part of what it takes,
// and sweeps the preset of another platform.
const varied = `replications = 2
[workload]
horizon = "20m"
[[workload.function]]
name = "f"
memory = "512MB"
arrivals = { process = "poisson", rate = "0.2/s" }
service = "1s"
[[platform]]
name = "p"
preset = "aws-lambda"
limit = { account = 50 }
[[platform]]
name = "q"
preset = "knative"
tariffs = []
[sweep.grid]
"platform.p.keepalive.window" = ["1m", "5m"]
"platform.q.preset" = ["knative", "azure-consumption"]
[output]
plots = []
`

func planOf(t *testing.T, file, text string, sets ...string) *Plan {
	t.Helper()
	e, err := Parse(file, []byte(text), sets...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(context.Background(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestKeptExperiment: the experiment that a result folder keeps makes the same
// results, byte by byte, and may replace them; what the user wrote is kept beside it.
func TestKeptExperiment(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	first := runInto(t, planOf(t, "varied.toml", varied, "platform.p.memory=256MB", "seed=7"), dir, 2)
	if got := read(t, filepath.Join(dir, results.SourceFile)); got != varied {
		t.Errorf("the user's file is kept as\n%s", got)
	}
	kept := read(t, filepath.Join(dir, results.ExperimentFile))
	for _, line := range []string{"seed = 7\n", `title = "varied"` + "\n", `memory = "256MB"` + "\n", `keepalive = { name = "fixed", window = "10m" }` + "\n",
		`limit = { account = 50, requests = "10/s", ramp = "1000/10s", over = "reject" }` + "\n"} {
		if !strings.Contains(kept, line) {
			t.Errorf("it lacks %q:\n%s", line, kept)
		}
	}
	if strings.Count(kept, "timeout =") != 1 {
		t.Errorf("the values of a preset that is swept are written out:\n%s", kept)
	}
	if strings.Contains(kept, filepath.Dir(dir)) {
		t.Errorf("it holds a path of this machine:\n%s", kept)
	}
	again := runInto(t, planOf(t, filepath.Join(dir, results.ExperimentFile), kept), dir, 1) // not refused
	for _, name := range []string{results.ManifestFile, results.SourceFile, "report.html"} {
		delete(first, name) // which name the file
		delete(again, name)
	}
	if diff := cmp.Diff(first, again); diff != "" || len(first) < 6 {
		t.Errorf("%d files (-first +again):\n%s", len(first), diff)
	}
}

// TestKeptAssumptions: a value of a preset that is written out is still the
// preset's, with its grade; one that is changed is not.
func TestKeptAssumptions(t *testing.T) {
	p := planOf(t, "varied.toml", varied)
	want, got := p.Assumptions(), planOf(t, "kept.toml", p.resolved.Document()).Assumptions()
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 10 {
		t.Errorf("%d assumptions (-first +kept):\n%s", len(want), diff)
	}
	for _, a := range got {
		if strings.HasPrefix(a.Text, "limit = ") && strings.HasPrefix(a.Subject, "platform p ") {
			t.Errorf("the changed limit is the preset's: %+v", a)
		}
	}
}

// TestKeptExperimentWithoutTrace: a trace beside the experiment is not beside its
// result folder.
func TestKeptExperimentWithoutTrace(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "t.csv"), "arrival_s,service_s,function\n0,1,f\n5,1,f\n")
	const text = "[workload]\ntrace = \"csv:t.csv\"\n[[platform]]\nname = \"p\"\nkeepalive = { name = \"fixed\" }\n[output]\nplots = []\n"
	dir := filepath.Join(t.TempDir(), "out")
	runInto(t, planOf(t, filepath.Join(home, "x.toml"), text), dir, 1)
	file := filepath.Join(dir, results.ExperimentFile)
	e, err := Parse(file, []byte(read(t, file)))
	if err != nil {
		t.Fatal(err)
	}
	const want = "which keeps no traces: --data says in which folder its trace is"
	if _, err := Prepare(context.Background(), e, Env{}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	p, err := Prepare(context.Background(), e, Env{DataDir: home})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(dir, results.ManifestFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Prepare(context.Background(), e, Env{}); err == nil || strings.Contains(err.Error(), want) {
		t.Errorf("beside no manifest: got %v", err)
	}
}

// TestKeptTariffs: with the tariffs that its folder keeps, an experiment has the
// prices of then, whatever a tariff of that name says by now.
func TestKeptTariffs(t *testing.T) {
	own := t.TempDir()
	write(t, filepath.Join(own, "own.toml"), `[[tariff]]
name = "aws-lambda"
extends = "aws-lambda"
[[tariff.price]]
name = "requests"
meters = ["requests", "provisioned_requests"]
unit = "1M"
price = "7"
grade = "U"
source = "a test"
`)
	prepared := func(file, text string, tariffs ...string) *Plan {
		e, err := Parse(file, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Prepare(context.Background(), e, Env{Tariffs: tariffs})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	dir := filepath.Join(t.TempDir(), "out")
	first := runInto(t, prepared("varied.toml", varied, own), dir, 2)
	if bill := read(t, filepath.Join(dir, "bill.csv")); !strings.Contains(bill, ",7,") {
		t.Fatalf("the bill is not by the price of 7:\n%s", bill)
	}
	kept := read(t, filepath.Join(dir, results.ExperimentFile))
	again := runInto(t, prepared(results.ExperimentFile, kept, filepath.Join(dir, filepath.Dir(results.TariffsFile))), filepath.Join(t.TempDir(), "again"), 2)
	for _, name := range []string{"bill.csv", "cells.csv", results.TariffsFile} {
		if first[name] == "" || first[name] != again[name] {
			t.Errorf("%s differs", name)
		}
	}
	// Without them it is another experiment, and the refusal says by which price.
	_, err := prepared(results.ExperimentFile, kept).Run(context.Background(), RunOptions{Dir: dir, Workers: 1})
	if err == nil || !strings.Contains(err.Error(), `tariff aws-lambda: price.requests.price: "7" → "0.20"`) {
		t.Errorf("got %v", err)
	}
}
