package serve

import (
	"context"
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
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

// load is the load at a level of what is guessed, and at a factor on its rate. Before its
// window instances that come and go have settled: what a world that begins cold starts
// and stops again is not in the bill of a month.
func (q *question) load(ctx context.Context, l level, factor float64, settling sim.Time) (*load, error) {
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
	before := max(leastWarmup+settling, min(mostWarmup, sim.Time(budget/4/rate*float64(sim.Second))))
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
