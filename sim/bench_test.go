package sim

import (
	"context"
	"fmt"
	"math"
	"testing"
)

// counter is about the least that an observer can do.
type counter struct {
	n       int64
	latency Wide
}

func (c *counter) Requests(b []Outcome) {
	for i := range b {
		c.latency.Add(b[i].End - b[i].Arrival)
	}
	c.n += int64(len(b))
}

// zipf makes functions of Zipf popularity (exponent 1.1) with Poisson arrivals
// and exponential service of mean 0.5 s over a day.
func zipf(functions, invocations int) *list { return zipfOf(functions, invocations, 1.1, Second/2) }

// zipfOf does so with another exponent and mean of the service.
func zipfOf(functions, invocations int, exponent float64, mean Time) *list {
	l := &list{functions: make([]Function, functions), invocations: make([][]Invocation, functions)}
	total := 0.0
	for i := range functions {
		total += math.Pow(float64(i+1), -exponent)
	}
	for i := range functions {
		f := &l.functions[i]
		f.Name = fmt.Sprintf("f%05d", i)
		f.Memory = 128 << (i % 4)
		f.Weight = float64(invocations) * math.Pow(float64(i+1), -exponent) / total
		gap := float64(Day) / f.Weight
		arrivals, service := NewStream(RunKey{Seed: 1}, PurposeArrival, f.Key()), NewStream(RunKey{Seed: 1}, PurposeService, f.Key())
		t := 0.0
		for k := uint64(0); ; k++ {
			if t -= gap * math.Log(1-arrivals.Uniform(k)); t >= float64(Day) {
				break
			}
			l.invocations[i] = append(l.invocations[i], Invocation{Arrival: Time(t), Service: Time(-float64(mean) * math.Log(1-service.Uniform(k))), Function: uint32(i)})
		}
	}
	return l
}

func BenchmarkKernel(b *testing.B) {
	load := zipf(20_000, 20_000_000)
	for _, bench := range []struct {
		name    string
		account int
	}{{"decoupled", 0}, {"certified", 1_000_000}, {"coupled", 1}} {
		b.Run(bench.name, func(b *testing.B) {
			c := Config{
				Workload: load, Window: Window{Horizon: Day},
				Platforms: []Platform{{KeepAlive: window(10 * Minute), Scaling: perRequest{}, Limit: Limit{Account: bench.account, Over: QueueOver},
					Init: Init{{Phase: PhaseRuntime, Duration: Constant(200 * Millisecond)}}}},
				Observers: func() []Observer { return []Observer{&counter{}} },
			}
			if bench.account == 1 {
				c.Platforms[0].Limit.Account = 0
				c.Platforms[0].KeepAlive = accountWide{window(10 * Minute)}
			}
			b.ReportAllocs()
			var n int64
			for b.Loop() {
				sum, err := Run(context.Background(), c)
				if err != nil {
					b.Fatal(err)
				}
				n += sum.Arrivals
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "inv/s")
		})
	}
}

// accountWide is a policy whose scope joins all functions in one shard.
type accountWide struct{ window }

func (accountWide) Scope() Scope { return ScopeAccount }
