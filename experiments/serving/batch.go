package serving

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// batch is a model server that lets requests gather and go through together.
type batch struct {
	Size  int             `toml:"size" required:"true" help:"requests of a batch at most"`
	Wait  spec.Duration   `toml:"wait" unit:"duration" help:"how long the first waits for others"`
	Base  spec.Duration   `toml:"base" unit:"duration" help:"a batch of n takes this and n times each"`
	Each  spec.Duration   `toml:"each" unit:"duration" help:"see base"`
	Table []spec.Duration `toml:"table" unit:"duration" help:"instead of base and each: what a batch of 1, 2, … takes"`
}

func (*batch) about() Entry {
	return Entry{
		Name: "batch", Help: "dynamic batching: requests go through together when a batch is full or the first has waited",
		Source: "the dynamic batcher of model servers such as NVIDIA Triton [M]; service times of requests are not looked at",
	}
}

func (b *batch) check(n *spec.Node) error {
	if err := b.server().Check(); err != nil {
		return n.Errorf("%w", err)
	}
	return nil
}

func (b *batch) server() servers.Batch {
	s := servers.Batch{Size: b.Size, Wait: sim.Time(b.Wait), Base: sim.Time(b.Base), Each: sim.Time(b.Each)}
	for _, t := range b.Table {
		s.Table = append(s.Table, sim.Time(t))
	}
	return s
}

// Factory returns the servers.
func (b *batch) Factory(Platform) (sim.ServerFactory, error) { return b.server(), nil }

// Concurrency is how many requests an instance takes where the platform does
// not say: all that come, which wait in it for their batch.
func (*batch) Concurrency() int { return 1 << 20 }
