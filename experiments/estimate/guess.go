package estimate

import (
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces/logs"
	"github.com/coldcurve/coldcurve/workloads"
)

// level is which end of what is guessed a run takes.
type level int

const (
	low level = iota
	likely
	high
)

// Range is a value that is known (all three equal) or guessed.
type Range struct{ Low, Likely, High float64 }

// Known is the range of a known value.
func Known(v float64) Range { return Range{v, v, v} }

func (r Range) at(l level) float64 { return [...]float64{r.Low, r.Likely, r.High}[l] }

// Exact reports whether the value is known.
func (r Range) Exact() bool { return r.Low == r.High }

func (r Range) ordered() bool { return r.Low <= r.Likely && r.Likely <= r.High }

// Function is what is known, or guessed, of a function.
type Function struct {
	Name     string
	Memory   int64 // MiB configured
	Used     int64 // MiB, the most that it was seen to use; 0: unknown
	Needs    int64 // MiB that the user says it needs; 0: not said
	Rate     Range // requests a second
	Duration Range // ns, mean on a warm instance
	CV       Range // standard deviation of the duration ÷ mean
	Init     Range // ns of the function's own initialisation, after the sandbox's, where InitKnown
	Restore  Range // ns to restore a snapshot; 0: not known, and SnapStart is left out
	// RestoreBilled is the part of Restore that is billed as time, 0 to 1: what the runtime's
	// loading and its hooks take. 0: none, or not known.
	RestoreBilled float64
	Shape         string
	// InitKnown is false where the platforms' initialisations are taken.
	InitKnown bool

	seen *seen // what a log shows in place of rate, duration and init
}

// seen is what a log shows of a function.
type seen struct {
	service sim.Sampler // durations; nil: the log has none
	mean    float64     // of these, ns
	resized float64     // factor on them: see resized
	init    sim.Init
	sized   bool  // the log says the memory
	count   int64 // requests with a time
}

// Input is the question.
type Input struct {
	Title     string
	Functions []Function
	// CPUShare is the part of the duration in which the function computes
	// rather than waits, 0 to 1, on the memory that it has now.
	CPUShare Range
	// ShareKnown is true where CPUShare was given or fitted: then durations
	// follow the CPU of the memory size or platform; else they stay.
	ShareKnown bool
	// InitFactor is on the initialisation of platforms, where the function
	// does not say its own.
	InitFactor Range
	Log        *Log // nil: there is none, or one without times

	Seed         uint64
	Replications int
	Concurrency  int // of instances that serve several requests at a time; 0: as many as the platform lets it
	Provisioned  int // instances of each function with provisioned concurrency; 0: by the load
	AccountLimit int // concurrent requests that the account's quota allows; 0: each platform's default
	FreeTier     costmodel.FreeTier

	Services []ServiceSettings // that the functions call

	Within []string // only alternatives whose names begin so; nil: all

	Rates costmodel.Rates // turn amounts into one currency

	Assumptions []Assumption
	Notes       []string
	Today       *Today
	durations   *logs.Histogram // as logged, without initialisations; nil: there is no log
	Taken       string          // as what the requests of logs that name no function were taken; empty: all name one, or one file has them

	progress *Progress        // of who asks now; nil: nobody looks
	draws    *workloads.Draws // what guessed loads drew last; nil: nothing is kept
}

// Assumption is one value that the estimate rests on.
type Assumption struct {
	Name, Low, Likely, High, Basis string
}

func inputError(format string, a ...any) error {
	return &experiments.InputError{Err: fmt.Errorf(format, a...)}
}

// Sizes of simulations.
const (
	guessBudget   = 100_000   // requests of one simulation of a guess, about
	logBudget     = 2_000_000 // requests of a log, beyond which some of its hours are left out
	planBudget    = 500_000   // requests of all replications of a plan, beyond which there are fewer of these
	keptDraws     = 2_000_000 // requests of loads that are kept, for the plans that are asked next
	leastRequests = 3000      // for which a window longer than the usual is taken
	usualWindow   = 7 * sim.Day
	mostWindow    = 30 * sim.Day
	warmup        = sim.Hour
	settledAfter  = 5 // durations, after which as many requests are in service as later

	// Under a heavy load half an hour is taken where that has no more than
	// twice the budget, else what has, but no less than twenty seconds,
	// or five minutes where a shape is pressed into it.
	briefWindow = 30 * sim.Minute
	leastWindow = 20 * sim.Second
	leastShaped = 5 * sim.Minute
)

// longest returns the longest mean duration of a function, ns.
func (in *Input) longest(l level) (d float64) {
	for i := range in.Functions {
		d = max(d, in.Functions[i].Duration.at(l))
	}
	return d
}

// WindowOf is how long a load of so many requests a second is simulated, ns.
func WindowOf(rate float64, budget int64, shaped bool) float64 {
	of := func(requests float64) float64 { return requests / rate * float64(sim.Second) } // how long so many take
	window := max(min(of(float64(budget)), float64(usualWindow)), min(of(leastRequests), float64(mostWindow)))
	if window >= float64(briefWindow) {
		return window
	}
	least := leastWindow
	if shaped {
		least = leastShaped
	}
	return max(min(of(2*float64(budget)), float64(briefWindow)), float64(least))
}

// shaped reports whether a function's load varies over the day.
func (in *Input) shaped() bool {
	return slices.ContainsFunc(in.Functions, func(f Function) bool {
		shape, err := workloads.FindShape(f.Shape)
		return err == nil && shape.Period > 0
	})
}

// replications is how often a load is simulated: the heavier it is, the less
// chance there is in it.
func (in *Input) replications(l *load) int {
	return max(1, min(in.Replications, int(planBudget/max(1, l.requests()))))
}

// load returns the load at a level of what is guessed, and at a factor on its rate.
func (in *Input) load(l level, factor float64, budget int64) (*load, error) {
	if in.Log != nil {
		return in.Log.load(in.Functions, l, factor, budget)
	}
	return in.guess(l, factor, budget)
}

// budget is about how many requests a simulation has.
func (in *Input) budget() int64 {
	if in.Log != nil {
		return logBudget
	}
	return guessBudget
}

// span is what bills are of.
func (in *Input) span() costmodel.Span {
	if in.Log != nil {
		return in.Log.Span()
	}
	return costmodel.SpanMonth
}

// Close gives up what the question was read into.
func (in *Input) Close() error {
	if in.Log != nil {
		return in.Log.Close()
	}
	return nil
}

// guess spreads the guessed number of requests over a window of about budget
// requests, which has whole periods of their shape, or one that is compressed.
func (in *Input) guess(l level, factor float64, budget int64) (*load, error) {
	total := 0.0
	for i := range in.Functions {
		total += in.Functions[i].Rate.at(l) * factor
	}
	window := WindowOf(total, budget, in.shaped())
	if len(in.Functions) == 1 { // the window of a whole number of requests
		n := max(1, math.Round(total*window/float64(sim.Second)))
		window = n / total * float64(sim.Second)
	}
	if !(window < 1e17) {
		return nil, inputError("%v requests a second are too few to say anything about", total)
	}
	out := &load{}
	length := sim.Time(math.Round(window))
	services := make([]sim.Sampler, len(in.Functions))
	for i := range in.Functions {
		var err error
		if services[i], err = in.Functions[i].service(l); err != nil {
			return nil, err
		}
	}
	before := min(warmup, max(length, sim.Time(settledAfter*in.longest(l))))
	if before == warmup && settledAfter*in.longest(l) > float64(warmup) {
		var note string
		if before, note = warm(services, before, mostWarmup); note != "" {
			out.notes = append(out.notes, note)
		}
	}
	if err := tooMany(total*float64(before+length)/float64(sim.Second), total, before+length); err != nil {
		return nil, err
	}
	if out.brief = length < briefWindow; out.brief {
		out.notes = append(out.notes, fmt.Sprintf("so heavy a load is simulated for %s, from as many instances on as it keeps busy; limits on how fast instances start are left out", Clock(length)))
	}
	out.window = sim.Window{Warmup: before, Horizon: before + length}
	var counted []workloads.CountedLoad
	for i := range in.Functions {
		f := &in.Functions[i]
		shape, err := workloads.FindShape(f.Shape)
		if err != nil {
			return nil, inputError("%w", err)
		}
		rate := f.Rate.at(l) * factor
		periods := 1
		if shape.Period > 0 {
			periods = max(1, int(math.Round(float64(length)/float64(shape.Period))))
			if length < shape.Period {
				out.notes = append(out.notes, fmt.Sprintf("the %s shape of %v is compressed into the %v that are simulated: plans that scale in after minutes are billed as if that came at once", f.Shape, Clock(shape.Period), Clock(length)))
			}
		}
		n := int64(math.Round(rate * float64(length) / float64(sim.Second)))
		ahead := int64(math.Round(rate * float64(before) / float64(sim.Second)))
		out.functions = append(out.functions, f.sim(l))
		expected := f.Duration.at(l)
		if f.seen != nil && f.seen.service != nil {
			expected = f.seen.mean * f.seen.resized
		}
		out.means, out.counts = append(out.means, expected), append(out.counts, float64(n))
		counted = append(counted, workloads.CountedLoad{Service: services[i], Even: shape.Even, Stretches: []workloads.Stretch{
			{To: before, Count: ahead},
			{From: before, To: before + length, Count: n, Density: shape.Density(periods)},
		}})
	}
	if out.requests() == 0 {
		return nil, inputError("less than one request in %v: there is nothing to estimate", Clock(length))
	}
	out.workload = func(functions []sim.Function, factors []float64) sim.Workload {
		return workloads.NewCounted(functions, counted, factors, in.draws)
	}
	return out, nil
}

// service returns the distribution of durations: what the log has, or
// lognormal of a mean and a coefficient of variation, or constant.
func (f *Function) service(l level) (sim.Sampler, error) {
	if f.seen != nil && f.seen.service != nil {
		return workloads.Stretched(f.seen.service, f.seen.resized), nil
	}
	d, cv := f.Duration.at(l), f.CV.at(l)
	if cv == 0 {
		return sim.Constant(math.Round(d)), nil
	}
	sigma := math.Sqrt(math.Log1p(cv * cv)) // of a lognormal: cv² = e^(σ²) − 1
	median := d * math.Exp(-sigma*sigma/2)
	s, err := workloads.NewLognormal(max(1, sim.Time(math.Round(median))), sigma)
	if err != nil {
		return nil, inputError("function %s: %w", f.Name, err)
	}
	return s, nil
}

// sim returns the function as the kernel knows it; Init is its own part.
func (f *Function) sim(l level) sim.Function {
	out := sim.Function{Name: f.Name, App: "estimate", Memory: f.Memory}
	switch {
	case f.seen != nil && f.seen.init != nil:
		out.Init = f.seen.init
	case f.InitKnown:
		out.Init = sim.Init{{Phase: sim.PhaseRuntime, Duration: sim.Constant(math.Round(f.Init.at(l)))}}
	}
	return out
}
