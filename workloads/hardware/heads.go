package hardware

import (
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// kernelHeads are the heads of attention that a GPU holds of a layer.
type kernelHeads struct{ heads, kv float64 }

// attentions are the measured times of attention on a GPU: over requests of one pass and
// the context of each, for some numbers of heads and of key-value heads.
//
// A GPU works on requests × key-value heads at once, so that f times the
// heads of both kinds take as long as f times the requests; that is how heads
// which were not measured are found. Where queries a key-value head lie
// between measured ones, time is taken as straight between these.
type attentions struct {
	name     string
	surfaces map[kernelHeads]*surface // ns
	kv       []float64                // key-value heads that were measured
}

func newAttentions(f *tables.File, name string) (*attentions, error) {
	b := f.Find(name)
	if b == nil {
		return nil, fmt.Errorf("the tables have no block %q", name)
	}
	type points struct {
		n    []float64
		rows []line
	}
	byHeads := map[kernelHeads]*points{}
	for _, r := range b.Rows {
		var keys [3]float64
		for i := range keys {
			v, err := r.Int(i)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", b.Name, err)
			}
			keys[i] = float64(v)
		}
		h := kernelHeads{keys[0], keys[1]}
		p := byHeads[h]
		if p == nil {
			p = &points{}
			byHeads[h] = p
		}
		y := make([]float64, len(r.Y))
		for i, us := range r.Y {
			y[i] = us * nsPerMicrosecond
		}
		if l := through(b.X, y); len(l.y) > 1 {
			p.n, p.rows = append(p.n, keys[2]), append(p.rows, l)
		}
	}
	a := &attentions{name: name, surfaces: map[kernelHeads]*surface{}}
	for h, p := range byHeads {
		order := make([]int, len(p.n))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(i, j int) int { return int(p.n[i] - p.n[j]) })
		n, rows := make([]float64, len(order)), make([]line, len(order))
		for i, o := range order {
			n[i], rows[i] = p.n[o], p.rows[o]
		}
		a.surfaces[h] = newSurface(n, rows)
		a.kv = append(a.kv, h.kv)
	}
	a.kv = newAxis(a.kv).knots
	return a, nil
}

// of returns the surface for some heads: over requests and context, in ns. It
// also tells whether just these were measured.
func (a *attentions) of(h kernelHeads) (s *surface, measured bool, err error) {
	if s := a.surfaces[h]; s != nil {
		return s, true, nil
	}
	for f := 1.0; f <= h.kv; f++ {
		kv := h.kv / f
		if kv != math.Trunc(kv) || !slices.Contains(a.kv, kv) {
			continue
		}
		if s := a.blend(h.heads/f, kv); s != nil {
			return s.crowded(f), false, nil
		}
	}
	return nil, false, fmt.Errorf("no attention near %v heads and %v key-value heads was measured", h.heads, h.kv)
}

// blend returns the surface between those of the nearest numbers of heads; of
// the nearest alone where heads are outside of these.
func (a *attentions) blend(heads, kv float64) *surface {
	var there []float64
	for h := range a.surfaces {
		if h.kv == kv {
			there = append(there, h.heads)
		}
	}
	if len(there) == 0 {
		return nil
	}
	x := newAxis(there)
	i, w := x.weight(math.Max(x.knots[0], math.Min(heads, x.last())))
	low := a.surfaces[kernelHeads{x.knots[i], kv}]
	if w == 0 {
		return low
	}
	high := a.surfaces[kernelHeads{x.knots[i+1], kv}]
	n := newAxis(slices.Concat(low.n.knots, high.n.knots))
	knots := newAxis(slices.Concat(low.x.knots, high.x.knots)).knots
	s := &surface{n: n, x: newAxis(knots)}
	for _, n := range n.knots {
		y := make([]float64, len(knots))
		for j, x := range knots {
			y[j] = mix(low.at(n, x), high.at(n, x), w)
		}
		s.y = append(s.y, y)
		s.longest = append(s.longest, math.Min(low.reach(n), high.reach(n)))
	}
	s.index()
	return s
}

// crowded returns the surface of requests of which each counts as f.
func (s *surface) crowded(f float64) *surface {
	if f == 1 {
		return s
	}
	c := &surface{x: s.x, y: s.y, longest: s.longest}
	knots := make([]float64, len(s.n.knots))
	for i, n := range s.n.knots {
		knots[i] = n / f
	}
	c.n = newAxis(knots)
	c.index()
	return c
}
