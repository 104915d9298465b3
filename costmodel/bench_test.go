package costmodel

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// BenchmarkLoad is what each command pays for the shipped catalog: its names
// and the file of one tariff; and what a listing pays, all files.
func BenchmarkLoad(b *testing.B) {
	for _, x := range []struct {
		name string
		use  func(*Catalog) error
	}{
		{"one", func(c *Catalog) error { _, err := c.Tariff("aws-lambda"); return err }},
		{"all", func(c *Catalog) error { c.Tariffs(); return nil }},
	} {
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c, err := Load()
				if err != nil {
					b.Fatal(err)
				}
				if err := x.use(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRequests is the hot path: batches of 256 outcomes as the kernel
// hands them out, of one function each (a shard), or mixed (coupled).
func BenchmarkRequests(b *testing.B) {
	c, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"aws-lambda", "aws-lambda-100ms", "azure-consumption", "gcp-cloud-run-request"} {
		for _, functions := range []int{1, 20_000} {
			config := configOf(functions)
			t, err := c.Tariff(name)
			if err != nil {
				b.Fatal(err)
			}
			m, err := t.NewMeter(config)
			if err != nil {
				b.Fatal(err)
			}
			batches := outcomeBatches(functions)
			kind := "one-function"
			if functions > 1 {
				kind = "mixed"
			}
			b.Run(name+"/"+kind, func(b *testing.B) {
				b.ReportAllocs()
				n := 0
				for b.Loop() {
					m.Requests(batches[n%len(batches)])
					n++
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*len(batches[0])), "ns/inv")
			})
		}
	}
}

// configOf returns functions of several sizes on a platform like Lambda.
func configOf(functions int) MeterConfig {
	c := MeterConfig{Window: sim.Window{Warmup: sim.Hour, Horizon: 25 * sim.Hour}, Platform: sim.Platform{Memory: 256}}
	for i := range functions {
		c.Functions = append(c.Functions, sim.Function{Name: "f", Memory: []int64{128, 512, 0, 1769}[i%4]})
	}
	return c
}

func outcomeBatches(functions int) [][]sim.Outcome {
	s := sim.NewStream(sim.RunKey{Seed: 1}, sim.PurposeSample, 7)
	var batches [][]sim.Outcome
	n := uint64(0)
	for range 32 {
		batch := make([]sim.Outcome, 256)
		for i := range batch {
			o := &batch[i]
			o.Arrival = sim.Time(s.Uniform(n) * float64(25*sim.Hour))
			o.Start = o.Arrival
			o.End = o.Start + sim.Time(s.Uniform(n+1)*float64(2*sim.Second))
			o.Function = uint32(s.Bits(n+2) % uint64(functions))
			o.Started = true
			n += 3
		}
		batches = append(batches, batch)
	}
	return batches
}
