package flows

import (
	"context"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// tenSteps is an application of ten steps under an orchestrator that is billed by
// transition: six calls, of which one is retried now and then, a choice, a parallel, a
// pass and a wait.
func tenSteps(horizon sim.Time) *builder {
	b := newBuilder(horizon)
	b.g.Step = horizon / 10 // as every experiment tells it over time
	e := nothing()
	e.Transitions = b.meter("transitions")
	e.Counts = Counts{Call: 1, Choice: 1, Parallel: 1, Map: 1, Wait: 1, Pass: 1, Retry: 1, End: 1}
	e.Gap = []Gap{{0, exponential(100 * ms)}}
	a, c := b.function("a", exponential(50*ms)), b.function("c", exponential(20*ms))
	b.g.Functions[c].Error = 0.1
	f := b.flow("f", e)
	left, right := b.list(f, callOf("left", a)), b.list(f, callOf("right", c))
	for _, s := range []int32{left, right} {
		b.g.Steps[s].Retry = []Retry{{On: OnAny, Attempts: 3, Backoff: backoff.Backoff{First: 10 * ms, Factor: 2, Jitter: backoff.Full}}}
	}
	retried := callOf("retried", c)
	retried.Retry = b.g.Steps[left].Retry
	retried.Catch = []Catch{{OnAny, following}}
	b.main(f, callOf("one", a), step(PassStep, "pass"), parallel("both", left, right), choice("rarely", Case{Probability: 0.1, Next: first - 6}, Case{Next: following}),
		retried, callOf("two", a), wait("wait", after(10*ms)), callOf("three", a))
	b.g.Steps[b.g.Flows[f].First+2].Catch = []Catch{{OnAny, b.g.Flows[f].First + 3}}
	b.trigger("t", f)
	return b
}

// bench returns a run of it without observers.
func (b *builder) bench(arrivals []sim.Time) func(t tester) *Tally {
	var load simtest.Load
	for k := range b.g.Functions {
		load.Add(sim.Function{Name: b.g.Functions[k].Name}, nil)
	}
	trigger := uint32(len(b.g.Functions))
	b.g.Triggers[0].Function = int32(trigger)
	var all []sim.Invocation
	for _, at := range arrivals {
		all = append(all, sim.Invocation{Arrival: at, Function: trigger})
	}
	load.Add(sim.Function{Name: "t", Outside: true}, all)
	return func(t tester) *Tally {
		app := New(&b.g, sim.RunKey{})
		_, err := sim.Run(context.Background(), sim.Config{
			Workload: &load, Platforms: []sim.Platform{anyNumber}, Window: sim.Window{Horizon: b.g.Horizon}, Follow: app,
			Observers: func() []sim.Observer { return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		return app.Tally()
	}
}

// BenchmarkFlow runs executions of ten steps in the kernel: attempts at steps a second,
// on one core.
func BenchmarkFlow(b *testing.B) {
	horizon := 200 * second
	app := tenSteps(horizon)
	arrivals := poisson(200, horizon, 1)
	run := app.bench(arrivals)
	attempts := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		tally := run(b)
		for k := range tally.Steps {
			attempts += tally.Steps[k].Attempts
		}
	}
	b.ReportMetric(float64(attempts)/b.Elapsed().Seconds(), "steps/s")
}
