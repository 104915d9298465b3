package draw

import (
	"cmp"
	"slices"
	"strings"
)

// border is the upper or the lower border of a box, or its side.
type border struct {
	box  *box
	side int // above, below, beside
}

const (
	above = iota
	below
	atSide
)

// contact is where runs touch a border: those that go on to one place share it.
type contact struct {
	next *box // the first place on the way
	end  end  // where there is none: what it leads to
	kind EdgeKind
	at   float64 // where it is, x or, beside the box, y
	seen float64 // where next is
}

// contactOf finds a run's contact at its upper or lower end.
func contactOf(r *run, upper bool) contact {
	c := contact{kind: r.kind}
	switch {
	case len(r.chain) > 0 && upper:
		c.next, c.kind = r.chain[0], 0
	case len(r.chain) > 0:
		c.next, c.kind = r.chain[len(r.chain)-1], 0
	case upper:
		c.end = r.lower
	default:
		c.end = r.upper
	}
	return c
}

// router draws the runs of a grid.
type router struct {
	g        *grid
	contacts map[border][]contact
	drawn    map[*box]bool
}

// drawnEdge is a path and its head.
type drawnEdge struct {
	path, head string
	kind       EdgeKind
	critical   bool
}

// route draws all runs of a grid: those of the critical path first, so that others join
// them and not the other way.
func (g *grid) route(x, y float64) []drawnEdge {
	t := &router{g: g, contacts: map[border][]contact{}, drawn: map[*box]bool{}}
	t.touch()
	runs := slices.Clone(g.runs)
	slices.SortStableFunc(runs, func(a, b *run) int { return cmp.Compare(rank01(!a.critical), rank01(!b.critical)) })
	var out []drawnEdge
	for _, r := range runs {
		e := t.draw(r, x, y)
		if e.path != "" {
			out = append(out, e)
		}
	}
	return out
}

func rank01(b bool) int {
	if b {
		return 1
	}
	return 0
}

// borderOf is the border that an end of a run touches; ok is false at ports.
func borderOf(r *run, upper bool) (b border, ok bool) {
	e, side := r.lower, above
	if upper {
		e, side = r.upper, below
	}
	if e.port != nil || e.box.role == portBox {
		return border{}, false
	}
	if r.sided {
		side = atSide
	}
	return border{e.box, side}, true
}

// touch says where on the borders of boxes the runs begin and end.
func (t *router) touch() {
	var order []border
	for _, r := range t.g.runs {
		for _, upper := range []bool{true, false} {
			b, ok := borderOf(r, upper)
			if !ok {
				continue
			}
			if t.contacts[b] == nil {
				order = append(order, b)
			}
			if c := contactOf(r, upper); t.find(b, c) == nil {
				t.contacts[b] = append(t.contacts[b], c)
			}
		}
	}
	for _, side := range []int{atSide, below, above} { // above looks at where below went
		for _, b := range order {
			if b.side == side {
				t.spreadOn(b)
			}
		}
	}
}

func (t *router) find(b border, c contact) *contact {
	for i := range t.contacts[b] {
		if k := &t.contacts[b][i]; k.next == c.next && k.end == c.end && k.kind == c.kind {
			return k
		}
	}
	return nil
}

// spreadOn places the contacts of a border: opposite to where they lead if they can,
// near to the middle otherwise.
func (t *router) spreadOn(b border) {
	list := t.contacts[b]
	if b.side == atSide {
		slices.SortStableFunc(list, func(p, q contact) int { return cmp.Compare(p.next.at, q.next.at) })
		step := min(10, (b.box.h-8)/float64(len(list)))
		for i := range list {
			list[i].at = b.box.y + b.box.h/2 + (float64(i)-float64(len(list)-1)/2)*step
		}
		return
	}
	mid, reach := b.box.mid(), b.box.reach()
	for i := range list {
		list[i].seen = t.seen(b, list[i])
	}
	slices.SortStableFunc(list, func(p, q contact) int { return cmp.Compare(p.seen, q.seen) })
	gap := 0.0
	if n := len(list); n > 1 {
		gap = min(9, 2*reach/float64(n-1))
	}
	shift, weight := make([]float64, len(list)), make([]float64, len(list))
	for i, c := range list {
		want := c.seen
		if d := want - mid; d > reach || d < -reach {
			far := min(reach, 8*float64(len(list)-1))
			want = mid + max(-far, min(far, d))
		}
		shift[i], weight[i] = want-gap*float64(i), 1
	}
	monotone(shift, weight)
	for i := range list {
		lo, hi := mid-reach, mid+reach-gap*float64(len(list)-1)
		list[i].at = max(lo, min(hi, shift[i])) + gap*float64(i)
	}
}

// seen is where a contact leads, along the row.
func (t *router) seen(b border, c contact) float64 {
	switch {
	case c.next != nil:
		return c.next.x
	case c.end.port != nil:
		return c.end.box.left() + c.end.port.x
	case c.end.box.role == portBox:
		return c.end.box.x
	case b.side == above: // the other end has its place
		back := contact{end: end{box: b.box}, kind: c.kind}
		if k := t.find(border{c.end.box, below}, back); k != nil {
			return k.at
		}
	}
	return c.end.box.mid()
}

// place is where a run's end is.
func (t *router) place(r *run, upper bool) (x, y float64) {
	e := r.lower
	if upper {
		e = r.upper
	}
	b, ok := borderOf(r, upper)
	switch {
	case e.port != nil && upper:
		return e.box.left() + e.port.x, e.box.foot()
	case e.port != nil:
		return e.box.left() + e.port.x, e.box.y
	case !ok && upper: // a port above: on the frame
		return e.box.x, e.box.y
	case !ok:
		return e.box.x, e.box.y
	}
	c := t.find(b, contactOf(r, upper))
	switch b.side {
	case atSide:
		x = e.box.right()
		if c.next.at < e.box.at {
			x = e.box.left()
		}
		return x, c.at
	case below:
		return c.at, e.box.foot() - e.box.inset(c.at-e.box.mid())
	}
	return c.at, e.box.y + e.box.inset(c.at-e.box.mid())
}

// pen writes a path.
type pen struct {
	strings.Builder
	dx, dy float64
	x, y   float64
}

func (p *pen) move(x, y float64) {
	p.WriteString("M" + num(x+p.dx) + " " + num(y+p.dy))
	p.x, p.y = x, y
}

// down goes straight on to y.
func (p *pen) down(y float64) {
	if d := y - p.y; d > 0.05 || d < -0.05 {
		p.WriteString("V" + num(y+p.dy))
		p.y = y
	}
}

// bend goes to another place of the next row.
func (p *pen) bend(x, y float64) {
	if d := x - p.x; d < 0.05 && d > -0.05 {
		p.down(y)
		return
	}
	m := num((p.y+y)/2 + p.dy)
	p.WriteString("C" + num(p.x+p.dx) + " " + m + " " + num(x+p.dx) + " " + m + " " + num(x+p.dx) + " " + num(y+p.dy))
	p.x, p.y = x, y
}

// corner is the radius where back edges turn.
const corner = 7

// draw writes a run from its upper to its lower end, up to where it joins one that is drawn.
func (t *router) draw(r *run, dx, dy float64) drawnEdge {
	g, e := t.g, drawnEdge{kind: r.kind, critical: r.critical}
	p := &pen{dx: dx, dy: dy}
	chain := r.chain
	x, y := t.place(r, true)
	arrowUp := r.back && r.to.port == nil && r.to.box.role != portBox
	arrowDown := !r.back && (r.to.port == nil && r.to.box.role != portBox || r.last)
	row := r.upper.box.row
	if b, ok := borderOf(r, true); ok && b.side == atSide {
		c := chain[0]
		way := 1.0
		if c.x < x {
			way = -1
		}
		if arrowUp {
			e.head = arrowHead(x+dx, y+dy, -way, 0)
			x += way * headSize
		}
		p.move(x, y)
		p.WriteString("H" + num(c.x-way*corner+dx) + "q" + num(way*corner) + " 0 " + num(way*corner) + " " + num(corner))
		p.x, p.y = c.x, y+corner
		chain = chain[1:]
		row = c.row
	} else {
		if arrowUp {
			e.head = arrowHead(x+dx, y+dy, 0, -1)
			y += headSize
		}
		p.move(x, y)
	}
	p.down(g.rowY[row] + g.rowH[row])
	sideways, ok := borderOf(r, false)
	sideLower := ok && sideways.side == atSide
	for i, c := range chain {
		p.bend(c.x, g.rowY[c.row])
		if sideLower && i == len(chain)-1 {
			break
		}
		if c.role == textBox {
			p.down(c.y)
			p.move(c.x, c.foot())
		} else if t.drawn[c] {
			e.path = p.String()
			return e
		}
		t.drawn[c] = true
		p.down(g.rowY[c.row] + g.rowH[c.row])
	}
	x, y = t.place(r, false)
	if sideLower {
		c := chain[len(chain)-1]
		way := 1.0
		if c.x > x {
			way = -1
		}
		p.down(y - corner)
		p.WriteString("q0 " + num(corner) + " " + num(way*corner) + " " + num(corner) + "H" + num(x+dx))
		e.path = p.String()
		return e
	}
	p.bend(x, g.rowY[r.lower.box.row])
	if arrowDown {
		e.head = arrowHead(x+dx, y+dy, 0, 1)
		y -= headSize
	}
	p.down(y)
	e.path = p.String()
	return e
}

// headSize is the length of an arrow's head.
const headSize = 7

// arrowHead is a head whose point is at x, y and that points along (vx, vy).
func arrowHead(x, y, vx, vy float64) string {
	const half = 3.6
	bx, by := x-vx*headSize, y-vy*headSize
	return "M" + num(x) + " " + num(y) + "L" + num(bx-vy*half) + " " + num(by+vx*half) + "L" + num(bx+vy*half) + " " + num(by-vx*half) + "Z"
}
