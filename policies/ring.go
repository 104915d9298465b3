package policies

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// ring is a ring of consistent hashing: each node stands on it at several points.
type ring []ringPoint

type ringPoint struct {
	hash uint64
	node int
}

// newRing puts nodes on a ring.
func newRing(nodes, points int) ring {
	r := make(ring, 0, nodes*points)
	for i := range nodes {
		for k := range points {
			r = append(r, ringPoint{sim.HashName("ring", strconv.Itoa(i), strconv.Itoa(k)), i})
		}
	}
	slices.SortFunc(r, func(a, b ringPoint) int { return cmp.Or(cmp.Compare(a.hash, b.hash), a.node-b.node) })
	return r
}

// after returns the place of the first point at a hash or after it.
func (r ring) after(hash uint64) int {
	i, _ := slices.BinarySearchFunc(r, hash, func(p ringPoint, h uint64) int { return cmp.Compare(p.hash, h) })
	return i % len(r)
}

// node returns the node of the k-th point from a place on.
func (r ring) node(place, k int) int { return r[(place+k)%len(r)].node }

// mostPoints bounds the points of a node on a ring.
const mostPoints = 1000

// checkPoints refuses a number of points that makes no ring.
func checkPoints(n *spec.Node, points int) error {
	if points < 1 || points > mostPoints {
		return n.Get("vnodes").Errorf("found %d, want 1 to %d points of a node on the ring", points, mostPoints)
	}
	return nil
}
