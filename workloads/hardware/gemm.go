package hardware

import (
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// products are the measured times of matrix products of one precision on a
// GPU: m×k times k×n, over m for each n and k of a grid.
//
// A product that is not on the grid is timed by the efficiency of its four
// neighbours: how much longer each takes than the board's bandwidth and
// arithmetic would allow. That ratio varies slowly where the time itself does
// not; its logarithm is taken as straight in those of n and k, and outside of
// the grid it is that of the edge.
type products struct {
	n, k  []float64
	lines map[[2]float64]line // ns over m
	board roofline
}

func newProducts(b *tables.Block, board roofline) (*products, error) {
	p := &products{lines: map[[2]float64]line{}, board: board}
	for _, r := range b.Rows {
		n, err := r.Int(0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.Name, err)
		}
		k, err := r.Int(1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.Name, err)
		}
		y := make([]float64, len(r.Y))
		// Small matrices were measured in the cache; those of a model are read
		// from memory, since all its others come between.
		read := 1e9 * board.bytes * float64(n*k) / board.bandwidth
		for i, us := range r.Y {
			y[i] = math.Max(us*nsPerMicrosecond, read)
		}
		undisturbed(b.X, y)
		p.n, p.k = append(p.n, float64(n)), append(p.k, float64(k))
		p.lines[[2]float64{float64(n), float64(k)}] = through(b.X, y)
	}
	p.n, p.k = newAxis(p.n).knots, newAxis(p.k).knots
	return p, nil
}

// neighbour is a measured product and how much it counts.
type neighbour struct {
	n, k, weight float64
	line         line
}

// near returns the measured products around one, with weights that add up to 1.
func (p *products) near(n, k float64) []neighbour {
	var list []neighbour
	total := 0.0
	for _, a := range between(p.n, n) {
		for _, b := range between(p.k, k) {
			l, ok := p.lines[[2]float64{a.at, b.at}]
			if w := a.weight * b.weight; ok && w > 0 {
				list = append(list, neighbour{a.at, b.at, w, l})
				total += w
			}
		}
	}
	for i := range list {
		list[i].weight /= total
	}
	return list
}

type place struct{ at, weight float64 }

// between returns the points around x, weighed by their distance on a
// logarithmic scale.
func between(points []float64, x float64) []place {
	i, found := slices.BinarySearch(points, x)
	switch {
	case found:
		return []place{{x, 1}}
	case i == 0:
		return []place{{points[0], 1}}
	case i == len(points):
		return []place{{points[i-1], 1}}
	}
	low, high := points[i-1], points[i]
	w := math.Log(x/low) / math.Log(high/low)
	return []place{{low, 1 - w}, {high, w}}
}

// line returns the ns over m of a product with n and k.
func (p *products) line(n, k float64) (line, error) {
	near := p.near(n, k)
	if len(near) == 0 {
		return line{}, fmt.Errorf("no product near %v × %v was measured", n, k)
	}
	if len(near) == 1 && near[0].n == n && near[0].k == k {
		return near[0].line, nil
	}
	var knots []float64
	for _, o := range near {
		knots = append(knots, o.line.x.knots...)
	}
	l := line{x: newAxis(knots)}
	for _, m := range l.x.knots {
		logarithm := 0.0
		for _, o := range near {
			logarithm += float64(o.weight * math.Log(o.line.at(m)/p.board.time(m, o.n, o.k)))
		}
		l.y = append(l.y, p.board.time(m, n, k)*math.Exp(logarithm))
	}
	return l, nil
}
