package results

import (
	"fmt"
	"math"
	"testing"

	"github.com/cockroachdb/apd/v3"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// decimal parses a decimal that the test knows to be one.
func decimal(t testing.TB, s string) apd.Decimal {
	t.Helper()
	d, _, err := apd.NewFromString(s)
	if err != nil {
		t.Fatal(err)
	}
	return *d
}

// fakeUnit makes up a unit of a plausible day: a diurnal load of requests,
// lognormal service, a share of them cold, and instances kept warm in between.
func fakeUnit(t testing.TB, key sim.RunKey, functions []sim.Function, coldRatio, keep float64, perMonth string) *Replication {
	t.Helper()
	w := sim.Window{Warmup: sim.Hour, Horizon: 13 * sim.Hour}
	r, err := NewRecorder(Config{Window: w, Functions: functions})
	if err != nil {
		t.Fatal(err)
	}
	const n = 12000
	place, service := sim.NewStream(key, sim.PurposeArrival, 1), sim.NewStream(key, sim.PurposeService, 1)
	cold, init := sim.NewStream(key, sim.PurposeState, 1), sim.NewStream(key, sim.PurposeShape, 1)
	warm := distuv.LogNormal{Mu: math.Log(0.08), Sigma: 0.9}
	start := distuv.LogNormal{Mu: math.Log(0.6), Sigma: 0.4}
	batch := make([]sim.Outcome, 0, n)
	var lives []sim.Life
	for i := range uint64(n) {
		u := place.Uniform(i)
		at := w.Warmup + sim.Time((u+0.1*math.Sin(2*math.Pi*u))*float64(w.Length()))
		at = min(max(at, w.Warmup), w.Horizon-1)
		f := uint32(math.Pow(place.Uniform(i+n), 3) * float64(len(functions)))
		o := sim.Outcome{Arrival: at, Start: at, Function: f, Started: true}
		length := sim.Time(warm.Quantile(service.Uniform(i)) * second)
		if cold.Uniform(i) < coldRatio {
			o.Init = sim.Time(start.Quantile(init.Uniform(i)) * second)
			o.Start += o.Init
			o.Flags = sim.Cold
			stop := o.Start + length + sim.Time(keep*second)
			l := sim.Life{Created: at, Ready: o.Start, Stopped: stop, Memory: 512, Deployment: f}
			l.Phases[sim.PhaseSandbox], l.Phases[sim.PhaseRuntime] = o.Init/4, o.Init/2
			l.Phases[sim.PhaseImage] = o.Init - o.Init/4 - o.Init/2
			l.Idle = w.Clip(o.Start+length, stop)
			lives = append(lives, l)
		}
		o.End = o.Start + length
		batch = append(batch, o)
	}
	r.Requests(batch)
	r.Lives(lives)
	rep, err := r.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if perMonth != "" {
		rep.Bills = fakeBills(t, perMonth)
	}
	return rep
}

func fakeBills(t testing.TB, amount string) []costmodel.Bill {
	requests := costmodel.Line{Name: "requests", Unit: "1M requests", Quantity: decimal(t, "1.2"), UnitPrice: decimal(t, "0.20"), Amount: decimal(t, "0.240"), Grade: "A"}
	compute := costmodel.Line{Name: "duration", Unit: "GB-s", Quantity: decimal(t, amount), UnitPrice: decimal(t, "1"), Amount: decimal(t, amount), Grade: "A"}
	b := costmodel.Bill{Tariff: "aws-lambda", Currency: "USD", Lines: []costmodel.Line{requests, compute}}
	if _, err := apd.BaseContext.Add(&b.Total, &requests.Amount, &compute.Amount); err != nil {
		t.Fatal(err)
	}
	arm := b
	arm.Tariff, arm.Counterfactual = "aws-lambda-arm", true
	arm.Lines = []costmodel.Line{requests}
	arm.Total = requests.Amount
	return []costmodel.Bill{b, arm}
}

func fakeFunctions(n int) []sim.Function {
	var out []sim.Function
	for i := range n {
		out = append(out, sim.Function{Name: fmt.Sprintf("f%02d", i), App: fmt.Sprintf("app%d", i/2), Trigger: "http", Memory: 512})
	}
	return out
}

// fakeSet is an experiment of keep-alive windows and a bound, n replications each.
func fakeSet(t testing.TB, windows []int, replications int) *Set {
	t.Helper()
	functions := fakeFunctions(20)
	s := &Set{
		Title:     "How long should an idle instance stay warm?",
		Reference: Reference{"platform.lambda.keepalive": "10m"},
		Manifest: Manifest{Version: "0.1.0", ModelVersion: "1", Title: "How long should an idle instance stay warm?",
			Experiment: "keepalive.toml", Hash: "sha256:00", Seed: 1, Replications: replications, Units: replications * (len(windows) + 1), GOARCH: "amd64",
			Command: "coldcurve run experiments/keepalive.toml"},
		Assumptions: []Assumption{{"aws-lambda", "keep-alive of an idle environment: 10 min", "C", "https://example.org/a"}},
		Warnings:    []string{"3 rows of the trace were skipped"},
	}
	slo, err := NewSLO([]Objective{{Metric: "latency_p99_s", Limit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	s.SLO = slo
	for _, m := range windows {
		c := Cell{Platform: "lambda", Functions: functions,
			Values: []PathValue{{Path: "platform.lambda.keepalive", Label: fmt.Sprintf("%dm", m)}}}
		for n := range replications {
			ratio := 0.3 / (1 + float64(m))
			c.Replications = append(c.Replications, fakeUnit(t, sim.RunKey{Seed: 1, Replication: uint64(n)}, functions, ratio, float64(m)*60,
				fmt.Sprintf("%d.%02d", 10+m, n)))
		}
		s.Cells = append(s.Cells, c)
	}
	c := Cell{Platform: "lambda", Functions: functions, Bound: true,
		Values: []PathValue{{Path: "platform.lambda.keepalive", Label: "offline"}}}
	for n := range replications {
		c.Replications = append(c.Replications, fakeUnit(t, sim.RunKey{Seed: 1, Replication: uint64(n)}, functions, 0.002, 120, ""))
	}
	s.Cells = append(s.Cells, c)
	return s
}
