package experiments_test

import (
	"context"
	"fmt"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// The invariants of the design, each a property of random workloads under the
// shipped policies. Durations are a few nanoseconds, so that zero durations
// and equal times are common, except where the property is about large numbers.

// fataler is a *testing.T or a *rapid.T.
type fataler interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// play runs a configuration on one worker and returns the sorted records and
// what the results package made of the same run.
func play(t fataler, c sim.Config) (*simtest.Tape, *results.Replication, sim.Summary) {
	t.Helper()
	c.Observers = func() []sim.Observer {
		r, err := results.NewRecorder(results.Config{Window: c.Window, Functions: c.Workload.Functions(), Concurrency: c.Platforms[0].Concurrency})
		if err != nil {
			t.Fatal(err)
		}
		return []sim.Observer{&simtest.ActivityObserver{}, &ear{r.Observer(), r}}
	}
	sum, err := sim.Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	all, rep := &sum.Observers[0][0].(*simtest.ActivityObserver).Tape, sum.Observers[0][1].(*ear)
	all.Sort()
	out, err := rep.recorder.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return all, out, sum
}

// ear hands everything on to a recorder's observer, and keeps the recorder.
type ear struct {
	sim.Observer
	recorder *results.Recorder
}

func (e *ear) Lives(b []sim.Life) { e.Observer.(sim.LifeObserver).Lives(b) }

func (e *ear) Activities(b []sim.Activity) {
	if o, ok := e.Observer.(sim.ActivityObserver); ok {
		o.Activities(b)
	}
}

// short draws a duration of few nanoseconds.
func short(t *rapid.T, name string, most int) sim.Time {
	return sim.Time(rapid.IntRange(0, most).Draw(t, name))
}

// drawLoad draws a few functions in a few apps.
func drawLoad(t *rapid.T, edit func(*sim.Function)) *simtest.Load {
	w := &simtest.Load{}
	for f := range rapid.IntRange(1, 4).Draw(t, "functions") {
		fn := sim.Function{Name: fmt.Sprint(f), App: rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "app"), Memory: int64(128 * (f + 1))}
		if edit != nil {
			edit(&fn)
		}
		var invs []sim.Invocation
		var at sim.Time
		for range rapid.IntRange(0, 30).Draw(t, "invocations") {
			at += short(t, "gap", 8)
			invs = append(invs, sim.Invocation{Arrival: at, Service: short(t, "service", 7), Function: uint32(f)})
		}
		w.Add(fn, invs)
	}
	return w
}

// drawDemandOnly draws a keep-alive policy that starts nothing by itself.
func drawDemandOnly(t *rapid.T) sim.KeepAliveFactory {
	price := 1e-15 * float64(rapid.IntRange(0, 20).Draw(t, "price")) // of a cold start; windows of tens of ns
	return rapid.SampledFrom([]sim.KeepAliveFactory{
		policies.NoKeepAlive{}, policies.Forever{},
		policies.Fixed{Window: spec.Duration(short(t, "window", 20))},
		policies.BreakEven{Holding: 1, ColdStart: price},
		policies.BreakEven{Holding: 1, ColdStart: price, Randomized: true},
	}).Draw(t, "demand-only")
}

// drawKeepAlive draws any of the keep-alive policies.
func drawKeepAlive(t *rapid.T) sim.KeepAliveFactory {
	hybrid := policies.HybridHistogram{
		Range: 40, Bin: spec.Duration(rapid.SampledFrom([]int{2, 4, 10}).Draw(t, "bin")),
		CVThreshold: rapid.SampledFrom([]float64{0, 2}).Draw(t, "cv"), OOBThreshold: 0.5,
		Head: 5, Tail: 99, Margin: 0.1, ARIMAMargin: 0.15,
	}
	if rapid.Bool().Draw(t, "hybrid") {
		return hybrid
	}
	return drawDemandOnly(t)
}

// drawPlatform draws a platform with none or all of the platform's stops.
func drawPlatform(t *rapid.T) sim.Platform {
	p := sim.Platform{
		Unit:         rapid.SampledFrom([]sim.Unit{sim.PerFunction, sim.PerApp}).Draw(t, "unit"),
		Dispatch:     rapid.SampledFrom([]sim.Dispatch{sim.BoundDispatch, sim.QueueDispatch}).Draw(t, "dispatch"),
		Reuse:        rapid.SampledFrom([]sim.Reuse{sim.MostRecent, sim.Newest, sim.Oldest, sim.LeastRecent}).Draw(t, "reuse"),
		Concurrency:  rapid.IntRange(1, 3).Draw(t, "concurrency"),
		TimeoutClock: rapid.SampledFrom([]sim.TimeoutClock{sim.HandlerClock, sim.RequestClock}).Draw(t, "clock"),
		Timeout:      short(t, "timeout", 12),
		MaxLifetime:  short(t, "lifetime", 30),
		Init:         drawInit(t),
		KeepAlive:    drawKeepAlive(t),
		Scaling:      policies.PerRequest{},
	}
	if rapid.Bool().Draw(t, "limited") {
		p.Limit = drawLimit(t)
	}
	p.Prewarm = rapid.SampledFrom([]sim.PrewarmFactory{
		nil, policies.NoPrewarm{}, policies.Provisioned{Count: 2},
		policies.Ping{Every: 9, Count: 2, Service: 1},
	}).Draw(t, "prewarm")
	return p
}

func drawInit(t *rapid.T) sim.Init {
	return sim.Init{
		{Phase: sim.PhaseSandbox, Duration: sim.Constant(short(t, "sandbox", 4))},
		{Phase: sim.PhaseRuntime, Duration: upTo(short(t, "runtime", 6))},
	}
}

func drawLimit(t *rapid.T) sim.Limit {
	l := sim.Limit{
		Over:    rapid.SampledFrom([]sim.Over{sim.RejectOver, sim.QueueOver}).Draw(t, "over"),
		Account: rapid.IntRange(0, 5).Draw(t, "account"), Function: rapid.IntRange(0, 3).Draw(t, "function"),
		Instances: rapid.IntRange(0, 3).Draw(t, "instances"),
		Queue:     rapid.IntRange(0, 3).Draw(t, "queue"), QueueWait: short(t, "queue wait", 9),
	}
	if burst := rapid.IntRange(0, 3).Draw(t, "burst"); burst > 0 {
		l.Ramp = sim.Ramp{Burst: burst, Period: 5 * sim.Time(burst)}
	}
	return l
}

// upTo is a sampler that is uniform over whole nanoseconds up to itself.
type upTo sim.Time

func (u upTo) Sample(x float64) sim.Time { return sim.Time(x * float64(u+1)) }

// unboundedPlatform serves every request at once: one slot an instance, no limit, no
// initialisation.
func unboundedPlatform(keep sim.KeepAliveFactory) sim.Platform {
	return sim.Platform{KeepAlive: keep, Concurrency: 1}
}

// beyond is a window that ends after all of a short load has ended.
func beyond(w *simtest.Load) sim.Window {
	end := sim.Time(1)
	for _, invs := range w.Invocations {
		for _, inv := range invs {
			end = max(end, inv.Arrival+inv.Service+1000)
		}
	}
	return sim.Window{Horizon: end}
}

// coldOf counts the cold requests.
func coldOf(t *simtest.Tape) int {
	n := 0
	for _, o := range t.Requests {
		if o.Flags&sim.Cold != 0 && o.Flags&sim.Ping == 0 {
			n++
		}
	}
	return n
}
