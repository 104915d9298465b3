package experiments_test

import (
	"context"
	"fmt"
	"io"
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
// (Shahrad et al., ATC 2020).
const replayLoad = `
name       = "f"
count      = 20000
popularity = { zipf = 1.5 }
memory     = "512MB"
arrivals   = { process = "poisson", rate = "230/s" }
service    = { dist = "exponential", mean = "200ms" }
init       = { runtime = "200ms" }
`

func generatedLoad(b testing.TB) sim.Workload {
	n, err := spec.Parse("load.toml", []byte(replayLoad))
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
		for {
			n, err := source.Next(buf)
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			for _, inv := range buf[:n] {
				if err := out.Add(id, inv.Arrival, inv.Service); err != nil {
					b.Fatal(err)
				}
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

// BenchmarkReplay measures the whole of a replay: the source, the kernel under
// a fixed window of ten minutes, latencies and the bills of two tariffs.
func BenchmarkReplay(b *testing.B) {
	generated := generatedLoad(b)
	stored := storedLoad(b, generated)
	fixed := fixedWindow(b)
	for _, c := range []struct {
		name      string
		load      sim.Workload
		keepalive sim.KeepAliveFactory
		cores     []int
	}{
		{"stored", stored, fixed, []int{1, 2}},
		{"generated", generated, fixed, []int{1, 2}},
		{"coupled", stored, accountFixed{fixed}, []int{1}},
	} {
		for _, cores := range c.cores {
			b.Run(fmt.Sprintf("%s/cores=%d", c.name, cores), func(b *testing.B) { benchmarkReplay(b, c.load, c.keepalive, cores) })
		}
	}
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

func benchmarkReplay(b *testing.B, load sim.Workload, keepalive sim.KeepAliveFactory, cores int) {
	catalog, err := costmodel.Load()
	if err != nil {
		b.Fatal(err)
	}
	config := sim.Config{
		Workload: load, Window: sim.Window{Horizon: sim.Day}, Key: sim.RunKey{Seed: 1}, Pool: sim.NewPool(cores),
		Platform: sim.Platform{KeepAlive: keepalive, Concurrency: 1, Limit: sim.Limit{Ramp: sim.Ramp{Burst: 1000, Period: 10 * sim.Second}}},
	}
	config.Observers = func() []sim.Observer {
		recorder, err := results.NewRecorder(results.Config{Window: config.Window, Functions: load.Functions(), Concurrency: 1})
		if err != nil {
			b.Fatal(err)
		}
		list := []sim.Observer{recorder.Observer()}
		for _, name := range []string{"aws-lambda", "aws-lambda-arm"} {
			tariff, err := catalog.Tariff(name)
			if err != nil {
				b.Fatal(err)
			}
			meter, err := tariff.NewMeter(costmodel.MeterConfig{Functions: load.Functions(), Window: config.Window, Platform: config.Platform, Key: config.Key})
			if err != nil {
				b.Fatal(err)
			}
			list = append(list, meter)
		}
		return list
	}
	b.ReportAllocs()
	var n int64
	for b.Loop() {
		sum, err := sim.Run(context.Background(), config)
		if err != nil {
			b.Fatal(err)
		}
		n += sum.Arrivals
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "inv/s")
}
