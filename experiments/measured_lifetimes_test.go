package experiments_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/coldcurve/coldcurve/experiments/lifetimes"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// expected is what replays of a run say of its requests, over many draws of idle times and
// ages: how many that were cold are cold, and how many that were warm.
type expected struct{ hit, falseCold float64 }

// replayDrawn replays a run so many times.
func replayDrawn(t *testing.T, rows []measured, keep sim.KeepAliveFactory, replays int) (e expected) {
	t.Helper()
	requests := make([]sim.Invocation, len(rows))
	for i, r := range rows {
		requests[i] = sim.Invocation{Arrival: seconds(r.start - rows[0].start), Service: seconds(r.duration)}
	}
	w := &simtest.Load{}
	w.Add(sim.Function{Name: "f", Memory: 128}, requests)
	for n := range replays {
		run, _, _ := play(t, sim.Config{
			Workload: w, Window: sim.Window{Horizon: sim.Time(math.Ceil(rows[len(rows)-1].start-rows[0].start)+1) * sim.Second},
			Platforms: []sim.Platform{{
				KeepAlive: keep, Reuse: sim.Newest, Scaling: policies.PerRequest{},
				Init: sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(seconds(0.547))}},
			}},
			Key: sim.RunKey{Seed: 1, Replication: uint64(n)},
		})
		for i, o := range run.Requests {
			switch {
			case o.Flags&sim.Cold == 0:
			case rows[i].cold:
				e.hit += 1 / float64(replays)
			default:
				e.falseCold += 1 / float64(replays)
			}
		}
	}
	return e
}

// TestMeasuredLifetimes fits idle times and ages on the run of 1,648 requests, one every
// 61 s, and tests them on that of 290, one every 350 s, which nothing here was fitted on. A
// fixed window, fitted on the same run, stands beside them. The bounds are what the runs
// gave when the test was written; docs/validation.md discusses them.
func TestMeasuredLifetimes(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of replays are not short")
	}
	const fitted, tested = "res-01-2020-05-26_01-31-35.csv.gz", "res-01-2020-06-06_22-39-19.csv.gz"
	rows, others := readMeasured(t, fitted), readMeasured(t, tested)
	fields, err := lifetimes.ParseFields("arrival=client_start_time,duration_ms=aws_duration,instance=exist_id,cold=is_cold")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(os.Getenv("COLDCURVE_DATA"), "aws-lambda", "measured-2020", fitted))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	log, err := lifetimes.Read(file, fitted, fields)
	if err != nil {
		t.Fatal(err)
	}
	fit, err := log.Run()
	if err != nil {
		t.Fatal(err)
	}
	root, err := spec.Parse("fit.toml", []byte("keepalive = "+fit.Table()))
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := policies.KeepAlive(root.Get("keepalive"))
	if err != nil {
		t.Fatal(err)
	}
	cold := func(rows []measured) (n float64) {
		for _, r := range rows {
			if r.cold {
				n++
			}
		}
		return n
	}
	best, fewest := 0.0, math.Inf(1)
	for window := 300.0; window <= 1600; window += 10 {
		e := replayDrawn(t, rows, fixed(window), 1)
		if misses := e.falseCold + cold(rows) - e.hit; misses < fewest {
			best, fewest = window, misses
		}
	}
	show := func(of string, rows []measured, e expected) {
		n := cold(rows)
		t.Logf("%-28s %4d rows: cold %2.0f measured, %5.1f predicted; both %5.1f, predicted cold and was warm %5.1f, predicted warm and was cold %5.1f; %.2f %% agree",
			of, len(rows), n, e.hit+e.falseCold, e.hit, e.falseCold, n-e.hit, 100*(1-(e.falseCold+n-e.hit)/float64(len(rows))))
	}
	t.Logf("fixed: %v s", best)
	show("fixed, its own run", rows, replayDrawn(t, rows, fixed(best), 1))
	own := replayDrawn(t, rows, drawn, 200)
	show("drawn, its own run", rows, own)
	show("fixed, the other run", others, replayDrawn(t, others, fixed(best), 1))
	other := replayDrawn(t, others, drawn, 200)
	show("drawn, the other run", others, other)
	if best != 1380 {
		t.Errorf("the fitted window is %v s, it was 1380 s", best)
	}
	for _, c := range []struct {
		of        string
		got, want expected
	}{{"its own run", own, expected{15.9, 13.1}}, {"the other run", other, expected{14.4, 6.2}}} {
		if math.Abs(c.got.hit-c.want.hit) > 0.1 || math.Abs(c.got.falseCold-c.want.falseCold) > 0.1 {
			t.Errorf("drawn, on %s: %+v, it was %+v", c.of, c.got, c.want)
		}
	}
}
