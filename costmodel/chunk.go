package costmodel

import (
	"fmt"
	"math/big"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Chunk is how a provider counts one message, call or execution by its size,
// its time, or its memory × time. What is not counted in steps is 0.
type Chunk struct {
	Size      spec.Size     `toml:"size" help:"a unit for each so many bytes, the last of them started"`
	First     spec.Size     `toml:"first" help:"so many bytes are in the first unit"`
	Least     spec.Size     `toml:"least" help:"less is counted as so many bytes"`
	Most      spec.Size     `toml:"most" help:"there is nothing larger"`
	Time      spec.Duration `toml:"time" help:"time is rounded up to a multiple of this"`
	LeastTime spec.Duration `toml:"least_time" help:"less time is counted as this"`
	Memory    spec.Size     `toml:"memory" help:"memory is rounded up to a multiple of this"`
	// Evidence is that of the rule; it may be worse than that of the price.
	Evidence
}

func (c *Chunk) check(n *spec.Node, p *Price) error {
	if c.Source == "" { // else the date is that source's
		c.AsOf = p.AsOf
	}
	c.Evidence = c.or(Evidence{Grade: p.Grade, Source: p.Source})
	if err := checkEvidence(n, c.Evidence); err != nil {
		return err
	}
	memory, time, size := p.unit.dimension == "memory × time", p.unit.dimension == "time", p.unit.dimension == "size"
	_, whole := c.Memory.MiB()
	switch {
	case c.Size == 0 && c.Time == 0 && c.Memory == 0:
		return n.Errorf("want size, time or memory")
	case c.Size > 0 && p.unit.dimension != "count" && !(size && c.Size == 1):
		return n.Get("size").Errorf("found units of %s for a price per %s, want one that counts", c.Size, p.Unit)
	case c.Size == 0 && (c.First > 0 || c.Most > 0):
		return n.Errorf("found first or most without size")
	case c.First > 0 && c.First < c.Size:
		return n.Get("first").Errorf("found %s, want at least size = %s", c.First, c.Size)
	case c.Most > 0 && c.Most < max(c.Size, c.First, c.Least):
		return n.Get("most").Errorf("found %s, which is less than a unit holds", c.Most)
	case c.Memory > 0 && (!memory || !whole):
		return n.Get("memory").Errorf("found %s for a price per %s, want whole MB of a price for memory × time", c.Memory, p.Unit)
	case c.Time > 0 && !time && !memory:
		return n.Get("time").Errorf("found %s for a price per %s, want a price for time", c.Time, p.Unit)
	}
	return nil
}

// Units returns how many units of the price one message or call of so many
// bytes is: requests, events, or bytes where those are billed with a minimum.
// One without content is one. Its error says that the tariff states no such
// rule, or that nothing is so large.
func (p *Price) Units(bytes int64) (int64, error) {
	switch c := p.Chunk; {
	case c == nil || c.Size == 0:
		return 0, fmt.Errorf("counting %q: the tariff states no size of a unit", p.Name)
	case bytes < 0:
		return 0, fmt.Errorf("counting %q: found %d bytes, want 0 or more", p.Name, bytes)
	case c.Most > 0 && bytes > int64(c.Most):
		return 0, fmt.Errorf("counting %q: found %d bytes, want 0 to %s", p.Name, bytes, c.Most)
	default:
		size, first := int64(c.Size), int64(max(c.First, c.Size))
		rest := max(bytes, int64(c.Least)) - first
		if rest <= 0 {
			return 1, nil
		}
		return 1 + rest/size + min(1, rest%size), nil
	}
}

// Time returns how much time is billed for so much.
func (p *Price) Time(d sim.Time) (sim.Time, error) {
	switch c := p.Chunk; {
	case c == nil || c.Time == 0:
		return 0, fmt.Errorf("counting %q: the tariff states no step of time", p.Name)
	case d < 0 || d > 1<<62-sim.Time(c.Time):
		return 0, fmt.Errorf("counting %q: found a time of %d ns", p.Name, d)
	default:
		return stretch{sim.Time(c.Time), sim.Time(c.LeastTime)}.round(d), nil
	}
}

// MemoryTime returns how many MiB-ns are billed for one execution, of so much
// memory for so long.
func (p *Price) MemoryTime(bytes int64, d sim.Time) (*big.Int, error) {
	c := p.Chunk
	if c == nil || c.Memory == 0 {
		return nil, fmt.Errorf("counting %q: the tariff states no step of memory", p.Name)
	}
	if bytes < 0 || d < 0 {
		return nil, fmt.Errorf("counting %q: found %d bytes for %d ns, want neither negative", p.Name, bytes, d)
	}
	step := int64(c.Memory)
	n := max(bytes, int64(c.Least))
	steps := n/step + min(1, n%step)
	mib, _ := c.Memory.MiB()
	if c.Time > 0 {
		d = stretch{sim.Time(c.Time), sim.Time(c.LeastTime)}.round(d)
	}
	total := new(big.Int).Mul(big.NewInt(steps), big.NewInt(mib))
	return total.Mul(total, big.NewInt(d)), nil
}
