package draw

import (
	"cmp"
	"slices"
)

// markBack marks the edges of a level that close a cycle, where a depth-first search
// along the flow finds them: from the boxes that nothing leads to, then in order.
func markBack(l *level, edges []*crossing, back map[*crossing]bool) {
	out := map[*box][]*crossing{}
	entered := map[*box]bool{}
	for _, c := range edges {
		if c.from != nil && c.to != nil {
			out[c.from] = append(out[c.from], c)
			entered[c.to] = true
		}
	}
	for _, list := range out { // what follows first, then what is beside the way
		slices.SortStableFunc(list, func(a, b *crossing) int { return cmp.Compare(beside(a), beside(b)) })
	}
	const (
		open = 1
		done = 2
	)
	state := map[*box]int{}
	var visit func(x *box)
	visit = func(x *box) {
		state[x] = open
		for _, c := range out[x] {
			switch state[c.to] {
			case open:
				back[c] = true
			case 0:
				visit(c.to)
			}
		}
		state[x] = done
	}
	for _, first := range []bool{true, false} {
		for _, x := range l.boxes {
			if state[x] == 0 && (!first || !entered[x]) {
				visit(x)
			}
		}
	}
}

func beside(c *crossing) int {
	if c.edge.Kind.known() == Next {
		return 0
	}
	return 1
}

// Distances in pixels.
const (
	boxGap  = 14 // between boxes of a row
	bendGap = 9  // beside a bend
	bendW   = 4
	passW   = bendW + 12 // of a bend and the gap beside it
)

// gapBetween is the least distance of two neighbours.
func gapBetween(a, b *box) float64 {
	switch {
	case solid(a) && solid(b):
		return boxGap
	case solid(a) || solid(b):
		return 12
	}
	return bendGap
}

func solid(b *box) bool { return b.role == nodeBox || b.role == groupBox || b.role == headBox }

// grid is what is placed together: a level, or a part of it that no edge joins with the
// others.
type grid struct {
	boxes         []*box
	runs          []*run
	tops, bottoms []*box
	head          *box // among tops
	limit         float64
	ranks         int
	rows          [][]*box
	rowY, rowH    []float64
	w, h          float64
	x, y          float64 // in its level
}

// rankAll gives each box its row: one below all that lead to it, or lower where the row
// is full.
func (g *grid) rankAll() {
	in, out := map[*box][]*box{}, map[*box][]*box{}
	degree := map[*box]int{}
	leaves := map[*box][]*box{} // ports below
	for _, r := range g.runs {
		u, l := r.upper.box, r.lower.box
		if l.role == portBox {
			leaves[u] = append(leaves[u], l)
		}
		if u.role == portBox || l.role == portBox {
			continue
		}
		in[l], out[u] = append(in[l], u), append(out[u], l)
		degree[l]++
	}
	order := topological(g.boxes, out, degree)
	width := &rowWidths{limit: g.limit}
	left := map[*box]bool{}
	for _, b := range order {
		least, first := 0, -1
		for _, p := range in[b] {
			least = max(least, p.rank+1)
			if first < 0 || p.rank < first {
				first = p.rank
			}
		}
		b.rank = width.fit(b, least)
		width.pass(first, b.rank)
		for _, p := range leaves[b] {
			if !left[p] {
				left[p] = true
				width.passAll(b.rank)
			}
		}
	}
	for _, b := range slices.Backward(order) { // nearer to what it leads to
		if len(out[b]) <= len(in[b]) {
			continue
		}
		lowest := -1
		for _, s := range out[b] {
			if lowest < 0 || s.rank-1 < lowest {
				lowest = s.rank - 1
			}
		}
		for r := lowest; r > b.rank; r-- {
			if width.has(b, r) {
				width.move(b, r)
				break
			}
		}
	}
	g.dropEmpty()
}

// topological sorts boxes by the longest path that leads to each, then by index.
func topological(boxes []*box, out map[*box][]*box, degree map[*box]int) []*box {
	depth := map[*box]int{}
	var ready, order []*box
	for _, b := range boxes {
		if degree[b] == 0 {
			ready = append(ready, b)
		}
	}
	for len(ready) > 0 {
		b := ready[0]
		ready = ready[1:]
		order = append(order, b)
		for _, s := range out[b] {
			depth[s] = max(depth[s], depth[b]+1)
			if degree[s]--; degree[s] == 0 {
				ready = append(ready, s)
			}
		}
	}
	slices.SortStableFunc(order, func(a, b *box) int {
		return cmp.Or(cmp.Compare(depth[a], depth[b]), cmp.Compare(a.index, b.index))
	})
	return order
}

// rowWidths is how full the ranks are.
type rowWidths struct {
	limit float64
	width []float64
	boxes []int
	all   float64 // of what passes all ranks that are to come
}

func (w *rowWidths) grow(r int) {
	for len(w.width) <= r {
		w.width, w.boxes = append(w.width, w.all), append(w.boxes, 0)
	}
}

func (w *rowWidths) has(b *box, r int) bool {
	w.grow(r)
	return w.boxes[r] == 0 || w.width[r]+boxGap+b.w <= w.limit
}

func (w *rowWidths) put(b *box, r int) {
	w.grow(r)
	if w.boxes[r] > 0 {
		w.width[r] += boxGap
	}
	w.width[r] += b.w
	w.boxes[r]++
}

func (w *rowWidths) fit(b *box, least int) int {
	r := least
	for !w.has(b, r) {
		r++
	}
	w.put(b, r)
	return r
}

func (w *rowWidths) move(b *box, r int) {
	w.width[b.rank] -= b.w
	if w.boxes[b.rank]--; w.boxes[b.rank] > 0 {
		w.width[b.rank] -= boxGap
	}
	b.rank = r
	w.put(b, r)
}

// pass counts the bend of an edge in the ranks between.
func (w *rowWidths) pass(from, to int) {
	for r := from + 1; from >= 0 && r < to; r++ {
		w.width[r] += passW
	}
}

// passAll counts the bend of an edge in all ranks below one.
func (w *rowWidths) passAll(from int) {
	for r := from + 1; r < len(w.width); r++ {
		w.width[r] += passW
	}
	w.all += passW
}

// dropEmpty numbers the ranks that hold boxes.
func (g *grid) dropEmpty() {
	var used []int
	for _, b := range g.boxes {
		used = append(used, b.rank)
	}
	slices.Sort(used)
	used = slices.Compact(used)
	for _, b := range g.boxes {
		b.rank, _ = slices.BinarySearch(used, b.rank)
	}
	g.ranks = len(used)
}
