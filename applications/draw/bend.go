package draw

// link joins boxes of neighbouring rows.
type link struct {
	to         *box
	own, other float64 // where it begins and ends, from the boxes' middles
	weight     float64
}

// bendKey names the place that edges to one target share in a row.
type bendKey struct {
	slot int
	to   end
	kind EdgeKind
}

// Slots are rows before the unused ones are dropped: ports above, then for each rank its
// boxes and, below it, labels; then ports below.
func slotOf(rank int) int { return 2*rank + 2 }

// bendAll makes the rows, with a bend in each that an edge passes, and labels.
func (g *grid) bendAll(u *ruler) {
	slots := make([][]*box, 2*g.ranks+3)
	last := len(slots) - 1
	if g.head != nil {
		slots[0] = append(slots[0], g.head)
	}
	slots[0] = append(slots[0], g.tops...)
	slots[last] = append(slots[last], g.bottoms...)
	for _, b := range g.boxes {
		slots[slotOf(b.rank)] = append(slots[slotOf(b.rank)], b)
	}
	at := g.slots(last)
	labels := map[*run]*box{}
	for _, r := range g.runs {
		if t := newLabel(u, r.label); t != nil {
			s := at(r.upper.box) + 1
			if r.back {
				s = at(r.lower.box) - 1
			}
			slots[s] = append(slots[s], t)
			t.row = s
			labels[r] = t
		}
	}
	used := make([]bool, len(slots))
	for s := range slots {
		used[s] = len(slots[s]) > 0
	}
	shared := map[bendKey]*box{}
	for _, r := range g.runs {
		from, to := at(r.upper.box), at(r.lower.box)
		sideU, sideL := r.sided && r.upper.port == nil, r.sided && r.lower.port == nil
		for s := from; s <= to; s++ {
			inner := s > from && s < to
			if !used[s] || !inner && !(s == from && sideU) && !(s == to && sideL) {
				continue
			}
			if t := labels[r]; t != nil && t.row == s {
				r.chain = append(r.chain, t)
				continue
			}
			k := bendKey{s, r.to, r.kind}
			b := shared[k]
			if b == nil || r.back {
				b = &box{role: bendBox, w: bendW}
				slots[s] = append(slots[s], b)
				if !r.back {
					shared[k] = b
				}
			}
			if s == from && sideU {
				b.anchor = r.upper.box
			} else if s == to && sideL {
				b.anchor = r.lower.box
			}
			r.chain = append(r.chain, b)
		}
	}
	for _, row := range slots {
		if len(row) == 0 {
			continue
		}
		for i, b := range row {
			b.row, b.at = len(g.rows), i
		}
		g.rows = append(g.rows, row)
	}
	g.linkAll()
}

// slots returns the slot of each box.
func (g *grid) slots(last int) func(*box) int {
	top := map[*box]bool{}
	for _, b := range g.tops {
		top[b] = true
	}
	return func(b *box) int {
		switch {
		case b.role != portBox:
			return slotOf(b.rank)
		case top[b]:
			return 0
		}
		return last
	}
}

func newLabel(u *ruler, text string) *box {
	lines := u.lines(text, edgeText, 110, 2)
	if len(lines) == 0 {
		return nil
	}
	b := &box{role: textBox, lines: lines, whole: text, h: float64(len(lines))*edgeText.height() + 2}
	for _, l := range lines {
		b.w = max(b.w, l.width+6)
	}
	return b
}

// linkAll joins the boxes of neighbouring rows, each pair once.
func (g *grid) linkAll() {
	type pair struct{ a, b *box }
	known := map[pair]bool{}
	for _, r := range g.runs {
		prev, own := r.upper.box, offset(r.upper)
		join := func(next *box, other float64) {
			if next.anchor != prev && prev.anchor != next && !known[pair{prev, next}] {
				known[pair{prev, next}] = true
				w := weight(prev, next)
				if r.kind <= Call {
					w *= 3
				}
				if r.critical {
					w *= 2
				}
				prev.down = append(prev.down, link{next, own, other, w})
				next.up = append(next.up, link{prev, other, own, w})
			}
			prev, own = next, 0
		}
		for _, b := range r.chain {
			join(b, 0)
		}
		join(r.lower.box, offset(r.lower))
	}
}

// offset is how far from its box's middle an end is: ports have a place already.
func offset(e end) float64 {
	if e.port != nil {
		return e.port.x - e.box.w/2
	}
	return -e.box.loop / 2
}

// weight is how much a link should be straight.
func weight(a, b *box) float64 {
	switch {
	case !solid(a) && !solid(b):
		return 8
	case !solid(a) || !solid(b):
		return 2
	}
	return 1
}
