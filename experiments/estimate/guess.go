package estimate

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/sim"
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
	Rate     Range // requests a second
	Duration Range // ns, mean on a warm instance
	CV       Range // standard deviation of the duration ÷ mean
	Init     Range // ns of the function's own initialisation, after the sandbox's, where InitKnown
	Restore  Range // ns to restore a snapshot; 0: not known, and SnapStart is left out
	Shape    string
	// InitKnown is false where the platforms' initialisations are taken.
	InitKnown bool

	seen *seen // what a log shows in place of rate, duration and init
}

// seen is what a log shows of a function.
type seen struct {
	service sim.Sampler
	init    sim.Init
	bins    []bin
	total   int64
}

// bin is how many requests arrive in an interval of a log.
type bin struct {
	from, to sim.Time // from the log's start
	n        int64
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
	// Length is how much time of a log there is; 0: no log, or one without times.
	Length sim.Time
	Days   []sim.Window // of it, from its start

	Seed         uint64
	Replications int
	Concurrency  int // of instances that serve several requests at a time; 0: by the share of CPU
	Provisioned  int // instances of each function with provisioned concurrency; 0: by the load

	Services []ServiceSettings // that the functions call

	Within []string // only alternatives whose names begin so; nil: all

	Rates costmodel.Rates // turn amounts into one currency

	Assumptions []Assumption
	Notes       []string
	Today       *Today
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
	guessBudget   = 100_000         // requests of one simulation of a guess, about
	logBudget     = 4_000_000       // requests of a log, beyond which some of its hours are left out
	leastRequests = 3000            // for which a window longer than the usual is taken
	leastWindow   = 30 * sim.Minute // of a guess
	usualWindow   = 7 * sim.Day
	mostWindow    = 30 * sim.Day
	warmup        = sim.Hour
)

// load returns the load at a level of what is guessed, and at a factor on its rate.
func (in *Input) load(l level, factor float64, budget int64) (*load, error) {
	if in.Length > 0 {
		return in.replay(factor, budget)
	}
	return in.guess(l, factor, budget)
}

// guess spreads the guessed number of requests over a window of about budget
// requests, which has whole periods of their shape, or one that is compressed.
func (in *Input) guess(l level, factor float64, budget int64) (*load, error) {
	total := 0.0
	for i := range in.Functions {
		total += in.Functions[i].Rate.at(l) * factor
	}
	of := func(requests float64) float64 { return requests / total * float64(sim.Second) } // how long so many take
	window := max(float64(leastWindow), min(of(float64(budget)), float64(usualWindow)))
	window = max(window, min(of(leastRequests), float64(mostWindow)))
	if len(in.Functions) == 1 { // the window of a whole number of requests
		n := max(1, math.Round(total*window/float64(sim.Second)))
		window = n / total * float64(sim.Second)
	}
	if !(window < 1e17) {
		return nil, inputError("%v requests a second are too few to say anything about", total)
	}
	out := &load{}
	before := min(warmup, sim.Time(window))
	length := sim.Time(math.Round(window))
	out.window = sim.Window{Warmup: before, Horizon: before + length}
	for i := range in.Functions {
		f := &in.Functions[i]
		service, err := f.service(l)
		if err != nil {
			return nil, err
		}
		shape, err := workloads.FindShape(f.Shape)
		if err != nil {
			return nil, inputError("%w", err)
		}
		rate := f.Rate.at(l) * factor
		periods := 1
		if shape.Period > 0 {
			periods = max(1, int(math.Round(float64(length)/float64(shape.Period))))
			if length < shape.Period {
				out.notes = append(out.notes, fmt.Sprintf("the %s shape of %v is compressed into the %v that are simulated", f.Shape, clock(shape.Period), clock(length)))
			}
		}
		n := int64(math.Round(rate * float64(length) / float64(sim.Second)))
		ahead := int64(math.Round(rate * float64(before) / float64(sim.Second)))
		out.add(f.sim(l), workloads.CountedLoad{Service: service, Even: shape.Even, Stretches: []workloads.Stretch{
			{To: before, Count: ahead},
			{From: before, To: before + length, Count: n, Density: shape.Density(periods)},
		}})
	}
	if out.requests == 0 {
		return nil, inputError("less than one request in %v: there is nothing to estimate", clock(length))
	}
	return out, nil
}

func (l *load) add(f sim.Function, c workloads.CountedLoad) {
	l.functions = append(l.functions, f)
	l.counted = append(l.counted, c)
	l.requests += l.count(len(l.counted) - 1)
}

// service returns the distribution of durations: what the log has, or
// lognormal of a mean and a coefficient of variation, or constant.
func (f *Function) service(l level) (sim.Sampler, error) {
	if f.seen != nil && f.seen.service != nil {
		return f.seen.service, nil
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

// replay spreads the requests of a log as it has them, with its last hour
// once more before it as a warm-up. Where there are more than budget, it takes
// one of each so many hours.
func (in *Input) replay(factor float64, budget int64) (*load, error) {
	total := int64(0)
	for i := range in.Functions {
		total += in.Functions[i].seen.total
	}
	keep := max(1, int64(math.Ceil(float64(total)*factor/float64(budget))))
	slice := slices1h(in.Functions)
	keep = min(keep, max(1, int64(in.Length/slice)))
	cut := func(t sim.Time) (sim.Time, bool) { // where a time lies in what is kept
		n := t / slice
		return n/sim.Time(keep)*slice + t%slice, n%sim.Time(keep) == 0
	}
	end, inside := cut(in.Length)
	if !inside {
		end = (in.Length/slice/sim.Time(keep) + 1) * slice
	}
	before := min((warmup+slice-1)/slice*slice, end)
	out := &load{window: sim.Window{Warmup: before, Horizon: before + end}}
	if keep > 1 {
		out.notes = append(out.notes, fmt.Sprintf("one of each %d stretches of %v of the log is simulated", keep, clock(slice)))
	}
	for i := range in.Functions {
		f := &in.Functions[i]
		service, err := f.service(likely)
		if err != nil {
			return nil, err
		}
		c := workloads.CountedLoad{Service: service}
		seen, kept := 0.0, int64(0)
		for _, b := range f.seen.bins {
			from, ok := cut(b.from)
			if !ok {
				continue
			}
			seen += float64(b.n) * factor
			n := int64(math.Floor(seen+0.5)) - kept
			kept += n
			if n > 0 {
				c.Stretches = append(c.Stretches, workloads.Stretch{From: from, To: min(end, from+b.to-b.from), Count: n})
			}
		}
		c.Stretches = wrapped(c.Stretches, before, end)
		out.add(f.sim(likely), c)
	}
	for _, d := range in.Days {
		from, inFrom := cut(d.Warmup)
		if !inFrom {
			from = (d.Warmup/slice/sim.Time(keep) + 1) * slice
		}
		to, inTo := cut(d.Horizon)
		if !inTo {
			to = (d.Horizon/slice/sim.Time(keep) + 1) * slice
		}
		if to = min(to, end); to > from {
			out.days = append(out.days, sim.Window{Warmup: before + from, Horizon: before + to})
		}
	}
	if out.requests == 0 {
		return nil, inputError("a factor of %v on the log's load leaves no request", factor)
	}
	return out, nil
}

// slices1h returns the least stretch of an hour or more that the intervals of
// all functions divide.
func slices1h(functions []Function) sim.Time {
	slice := sim.Hour
	for i := range functions {
		for _, b := range functions[i].seen.bins {
			slice = max(slice, b.to-b.from)
		}
	}
	return slice
}

// wrapped shifts stretches by before, and puts those of the last of the log
// ahead of them.
func wrapped(stretches []workloads.Stretch, before, end sim.Time) (out []workloads.Stretch) {
	shift := func(s workloads.Stretch, by sim.Time) {
		s.From, s.To = s.From+by, s.To+by
		out = append(out, s)
	}
	for _, s := range stretches {
		if s.From >= end-before {
			shift(s, before-end)
		}
	}
	for _, s := range stretches {
		shift(s, before)
	}
	return out
}
