package draw

// Distances of frames.
const (
	pad      = 10 // within a frame
	lane     = 12 // beside a frame, so that an edge can pass it
	partGap  = 18 // between parts of a level that no edge joins
	headLine = 16 // height of a frame's label
)

// layout places what is in a level, and says how wide and high its frame is.
func (l *level) layout(u *ruler, limit float64) {
	inner := limit
	if l.group != nil {
		inner -= 2 * pad
	}
	for _, b := range l.boxes {
		if b.inner != nil {
			room := inner
			if len(l.boxes) > 1 {
				room -= lane
			}
			b.inner.layout(u, room)
			b.w, b.h = b.inner.w, b.inner.h
		} else {
			b.size(u)
		}
		if b.loopEdge != nil {
			b.loop = 20
			if b.loopText.text != "" {
				b.loop += b.loopText.width + 4
			}
			b.w += b.loop
		}
	}
	l.header(u, inner)
	l.parts(u, inner)
	l.arrange(inner)
}

// header lays out a frame's label: beside what follows it, or in two lines.
func (l *level) header(u *ruler, width float64) {
	if l.group == nil {
		return
	}
	width = max(width, 60)
	l.whole = l.group.Label
	if l.group.Sub != "" {
		l.whole += " · " + l.group.Sub
	}
	l.head = u.lines(l.group.Label, frameText, width, 1)
	l.head = append(l.head, u.lines(l.group.Sub, subText, width, 1)...)
	l.headH = 8
	for i, s := range l.head {
		if i == 1 && l.head[0].width+8+s.width <= width {
			l.headW = l.head[0].width + 8 + s.width
			break
		}
		l.headW = max(l.headW, s.width)
		l.headH += headLine
	}
	if len(l.head) > 0 {
		l.headH += 4
	}
}

// parts cuts a level into grids: where nothing crosses its frame, one for each part that
// no edge joins with the others.
func (l *level) parts(u *ruler, limit float64) {
	if len(l.tops)+len(l.bottoms) > 0 {
		g := &grid{boxes: l.boxes, runs: l.runs, limit: limit, tops: l.tops, bottoms: l.bottoms}
		if len(l.tops) > 0 {
			g.head = &box{role: headBox, w: l.headW, h: l.headH}
			for _, p := range l.tops {
				p.h = l.headH
			}
		}
		l.grids = []*grid{g}
	} else {
		l.grids = components(l.boxes, l.runs, limit)
	}
	for _, g := range l.grids {
		g.rankAll()
		g.bendAll(u)
		g.placeBest(g.orderAll())
		g.stackRows()
	}
}

// components are the parts of a graph, in the order of their first boxes.
func components(boxes []*box, runs []*run, limit float64) []*grid {
	root := map[*box]*box{}
	for _, b := range boxes {
		root[b] = b
	}
	find := func(b *box) *box {
		for root[b] != b {
			root[b] = root[root[b]]
			b = root[b]
		}
		return b
	}
	for _, r := range runs {
		a, b := find(r.from.box), find(r.to.box)
		root[a] = b
	}
	of := map[*box]*grid{}
	var out []*grid
	for _, b := range boxes {
		g := of[find(b)]
		if g == nil {
			g = &grid{limit: limit}
			of[find(b)] = g
			out = append(out, g)
		}
		g.boxes = append(g.boxes, b)
	}
	for _, r := range runs {
		g := of[find(r.from.box)]
		g.runs = append(g.runs, r)
	}
	return out
}

// arrange sets the grids of a level beside each other while there is room, in rows.
func (l *level) arrange(limit float64) {
	var rows [][]*grid
	widths := []float64{}
	for _, g := range l.grids {
		n := len(rows) - 1
		if n < 0 || widths[n]+partGap+g.w > limit {
			rows, widths = append(rows, []*grid{g}), append(widths, g.w)
			continue
		}
		rows[n] = append(rows[n], g)
		widths[n] += partGap + g.w
	}
	content := l.headW
	for _, w := range widths {
		content = max(content, w)
	}
	left, y := 0.0, 0.0
	if l.group != nil {
		left = pad
		content = max(content, 40)
		if len(l.tops) == 0 {
			y = l.headH
		}
	}
	for i, row := range rows {
		if i > 0 {
			y += partGap
		}
		x, high := left+(content-widths[i])/2, 0.0
		for _, g := range row {
			g.moveTo(x, y)
			x += g.w + partGap
			high = max(high, g.h)
		}
		y += high
	}
	l.w, l.h = content+2*left, y
	if l.group == nil {
		return
	}
	if len(l.bottoms) == 0 {
		l.h += pad
	}
	l.h = max(l.h, l.headH+pad)
	for _, p := range l.bottoms {
		p.y = l.h
	}
	if len(l.tops) > 0 { // the label at the frame's left, where no port is
		l.grids[0].head.x = min(l.grids[0].head.x, left+l.headW/2)
	}
}

// moveTo moves a grid to its place in the level.
func (g *grid) moveTo(x, y float64) {
	g.x, g.y = x, y
	for i, row := range g.rows {
		g.rowY[i] += y
		for _, b := range row {
			b.x, b.y = b.x+x, b.y+y
		}
	}
}

// locate says where each frame stands in the drawing.
func (l *level) locate(x, y float64) {
	l.x, l.y = x, y
	for _, b := range l.boxes {
		if b.inner != nil {
			b.inner.locate(x+b.left(), y+b.y)
		}
	}
}
