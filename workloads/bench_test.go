package workloads

import (
	"fmt"
	"io"
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// BenchmarkSource measures one function's source with exponential service, by
// arrival process, in batches such as the kernel asks for.
func BenchmarkSource(b *testing.B) {
	for _, p := range testProcesses(b, 1000) {
		b.Run(p.name, func(b *testing.B) {
			benchmarkSource(b, p.process, must(NewExponential(2*sim.Second)))
		})
	}
}

// BenchmarkService measures the same with Poisson arrivals, by distribution.
func BenchmarkService(b *testing.B) {
	for _, d := range testDistributions(b) {
		b.Run(d.name, func(b *testing.B) {
			benchmarkSource(b, must(NewPoisson(1000)), d.sampler)
		})
	}
}

func benchmarkSource(b *testing.B, p Process, service Sampler) {
	w, err := New([]FunctionSpec{{Name: "f", Arrivals: ArrivalProcess{p}, Service: Distribution{service}}}, 1000*sim.Hour)
	if err != nil {
		b.Fatal(err)
	}
	source, err := w.Open(sim.RunKey{Seed: 1}, []uint32{0})
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]sim.Invocation, 512)
	b.ReportAllocs()
	drawn := 0
	for drawn < b.N {
		n, err := source.Next(buf)
		if err == io.EOF {
			b.StopTimer()
			source, _ = w.Open(sim.RunKey{Seed: 1}, []uint32{0})
			b.StartTimer()
		}
		drawn += n
	}
	b.ReportMetric(float64(drawn)/b.Elapsed().Seconds(), "inv/s")
}

// BenchmarkOpen measures what it costs to open each of 20,000 functions with
// Zipf popularity and to read their first batch.
func BenchmarkOpen(b *testing.B) {
	w := zipfWorkload(b, 20_000)
	buf := make([]sim.Invocation, 512)
	b.ReportAllocs()
	for i := range b.N {
		source, _ := w.Open(sim.RunKey{Seed: 1}, []uint32{uint32(i % 20_000)})
		for {
			if _, err := source.Next(buf); err != nil {
				break
			}
		}
	}
}

// BenchmarkNew measures building a workload of 20,000 functions.
func BenchmarkNew(b *testing.B) {
	for range b.N {
		zipfWorkload(b, 20_000)
	}
}

func BenchmarkNegLog(b *testing.B) {
	s := sim.NewStream(sim.RunKey{}, sim.PurposeService, 1)
	for _, f := range []struct {
		name string
		log  func(float64) float64
	}{{"negLog1m", negLog1m}, {"math.Log1p", func(u float64) float64 { return -math.Log1p(-u) }}, {"math.Log", func(u float64) float64 { return -math.Log(1 - u) }}} {
		b.Run(f.name, func(b *testing.B) {
			sum := 0.0
			for i := range b.N {
				sum += f.log(s.Uniform(uint64(i)))
			}
			_ = fmt.Sprint(sum)
		})
	}
}

// BenchmarkTokens draws requests of conversations and what they ask.
func BenchmarkTokens(b *testing.B) {
	w := chatWorkload(b, 100*sim.Hour)
	columns := tokens.Of(w, 1, 0)
	buf := make([]sim.Invocation, 512)
	for _, c := range []struct {
		name     string
		function uint32
	}{{"turns", 0}, {"single", 1}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var s sim.Source
			n, asked := 0, int64(0)
			for i := 0; b.Loop(); i++ {
				if i%512 == 0 {
					if s == nil || n < 512 {
						s, _ = w.Open(sim.RunKey{Seed: 1}, []uint32{c.function})
					}
					n, _ = s.Next(buf)
				}
				r := columns.Tokens(c.function, buf[i%512].Attr, 0)
				asked += int64(r.Input)
			}
			b.ReportMetric(float64(asked)/float64(b.N), "tokens/op")
		})
	}
}
