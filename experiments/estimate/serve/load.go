package serve

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/workloads"
)

// load is what is simulated.
type load struct {
	rate     float64 // requests a second in the window
	peak     float64 // times that at most
	in, out  float64 // tokens, means
	window   sim.Window
	notes    []string
	workload sim.Workload
}

// requests is about how many requests one simulation has, its warm-up included.
func (l *load) requests() float64 { return l.rate * float64(l.window.Horizon) / float64(sim.Second) }

// Sizes of simulations.
const (
	budget       = 30_000  // requests of a simulation, about
	wholeDay     = 100_000 // requests of a period of a shape that are simulated to have all of it
	planBudget   = 120_000 // requests of all replications of a plan, beyond which there are fewer
	leastWarmup  = 5 * sim.Minute
	mostWarmup   = sim.Hour
	mostRequests = 5_000_000 // of a simulation, beyond which none is made
)

// replications is how often a load is simulated.
func (q *question) replications(l *load) int {
	return max(1, min(q.Replications, int(planBudget/max(1, l.requests()))))
}

// load is the load at a level of what is guessed, and at a factor on its rate.
func (q *question) load(ctx context.Context, l level, factor float64) (*load, error) {
	rate := at(q.rate, l) * factor
	if q.traced != nil {
		return q.traced.load(ctx, rate)
	}
	length := estimate.WindowOf(rate, budget, q.shape.Period > 0)
	out := &load{in: at(q.in, l), out: at(q.out, l), peak: q.shape.Peak()}
	periods := 1
	if p := float64(q.shape.Period); p > 0 {
		length = max(length, min(p, wholeDay/rate*float64(sim.Second)))
		periods = max(1, int(math.Round(length/p)))
		if length >= p {
			length = float64(periods) * p
		} else {
			out.notes = append(out.notes, fmt.Sprintf("the %s shape of %s is compressed into the %s that are simulated: instances come and go as if the day were that short", q.shape.Name, estimate.Clock(q.shape.Period), estimate.Clock(sim.Time(length))))
		}
	}
	n := math.Max(1, math.Round(rate*length/float64(sim.Second)))
	if q.shape.Period == 0 { // the window of a whole number of requests
		length = n / rate * float64(sim.Second)
	}
	if !(length < 1e17) {
		return nil, inputError("%v requests a second are too few to say anything about", rate)
	}
	window := sim.Time(math.Round(length))
	before := max(leastWarmup, min(mostWarmup, sim.Time(budget/4/rate*float64(sim.Second))))
	out.window = sim.Window{Warmup: before, Horizon: before + window}
	out.rate = n / (float64(window) / float64(sim.Second))
	if out.requests() > mostRequests {
		return nil, inputError("%.0f requests would be simulated, %s a second for %s: want at most %d; ask for a part of the load", out.requests(), estimate.Digits(rate, 3), estimate.Clock(out.window.Horizon), mostRequests)
	}
	stretches := []workloads.Stretch{
		{To: before, Count: int64(math.Round(rate * float64(before) / float64(sim.Second)))},
		{From: before, To: before + window, Count: int64(n), Density: q.shape.Density(periods)},
	}
	counted := []workloads.CountedLoad{{Service: sim.Constant(0), Even: q.shape.Even, Stretches: stretches}}
	functions := []sim.Function{{Name: "model", App: "model"}}
	columns, err := newLengths(out.in, out.out, q.cvIn, q.cvOut, q.hit, q.model.Context)
	if err != nil {
		return nil, inputError("--tokens-in, --tokens-out: found %w", err)
	}
	if cut := columns.cut(); cut != "" {
		out.notes = append(out.notes, cut)
	}
	columns.first, columns.count = uint64(stretches[0].Count), uint64(n)
	out.workload = asked{workloads.NewCounted(functions, counted, []float64{1}, nil), columns}
	return out, nil
}

// asked is a workload whose requests have tokens.
type asked struct {
	sim.Workload
	columns tokens.Columns
}

// Tokens implements tokens.Source.
func (a asked) Tokens() tokens.Columns { return a.columns }

// traced is the load of a trace, opened once for each factor on its arrivals.
type traced struct {
	spec    string
	options traces.Options
	first   *traces.Trace
	in, out float64 // means

	mu     sync.Mutex
	scaled map[float64]*load
}

// openTraced opens a trace of requests to a language model.
func openTraced(ctx context.Context, spec string, o traces.Options) (*traced, error) {
	t, err := traces.Open(ctx, spec, o)
	if err != nil {
		return nil, inputError("--trace: %w", err)
	}
	if t.Tokens() == nil {
		return nil, inputError("--trace %s: its requests have no tokens, want a trace of requests to a language model (coldcurve list formats)", spec)
	}
	out := &traced{spec: spec, options: o, first: t, scaled: map[float64]*load{}}
	return out, out.measure()
}

// measure reads the trace once.
func (t *traced) measure() error {
	set := make([]uint32, len(t.first.Functions()))
	for i := range set {
		set[i] = uint32(i)
	}
	source, err := t.first.Open(sim.RunKey{}, set)
	if err != nil {
		return inputError("--trace: %w", err)
	}
	columns, n := t.first.Tokens(), 0.0
	buf := make([]sim.Invocation, 1024)
	keys := make([]uint64, len(set))
	for {
		got, err := source.Next(buf)
		for i := range buf[:got] {
			r := columns.Tokens(buf[i].Function, buf[i].Attr, keys[buf[i].Function])
			keys[buf[i].Function]++
			t.in, t.out, n = t.in+float64(r.Input), t.out+float64(r.Output), n+1
		}
		if err != nil || got == 0 {
			break
		}
	}
	if n == 0 {
		return inputError("--trace %s: it has no requests", t.spec)
	}
	t.in, t.out = t.in/n, t.out/n
	return nil
}

func (t *traced) count() (n int64) {
	for _, c := range t.first.Counts() {
		n += c
	}
	return n
}

func (t *traced) rate() float64 {
	return float64(t.count()) / (float64(t.first.Horizon()) / float64(sim.Second))
}

func (t *traced) basis(scaled bool) string {
	if scaled {
		return fmt.Sprintf("given; the trace's %d requests of %s, thinned or repeated", t.count(), estimate.Clock(t.first.Horizon()))
	}
	return fmt.Sprintf("the trace: %d requests in %s, taken as that long a part of every month", t.count(), estimate.Clock(t.first.Horizon()))
}

// load is the trace at a rate: thinned below its own, repeated above.
func (t *traced) load(ctx context.Context, rate float64) (*load, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.scaled[rate]; l != nil {
		return l, nil
	}
	o := t.options
	o.Scale = rate / t.rate()
	if o.Scale*float64(t.count()) > mostRequests {
		return nil, inputError("%.0f requests would be simulated, want at most %d: ask for a part of the load", o.Scale*float64(t.count()), mostRequests)
	}
	trace := t.first
	if o.Scale != 1 {
		var err error
		if trace, err = traces.Open(ctx, t.spec, o); err != nil {
			return nil, inputError("--trace: %w", err)
		}
	}
	l := &load{rate: rate, peak: 1, in: t.in, out: t.out, window: sim.Window{Horizon: trace.Horizon()}, workload: joined{trace}}
	l.notes = []string{"a trace is played once, from its start: that instances which come and go are not there yet is in what it shows"}
	if l.window.Horizon < sim.Hour {
		l.notes = append(l.notes, fmt.Sprintf("the trace is of %s: a month of it is taken to be like that", estimate.Clock(l.window.Horizon)))
	}
	t.scaled[rate] = l
	return l, nil
}

// Close gives up what traces were sorted into.
func (t *traced) Close() error {
	err := t.first.Close()
	for _, l := range t.scaled {
		if trace := l.workload.(joined).Trace; trace != t.first {
			if also := trace.Close(); err == nil {
				err = also
			}
		}
	}
	return err
}

// joined is a trace all of whose functions are one model's.
type joined struct{ *traces.Trace }

// Functions implements sim.Workload.
func (j joined) Functions() []sim.Function {
	out := make([]sim.Function, 0, len(j.Trace.Functions()))
	for _, f := range j.Trace.Functions() {
		out = append(out, sim.Function{Name: f.Name, App: "model"})
	}
	return out
}
