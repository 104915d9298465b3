package experiments_test

import (
	"bytes"
	"context"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// Determinism: any number of workers, merged in any order, gives the same
// integers: the same record of the unit, byte for byte, and the same meters.
func TestInvariantDeterminism(t *testing.T) {
	catalog := must(costmodel.Load())
	tariff := must(catalog.Tariff("aws-lambda"))
	rapid.Check(t, func(t *rapid.T) {
		c := drawSynthetic(t)
		want, usage := unit(t, c, tariff, 1, false)
		for _, workers := range []int{2, 7} {
			for _, backwards := range []bool{false, true} {
				got, used := unit(t, c, tariff, workers, backwards)
				if !bytes.Equal(want, got) {
					t.Fatalf("with %d workers, merged backwards %v, the record differs", workers, backwards)
				}
				if d := cmp.Diff(usage, used, cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })); d != "" {
					t.Fatalf("with %d workers, merged backwards %v, the usage differs:\n%s", workers, backwards, d)
				}
			}
		}
	})
}

// drawSynthetic draws twelve functions of real-sized arrival processes.
func drawSynthetic(t *rapid.T) sim.Config {
	processes := []workloads.Process{
		poissonArrivals(0.05), must(workloads.NewGammaRenewal(0.02, 2)), must(workloads.NewWeibullRenewal(0.02, 3)),
		must(workloads.NewPeriodic(30*sim.Second, workloads.RandomOffset, sim.Second)),
	}
	const horizon = 20 * sim.Minute
	var specs []workloads.FunctionSpec
	for f := range 12 {
		specs = append(specs, workloads.FunctionSpec{
			Name: fmt.Sprint(f), App: rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "app"), Memory: 512 << 20,
			Arrivals: workloads.ArrivalProcess{Process: rapid.SampledFrom(processes).Draw(t, "process")},
			Service:  workloads.Distribution{Sampler: exponential(5)},
		})
	}
	p := drawPlatform(t)
	p.MaxLifetime, p.Timeout, p.Concurrency, p.Prewarm = 0, 15*sim.Second, 1, nil // what aws-lambda bills
	p.KeepAlive = fixed(float64(rapid.IntRange(0, 100).Draw(t, "window")))
	p.Init = sim.Init{{Phase: sim.PhaseSandbox, Duration: exponential(1)}}
	p.Dispatch = sim.BoundDispatch
	p.Limit.QueueWait *= sim.Second
	p.Limit.Ramp.Period *= sim.Second
	return sim.Config{
		Workload: must(workloads.New(specs, horizon)), Platforms: []sim.Platform{p},
		Window: sim.Window{Warmup: sim.Minute, Horizon: horizon}, Key: sim.RunKey{Seed: rapid.Uint64().Draw(t, "seed")},
	}
}

// unit runs a configuration and returns its record's bytes and its usage.
func unit(t *rapid.T, c sim.Config, tariff *costmodel.Tariff, workers int, backwards bool) ([]byte, costmodel.Usage) {
	c.Pool = sim.NewPool(workers)
	c.Observers = func() []sim.Observer {
		r, err := results.NewRecorder(results.Config{Window: c.Window, Functions: c.Workload.Functions(), Concurrency: 1})
		if err != nil {
			panic(err) // not on the goroutine of the test
		}
		return []sim.Observer{r, must(tariff.NewMeter(costmodel.MeterConfig{Functions: c.Workload.Functions(), Window: c.Window, Platform: c.Platforms[0]}))}
	}
	sum, err := sim.Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	if backwards {
		slices.Reverse(sum.Observers)
	}
	recorder, meter := sum.Observers[0][0].(*results.Recorder), sum.Observers[0][1].(costmodel.Meter)
	for _, worker := range sum.Observers[1:] {
		if err := recorder.Merge(worker[0].(*results.Recorder)); err != nil {
			t.Fatal(err)
		}
		meter.Merge(worker[1].(costmodel.Meter))
	}
	rep, err := recorder.Finish()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := rep.Encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), meter.Usage()
}

// Common random numbers: two platforms see the same arrivals, the same warm
// and the same cold service, and the same initialisation where a request
// starts one under both.
func TestInvariantCommonRandomNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawSynthetic(t)
		ours, theirs := c, c
		ours.Platforms, theirs.Platforms = []sim.Platform{drawPaired(t)}, []sim.Platform{drawPaired(t)}
		a, _, _ := play(t, ours)
		b, _, _ := play(t, theirs)
		if len(a.Requests) != len(b.Requests) {
			t.Fatalf("%d requests under one, %d under the other", len(a.Requests), len(b.Requests))
		}
		for i, x := range a.Requests {
			y := b.Requests[i]
			if x.Function != y.Function || x.Ordinal != y.Ordinal || x.Arrival != y.Arrival {
				t.Fatalf("request %d is %+v under one, %+v under the other", i, x, y)
			}
			if !x.Started || !y.Started {
				continue
			}
			if x.End-x.Start != y.End-y.Start {
				t.Fatalf("service of %+v under one, of %+v under the other", x, y)
			}
			if own(x) && own(y) && x.Init != y.Init {
				t.Fatalf("initialisation of %+v under one, of %+v under the other", x, y)
			}
		}
	})
}

// own reports whether a request under bound dispatch started its own instance.
func own(o sim.Outcome) bool { return o.Flags&sim.Cold != 0 && o.Start-o.Arrival == o.Init }

// drawPaired draws what may differ between two policies that are compared.
func drawPaired(t *rapid.T) sim.Platform {
	return sim.Platform{
		Reuse:     rapid.SampledFrom([]sim.Reuse{sim.MostRecent, sim.Newest, sim.Oldest, sim.LeastRecent}).Draw(t, "reuse"),
		KeepAlive: fixed(float64(rapid.IntRange(0, 100).Draw(t, "window"))),
		Init:      sim.Init{{Phase: sim.PhaseSandbox, Duration: exponential(1)}, {Phase: sim.PhaseRuntime, Duration: exponential(2)}},
		Limit:     sim.Limit{Function: rapid.IntRange(0, 3).Draw(t, "limit"), Over: rapid.SampledFrom([]sim.Over{sim.RejectOver, sim.QueueOver}).Draw(t, "over")},
	}
}

// The same of a request's service where cold requests have a distribution of
// their own: the cold service is the same quantile as the warm one.
func TestInvariantCommonRandomNumbersOfColdService(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const horizon = 10 * sim.Minute
		c := sim.Config{
			Key: sim.RunKey{Seed: rapid.Uint64().Draw(t, "seed")}, Window: sim.Window{Horizon: horizon},
			Workload: must(workloads.New([]workloads.FunctionSpec{{
				Name: "f", Memory: 512 << 20, Arrivals: workloads.ArrivalProcess{Process: poissonArrivals(0.2)},
				Service: workloads.Distribution{Sampler: exponential(2)}, ColdService: workloads.Distribution{Sampler: exponential(6)},
			}}, horizon)),
			Platforms: []sim.Platform{{KeepAlive: fixed(float64(rapid.IntRange(0, 60).Draw(t, "window")))}},
		}
		run, _, _ := play(t, c)
		c.Platforms[0].KeepAlive = fixed(0)
		cold, _, _ := play(t, c)
		for i, o := range run.Requests {
			// An exponential's quantiles are proportional to its mean; each is
			// rounded to a nanosecond.
			always, want := cold.Requests[i], o.End-o.Start
			if o.Flags&sim.Cold == 0 {
				want *= 3
			}
			if got := always.End - always.Start; always.Flags&sim.Cold != 0 && (got < want-2 || got > want+2) {
				t.Fatalf("%+v: the cold service is %d ns, want %d ns", o, got, want)
			}
		}
	})
}
