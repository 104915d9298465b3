package draw

import (
	"cmp"
	"slices"
)

// sweeps is how often the order is swept down and up; crossings seldom fall after ten.
const sweeps = 12

// orderAll orders each row so that few edges cross, and keeps the best orders found.
func (g *grid) orderAll() (best [][][]*box) {
	g.settle()
	size := g.size()
	small := size < 400
	first := g.snapshot()
	best, least := [][][]*box{first}, g.crossings()
	for start := range starts {
		if start > 0 && !small {
			break
		}
		g.restore(first)
		g.arrangement(start)
		g.settle()
		for i := range min(sweeps, max(2, work/size)) {
			if (i+start/2)%2 == 0 {
				for r := 1; r < len(g.rows); r++ {
					g.sweep(r, upLinks)
				}
			} else {
				for r := len(g.rows) - 2; r >= 0; r-- {
					g.sweep(r, downLinks)
				}
			}
			if small {
				g.swapAll()
			}
			g.settle()
			n := g.crossings()
			if n < least {
				best, least = nil, n
			}
			if n == least && !slices.ContainsFunc(best, g.is) {
				best = append(best, g.snapshot())
			}
			if n == 0 {
				break
			}
		}
	}
	return best[:min(len(best), compared)]
}

// compared is how many orders of equally few crossings are placed, to see which is the
// straightest.
const compared = 10

// is says whether the rows are in an order.
func (g *grid) is(rows [][]*box) bool {
	for i, row := range rows {
		if !slices.Equal(row, g.rows[i]) {
			return false
		}
	}
	return true
}

// starts is how many orders the sweeps begin with: the diagram's own and its mirror, down
// or up first, then mixed ones.
const starts = 16

// arrangement orders the rows for a start.
func (g *grid) arrangement(start int) {
	state := uint64(start)
	for _, row := range g.rows {
		switch {
		case start >= 4: // Fisher and Yates, with a linear congruential generator of Knuth's
			for i := len(row) - 1; i > 0; i-- {
				state = state*6364136223846793005 + 1442695040888963407
				j := int(state >> 33 % uint64(i+1))
				row[i], row[j] = row[j], row[i]
			}
		case start%2 == 1:
			slices.Reverse(row)
		}
		number(row)
	}
}

func (g *grid) restore(rows [][]*box) {
	for i, row := range rows {
		g.rows[i] = slices.Clone(row)
		number(g.rows[i])
	}
}

func (g *grid) snapshot() [][]*box {
	out := make([][]*box, len(g.rows))
	for i, row := range g.rows {
		out[i] = slices.Clone(row)
	}
	return out
}

func number(row []*box) {
	for i, b := range row {
		b.at = i
	}
}

// spot is where a link ends, in places of a row: ports of one box differ.
func spot(b *box, off float64) float64 {
	if b.w <= 0 {
		return float64(b.at)
	}
	return float64(b.at) + max(-0.49, min(0.49, off/b.w))
}

// sweep sorts a row by the barycentre of what its boxes are linked to on one side; a box
// with no links there keeps its place.
func (g *grid) sweep(r int, links func(*box) []link) {
	row := g.rows[r]
	centre := make(map[*box]float64, len(row))
	var free []*box
	for _, b := range row {
		sum, n := 0.0, 0.0
		for _, l := range links(b) {
			sum += spot(l.to, l.other) - l.own/max(b.w, 1)*0.5
			n++
		}
		if n > 0 {
			centre[b] = sum / n
			free = append(free, b)
		}
	}
	slices.SortStableFunc(free, func(a, b *box) int { return cmp.Compare(centre[a], centre[b]) })
	next := 0
	for i, b := range row {
		if _, moves := centre[b]; moves {
			row[i] = free[next]
			next++
		}
	}
	number(row)
}

// settle puts the frame's label first and the bends of back edges beside their boxes.
func (g *grid) settle() {
	for r, row := range g.rows {
		var rest, sided []*box
		for _, b := range row {
			if b.anchor != nil {
				sided = append(sided, b)
			} else {
				rest = append(rest, b)
			}
		}
		if i := slices.Index(rest, g.head); g.head != nil && i > 0 {
			rest = slices.Insert(slices.Delete(rest, i, i+1), 0, g.head)
		}
		for _, b := range sided {
			i := slices.Index(rest, b.anchor)
			if b.anchorRight(len(row)) {
				i++
			}
			rest = slices.Insert(rest, i, b)
		}
		g.rows[r] = rest
		number(rest)
	}
}

// anchorRight says on which side of its box a bend stands: where its way goes on, and on
// the right where that is straight.
func (b *box) anchorRight(n int) bool {
	sum, count := 0.0, 0.0
	for _, l := range slices.Concat(b.up, b.down) {
		sum += spot(l.to, l.other)
		count++
	}
	return count == 0 || sum/count >= float64(b.anchor.at)-0.5
}

// swapAll swaps neighbours while that takes crossings away.
func (g *grid) swapAll() {
	for _, row := range g.rows {
		for again, rounds := true, 0; again && rounds < 8; rounds++ {
			again = false
			for i := 0; i+1 < len(row); i++ {
				a, b := row[i], row[i+1]
				if between(a, b, upLinks)+between(a, b, downLinks) > between(b, a, upLinks)+between(b, a, downLinks) {
					row[i], row[i+1] = b, a
					a.at, b.at = b.at, a.at
					again = true
				}
			}
		}
	}
}

func upLinks(b *box) []link   { return b.up }
func downLinks(b *box) []link { return b.down }

// between counts the crossings of the links of two neighbours with a left of b.
func between(a, b *box, links func(*box) []link) (n int) {
	for _, la := range links(a) {
		for _, lb := range links(b) {
			if spot(la.to, la.other) > spot(lb.to, lb.other) {
				n++
			}
		}
	}
	return n
}

// crossings counts the pairs of links between neighbouring rows that cross.
func (g *grid) crossings() int {
	type ends struct{ a, b float64 }
	total := 0
	for _, row := range g.rows {
		var all []ends
		for _, x := range row {
			for _, l := range x.down {
				all = append(all, ends{spot(x, l.own), spot(l.to, l.other)})
			}
		}
		slices.SortFunc(all, func(p, q ends) int { return cmp.Or(cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b)) })
		lower := make([]float64, len(all))
		for i, e := range all {
			lower[i] = e.b
		}
		total += inversions(lower, make([]float64, len(lower)))
	}
	return total
}

// inversions counts the pairs that stand in the wrong order, and sorts.
func inversions(s, buffer []float64) int {
	if len(s) < 2 {
		return 0
	}
	m := len(s) / 2
	n := inversions(s[:m], buffer[:m]) + inversions(s[m:], buffer[m:])
	i, j := 0, m
	for k := range buffer {
		if i < m && (j == len(s) || s[i] <= s[j]) {
			buffer[k] = s[i]
			i++
		} else {
			buffer[k] = s[j]
			n += m - i
			j++
		}
	}
	copy(s, buffer)
	return n
}
