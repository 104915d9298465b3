package draw

import "math"

// work bounds the time of a large grid: so many places are looked at in rounds of placing
// and sweeps of ordering, each.
const work = 100_000

// size is how many places the rows have.
func (g *grid) size() (n int) {
	for _, row := range g.rows {
		n += len(row)
	}
	return n
}

// placeBest places the boxes in each of some orders, and keeps that whose edges go least
// to the side.
func (g *grid) placeBest(orders [][][]*box) {
	best, least := orders[0], math.Inf(1)
	if len(orders) > 1 {
		for _, order := range orders {
			g.restore(order)
			g.placeAll()
			if s := g.sideways(); s < least-0.5 {
				best, least = order, s
			}
		}
	}
	g.restore(best)
	g.placeAll()
}

// sideways is how far the edges go to the side, and how wide that makes the grid.
func (g *grid) sideways() float64 {
	sum := g.w
	for _, row := range g.rows {
		for _, b := range row {
			for _, l := range b.down {
				sum += math.Abs(l.to.x + l.other - b.x - l.own)
			}
		}
	}
	return sum
}

// placeAll gives each box its x: rounds of least squares over the links, row by row,
// first along the flow and against it, then with both sides at once.
func (g *grid) placeAll() {
	width := g.limit
	for _, row := range g.rows {
		width = max(width, rowWidth(row))
	}
	for _, row := range g.rows {
		x := (width - rowWidth(row)) / 2
		for i, b := range row {
			if i > 0 {
				x += gapBetween(row[i-1], b)
			}
			b.x = x + b.w/2
			x += b.w
		}
	}
	for round := range min(60, max(6, work/g.size())) {
		for i := range g.rows {
			g.align(i, width, round >= 4, true)
		}
		for i := len(g.rows) - 1; i >= 0; i-- {
			g.align(i, width, round >= 4, false)
		}
	}
	for range 3 {
		g.straighten(width)
	}
	g.trim()
}

// straighten takes the steps out of long edges: bends that follow each other stand at one
// x as far as their neighbours leave room.
func (g *grid) straighten(width float64) {
	done := map[*box]bool{}
	for _, r := range g.runs {
		var part []*box
		lo, hi := 0.0, width
		set := func() {
			if len(part) > 0 {
				sum := 0.0
				for _, b := range part {
					sum += b.x
				}
				x := max(lo, min(hi, g.wanted(r, part, sum/float64(len(part)))))
				for _, b := range part {
					b.x = x
				}
			}
			part, lo, hi = nil, 0, width
		}
		for _, b := range r.chain {
			if done[b] {
				set()
				continue
			}
			done[b] = true
			l, h := g.room(b, width)
			if max(l, lo) > min(h, hi) {
				set()
				l, h = g.room(b, width)
			}
			part, lo, hi = append(part, b), max(l, lo), min(h, hi)
		}
		set()
	}
}

// wanted is where the bends of an edge should stand: opposite to an end of the edge where
// that is near.
func (g *grid) wanted(r *run, part []*box, x float64) float64 {
	const near = 30
	if e := r.lower; part[len(part)-1] == r.chain[len(r.chain)-1] && !r.sided {
		if end := e.box.x + offset(e); end-x < near && x-end < near {
			return end
		}
	}
	if e := r.upper; part[0] == r.chain[0] && !r.sided {
		if end := e.box.x + offset(e); end-x < near && x-end < near {
			return end
		}
	}
	return x
}

// room is between what x a box can stand without its neighbours moving.
func (g *grid) room(b *box, width float64) (lo, hi float64) {
	row := g.rows[b.row]
	lo, hi = b.w/2, width-b.w/2
	if b.at > 0 {
		n := row[b.at-1]
		lo = n.x + n.w/2 + gapBetween(n, b) + b.w/2
	}
	if b.at+1 < len(row) {
		n := row[b.at+1]
		hi = n.x - n.w/2 - gapBetween(b, n) - b.w/2
	}
	return lo, max(lo, hi)
}

func rowWidth(row []*box) float64 {
	w := 0.0
	for i, b := range row {
		if i > 0 {
			w += gapBetween(row[i-1], b)
		}
		w += b.w
	}
	return w
}

// align moves the boxes of a row to where their links want them, in their order.
func (g *grid) align(i int, width float64, both, down bool) {
	row := g.rows[i]
	want, weight := make([]float64, len(row)), make([]float64, len(row))
	for j, b := range row {
		sum, total := 0.0, 0.0
		add := func(links []link) {
			for _, l := range links {
				sum += l.weight * (l.to.x + l.other - l.own)
				total += l.weight
			}
		}
		if both || down {
			add(b.up)
		}
		if both || !down {
			add(b.down)
		}
		switch {
		case b == g.head:
			sum, total = 0, 0.01
		case b.anchor != nil:
			side := b.anchor.w/2 + 12
			if b.at < b.anchor.at {
				side = -side
			}
			sum, total = sum+2*(b.anchor.x+side), total+2
		case total == 0:
			sum, total = b.x*0.05, 0.05
		}
		want[j], weight[j] = sum/total, total
	}
	spread(row, want, weight, 0, width)
}

// spread places a row's boxes in order between lo and hi, without overlap, where the
// weighted squares of the distances to where they want to be are least.
func spread(row []*box, want, weight []float64, lo, hi float64) {
	offset := make([]float64, len(row)) // of each middle, with the row pushed together at 0
	x := 0.0
	for j, b := range row {
		if j > 0 {
			x += gapBetween(row[j-1], b)
		}
		offset[j] = x + b.w/2
		x += b.w
	}
	shift := make([]float64, len(row))
	for j := range row {
		shift[j] = want[j] - offset[j]
	}
	monotone(shift, weight)
	for j, b := range row {
		b.x = max(lo, min(hi-x, shift[j])) + offset[j]
	}
}

// monotone replaces values by the closest that never fall, by weighted squares: the pool
// adjacent violators algorithm.
func monotone(v, weight []float64) {
	type pool struct {
		mean, weight float64
		n            int
	}
	var pools []pool
	for i := range v {
		p := pool{v[i], weight[i], 1}
		for len(pools) > 0 && pools[len(pools)-1].mean > p.mean {
			q := pools[len(pools)-1]
			pools = pools[:len(pools)-1]
			w := p.weight + q.weight
			p = pool{(p.mean*p.weight + q.mean*q.weight) / w, w, p.n + q.n}
		}
		pools = append(pools, p)
	}
	i := 0
	for _, p := range pools {
		for range p.n {
			v[i] = p.mean
			i++
		}
	}
}

// trim moves the grid to x = 0, with the frame's label at its left, and says how wide it is.
func (g *grid) trim() {
	left, right := math.Inf(1), math.Inf(-1)
	for _, row := range g.rows {
		for _, b := range row {
			if b != g.head {
				left, right = min(left, b.x-b.w/2), max(right, b.x+b.w/2)
			}
		}
	}
	if g.head != nil {
		g.head.x = left + g.head.w/2
		if row := g.rows[0]; len(row) > 1 {
			n := row[1]
			g.head.x = min(g.head.x, n.x-n.w/2-gapBetween(g.head, n)-g.head.w/2)
		}
		left, right = min(left, g.head.x-g.head.w/2), max(right, g.head.x+g.head.w/2)
	}
	for _, row := range g.rows {
		for _, b := range row {
			b.x -= left
		}
	}
	g.w = right - left
}

// stackRows gives each row its y. Where edges go far to the side there is more room
// between rows, so that they do not run flat.
func (g *grid) stackRows() {
	g.rowY, g.rowH = make([]float64, len(g.rows)), make([]float64, len(g.rows))
	y := 0.0
	for i, row := range g.rows {
		for _, b := range row {
			g.rowH[i] = max(g.rowH[i], b.h)
		}
		if i > 0 {
			y += g.gapAbove(i)
		}
		g.rowY[i] = y
		for _, b := range row {
			b.y = y
			if b.role == textBox || b.role == nodeBox && b.h > g.rowH[i]*0.6 {
				b.y += (g.rowH[i] - b.h) / 2
			}
		}
		y += g.rowH[i]
	}
	g.h = y
}

func (g *grid) gapAbove(i int) float64 {
	far, ends := 0.0, false
	for _, b := range g.rows[i-1] {
		for _, l := range b.down {
			far = max(far, math.Abs(l.to.x+l.other-b.x-l.own))
			ends = ends || solid(l.to)
		}
	}
	base := 10.0
	switch {
	case ends && rowOf(g.rows[i-1], portBox):
		base = 12
	case ends && rowOf(g.rows[i-1], textBox):
		base = 16
	case ends:
		base = 24
	case rowOf(g.rows[i], portBox):
		base = 14
	}
	return base + min(30, far*0.1)
}

func rowOf(row []*box, r role) bool {
	for _, b := range row {
		if b.role == r {
			return true
		}
	}
	return false
}
