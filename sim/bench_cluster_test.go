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

// The same load coupled without nodes and on 18 of them, evicting by
// Greedy-Dual-Size-Frequency in memory that lets some requests be cold; where requests
// are sent to nodes, and where some hundreds of each of a few functions are under way
// there.
func BenchmarkCluster(b *testing.B) {
	for _, bench := range []struct {
		name     string
		load     *list
		memory   int64 // MiB of a node; 0: no nodes
		balanced bool
	}{
		{"zipf=1.1/coupled", zipf(2_000, 2_000_000), 0, false},
		{"zipf=1.1/nodes", zipf(2_000, 2_000_000), 38 * 1024, false},
		{"zipf=1.1/sent", zipf(2_000, 2_000_000), 38 * 1024, true},
		{"zipf=1.5/coupled", zipfOf(2_000, 2_000_000, 1.5, Second/2), 0, false},
		{"zipf=1.5/nodes", zipfOf(2_000, 2_000_000, 1.5, Second/2), 18 * 1024, false},
		{"crowded/coupled", zipfOf(20, 1_000_000, 1.1, 60*Second), 0, false},
		{"crowded/sent", zipfOf(20, 1_000_000, 1.1, 60*Second), 38 * 1024, true},
	} {
		b.Run(bench.name, func(b *testing.B) {
			c := Config{
				Workload: bench.load, Window: Window{Horizon: Day},
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
				if bench.balanced {
					c.Platforms[0].Cluster.Placement = drawnHome{}
				}
			}
			b.ReportAllocs()
			var n, cold int64
			from := processorTime(b)
			for b.Loop() {
				sum, err := Run(context.Background(), c)
				if err != nil {
					b.Fatal(err)
				}
				n += sum.Arrivals
				cold += sum.Observers[0][0].(*coldCounter).cold
			}
			b.ReportMetric(float64(processorTime(b)-from)/float64(n), "cpu-ns/inv")
			b.ReportMetric(100*float64(cold)/float64(n), "%cold")
		})
	}
}
