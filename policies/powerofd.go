package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// PowerOfD draws some of the nodes with room, and takes the one of them with the fewest
// busy instances.
type PowerOfD struct {
	D int `toml:"d" default:"2" help:"nodes drawn for a start, 1 or more; of fewer than that with room, all"`
}

var _ sim.PlacementFactory = PowerOfD{}

// About describes the policy.
func (PowerOfD) About() Entry {
	return Entry{
		Name: "power-of-d", Help: "of d nodes drawn from those with room, the one with the fewest instances that serve or initialise", Control: Operator,
		Source: "Mitzenmacher, The power of two choices (2001) [M]; ties go to the lowest index",
	}
}

// Check refuses a draw of none.
func (p PowerOfD) Check(n *spec.Node) error {
	if p.D < 1 {
		return n.Get("d").Errorf("found %d, want 1 or more nodes to draw", p.D)
	}
	return nil
}

// New returns the policy of a cluster.
func (p PowerOfD) New(nodes int) sim.Placement {
	return &someNodes{d: p.D, list: make([]int, 0, nodes)}
}

type someNodes struct {
	d    int
	list []int // nodes that count, the drawn ones first
}

// Place draws without putting back.
func (s *someNodes) Place(c sim.Nodes, _ sim.Time) int {
	counts := roomy(c)
	s.list = s.list[:0]
	for i := range c.Len() {
		if counts(i) {
			s.list = append(s.list, i)
		}
	}
	best := -1
	for k := range min(s.d, len(s.list)) {
		at := k + int(c.Uniform(k)*float64(len(s.list)-k))
		s.list[k], s.list[at] = s.list[at], s.list[k]
		if i := s.list[k]; best < 0 || c.Busy(i) < c.Busy(best) || c.Busy(i) == c.Busy(best) && i < best {
			best = i
		}
	}
	return best
}
