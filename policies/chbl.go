package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// CHBL is consistent hashing with bounded loads: each request goes to the first node on
// the ring, from the hash of its function on, that has fewer than ⌈c × the mean⌉ of the
// requests, itself counted among these.
type CHBL struct {
	C      float64 `toml:"c" default:"1.25" help:"bound on the requests of a node, in means over all nodes, 1 or more"`
	VNodes int     `toml:"vnodes" default:"20" help:"points of each node on the ring"`
}

var _ sim.PlacementFactory = CHBL{}

// About describes the policy.
func (CHBL) About() Entry {
	return Entry{
		Name: "ch-bl", Help: "each request to the first node on a ring of hashes, from that of its function on, whose requests are within c times the mean", Control: Operator,
		Source: "Mirrokni, Thorup and Zadimoghaddam, Consistent hashing with bounded loads (SODA 2018) [M]; 20 points and 1.25 as in buraksezer/consistent [M]",
	}
}

// Check refuses a bound that not all requests could keep.
func (p CHBL) Check(n *spec.Node) error {
	if !(p.C >= 1) || p.C > 1e6 {
		return n.Get("c").Errorf("found %v, want 1 to 1e6 times the mean", p.C)
	}
	return checkPoints(n, p.VNodes)
}

// New returns the policy of a cluster.
func (p CHBL) New(nodes int) sim.Placement { return &bounded{c: p.C, ring: newRing(nodes, p.VNodes)} }

// mostOf rounds a bound up. What floats add to a whole number is no request more: a part
// of it, since at c = 1e6 a bound is beyond 1e7, where floats are further apart than
// what roundUp leaves out.
func mostOf(requests float64) int { return int(math.Ceil(requests - float64(1e-15*max(1, requests)))) }

type bounded struct {
	FirstFit
	c    float64
	ring ring
}

// Send walks the ring. The nodes that take the request have a mean of their own, so that
// one of them is below the bound.
func (b *bounded) Send(c sim.Nodes, _ sim.Time) int {
	nodes, requests := 0, 1
	for i := range c.Len() {
		if c.Takes(i) {
			nodes++
			requests += c.Requests(i)
		}
	}
	bound := mostOf(b.c * float64(requests) / float64(nodes))
	f := c.Function()
	place := b.ring.after(f.Key())
	for k := range b.ring {
		if i := b.ring.node(place, k); c.Takes(i) && c.Requests(i) < bound {
			return i
		}
	}
	return -1
}
