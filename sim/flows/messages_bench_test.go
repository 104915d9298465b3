package flows

import (
	"context"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// throughput are triggers whose messages flow for a long time.
var throughput = []struct {
	name string
	make func(b *builder, t *Trigger)
}{
	{"queue", func(b *builder, t *Trigger) {
		b.sqs(t, Queue{Batch: 10, Window: 100 * ms, Visibility: sim.Minute, Partial: true, Receives: 3, Latency: exponential(16 * ms)})
	}},
	{"fifo", func(b *builder, t *Trigger) {
		t.Keys = evenKeys(1000)
		b.sqs(t, Queue{FIFO: true, Batch: 10, Visibility: 5 * second, Receives: 3, Latency: exponential(16 * ms)})
	}},
	{"stream", func(b *builder, t *Trigger) {
		t.Keys = evenKeys(1000)
		b.kinesis(t, Stream{Batch: 100, Shards: 4, Parallel: 2, Retries: 3, Bisect: true, In: &Bucket{Burst: 1000, Rate: 1000}, InBytes: &Bucket{Burst: 1 << 20, Rate: 1 << 20}})
	}},
	{"async", func(b *builder, t *Trigger) { t.Async = lambdaAsync() }},
	{"http", func(b *builder, t *Trigger) {
		b.gateway(t, nil).HTTP.Client = &Retry{On: OnAny, Attempts: 2, Backoff: backoff.Backoff{First: second, Factor: 2}}
	}},
}

func evenKeys(n int) *Keys {
	k := &Keys{}
	for i := range n {
		k.Popularity = append(k.Popularity, float64(i+1)/float64(n))
	}
	return k
}

// flood is a graph of one trigger and a function of 20 ms that fails now and then, and
// what runs it with so many messages, 1,000 a second.
func flood(make func(*builder, *Trigger), n int) (*builder, func(t tester) *Tally) {
	horizon := sim.Time(n) * ms
	b := newBuilder(horizon)
	b.g.Drain, b.g.Step = sim.Hour, horizon/10
	f := b.function("f", exponential(20*ms))
	b.g.Functions[f].Error = 0.01
	b.calls("t", f)
	make(b, &b.g.Triggers[0])
	b.g.Triggers[0].Function = 1
	var load simtest.Load
	load.Add(sim.Function{Name: "f"}, nil)
	var all []sim.Invocation
	for _, at := range poisson(1000, horizon, 1) {
		all = append(all, sim.Invocation{Arrival: at, Function: 1})
	}
	load.Add(sim.Function{Name: "t", Outside: true}, all)
	return b, func(t tester) *Tally {
		of := New(&b.g, sim.RunKey{})
		_, err := sim.Run(context.Background(), sim.Config{
			Workload: &load, Platforms: []sim.Platform{anyNumber}, Window: sim.Window{Horizon: horizon}, Follow: of,
			Observers: func() []sim.Observer { return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		return of.Tally()
	}
}

// BenchmarkMessages is how many messages a second go through a trigger.
func BenchmarkMessages(b *testing.B) {
	for _, c := range throughput {
		b.Run(c.name, func(b *testing.B) {
			_, run := flood(c.make, 200_000)
			messages := uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				messages += run(b).Triggers[0].Arrived
			}
			b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// Where messages flow nothing is allocated: ten times as many, and no allocation more
// than slabs take that double.
func TestMessagesAllocateNothing(t *testing.T) {
	for _, c := range throughput {
		t.Run(c.name, func(t *testing.T) {
			allocations := func(n int) float64 {
				_, run := flood(c.make, n)
				return testing.AllocsPerRun(1, func() { run(t) })
			}
			few, many := allocations(20_000), allocations(100_000)
			if many > few+100 {
				t.Errorf("%v allocations for 100,000 messages, %v for 20,000", many, few)
			}
		})
	}
}
