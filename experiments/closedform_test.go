package experiments_test

import (
	"context"
	"math"
	"runtime"
	"sync"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// The closed forms hold the simulator to results of queueing theory. In each
// of these tests the closed form must lie inside the simulated 99.9 % interval
// over independent replications, and the half-width of that interval must be
// at most 1 % of the closed form: a test that cannot tell a right model from a
// slightly wrong one proves nothing. The seed of a test is the hash of its
// name, so that tests are independent and nobody chose it.

// sums is an observer of what the closed forms speak of, within the window.
// Its sums are in nanoseconds; a replication's are far below 2^63.
type sums struct {
	window sim.Window
	late   sim.Time // waits longer than this are counted

	arrivals, started, cold, rejected, waited int64
	abandoned, servedOn                       int64 // of these, those whose service began
	wait, service                             sim.Time
	created, stopped                          int64
	instances, initialising, idle, lifespan   sim.Time
}

func (s *sums) Requests(batch []sim.Outcome) {
	for i := range batch {
		o := &batch[i]
		if !s.window.Contains(o.Arrival) {
			continue
		}
		s.arrivals++
		if o.Status == sim.Rejected {
			s.rejected++
		}
		if o.Status == sim.Abandoned {
			s.abandoned++
			if o.Started {
				s.servedOn++
			}
		}
		if !o.Started {
			continue
		}
		s.started++
		s.wait += o.Start - o.Arrival
		s.service += o.End - o.Start
		if o.Flags&sim.Cold != 0 {
			s.cold++
		}
		if o.Start-o.Arrival > s.late {
			s.waited++
		}
	}
}

func (s *sums) Lives(batch []sim.Life) {
	for i := range batch {
		l := &batch[i]
		s.instances += s.window.Clip(l.Created, l.Stopped)
		s.initialising += s.window.Clip(l.Created, min(l.Ready, l.Stopped))
		s.idle += l.Idle
		if s.window.Contains(l.Created) {
			s.created++
		}
		if l.Flags&sim.Live == 0 && s.window.Contains(l.Stopped) {
			s.stopped++
			s.lifespan += l.Stopped - l.Created
		}
	}
}

func (s *sums) add(o *sums) {
	s.arrivals, s.started, s.cold = s.arrivals+o.arrivals, s.started+o.started, s.cold+o.cold
	s.rejected, s.waited = s.rejected+o.rejected, s.waited+o.waited
	s.abandoned, s.servedOn = s.abandoned+o.abandoned, s.servedOn+o.servedOn
	s.wait, s.service = s.wait+o.wait, s.service+o.service
	s.created, s.stopped = s.created+o.created, s.stopped+o.stopped
	s.instances, s.initialising = s.instances+o.instances, s.initialising+o.initialising
	s.idle, s.lifespan = s.idle+o.idle, s.lifespan+o.lifespan
}

// length is the window's, in seconds.
func (s *sums) length() float64 { return float64(s.window.Length()) / 1e9 }

// The measures of a replication, in seconds.
func coldRatio(s *sums) float64     { return float64(s.cold) / float64(s.started) }
func creationRatio(s *sums) float64 { return float64(s.created) / float64(s.arrivals) }
func blocking(s *sums) float64      { return float64(s.rejected) / float64(s.arrivals) }
func meanWait(s *sums) float64      { return float64(s.wait) / float64(s.started) / 1e9 }
func sojournMean(s *sums) float64   { return float64(s.wait+s.service) / float64(s.started) / 1e9 }
func lateRatio(s *sums) float64     { return float64(s.waited) / float64(s.started) }
func idlePer(s *sums) float64       { return float64(s.idle) / float64(s.arrivals) / 1e9 }
func idleMean(s *sums) float64      { return float64(s.idle) / 1e9 / s.length() }
func instancesMean(s *sums) float64 { return float64(s.instances) / 1e9 / s.length() }
func busyMean(s *sums) float64 {
	return float64(s.instances-s.initialising-s.idle) / 1e9 / s.length()
}

// each calls f with 0 … n−1, on all cores, and returns what it returned.
func each[T any](n int, f func(i int) T) []T {
	out := make([]T, n)
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i := range out {
		free <- struct{}{}
		all.Go(func() {
			out[i] = f(i)
			<-free
		})
	}
	all.Wait()
	return out
}

// replicate runs n independent replications.
func replicate(t *testing.T, n int, late sim.Time, c sim.Config) []*sums {
	t.Helper()
	seed := sim.HashName(t.Name())
	return each(n, func(i int) *sums {
		c := c
		c.Key = sim.RunKey{Seed: seed, Replication: uint64(i)}
		c.Observers = func() []sim.Observer { return []sim.Observer{&sums{window: c.Window, late: late}} }
		run, err := sim.Run(context.Background(), c)
		total := &sums{window: c.Window}
		if err != nil {
			t.Error(err)
			return total
		}
		for _, worker := range run.Observers {
			total.add(worker[0].(*sums))
		}
		return total
	})
}

// values takes a measure of each replication.
func values(runs []*sums, measure func(*sums) float64) []float64 {
	x := make([]float64, len(runs))
	for i, r := range runs {
		x[i] = measure(r)
	}
	return x
}

// holds is the sense in which a closed form holds: within the 99.9 % t-interval
// of the replications, whose half-width is at most 1 % of it.
func holds(t *testing.T, what string, want float64, x []float64) {
	t.Helper()
	mean, half := stat.Interval(x, 0.999)
	t.Logf("%-40s closed form %.6g, simulated %.6g ± %.2g (%.2f %%)", what, want, mean, half, 100*half/want)
	if !(math.Abs(mean-want) <= half) {
		t.Errorf("%s: the closed form %.6g lies outside %.6g ± %.2g", what, want, mean, half)
	}
	if !(half <= 0.01*want) {
		t.Errorf("%s: the half-width %.2g is more than 1 %% of the closed form %.6g", what, half, want)
	}
}

// long skips a case of so many requests in a short run.
func long(t *testing.T, requests float64) {
	t.Helper()
	if testing.Short() && requests > 300_000 {
		t.Skipf("%.0f requests are not short", requests)
	}
}

// seconds turns seconds into a sim.Time.
func seconds(x float64) sim.Time { return sim.Time(math.Round(x * 1e9)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Distributions and processes, by their parameters in seconds.

func poissonArrivals(rate float64) workloads.Process { return must(workloads.NewPoisson(rate)) }

func constant(s float64) workloads.Sampler    { return must(workloads.NewConstant(seconds(s))) }
func exponential(s float64) workloads.Sampler { return must(workloads.NewExponential(seconds(s))) }

// synthetic is one function of a workload.
type synthetic struct {
	arrivals workloads.Process
	service  workloads.Sampler
	init     workloads.Sampler // nil: none
	cold     workloads.Sampler // nil: as warm
}

// workload makes a workload of functions named f0, f1 …
func workload(t *testing.T, horizon sim.Time, functions ...synthetic) sim.Workload {
	t.Helper()
	var specs []workloads.FunctionSpec
	for i, f := range functions {
		s := workloads.FunctionSpec{
			Name: "f" + string(rune('0'+i)), Memory: 128 << 20,
			Arrivals: workloads.ArrivalProcess{Process: f.arrivals},
			Service:  workloads.Distribution{Sampler: f.service},
		}
		if f.init != nil {
			s.Init.Init = sim.Init{{Phase: sim.PhaseSandbox, Duration: f.init}}
		}
		if f.cold != nil {
			s.ColdService.Sampler = f.cold
		}
		specs = append(specs, s)
	}
	w, err := workloads.New(specs, horizon)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// fixed is the policy fixed with a window in seconds.
func fixed(window float64) sim.KeepAliveFactory {
	return policies.Fixed{Window: spec.Duration(seconds(window))}
}
