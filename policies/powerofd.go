package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// PowerOfD draws some of the nodes with room, and takes the one of them with the fewest
// busy instances.
type PowerOfD struct {
	D        int  `toml:"d" default:"2" help:"nodes drawn, 1 or more; where fewer have room, all of these"`
	Requests bool `toml:"requests" default:"false" help:"each request is sent to a node, where it waits if it must: of d nodes drawn from all, to the one with the fewest requests"`
}

var _ sim.PlacementFactory = PowerOfD{}

// About describes the policy.
func (PowerOfD) About() Entry {
	return Entry{
		Name: "power-of-d", Help: "of d nodes drawn from those with room, the one with the fewest instances that serve or initialise; or of any d for each request, the one with the fewest requests", Control: Operator,
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
	s := someNodes{d: p.D, list: make([]int, 0, nodes)}
	if p.Requests {
		return &shortestLine{s}
	}
	return &s
}

type someNodes struct {
	d    int
	list []int // nodes that count, the drawn ones first
}

// Place draws from those with room.
func (s *someNodes) Place(c sim.Nodes, _ sim.Time) int { return s.draw(c, roomy(c), c.Busy) }

// shortestLine draws for requests, too.
type shortestLine struct{ someNodes }

// Send draws from all.
func (s *shortestLine) Send(c sim.Nodes, _ sim.Time) int { return s.draw(c, c.Takes, c.Requests) }

// draw draws nodes that count, without putting back, and returns the one with the least
// load.
func (s *someNodes) draw(c sim.Nodes, counts func(i int) bool, load func(i int) int) int {
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
		if i := s.list[k]; best < 0 || load(i) < load(best) || load(i) == load(best) && i < best {
			best = i
		}
	}
	return best
}
