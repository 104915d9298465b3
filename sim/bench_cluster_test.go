package sim

import (
	"context"
	"testing"
)

// coldCounter counts requests and cold ones.
type coldCounter struct {
	counter
	cold int64
}

func (c *coldCounter) Requests(b []Outcome) {
	c.counter.Requests(b)
	for i := range b {
		if b[i].Flags&Cold != 0 {
			c.cold++
		}
	}
}

// The same load coupled without nodes and on 18 of them whose memory lets some 5 % be
// cold, evicting by Greedy-Dual-Size-Frequency.
func BenchmarkCluster(b *testing.B) {
	load := zipf(2_000, 2_000_000)
	for _, bench := range []struct {
		name   string
		memory int64 // MiB of a node; 0: no nodes
	}{{"coupled", 0}, {"nodes", 38 * 1024}} {
		b.Run(bench.name, func(b *testing.B) {
			c := Config{
				Workload: load, Window: Window{Horizon: Day},
				Platforms: []Platform{{KeepAlive: accountWide{window(10 * Minute)}, Scaling: perRequest{}, Limit: Limit{Over: QueueOver},
					Init: Init{{Phase: PhaseRuntime, Duration: Constant(200 * Millisecond)}}}},
				Observers: func() []Observer { return []Observer{&coldCounter{}} },
			}
			if bench.memory > 0 {
				nodes := make([]Node, 18)
				for i := range nodes {
					nodes[i].Memory = bench.memory
				}
				c.Platforms[0].KeepAlive = accountWide{window(Never)}
				c.Platforms[0].Cluster = &Cluster{Nodes: nodes, Placement: firstNode{}, Eviction: oftenAndSmall{}}
			}
			b.ReportAllocs()
			var n, cold int64
			for b.Loop() {
				sum, err := Run(context.Background(), c)
				if err != nil {
					b.Fatal(err)
				}
				n += sum.Arrivals
				cold += sum.Observers[0][0].(*coldCounter).cold
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "inv/s")
			b.ReportMetric(100*float64(cold)/float64(n), "%cold")
		})
	}
}
