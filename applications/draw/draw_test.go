package draw

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// rect is a box of the drawing, in its coordinates.
type rect struct {
	name       string
	x, y, w, h float64
	in         *level
	box        *box
}

func (a rect) overlaps(b rect) bool {
	const least = 0.5
	return a.x+a.w > b.x+least && b.x+b.w > a.x+least && a.y+a.h > b.y+least && b.y+b.h > a.y+least
}

func (a rect) contains(b rect) bool {
	const slack = 0.5
	return b.x >= a.x-slack && b.y >= a.y-slack && b.x+b.w <= a.x+a.w+slack && b.y+b.h <= a.y+a.h+slack
}

// laidOut lays a diagram out and returns its boxes, frames and labels.
func laidOut(d *Diagram) (root *level, nodes, frames, labels []rect) {
	u := newRuler()
	root = build(d, u)
	root.layout(u, widthFor(d)-2*margin)
	root.locate(0, 0)
	var visit func(l *level)
	visit = func(l *level) {
		for _, b := range l.boxes {
			r := rect{b.whole, l.x + b.x - b.w/2, l.y + b.y, b.w, b.h, l, b}
			if b.inner != nil {
				r.name = b.inner.whole
				frames = append(frames, r)
				visit(b.inner)
			} else {
				nodes = append(nodes, r)
			}
		}
		for _, g := range l.grids {
			for _, row := range g.rows {
				for _, b := range row {
					if b.role == textBox {
						labels = append(labels, rect{b.whole, l.x + b.x - b.w/2, l.y + b.y, b.w, b.h, l, b})
					}
				}
			}
		}
	}
	visit(root)
	return root, nodes, frames, labels
}

// faults are what a drawing must not have, by its geometry alone.
func faults(d *Diagram) (out []string) {
	root, nodes, frames, labels := laidOut(d)
	all := append(append([]rect{}, nodes...), labels...)
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.overlaps(b) {
				out = append(out, fmt.Sprintf("%q and %q overlap", a.name, b.name))
			}
		}
		for l := a.in; l.group != nil; l = l.parent {
			if f := (rect{"", l.x, l.y, l.w, l.h, nil, nil}); !f.contains(a) {
				out = append(out, fmt.Sprintf("%q runs out of frame %q", a.name, l.whole))
			}
		}
		for _, f := range frames {
			if !f.box.inner.holds(a.in) && f.overlaps(a) {
				out = append(out, fmt.Sprintf("%q lies in frame %q", a.name, f.name))
			}
		}
	}
	for i, a := range frames {
		for _, b := range frames[i+1:] {
			if a.overlaps(b) && !a.box.inner.holds(b.box.inner) && !b.box.inner.holds(a.box.inner) {
				out = append(out, fmt.Sprintf("frames %q and %q overlap", a.name, b.name))
			}
		}
	}
	for _, n := range nodes {
		if n.box.node.Kind.known() == End {
			continue
		}
		s := kindStyles()[n.box.node.Kind.known()].outline.shape()
		high := 0.0
		for _, l := range n.box.lines {
			high += l.style.height()
			if l.width > n.w-n.box.loop-s.left-s.right+0.01 {
				out = append(out, fmt.Sprintf("%q is wider than its box", l.text))
			}
		}
		if high > n.h-s.top-s.bottom+0.01 {
			out = append(out, fmt.Sprintf("%q is higher than its box", n.name))
		}
	}
	heads := headers(root)
	for _, h := range heads {
		for _, n := range all {
			if h.overlaps(n) {
				out = append(out, fmt.Sprintf("%s and %q overlap", h.name, n.name))
			}
		}
	}
	for _, b := range slices.Concat(nodes, frames) {
		if text := b.box.loopText; text.text != "" && b.box.right()+20+text.width > b.box.x+b.box.w/2 {
			out = append(out, fmt.Sprintf("%q runs out of its place beside the box", text.text))
		}
	}
	return append(out, crossedBoxes(root, nodes, append(labels, heads...))...)
}

// headers are where the labels of frames stand.
func headers(l *level) (out []rect) {
	for _, b := range l.boxes {
		if g := b.inner; g != nil {
			if len(g.head) > 0 {
				out = append(out, rect{"label of " + g.whole, g.x + pad, g.y + 4, g.headW, g.headH - 8, l, b})
			}
			out = append(out, headers(g)...)
		}
	}
	return out
}

// crossedBoxes names the boxes and labels that an edge goes through: points along every
// path, its own label being a gap in it.
func crossedBoxes(root *level, nodes, labels []rect) (out []string) {
	var visit func(l *level)
	visit = func(l *level) {
		for _, g := range l.grids {
			for _, e := range g.route(l.x, l.y) {
				for _, p := range points(e.path) {
					for _, n := range labels {
						if p[0] > n.x+0.5 && p[0] < n.x+n.w-0.5 && p[1] > n.y+0.5 && p[1] < n.y+n.h-0.5 {
							out = append(out, fmt.Sprintf("an edge crosses the text %q at %.1f %.1f: %s", n.name, p[0], p[1], e.path))
						}
					}
					for _, n := range nodes {
						const in = 1.5
						if lid := drumLid + in; p[0] > n.x+in && p[0] < n.x+n.w-n.box.loop-in && p[1] > n.y+lid && p[1] < n.y+n.h-lid {
							out = append(out, fmt.Sprintf("an edge crosses %q at %.1f %.1f: %s", n.name, p[0], p[1], e.path))
						}
					}
				}
			}
		}
		for _, b := range l.boxes {
			if b.inner != nil {
				visit(b.inner)
			}
		}
	}
	visit(root)
	return out
}

// points reads a path of the letters that edges are written in, and returns points along it.
func points(path string) (out [][2]float64) {
	var x, y float64
	next := func() float64 {
		path = strings.TrimLeft(path, " ")
		n := strings.IndexFunc(path, func(r rune) bool { return !strings.ContainsRune("-.0123456789", r) })
		if n < 0 {
			n = len(path)
		}
		v, err := strconv.ParseFloat(path[:n], 64)
		if err != nil {
			panic(err)
		}
		path = path[n:]
		return v
	}
	to := func(x2, y2 float64) {
		for i := 0; i <= 20; i++ {
			f := float64(i) / 20
			out = append(out, [2]float64{x + (x2-x)*f, y + (y2-y)*f})
		}
		x, y = x2, y2
	}
	for path != "" {
		op := path[0]
		path = path[1:]
		switch op {
		case 'M':
			x, y = next(), next()
		case 'V':
			to(x, next())
		case 'H':
			to(next(), y)
		case 'q':
			next()
			next()
			to(x+next(), y+next())
		case 'C':
			x1, y1, x2, y2, x3, y3 := next(), next(), next(), next(), next(), next()
			for i := 0; i <= 20; i++ {
				t := float64(i) / 20
				s := 1 - t
				out = append(out, [2]float64{
					s*s*s*x + 3*s*s*t*x1 + 3*s*t*t*x2 + t*t*t*x3,
					s*s*s*y + 3*s*s*t*y1 + 3*s*t*t*y2 + t*t*t*y3})
			}
			x, y = x3, y3
		default:
			panic("unknown letter " + string(op))
		}
	}
	return out
}

// randomDiagram is a graph with groups in groups, loops, cycles and edges across frames.
func randomDiagram(t *rapid.T) *Diagram {
	d := &Diagram{Title: rapid.String().Draw(t, "title")}
	groups := rapid.IntRange(0, 5).Draw(t, "groups")
	ids := []string{}
	for i := range groups {
		g := Group{ID: fmt.Sprint("g", i), Label: rapid.StringN(0, 30, -1).Draw(t, "group"), Sub: "sub of it"}
		if i > 0 && rapid.Bool().Draw(t, "nested") {
			g.Parent = fmt.Sprint("g", rapid.IntRange(0, groups-1).Draw(t, "parent"))
		}
		d.Groups = append(d.Groups, g)
		ids = append(ids, g.ID)
	}
	for i := range rapid.IntRange(1, 25).Draw(t, "nodes") {
		n := Node{ID: fmt.Sprint("n", i), Kind: Kind(rapid.IntRange(-1, int(End)+1).Draw(t, "kind")),
			Label: rapid.StringN(0, 40, -1).Draw(t, "label"), Sub: rapid.SampledFrom([]string{"", "lambda · 256 MB", strings.Repeat("long ", 20), strings.Repeat("x", 80)}).Draw(t, "sub"),
			Weight: rapid.Float64().Draw(t, "weight"), Critical: rapid.Bool().Draw(t, "critical")}
		if groups > 0 && rapid.Bool().Draw(t, "grouped") {
			n.Group = fmt.Sprint("g", rapid.IntRange(0, groups-1).Draw(t, "of"))
		}
		d.Nodes = append(d.Nodes, n)
		ids = append(ids, n.ID)
	}
	for range rapid.IntRange(0, 40).Draw(t, "edges") {
		d.Edges = append(d.Edges, Edge{From: rapid.SampledFrom(ids).Draw(t, "from"), To: rapid.SampledFrom(ids).Draw(t, "to"),
			Kind: EdgeKind(rapid.IntRange(-1, int(Retry)+1).Draw(t, "kind")), Label: rapid.SampledFrom([]string{"", "", "2 %", "a condition that is long enough for two lines and more"}).Draw(t, "label")})
	}
	return d
}

// Nothing overlaps, no text runs out of its box, no edge crosses a box: of any graph.
func TestNothingOverlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := randomDiagram(t)
		for _, f := range faults(d) {
			t.Error(f)
		}
	})
}

func TestGalleryHasNoFaults(t *testing.T) {
	for name, d := range drawings() {
		for _, width := range []float64{0, 760} {
			d.Width = width
			for _, f := range faults(d) {
				t.Errorf("%s at %v: %s", name, width, f)
			}
		}
	}
}

// A telephone is 390 pixels wide; a page's own margins are taken from that, so that what
// is drawn may be shrunk by a tenth, not more.
func TestWidthOfATelephone(t *testing.T) {
	for name, d := range drawings() {
		if root, _, _, _ := laidOut(d); root.w+2*margin > 420 {
			t.Errorf("%s is %.0f pixels wide", name, root.w+2*margin)
		}
	}
}

// Whatever edges lead to has the point of an arrow on its border.
func TestEveryTargetHasAHead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := randomDiagram(t)
		d.Edges = append(d.Edges, Edge{From: "n0", To: "n0"})
		root, nodes, frames, _ := laidOut(d)
		at := map[string]rect{}
		for _, n := range nodes {
			at[n.box.node.ID] = n
		}
		for _, f := range frames {
			at[f.box.inner.group.ID] = f
		}
		var tips [][2]float64
		var visit func(l *level)
		visit = func(l *level) {
			for _, g := range l.grids {
				for _, e := range g.route(l.x, l.y) {
					if e.head != "" {
						tips = append(tips, tip(e.head))
					}
				}
			}
			for _, b := range l.boxes {
				if b.loopEdge != nil {
					tips = append(tips, tip(loopOf(l, b).head))
				}
				if b.inner != nil {
					visit(b.inner)
				}
			}
		}
		visit(root)
		for _, e := range d.Edges {
			b := at[e.To]
			b.w -= b.box.loop
			if !slices.ContainsFunc(tips, func(p [2]float64) bool {
				const near = drumLid + 1
				outer := p[0] > b.x-near && p[0] < b.x+b.w+near && p[1] > b.y-near && p[1] < b.y+b.h+near
				inner := p[0] > b.x+near && p[0] < b.x+b.w-near && p[1] > b.y+near && p[1] < b.y+b.h-near
				return outer && !inner
			}) {
				t.Fatalf("no arrow ends at %q", e.To)
			}
		}
	})
}

// tip is the point of an arrow's head.
func tip(head string) (p [2]float64) {
	if _, err := fmt.Sscanf(head, "M%f %fL", &p[0], &p[1]); err != nil {
		panic(err)
	}
	return p
}

// Of the gateway's critical boxes the way past the models is not critical, though both
// its ends are.
func TestCriticalPath(t *testing.T) {
	d := gateway()
	b := &builder{d: d, names: map[string]place{}}
	for i := range d.Nodes {
		b.names[d.Nodes[i].ID] = place{nil, &box{node: &d.Nodes[i]}}
	}
	var got []string
	for i := range d.Edges {
		if b.criticalEdges()[i] {
			got = append(got, d.Edges[i].From+" "+d.Edges[i].To)
		}
	}
	if want := []string{"limit cache", "cache route", "route b", "b done"}; !slices.Equal(got, want) {
		t.Errorf("the critical path is %q, want %q", got, want)
	}
}

// A loop back goes up the side: its arrow points at the side of the earlier step.
func TestBackEdgeGoesUpTheSide(t *testing.T) {
	d := &Diagram{Nodes: []Node{{ID: "a", Label: "a"}, {ID: "b", Label: "b"}, {ID: "c", Label: "c"}},
		Edges: []Edge{{From: "a", To: "b"}, {From: "b", To: "c"}, {From: "c", To: "a", Kind: Catch}}}
	root, nodes, _, _ := laidOut(d)
	if !(nodes[0].y+nodes[0].h < nodes[1].y && nodes[1].y+nodes[1].h < nodes[2].y) {
		t.Fatalf("a, b and c do not stand below each other: %v", nodes)
	}
	for _, e := range root.grids[0].route(0, 0) {
		p := tip(e.head)
		if e.kind != Catch {
			continue
		}
		if side := nodes[0].x + nodes[0].w; math.Abs(p[0]-side) > 0.1 || p[1] < nodes[0].y || p[1] > nodes[0].y+nodes[0].h {
			t.Errorf("the arrow points at %v, want at the side of a, x = %.1f", p, side)
		}
		return
	}
	t.Error("the way back is not drawn")
}

// Boxes that follow each other stand below each other, exactly: no edge has a step.
func TestChainIsStraight(t *testing.T) {
	d := &Diagram{}
	for i := range 6 {
		d.Nodes = append(d.Nodes, Node{ID: fmt.Sprint(i), Label: strings.Repeat("step", i%3+1)})
		if i > 0 {
			d.Edges = append(d.Edges, Edge{From: fmt.Sprint(i - 1), To: fmt.Sprint(i)})
		}
	}
	root, _, _, _ := laidOut(d)
	for _, e := range root.grids[0].route(0, 0) {
		if strings.Contains(e.path, "C") {
			t.Errorf("a bend in a chain: %s", e.path)
		}
	}
}

// Of three parts that no edge joins two stand side by side on a telephone, and the third
// below both.
func TestPartsStandInRows(t *testing.T) {
	d := &Diagram{}
	for _, part := range []string{"a", "b", "c"} {
		for i := range 3 {
			d.Nodes = append(d.Nodes, Node{ID: part + fmt.Sprint(i), Label: "a name of some length"})
			if i > 0 {
				d.Edges = append(d.Edges, Edge{From: part + fmt.Sprint(i-1), To: part + fmt.Sprint(i)})
			}
		}
	}
	_, n, _, _ := laidOut(d)
	if a, b, c := n[0], n[3], n[6]; a.y != b.y || a.x+a.w >= b.x || c.y <= n[2].y || c.y <= n[5].y {
		t.Errorf("parts begin at %v %v, %v %v and %v %v", a.x, a.y, b.x, b.y, c.x, c.y)
	}
}

// An edge is interrupted by its label and nowhere else.
func TestLabelsAreGaps(t *testing.T) {
	all := drawings()
	all["labels of one and two lines"] = &Diagram{Nodes: []Node{{ID: "a"}, {ID: "b"}, {ID: "c"}},
		Edges: []Edge{{From: "a", To: "b", Label: "2 %"}, {From: "a", To: "c", Label: "a condition of more than a line"}}}
	for name, d := range all {
		root, _, _, labels := laidOut(d)
		var visit func(l *level)
		visit = func(l *level) {
			for _, g := range l.grids {
				for _, e := range g.route(l.x, l.y) {
					parts := strings.Split(e.path, "M")[1:]
					for i := 1; i < len(parts); i++ {
						before, after := points("M"+parts[i-1]), points("M"+parts[i])
						from, to := before[len(before)-1], after[0]
						if !slices.ContainsFunc(labels, func(l rect) bool {
							return math.Abs(from[1]-l.y) < 0.2 && math.Abs(to[1]-l.y-l.h) < 0.2 && math.Abs(from[0]-l.x-l.w/2) < 0.2 && from[0] == to[0]
						}) {
							t.Errorf("%s: an edge has a gap from %v to %v, where no label is", name, from, to)
						}
					}
				}
			}
			for _, b := range l.boxes {
				if b.inner != nil {
					visit(b.inner)
				}
			}
		}
		visit(root)
	}
}

// Text is wrapped where words end; a number and its unit stay together.
func TestLines(t *testing.T) {
	u := newRuler()
	for _, c := range []struct {
		text  string
		width float64
		n     int
		want  []string
	}{
		{"one two three", 1000, 3, []string{"one two three"}},
		{"one two three", 45, 3, []string{"one two", "three"}},
		{"one two three four", 40, 2, []string{"one two", "three…"}},
		{"lambda · 256 MB", 70, 3, []string{"lambda", "256 MB"}},
		{"a-very-long-name", 40, 3, []string{"a-very-", "long-", "name"}},
		{"CancelFlightReservation", 70, 2, []string{"CancelFlight", "Reservation"}},
		{"reservations", 52, 2, []string{"reservati", "ons"}},
		{"a-very-long-name", 50, 1, []string{"a-very-l…"}},
		{"", 60, 3, nil},
	} {
		var got []string
		for _, l := range u.lines(c.text, subText, c.width, c.n) {
			got = append(got, l.text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q in %v: %q, want %q", c.text, c.width, got, c.want)
		}
	}
	// The advance widths of "A" and "i" in Liberation Sans are 1366 and 455 of 2048.
	if got := u.width("Ai", 2048, false); math.Abs(got-1821) > 3 {
		t.Errorf("Ai is %v wide, want 1821", got)
	}
}

// The legend has what occurs and nothing else.
func TestLegend(t *testing.T) {
	svg := string(SVG(images()))
	for text, want := range map[string]bool{"function": true, "model": true, "trigger": true, "store or service": true, "queue": false, "choice": false,
		"next": true, "call": true, "uses": true, "sends": true, "again": true, "on failure": false, "given up": false, "critical path": false, "stronger colour: more": false} {
		if got := strings.Contains(svg, ">"+text+"</text>"); got != want {
			t.Errorf("%q in the legend: %v, want %v", text, got, want)
		}
	}
	if svg := string(SVG(gateway())); !strings.Contains(svg, "stronger colour: more cost") || !strings.Contains(svg, "critical path") {
		t.Error("a drawing of a run explains shades and the critical path")
	}
}

// What is dark on a screen is light in print.
func TestThemes(t *testing.T) {
	svg := string(SVG(images()))
	light, dark, ok := strings.Cut(svg, "@media screen and (prefers-color-scheme:dark)")
	if !ok || !strings.Contains(light, ".ccd .paper{fill:#ffffff}") || !strings.Contains(dark, ".ccd .paper{fill:#16181b}") {
		t.Error("want white paper, and dark on screens that ask for it")
	}
}

func TestReadableWithoutSight(t *testing.T) {
	svg := string(SVG(images()))
	for _, want := range []string{`role="img"`, `aria-labelledby=`, ">Image recognition</title>", "preprocess → inference (next).", "preprocess → pictures (uses, read).", "function: 2, model: 1"} {
		if !strings.Contains(svg, want) {
			t.Errorf("want %q in the drawing", want)
		}
	}
}

// The closest values that never fall to 1, 3, 2, 2, 4 are 1, 7/3, 7/3, 7/3, 4; with
// weights 1 and 3, 3 and 1 become (3·1 + 1·3)/4.
func TestMonotone(t *testing.T) {
	v := []float64{1, 3, 2, 2, 4}
	monotone(v, []float64{1, 1, 1, 1, 1})
	w := []float64{3, 1}
	monotone(w, []float64{1, 3})
	for i, want := range []float64{1, 7. / 3, 7. / 3, 7. / 3, 4, 1.5, 1.5} {
		if got := append(v, w...)[i]; math.Abs(got-want) > 1e-12 {
			t.Errorf("value %d is %v, want %v", i, got, want)
		}
	}
}

func TestInversions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SliceOf(rapid.Float64Range(0, 9)).Draw(t, "s")
		want := 0
		for i := range s {
			for j := range i {
				if s[j] > s[i] {
					want++
				}
			}
		}
		if got := inversions(slices.Clone(s), make([]float64, len(s))); got != want {
			t.Fatalf("%d inversions of %v, want %d", got, s, want)
		}
	})
}

// Two by two boxes whose ways cross in the order of the diagram need not cross.
func TestCrossingsAreTakenAway(t *testing.T) {
	d := &Diagram{Width: 900}
	for _, id := range []string{"a", "b", "c", "z", "y", "x"} {
		d.Nodes = append(d.Nodes, Node{ID: id, Label: id})
	}
	d.Edges = []Edge{{From: "a", To: "x"}, {From: "b", To: "y"}, {From: "c", To: "z"}, {From: "a", To: "y"}, {From: "b", To: "z"}}
	root, _, _, _ := laidOut(d)
	if n := root.grids[0].crossings(); n != 0 {
		t.Errorf("%d crossings of a graph that has a drawing without", n)
	}
}

// Edges to one target join on their way: one long way for three steps that fail.
func TestEdgesToOneTargetShareTheWay(t *testing.T) {
	d := &Diagram{Nodes: []Node{{ID: "0"}, {ID: "1"}, {ID: "2"}, {ID: "3"}, {ID: "4"}, {ID: "fail", Kind: Fail}}}
	for i := range 5 {
		if i > 0 {
			d.Edges = append(d.Edges, Edge{From: fmt.Sprint(i - 1), To: fmt.Sprint(i)})
		}
		d.Edges = append(d.Edges, Edge{From: fmt.Sprint(i), To: "fail", Kind: Catch})
	}
	root, _, _, _ := laidOut(d)
	for i, row := range root.grids[0].rows {
		if len(row) > 2 {
			t.Errorf("row %d holds %d places, want the step and one way past it", i, len(row))
		}
	}
}

func TestDeterministic(t *testing.T) {
	for name := range drawings() {
		first := SVG(drawings()[name])
		for range 5 {
			if !bytes.Equal(first, SVG(drawings()[name])) {
				t.Fatalf("%s differs from run to run", name)
			}
		}
	}
}

// What is drawn is XML whatever the names are, and names are text in it.
func TestEscapes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := randomDiagram(t)
		wellFormed(t, SVG(d))
	})
	evil := `</text><script>alert("1 & 2")</script>` + "\x00\xff\u202e"
	d := &Diagram{Title: evil, Groups: []Group{{ID: "g", Label: evil, Sub: evil}},
		Nodes: []Node{{ID: "a", Label: evil, Sub: evil, Value: evil, Group: "g"}, {ID: "b", Label: evil}},
		Edges: []Edge{{From: "a", To: "b", Label: evil}, {From: "a", To: "a", Label: evil}}}
	svg := SVG(d)
	wellFormed(t, svg)
	if bytes.Contains(svg, []byte("<script")) || bytes.Contains(svg, []byte("\u202e")) {
		t.Error("a name is read as more than text")
	}
	if !bytes.Contains(svg, []byte("&lt;script&gt;")) {
		t.Error("the title does not hold the whole name")
	}
}

func wellFormed(t interface{ Fatalf(string, ...any) }, svg []byte) {
	dec := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("no XML: %v\n%s", err, svg)
		}
	}
}

// Text that is cut is whole in a title.
func TestTitleHoldsTheWhole(t *testing.T) {
	long := "a name of many words that no box of a drawing on a telephone has any room for at all"
	svg := string(SVG(&Diagram{Nodes: []Node{{ID: "a", Label: long}}}))
	if !strings.Contains(svg, "<title>"+long+"</title>") || !strings.Contains(svg, "…</text>") {
		t.Error("want the whole name in a title, and … in the box")
	}
}

// contrast is that of WCAG 2.1: (L1 + 0.05) / (L2 + 0.05) of relative luminances.
func contrast(a, b rgb) float64 {
	light := func(c rgb) float64 {
		sum := 0.0
		for i, part := range []float64{0.2126, 0.7152, 0.0722} {
			v := c[i] / 255
			if v <= 0.04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += part * v
		}
		return sum
	}
	la, lb := light(a), light(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// Text has a contrast of 4.5 on all that it can stand on, and lines of 3 (WCAG 1.4.3, 1.4.11).
func TestContrast(t *testing.T) {
	if got := contrast(hex("#777777"), hex("#ffffff")); math.Abs(got-4.48) > 0.005 { // WebAIM's checker
		t.Fatalf("contrast of #777 on white is %.3f, want 4.48", got)
	}
	for _, th := range []theme{lightTheme(), darkTheme()} {
		grounds := map[string]rgb{"paper": th.paper, "frame": th.tint}
		for _, k := range kindStyles() {
			grounds[k.class] = mix(th.paper, k.colour(th.dark), th.fill)
		}
		for i := 1; i <= shades; i++ {
			grounds[fmt.Sprint("shade ", i)] = th.shade(i)
		}
		for name, ground := range grounds {
			for _, text := range []rgb{th.ink, th.grey} {
				if c := contrast(text, ground); c < 4.5 {
					t.Errorf("dark %v: %v on %s %v: contrast %.2f", th.dark, text, name, ground, c)
				}
			}
		}
		for _, ground := range []rgb{th.paper, th.tint} {
			for _, k := range kindStyles() {
				if c := contrast(k.colour(th.dark), ground); c < 3 {
					t.Errorf("dark %v: %s: contrast %.2f", th.dark, k.class, c)
				}
			}
			for _, k := range edgeStyles() {
				if c := contrast(k.colour(th.dark), ground); c < 3 {
					t.Errorf("dark %v: %s: contrast %.2f", th.dark, k.class, c)
				}
			}
		}
	}
}

// 500 nodes are drawn in less than two seconds.
func TestLarge(t *testing.T) {
	d := &Diagram{}
	for i := range 500 {
		d.Nodes = append(d.Nodes, Node{ID: fmt.Sprint(i), Label: fmt.Sprint("step ", i), Sub: "lambda"})
		if i > 0 {
			d.Edges = append(d.Edges, Edge{From: fmt.Sprint((i * 7919) % i), To: fmt.Sprint(i)}, Edge{From: fmt.Sprint(i - 1), To: fmt.Sprint((i * i) % 500), Kind: Use})
		}
	}
	start := time.Now()
	svg := SVG(d)
	t.Logf("%d bytes in %v", len(svg), time.Since(start))
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %v", took)
	}
}

// A loop over a map is drawn from its first step on, though the map's frame is made first.
func TestFirstStepIsOnTop(t *testing.T) {
	_, nodes, frames, _ := laidOut(federated())
	pick := nodes[slices.IndexFunc(nodes, func(r rect) bool { return r.box.node.ID == "pick" })]
	clients := frames[slices.IndexFunc(frames, func(r rect) bool { return r.box.inner.group.ID == "map" })]
	if pick.y+pick.h >= clients.y {
		t.Errorf("the first step stands at y = %.1f, the map that follows at %.1f", pick.y, clients.y)
	}
}
