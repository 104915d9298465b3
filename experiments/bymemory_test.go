package experiments

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// measuredThere is a function of 100 ms that computes for all of its time, as it was
// measured on the platform old, and what runs it now is called now.
const measuredThere = `
trigger  = [{ name = "asks", start = "work", arrivals = { process = "periodic", every = "1m" } }]
function = [{ name = "work", platform = "now", memory = "512MB", service = "100ms", by_memory = { at = "512MB", on = "old", cpu_share = 1, threads = 4 } }]
`

const measuredExperiment = `
[workload]
application = "work.app.toml"
horizon     = "1h"

[[platform]]
name        = "old"
keepalive   = { name = "fixed", window = "10m" }
vcpu        = 1

[[platform]]
name        = "now"
keepalive   = { name = "fixed", window = "10m" }
vcpu        = 1
concurrency = 1
tariffs     = ["aws-lambda"]

[output]
plots = []
`

// workPlan is its plan, with files in a folder of their own.
func workPlan(t *testing.T, app, experiment string, sets ...string) (*Plan, error) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "work.app.toml"), app)
	e, err := Parse(filepath.Join(dir, "work.toml"), []byte(experiment), sets...)
	if err != nil {
		return nil, err
	}
	return Prepare(context.Background(), e, Env{})
}

// middles are the p50 of each row of a plan that is run, in ms.
func middles(t *testing.T, p *Plan) (list []float64) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	if _, err := p.Run(context.Background(), RunOptions{Dir: dir, Workers: 1}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(read(t, filepath.Join(dir, "cells.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], "latency_p50_s")
	for _, row := range rows[1:] {
		s, err := strconv.ParseFloat(row[at], 64)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s*1000)
	}
	return list
}

// A platform on which nothing runs may say what CPU a function was measured on: 1 and 4
// vCPUs there are 100 and 400 ms on one here, and two units.
func TestWhereItWasMeasuredIsOfTheUnit(t *testing.T) {
	p, err := workPlan(t, measuredThere, measuredExperiment, `sweep.grid."platform.old.vcpu"=[1, 4]`)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, middles(t, p), 100, 400)
}

// Nor does a preset alone say how a platform behaves: the catalogue knows by it what an
// application may send.
func TestPresetsAreOfTheUnit(t *testing.T) {
	p, err := workPlan(t, measuredThere, measuredExperiment)
	if err != nil {
		t.Fatal(err)
	}
	u := p.units[0]
	before := u.applicationIdentity(p.points[0].workload)
	u.platforms[0].preset = "aws-lambda"
	if u.applicationIdentity(p.points[0].workload) == before {
		t.Error("another preset is the same unit")
	}
}

// A function that was measured on one vCPU and has half of one takes twice as long, in
// slots and where it shares the processor with nobody; measured on half of one, as long
// as there. With c the vCPUs there and s the share, (1 − s) + s · c ÷ 0.5 either way.
func TestLessCPUIsCountedOnce(t *testing.T) {
	for _, row := range []struct{ there, share, shared, ms string }{
		{"1", "1", "1", "200"},
		{"0.5", "1", "1", "100"},
		{"0.25", "1", "1", "50"},
		{"1", "0.5", "0.5", "150"},
		{"0.5", "0.5", "0.3333", "100"}, // on one vCPU 25 of 75 ms compute
	} {
		app := strings.Replace(measuredThere, "cpu_share = 1, threads = 4", "cpu_share = "+row.share, 1)
		want, err := strconv.ParseFloat(row.ms, 64)
		if err != nil {
			t.Fatal(err)
		}
		for _, server := range []string{`{ name = "slots" }`, `{ name = "shared", cpu_share = ` + row.shared + ` }`} {
			p, err := workPlan(t, app, measuredExperiment, "platform.now.vcpu=0.5", "platform.old.vcpu="+row.there, "platform.now.server="+server)
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, middles(t, p), want)
		}
	}
}

// What a function and the server it shares say of its computing must agree, and what was
// measured is slow already.
func TestSharesAgreeWithMemory(t *testing.T) {
	for _, row := range []struct{ by, server, want string }{
		{`at = "512MB", on = "old", cpu_share = 0.5`, `{ name = "shared" }`, `computes for 0.5 of its time, and the server "shared" of the platform "now" takes 1: want server = { name = "shared", cpu_share = 0.5 } there`},
		{`at = "512MB", times = { 256MB = "200ms", 512MB = "100ms" }`, `{ name = "shared" }`, `want cpu_share in place of times, or a vCPU`},
	} {
		app := strings.Replace(measuredThere, `at = "512MB", on = "old", cpu_share = 1, threads = 4`, row.by, 1)
		_, err := workPlan(t, app, measuredExperiment, "platform.now.vcpu=0.5", "platform.now.server="+row.server)
		if err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), "work.app.toml:3: function[0].by_memory") {
			t.Errorf("%s: got %v, want %s", row.by, err, row.want)
		}
	}
}

// A key of an experiment takes the place of the preset's that says the same in another
// way; both in an experiment are refused. So it is in what the result folder keeps.
func TestRivalsOfAPreset(t *testing.T) {
	on := strings.Replace(measuredExperiment, `tariffs     = ["aws-lambda"]`, `preset      = "aws-lambda"`, 1)
	on = strings.Replace(on, "keepalive   = { name = \"fixed\", window = \"10m\" }\nvcpu        = 1\nconcurrency = 1\npreset", "preset", 1)
	app := strings.Replace(measuredThere, ", threads = 4", "", 1)
	p, err := workPlan(t, app, on)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, middles(t, p), 100*1769.0/512) // the preset's: a vCPU for 1,769 MB
	if p, err = workPlan(t, app, on, "platform.now.vcpu=0.5"); err != nil {
		t.Fatal(err)
	}
	closeTo(t, middles(t, p), 200)
	if _, err = workPlan(t, app, on, "platform.now.vcpu=0.5", `platform.now.memory_per_vcpu="1GB"`); err == nil || !strings.Contains(err.Error(), "memory_per_vcpu: given beside vcpu") {
		t.Errorf("got %v, want one of them refused", err)
	}
	if p, err = workPlan(t, app, on, `sweep.grid."platform.now.vcpu"=[0.5, 0.25]`); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	if _, err := p.Run(context.Background(), RunOptions{Dir: dir, Workers: 1}); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(dir, results.ExperimentFile)
	data, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, middles(t, planOf(t, kept, string(data))), 200, 400)
}

// closeTo checks values to within a hundredth, which is finer than any histogram's.
func closeTo(t *testing.T, got []float64, want ...float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if d := got[i]/want[i] - 1; d > 0.01 || d < -0.01 {
			t.Errorf("row %d: %.4g ms, want %.4g", i, got[i], want[i])
		}
	}
}

// Where a sweep or --set puts a function on another platform, its times stay those of the
// platform where the file has it: they follow the CPU from there, or are those that were
// measured on the other one, or there are none and it is refused.
func TestTimesStayWhereTheyWereMeasured(t *testing.T) {
	const at = `by_memory = { at = "512MB", on = "old", cpu_share = 1, threads = 4 }`
	for _, row := range []struct {
		by   string
		ms   float64 // on now, with half of a vCPU
		want string  // or what is refused
	}{
		{`cpu_share = 1`, 200, ""},
		{`times = { 256MB = "30s", 512MB = "10s" }, times_on = { now = { 512MB = "4s" } }`, 40, ""},
		{`times = { 256MB = "30s", 512MB = "10s" }, times_on = { now = { 256MB = "4s", 1GB = "1s" } }`, 20, ""}, // 4 s to 1 s over two doublings
		{`times = { 256MB = "30s", 512MB = "10s" }, times_on = { now = { 1GB = "4s" } }`, 0,
			`work.app.toml:3: function[0].by_memory.times_on.now: it has 512MB, and times were measured from 1024MB to 1024MB`},
		{`times = { 256MB = "30s", 512MB = "10s" }`, 0,
			`work.app.toml:3: function[0].by_memory: the times by memory are of the platform "old", and it runs on "now": want cpu_share, or times of that, times_on = { now = { … } }`},
	} {
		app := strings.Replace(strings.Replace(measuredThere, at, `by_memory = { at = "512MB", `+row.by+` }`, 1), `platform = "now"`, `platform = "old"`, 1)
		p, err := workPlan(t, app, measuredExperiment, "platform.now.vcpu=0.5", `platform.old.tariffs=["aws-lambda"]`, `sweep.grid."app.function.work.platform"=["old", "now"]`)
		if row.want != "" {
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s: got %v, want %s", row.by, err, row.want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, middles(t, p), 100, row.ms)
	}
}
