package serving

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// batch is an instance whose requests go through together.
type batch struct {
	Size  int             `toml:"size" required:"true" help:"requests of a batch at most"`
	Wait  spec.Duration   `toml:"wait" default:"0s" help:"how long the first waits for others while nothing is served"`
	Base  spec.Duration   `toml:"base" default:"0s" help:"what a batch takes, however many it is of"`
	Each  spec.Duration   `toml:"each" default:"0s" help:"and for each of them"`
	Table []spec.Duration `toml:"table" help:"what batches of 1, 2, … size take, instead of base and each"`
}

func (*batch) about() Entry {
	return Entry{
		Name: "batch", Help: "dynamic batching: requests gather, and go through together when they are enough or the first has waited; their own service times do not count",
		Source: "the dynamic batcher of model servers, as Triton's; queue of bulk service (Bailey, JRSS B 16, 1954)",
	}
}

func (s *batch) check(n *spec.Node) error {
	if err := s.server().Check(); err != nil {
		return n.Errorf("%w", err)
	}
	if len(s.Table) == 0 && s.Base == 0 && s.Each == 0 {
		return n.Errorf("there is neither base, each nor a table, want how long a batch takes, as in base = \"20ms\", each = \"2ms\"")
	}
	for i, t := range s.Table {
		if t == 0 {
			return n.Get("table", fmt.Sprint(i)).Errorf("found a batch of %d that takes no time, want more than 0", i+1)
		}
	}
	return nil
}

func (s *batch) server() servers.Batch {
	b := servers.Batch{Size: s.Size, Wait: sim.Time(s.Wait), Base: sim.Time(s.Base), Each: sim.Time(s.Each)}
	for _, t := range s.Table {
		b.Table = append(b.Table, sim.Time(t))
	}
	return b
}

// Factory returns the servers.
func (s *batch) Factory(Platform) (sim.ServerFactory, error) { return s.server(), nil }

// Concurrency is how many requests an instance takes where the platform does
// not say: all that come gather.
func (*batch) Concurrency() int { return everyone }

// Gathers is how many requests make a batch full.
func (s *batch) Gathers() int { return s.Size }
