package experiments_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/workloads"
)

// The load of BenchmarkReplay: 20,000 functions with Poisson arrivals and
// exponential service over a day, 20 million invocations in all. A Zipf
// exponent of 1.5 gives the busiest 18.6 % of functions 99.3 % of the
// invocations; on Azure the busiest 18.6 % of applications had 99.6 %
// (Shahrad et al., ATC 2020). One of 1.1 gives functions that are seldom
// called more of them, and the caches more to do.
const replayLoad = `
name       = "f"
count      = 20000
popularity = { zipf = %v }
memory     = "512MB"
arrivals   = { process = "poisson", rate = "230/s" }
service    = { dist = "exponential", mean = "200ms" }
init       = { runtime = "200ms" }
`

func generatedLoad(b testing.TB, zipf float64) sim.Workload {
	n, err := spec.Parse("load.toml", fmt.Appendf(nil, replayLoad, zipf))
	if err != nil {
		b.Fatal(err)
	}
	var f workloads.FunctionSpec
	if err := n.Decode(&f); err != nil {
		b.Fatal(err)
	}
	w, err := workloads.New([]workloads.FunctionSpec{f}, sim.Day)
	if err != nil {
		b.Fatal(err)
	}
	return w
}

// storedLoad is the same invocations, read from a store.
func storedLoad(b *testing.B, w sim.Workload) sim.Workload {
	path := filepath.Join(b.TempDir(), "load.store")
	out, err := traces.CreateStore(path)
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]sim.Invocation, 512)
	for i, f := range w.Functions() {
		id := out.Function(f)
		source, err := w.Open(sim.RunKey{Seed: 1}, []uint32{uint32(i)})
		if err != nil {
			b.Fatal(err)
		}
		for inv := range drain(b, source, buf) {
			if err := out.Add(id, inv.Arrival, inv.Service); err != nil {
				b.Fatal(err)
			}
		}
		if err := out.End(id); err != nil {
			b.Fatal(err)
		}
	}
	if err := out.Close(sim.Day); err != nil {
		b.Fatal(err)
	}
	s, err := traces.Open(context.Background(), "store:"+path, traces.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// accountFixed is the fixed window with a scope that joins all functions in
// one shard.
type accountFixed struct{ sim.KeepAliveFactory }

func (accountFixed) Scope() sim.Scope { return sim.ScopeAccount }

// asked hides that a policy's window is fixed, so that the kernel asks it.
type asked struct{ sim.KeepAlive }

// accountAsked is accountFixed whose policy is asked: functions that share one which may
// look at all of them run in the order of time.
type accountAsked struct{ accountFixed }

func (a accountAsked) New(g sim.Group) sim.KeepAlive { return asked{a.accountFixed.New(g)} }

// drain yields what a source has left.
func drain(b *testing.B, source sim.Source, buf []sim.Invocation) iter.Seq[sim.Invocation] {
	return func(yield func(sim.Invocation) bool) {
		for {
			n, err := source.Next(buf)
			if err == io.EOF {
				return
			}
			if err != nil {
				b.Fatal(err)
			}
			for _, inv := range buf[:n] {
				if !yield(inv) {
					return
				}
			}
		}
	}
}

// BenchmarkReplay measures the whole of a replay: the source, the kernel under
// a fixed window of ten minutes, latencies and the bills of two tariffs. The
// first of each load is the limit, a loop by hand that does nothing but to find
// instances; of-limit is the share of its rate that the others reach. Rates
// are by the clock, cpu-ns by the processor's time, which other work on the
// machine disturbs less.
func BenchmarkReplay(b *testing.B) {
	for _, zipf := range []float64{1.5, 1.1} {
		b.Run(fmt.Sprintf("zipf=%v", zipf), func(b *testing.B) { benchmarkLoad(b, zipf) })
	}
	if dir := os.Getenv("COLDCURVE_DATA"); dir != "" {
		b.Run("azure2019-400", func(b *testing.B) { benchmarkTrace(b, "azure2019:"+filepath.Join(dir, "azure2019-400")) })
	}
}

// benchmarkTrace replays a real trace as it is read by the command: a day of
// counts a minute, whose durations are drawn.
func benchmarkTrace(b *testing.B, spec string) {
	trace, err := traces.Open(context.Background(), spec, traces.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer trace.Close()
	var best float64
	b.Run("limit", func(b *testing.B) { best = measureLimit(b, limitLoad(b, trace)) })
	b.Run("cores=1", func(b *testing.B) {
		config := replayConfig(b, trace, fixedWindow(b), 1)
		config.Platforms[0].Reuse, config.Platforms[0].Limit.Account = sim.Newest, 1000 // as the preset aws-lambda has
		measure(b, best, func() int64 { return replayOnce(b, config) })
	})
}

func benchmarkLoad(b *testing.B, zipf float64) {
	generated := generatedLoad(b, zipf)
	stored := storedLoad(b, generated)
	fixed := fixedWindow(b)
	var best float64 // the limit's cpu-ns
	b.Run("limit", func(b *testing.B) { best = measureLimit(b, limitLoad(b, stored)) })
	for _, c := range []struct {
		name      string
		load      sim.Workload
		keepalive sim.KeepAliveFactory
		cores     int
		limit     int // of the account, that binds
	}{
		{"stored/cores=1", stored, fixed, 1, 0},
		{"stored/cores=2", stored, fixed, 2, 0},
		{"generated/cores=1", generated, fixed, 1, 0},
		{"generated/cores=2", generated, fixed, 2, 0},
		{"coupled/cores=1", stored, accountAsked{accountFixed{fixed}}, 1, 0},
		{"shared/cores=1", stored, accountFixed{fixed}, 1, 0},
		{"limited=75/cores=1", stored, accountFixed{fixed}, 1, 75}, // 46 are under way on average
		{"limited=46/cores=1", stored, accountFixed{fixed}, 1, 46},
		{"limited=400/cores=1", stored, accountFixed{fixed}, 1, 400},
	} {
		b.Run(c.name, func(b *testing.B) {
			config := replayConfig(b, c.load, c.keepalive, c.cores)
			config.Platforms[0].Limit.Account = c.limit
			measure(b, best, func() int64 { return replayOnce(b, config) })
		})
	}
	b.Run("stored/apart=2", func(b *testing.B) { // two runs side by side, that share nothing
		one, other := replayConfig(b, stored, fixed, 1), replayConfig(b, stored, fixed, 1)
		measure(b, best, func() int64 {
			n := make(chan int64)
			go func() { n <- replayOnce(b, other) }()
			return replayOnce(b, one) + <-n
		})
	})
}

// measureLimit measures the limit on requests in memory.
func measureLimit(b *testing.B, functions [][]request) float64 {
	return measure(b, 0, func() (n int64) {
		cold, idle, busy := limit(functions, 10*sim.Minute, sim.Day)
		if cold == 0 || idle == 0 || busy == 0 {
			b.Fatal("the limit has replayed nothing")
		}
		for _, f := range functions {
			n += int64(len(f))
		}
		return n
	})
}

// measure runs and reports, and returns the processor's time an invocation, ns.
func measure(b *testing.B, best float64, run func() int64) float64 {
	b.ReportAllocs()
	var n int64
	start := processorTime(b)
	for b.Loop() {
		n += run()
	}
	cpu := float64(processorTime(b)-start) / float64(n)
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "inv/s")
	b.ReportMetric(cpu, "cpu-ns/inv")
	if best > 0 {
		b.ReportMetric(best/cpu, "of-limit")
	}
	return cpu
}

func fixedWindow(b testing.TB) sim.KeepAliveFactory {
	n, err := spec.Parse("policy.toml", []byte(`name = "fixed"`+"\n"+`window = "10m"`))
	if err != nil {
		b.Fatal(err)
	}
	f, err := policies.KeepAlive(n)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// replayConfig is one replay, with its observers. Like the command, it counts
// once what two tariffs meter by the same rule.
func replayConfig(b *testing.B, load sim.Workload, keepalive sim.KeepAliveFactory, cores int) sim.Config {
	catalog, err := costmodel.Load()
	if err != nil {
		b.Fatal(err)
	}
	config := sim.Config{
		Workload: load, Window: sim.Window{Horizon: sim.Day}, Key: sim.RunKey{Seed: 1}, Pool: sim.NewPool(cores),
		Platforms: []sim.Platform{{KeepAlive: keepalive, Concurrency: 1, Limit: sim.Limit{Ramp: sim.Ramp{Burst: 1000, Period: 10 * sim.Second}}}},
	}
	var tariffs []*costmodel.Tariff
	for _, name := range []string{"aws-lambda", "aws-lambda-arm"} {
		tariff, err := catalog.Tariff(name)
		if err != nil {
			b.Fatal(err)
		}
		tariffs = append(tariffs, tariff)
	}
	config.Observers = func() []sim.Observer {
		recorder, err := results.NewRecorder(results.Config{Window: config.Window, Functions: load.Functions(), Concurrency: 1})
		if err != nil {
			b.Fatal(err)
		}
		meters, err := costmodel.NewMeters(tariffs, costmodel.MeterConfig{Functions: load.Functions(), Window: config.Window, Platform: config.Platforms[0]})
		if err != nil {
			b.Fatal(err)
		}
		list := []sim.Observer{recorder.Observer()}
		for _, m := range meters.Distinct() {
			list = append(list, m)
		}
		return list
	}
	return config
}

func replayOnce(b *testing.B, config sim.Config) int64 {
	sum, err := sim.Run(context.Background(), config)
	if err != nil {
		b.Error(err)
	}
	return sum.Arrivals
}
