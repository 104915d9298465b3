package draw

import (
	"cmp"
	"slices"
	"strings"
)

// role is what a box stands for.
type role int

const (
	nodeBox  role = iota
	groupBox      // a level within the level
	bendBox       // where an edge passes a row
	textBox       // an edge's label
	portBox       // where edges cross the frame
	headBox       // the frame's own label, where edges enter from above
)

// box is a rectangle that a level places.
type box struct {
	role     role
	node     *Node
	inner    *level // of a group
	lines    []line
	whole    string // the text before it was shortened
	w, h     float64
	loop     float64 // the part of w, at the right, that repetitions need
	loopEdge *Edge
	loopText line
	index    int // in the order of the diagram
	rank     int
	row, at  int     // of its grid, and its place in the row
	x, y     float64 // the middle, and the top, in its grid
	up, down []link
	anchor   *box // a bend that must stand beside this box
}

// mid is the middle of what is drawn of a box, without its loop.
func (b *box) mid() float64   { return b.x - b.loop/2 }
func (b *box) left() float64  { return b.x - b.w/2 }
func (b *box) right() float64 { return b.x + b.w/2 - b.loop }
func (b *box) foot() float64  { return b.y + b.h }

// end is where a run begins or ends: a box, and of a group's box the port.
type end struct {
	box  *box
	port *box // of box.inner; nil: the box's own border
}

// run is a way between two boxes of a level: an edge, or its part in that level.
type run struct {
	from, to     end
	kind         EdgeKind
	label        string
	critical     bool
	back         bool // it goes up
	sided        bool // its ends that are no ports are at the sides of the boxes
	last         bool // it ends at the frame that it is in
	upper, lower end
	chain        []*box // from below upper to above lower; see bend.go
}

type runKey struct {
	from, to end
	kind     EdgeKind
	label    string
	back     bool
}

type portKey struct {
	target *box
	kind   EdgeKind
	top    bool
}

// level is a group, or the whole diagram.
type level struct {
	group   *Group
	parent  *level
	box     *box // that stands for it in its parent
	boxes   []*box
	runs    []*run
	known   map[runKey]*run
	ports   map[portKey]*box
	tops    []*box
	bottoms []*box
	head    []line
	whole   string // of head
	headW   float64
	headH   float64
	grids   []*grid
	w, h    float64
	x, y    float64 // of its frame in the drawing
}

// place is a box and the level that it stands in.
type place struct {
	in  *level
	box *box
}

// builder makes the levels of a diagram.
type builder struct {
	d     *Diagram
	ruler *ruler
	names map[string]place
	root  *level
	count int
}

func newLevel(g *Group, parent *level) *level {
	return &level{group: g, parent: parent, known: map[runKey]*run{}, ports: map[portKey]*box{}}
}

// build makes the levels, boxes and runs of a diagram.
func build(d *Diagram, u *ruler) *level {
	b := &builder{d: d, ruler: u, names: map[string]place{}, root: newLevel(nil, nil)}
	groups := b.groups()
	for i := range d.Nodes {
		n := &d.Nodes[i]
		in := b.root
		if l := groups[n.Group]; l != nil {
			in = l
		}
		x := b.add(in, &box{role: nodeBox, node: n})
		if _, taken := b.names[n.ID]; !taken {
			b.names[n.ID] = place{in, x}
		}
	}
	b.sort(b.root)
	b.edges()
	return b.root
}

// sort puts the groups of a level, and of those in it, where their first nodes stand in
// the order of the diagram.
func (b *builder) sort(l *level) {
	for _, x := range l.boxes {
		if x.inner != nil {
			b.sort(x.inner)
			if len(x.inner.boxes) > 0 {
				x.index = x.inner.boxes[0].index
			}
		}
	}
	slices.SortStableFunc(l.boxes, func(p, q *box) int { return cmp.Compare(p.index, q.index) })
}

func (b *builder) add(in *level, x *box) *box {
	x.index = b.count
	b.count++
	in.boxes = append(in.boxes, x)
	return x
}

// groups makes a level of each group; one whose parents go round stands at the root.
func (b *builder) groups() map[string]*level {
	byID := map[string]*Group{}
	for i := range b.d.Groups {
		g := &b.d.Groups[i]
		if _, taken := byID[g.ID]; !taken {
			byID[g.ID] = g
		}
	}
	levels := map[string]*level{}
	var levelOf func(g *Group, above map[string]bool) *level
	levelOf = func(g *Group, above map[string]bool) *level {
		if l := levels[g.ID]; l != nil {
			return l
		}
		above[g.ID] = true
		parent := b.root
		if p := byID[g.Parent]; p != nil && !above[p.ID] {
			parent = levelOf(p, above)
		}
		l := newLevel(g, parent)
		l.box = b.add(parent, &box{role: groupBox, inner: l})
		l.box.index += len(b.d.Nodes) // an empty group comes last
		levels[g.ID], b.names[g.ID] = l, place{parent, l.box}
		return l
	}
	for i := range b.d.Groups {
		if g := &b.d.Groups[i]; byID[g.ID] == g {
			levelOf(g, map[string]bool{})
		}
	}
	return levels
}

// crossing is an edge as the level sees it that holds both its ends.
type crossing struct {
	edge     *Edge
	f, t     place
	in       *level
	from, to *box // boxes of in; nil: its own frame
	critical bool
}

// edges makes the runs of all edges.
func (b *builder) edges() {
	var all []*crossing
	byLevel := map[*level][]*crossing{}
	onPath := b.criticalEdges()
	for i := range b.d.Edges {
		e := &b.d.Edges[i]
		f, okF := b.names[e.From]
		t, okT := b.names[e.To]
		if !okF || !okT {
			continue
		}
		if f.box == t.box {
			b.loop(f.box, e)
			continue
		}
		c := &crossing{edge: e, f: f, t: t, critical: onPath[i]}
		switch {
		case f.box.inner.holds(t.in):
			c.in = f.box.inner
		case t.box.inner.holds(f.in):
			c.in = t.box.inner
		default:
			c.in = common(f.in, t.in)
		}
		c.from, c.to = c.in.childOf(f), c.in.childOf(t)
		all = append(all, c)
		byLevel[c.in] = append(byLevel[c.in], c)
	}
	back := map[*crossing]bool{}
	for _, c := range all {
		if of := byLevel[c.in]; of != nil {
			markBack(c.in, of, back)
			delete(byLevel, c.in)
		}
	}
	for _, c := range all {
		b.runs(c, back[c])
	}
}

// critical says whether a box is on the critical path: of a group, whether part of it is.
func critical(x *box) bool {
	if x.inner == nil {
		return x.node.Critical
	}
	return x.inner.group.Critical || slices.ContainsFunc(x.inner.boxes, critical)
}

// criticalEdges are the edges of the critical path, by index: those between critical
// boxes, but for what goes past others of them.
func (b *builder) criticalEdges() map[int]bool {
	out := map[*box][]int{}
	target := map[int]*box{}
	for i, e := range b.d.Edges {
		f, okF := b.names[e.From]
		t, okT := b.names[e.To]
		if okF && okT && f.box != t.box && e.Kind.known() <= Call && critical(f.box) && critical(t.box) {
			out[f.box] = append(out[f.box], i)
			target[i] = t.box
		}
	}
	found := map[int]bool{}
	for from, list := range out {
		for _, i := range list {
			seen := map[*box]bool{from: true}
			var reaches func(x *box) bool
			reaches = func(x *box) bool {
				if x == target[i] {
					return true
				}
				if seen[x] {
					return false
				}
				seen[x] = true
				return slices.ContainsFunc(out[x], func(j int) bool { return reaches(target[j]) })
			}
			found[i] = !slices.ContainsFunc(list, func(j int) bool {
				return target[j] != target[i] && reaches(target[j])
			})
		}
	}
	return found
}

// loop notes a repetition: an edge from a box to itself.
func (b *builder) loop(x *box, e *Edge) {
	if x.loopEdge == nil {
		x.loopEdge = e
	}
	text := strings.TrimSpace(strings.Trim(x.loopText.text+", "+e.Label, ", "))
	if found := b.ruler.lines(text, edgeText, 56, 1); len(found) > 0 {
		x.loopText = found[0]
	}
}

// holds says whether a level is l or within it.
func (l *level) holds(in *level) bool {
	for ; l != nil && in != nil; in = in.parent {
		if in == l {
			return true
		}
	}
	return false
}

// childOf is the box of l that a place is, or is in; nil where it is l itself.
func (l *level) childOf(p place) *box {
	if p.box.inner == l && l != nil {
		return nil
	}
	if p.in == l {
		return p.box
	}
	in := p.in
	for in.parent != l {
		in = in.parent
	}
	return in.box
}

func common(a, b *level) *level {
	for !a.holds(b) {
		a = a.parent
	}
	return a
}

// port returns the place on a level's frame where edges of a kind to a target cross it.
func (l *level) port(k portKey) *box {
	p := l.ports[k]
	if p == nil {
		p = &box{role: portBox, w: 2, index: len(l.ports)}
		l.ports[k] = p
		if k.top {
			l.tops = append(l.tops, p)
		} else {
			l.bottoms = append(l.bottoms, p)
		}
	}
	return p
}

// runs makes the parts of an edge, level by level.
func (b *builder) runs(c *crossing, back bool) {
	key := portKey{target: c.t.box, kind: c.edge.Kind.known()}
	label := c.edge.Label
	add := func(in *level, from, to end, sided bool) {
		in.addRun(&run{from: from, to: to, kind: key.kind, label: label, critical: c.critical, back: back, sided: sided})
		label = ""
	}
	cur := end{box: c.f.box}
	if c.from == nil { // from the frame to what is in it
		key.top = true
		cur = end{box: c.in.port(key)}
	} else {
		for l := c.f.in; l != c.in; l = l.parent {
			key.top = back
			p := l.port(key)
			add(l, cur, end{box: p}, false)
			cur = end{l.box, p}
		}
	}
	if c.to == nil {
		key.top = false
		c.in.addRun(&run{from: cur, to: end{box: c.in.port(key)}, kind: key.kind, label: label, critical: c.critical, last: true})
		return
	}
	var path []*level
	for l := c.t.in; l != c.in; l = l.parent {
		path = append(path, l)
	}
	key.top = !back
	next := func(i int) end {
		if i < 0 {
			return end{box: c.t.box}
		}
		return end{path[i].box, path[i].port(key)}
	}
	add(c.in, cur, next(len(path)-1), back)
	for i := len(path) - 1; i >= 0; i-- {
		add(path[i], end{box: path[i].port(key)}, next(i-1), false)
	}
}

// addRun adds a run, or adds to one that is the same.
func (l *level) addRun(r *run) {
	k := runKey{r.from, r.to, r.kind, r.label, r.back}
	if old := l.known[k]; old != nil {
		old.critical = old.critical || r.critical
		return
	}
	r.upper, r.lower = r.from, r.to
	if r.back {
		r.upper, r.lower = r.to, r.from
	}
	l.known[k] = r
	l.runs = append(l.runs, r)
}
