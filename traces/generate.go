package traces

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/coldcurve/coldcurve/sim"
)

// Generation says what a synthetic trace is like. DefaultGeneration's
// distributions are those that Shahrad et al., Serverless in the Wild (USENIX
// ATC 2020) fitted to Azure Functions 2019.
type Generation struct {
	Functions   int     // ≥ 1
	Apps        int     // 1 to Functions; the first so many functions have an app each, the others join one at random
	Hours       int     // length, 1 to 24 × 99
	Invocations float64 // expected number over the whole trace, > 0 (timers round theirs to a period)
	Seed        uint64
	Zipf        float64 // exponent of popularity: the share of rank r is ∝ r^−Zipf; ≥ 0
	Diurnal     float64 // amplitude of the daily wave of what is no timer, 0 to 1
	Burst       float64 // sigma of the lognormal factor, of mean 1, on each minute of queues and events; ≥ 0

	Triggers []TriggerShare // how often a function has which trigger

	DurationMu    float64 // functions' mean durations: lognormal of seconds
	DurationSigma float64
	DurationMin   sim.Time // which are cut to this range
	DurationMax   sim.Time
	Spread        float64 // sigma of the lognormal of a function's own durations; ≥ 0

	MemoryC      float64 // memory of apps in MB: Burr type XII
	MemoryK      float64
	MemoryLambda float64
	MemoryMax    float64 // which is cut to 1 and this
}

// TriggerShare is a trigger and the share of the functions that have it.
type TriggerShare struct {
	Trigger string
	Share   float64
}

// DefaultGeneration returns 120 functions in 60 apps over a day, some 700,000
// invocations.
func DefaultGeneration() Generation {
	return Generation{
		Functions: 120, Apps: 60, Hours: 24, Invocations: 700_000, Seed: 1, Zipf: 2.2, Diurnal: 0.5, Burst: 0.8,
		Triggers: []TriggerShare{
			{"http", 0.55}, {"timer", 0.156}, {"queue", 0.152}, {"orchestration", 0.07}, {"others", 0.05}, {"event", 0.022},
		},
		DurationMu: -0.38, DurationSigma: 2.36, DurationMin: sim.Millisecond, DurationMax: 10 * sim.Minute, Spread: 0.6,
		MemoryC: 11.652, MemoryK: 0.221, MemoryLambda: 107.083, MemoryMax: 1536,
	}
}

func (g *Generation) check() error {
	share := 0.0
	for _, t := range g.Triggers {
		if !(t.Share >= 0) {
			return fmt.Errorf("generating a trace: found a share %v of trigger %s, expected one ≥ 0", t.Share, shown(t.Trigger))
		}
		share += t.Share
	}
	for _, c := range []struct {
		ok   bool
		what string
	}{
		{g.Functions >= 1 && g.Functions <= 10_000_000, "functions from 1 to 10,000,000"},
		{g.Apps >= 1 && g.Apps <= g.Functions, "apps from 1 to the number of functions"},
		{g.Hours >= 1 && g.Hours <= 24*99, "hours from 1 to 2376"},
		{g.Invocations > 0 && g.Invocations <= 1e15, "invocations above 0"},
		{g.Zipf >= 0 && g.Zipf <= 20, "a Zipf exponent from 0 to 20"},
		{g.Diurnal >= 0 && g.Diurnal <= 1, "a diurnal amplitude from 0 to 1"},
		{g.Burst >= 0 && g.Burst <= 5, "a burst sigma from 0 to 5"},
		{share > 0 && !math.IsInf(share, 0), "shares of triggers that sum to more than 0"},
		{math.Abs(g.DurationMu) <= 100 && g.DurationSigma >= 0 && g.DurationSigma <= 100, "finite parameters of the durations"},
		{g.DurationMin >= 0 && g.DurationMax >= g.DurationMin && g.DurationMax <= sim.Day, "durations from 0 to a day, the least first"},
		{g.Spread >= 0 && g.Spread <= 5, "a spread from 0 to 5"},
		{g.MemoryC > 0 && g.MemoryK > 0 && g.MemoryLambda > 0 && g.MemoryMax >= 1 && g.MemoryMax <= 1<<30, "parameters of the memory above 0"},
	} {
		if !c.ok {
			return fmt.Errorf("generating a trace: expected %s", c.what)
		}
	}
	return nil
}

// Generate writes a synthetic trace in the format of the destination:
// azure2019 (a folder of three tables a day), azure2021, csv, jsonl or store.
// The same parameters give the same bytes. Memory does not depend on the number of invocations.
func Generate(ctx context.Context, g Generation, to Destination) error {
	format, path, err := splitSpec(to.Spec, nil)
	if err != nil {
		return err
	}
	t, err := g.trace()
	if err != nil {
		return err
	}
	if format.Name == "azure2019" {
		return inFolder(path, func(dir string) error { return t.backing.(*synthetic).writeTables(ctx, dir) })
	}
	return errors.Join(Convert(ctx, t, sim.RunKey{Seed: g.Seed}, to), t.Close())
}

// trace returns the synthetic trace without writing it.
func (g Generation) trace() (*Trace, error) {
	if err := g.check(); err != nil {
		return nil, err
	}
	r := &request{path: "generated", format: Format{Name: "generated"}, report: &Report{Format: "generated"}, Options: Options{Scale: 1, Arrivals: Uniform}}
	return newTrace(&opened{backing: newSynthetic(g), scaled: true, bounded: true}, r)
}

// synthetic is a generated trace: what each function is like; its minutes are
// drawn when a source asks for them.
type synthetic struct {
	g         Generation
	key       sim.RunKey
	minutes   int64
	functions []sim.Function
	shapes    []shape
}

// shape is what a synthetic function is like.
type shape struct {
	rate      float64 // expected invocations a minute
	period    sim.Time
	phase     sim.Time
	bursty    bool
	durations quantiles
}

// periods are those that schedules of timers have.
var periods = []sim.Time{
	10 * sim.Second, 15 * sim.Second, 20 * sim.Second, 30 * sim.Second,
	sim.Minute, 2 * sim.Minute, 5 * sim.Minute, 10 * sim.Minute, 15 * sim.Minute, 30 * sim.Minute,
	sim.Hour, 2 * sim.Hour, 4 * sim.Hour, 6 * sim.Hour, 12 * sim.Hour, 24 * sim.Hour,
}

func newSynthetic(g Generation) *synthetic {
	s := &synthetic{g: g, key: sim.RunKey{Seed: g.Seed}, minutes: int64(g.Hours) * 60}
	total := 0.0
	for r := 1; r <= g.Functions; r++ {
		total += math.Pow(float64(r), -g.Zipf)
	}
	width := len(fmt.Sprint(g.Functions))
	for i := range g.Functions {
		name := fmt.Sprintf("f%0*d", width, i+1)
		u := sim.NewStream(s.key, sim.PurposeShape, sim.HashName(name))
		app := i
		if i >= g.Apps {
			app = min(int(u.Uniform(0)*float64(g.Apps)), g.Apps-1)
		}
		rate := g.Invocations * math.Pow(float64(i+1), -g.Zipf) / total / float64(s.minutes)
		f, p := s.function(name, app, width, u, rate)
		s.functions = append(s.functions, f)
		s.shapes = append(s.shapes, p)
	}
	return s
}

// function draws one function.
func (s *synthetic) function(name string, app, width int, u sim.Stream, rate float64) (sim.Function, shape) {
	g := &s.g
	f := sim.Function{
		Name: name, App: fmt.Sprintf("a%0*d", width, app+1), Owner: fmt.Sprintf("o%0*d", width, app/2+1),
		Trigger: g.trigger(u.Uniform(1)),
	}
	f.Memory = g.memory(sim.NewStream(s.key, sim.PurposeMemory, sim.HashName(f.Owner, f.App)).Uniform(0))
	f.Weight = rate * float64(s.minutes)
	p := shape{rate: rate, durations: g.durations(u.Uniform(2))}
	if f.Trigger == "timer" {
		// A schedule finer than the shortest period is no timer's.
		if rate > float64(sim.Minute)/float64(periods[0]) {
			f.Trigger = "queue"
		} else {
			p.period = nearestPeriod(float64(sim.Minute) / rate)
			p.phase = sim.Time(u.Uniform(3) * float64(min(p.period, sim.Time(s.minutes)*sim.Minute)))
			f.Weight = float64(s.minutes) * float64(sim.Minute) / float64(p.period)
		}
	}
	p.bursty = f.Trigger == "queue" || f.Trigger == "event"
	return f, p
}

// nearestPeriod is the period of the nearest ratio.
func nearestPeriod(want float64) sim.Time {
	return slices.MinFunc(periods, func(a, b sim.Time) int {
		return cmp.Compare(math.Abs(math.Log(float64(a)/want)), math.Abs(math.Log(float64(b)/want)))
	})
}

func (g *Generation) trigger(u float64) string {
	share := 0.0
	for _, t := range g.Triggers {
		share += t.Share
	}
	u *= share
	for _, t := range g.Triggers {
		if u -= t.Share; u < 0 {
			return t.Trigger
		}
	}
	return g.Triggers[len(g.Triggers)-1].Trigger
}

// memory is the inverse CDF of Burr XII, F(x) = 1 − (1 + (x/λ)^c)^−k, in MiB.
func (g *Generation) memory(u float64) int64 {
	mb := g.MemoryLambda * math.Pow(math.Pow(1-u, -1/g.MemoryK)-1, 1/g.MemoryC)
	return int64(math.Round(min(max(mb, 1), g.MemoryMax)))
}

// durations draws a function's mean duration, and gives its own durations a
// lognormal of that mean, by its quantiles; the ends are those at z = ±3.5, and
// the mean is kept by bending what lies between.
func (g *Generation) durations(u float64) quantiles {
	mean := math.Exp(g.DurationMu+g.DurationSigma*distuv.UnitNormal.Quantile(u)) * float64(sim.Second)
	mean = min(max(mean, float64(g.DurationMin)), float64(g.DurationMax))
	var q quantiles
	for i, p := range quantileAt {
		z := 3.5
		switch i {
		case 0:
			z = -3.5
		case 6:
		default:
			z = distuv.UnitNormal.Quantile(p / 100)
		}
		ns := mean * math.Exp(g.Spread*z-g.Spread*g.Spread/2)
		q.at[i] = sim.Time(ns/1000) * 1000 // whole microseconds
	}
	q.bendTo(sim.Time(mean))
	return q
}

func (s *synthetic) Functions() []sim.Function { return s.functions }
func (s *synthetic) Horizon() sim.Time         { return sim.Time(s.minutes) * sim.Minute }
func (s *synthetic) Close() error              { return nil }

// Counts are expected ones.
func (s *synthetic) Counts() []int64 {
	out := make([]int64, len(s.functions))
	for i := range out {
		out[i] = int64(math.Round(s.functions[i].Weight))
	}
	return out
}

func (s *synthetic) source(key sim.RunKey, function, as uint32, start, end sim.Time, _ int) sim.Source {
	m := &minuteSource{counts: s.counter(function)}
	m.placer.mode, m.placer.scale = Uniform, 1
	m.open(key, &s.functions[function], as, start, end)
	return m
}

func (s *synthetic) counter(function uint32) *drawnCounter {
	return &drawnCounter{s: s, shape: &s.shapes[function],
		draw: sim.NewStream(s.key, sim.PurposeState, s.functions[function].Key())}
}

// drawnCounter draws a function's minutes.
type drawnCounter struct {
	s      *synthetic
	shape  *shape
	draw   sim.Stream
	minute int64
}

func (c *drawnCounter) next() (int64, int64, *quantiles, bool, error) {
	for c.minute < c.s.minutes {
		m := c.minute
		c.minute++
		if n := c.count(m); n > 0 {
			return m, n, &c.shape.durations, true, nil
		}
	}
	return 0, 0, nil, false, nil
}

// count draws how many invocations a minute has.
func (c *drawnCounter) count(m int64) int64 {
	p := c.shape
	switch {
	case p.period >= sim.Minute:
		if (m-p.phase/int64(sim.Minute))%(p.period/sim.Minute) == 0 && m >= p.phase/sim.Minute {
			return 1
		}
		return 0
	case p.period > 0:
		return sim.Minute / p.period
	}
	// The wave is lowest at 03:00 and highest at 15:00 of the trace's day.
	rate := p.rate * (1 + c.s.g.Diurnal*math.Sin(2*math.Pi*(float64(m%1440)/1440-0.375)))
	if p.bursty {
		z := distuv.UnitNormal.Quantile(c.draw.Uniform(ordinal(m, 3)))
		rate *= math.Exp(c.s.g.Burst*z - c.s.g.Burst*c.s.g.Burst/2)
	}
	return min(poissonQuantile(c.draw.Uniform(ordinal(m, 2)), rate), countMax)
}

// placed places a timer's invocations.
func (c *drawnCounter) placed(i, _ int64) (sim.Time, bool) {
	p := c.shape
	switch {
	case p.period == 0:
		return 0, false
	case p.period < sim.Minute:
		return p.phase%p.period + sim.Time(i)*p.period, true
	}
	return p.phase % sim.Minute, true
}

func (c *drawnCounter) free() {}
