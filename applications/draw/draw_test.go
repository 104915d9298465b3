package draw

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
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
	return append(out, crossedBoxes(root, nodes)...)
}

// crossedBoxes names the boxes that an edge goes through: points along every path that
// lie inside a box at whose border it does not end.
func crossedBoxes(root *level, nodes []rect) (out []string) {
	var visit func(l *level)
	visit = func(l *level) {
		for _, g := range l.grids {
			for _, e := range g.route(l.x, l.y) {
				for _, p := range points(e.path) {
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

// Every edge is drawn: one head for each target that edges lead to, or more.
func TestEveryTargetHasAHead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := randomDiagram(t)
		root, _, _, _ := laidOut(d)
		ends := map[*box]bool{}
		var visit func(l *level)
		visit = func(l *level) {
			for _, g := range l.grids {
				heads := map[*box]int{}
				for _, e := range g.route(0, 0) {
					if e.head == "" {
						continue
					}
					heads[nil]++
				}
				want := map[*box]bool{}
				for _, r := range g.runs {
					if r.to.port == nil && r.to.box.role != portBox {
						want[r.to.box] = true
						ends[r.to.box] = true
					}
				}
				if heads[nil] < len(want) {
					t.Fatalf("%d heads for %d targets", heads[nil], len(want))
				}
			}
			for _, b := range l.boxes {
				if b.inner != nil {
					visit(b.inner)
				}
			}
		}
		visit(root)
		b := &builder{d: d, names: map[string]place{}}
		_ = b
	})
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
