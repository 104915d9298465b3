package draw

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Width of a drawing that states none, and the margin round it.
const (
	phoneWidth = 380
	margin     = 8
)

// SVG draws a diagram. The image is as wide as it must be, at least 280 pixels; where
// its boxes allow, it is no wider than Diagram.Width. Edges whose ends are unknown are
// left out.
func SVG(d *Diagram) []byte {
	u := newRuler()
	root := build(d, u)
	root.layout(u, widthFor(d)-2*margin)
	c := &canvas{d: d, ruler: u, root: root, id: identity(d)}
	return c.draw()
}

// widthFor is how wide a drawing may be. One of very many nodes would be a ribbon: it may
// be as wide as about a third of its height.
func widthFor(d *Diagram) float64 {
	w := d.Width
	if !(w > 0) || math.IsInf(w, 1) {
		w = phoneWidth
	}
	const area = 150 * 110 // of a node with what is round it
	if n := float64(len(d.Nodes)); n > 60 {
		w = max(w, math.Sqrt(n*area/3))
	}
	return w
}

// identity tells the drawings of one page apart.
func identity(d *Diagram) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%+v", *d)
	return "d" + strconv.FormatUint(h.Sum64(), 36)
}

// num is a length in SVG, to a tenth of a pixel.
func num(v float64) string {
	v = math.Round(v*10) / 10
	if v == 0 {
		v = 0 // no −0
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// escape is a text in XML.
func escape(s string) string {
	var b bytes.Buffer
	if xml.EscapeText(&b, []byte(clean(s))) != nil {
		return "" // a buffer takes all
	}
	return b.String()
}

// canvas writes a drawing.
type canvas struct {
	d     *Diagram
	ruler *ruler
	root  *level
	id    string
	used  used
	b     bytes.Buffer
}

func (c *canvas) draw() []byte {
	width := max(280, c.root.w+2*margin)
	c.collect(c.root)
	title := c.ruler.lines(c.d.Title, titleText, width-2*margin, 3)
	top := float64(margin)
	if len(title) > 0 {
		top += float64(len(title))*titleText.height() + 8
	}
	c.root.locate((width-c.root.w)/2, top)
	legend := c.legend(width-2*margin, top+c.root.h+18)
	height := legend.bottom + margin

	fmt.Fprintf(&c.b, `<svg xmlns="http://www.w3.org/2000/svg" class="ccd" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img" aria-labelledby="%s-t %[3]s-d">`,
		num(width), num(height), c.id)
	fmt.Fprintf(&c.b, "\n<title id=\"%s-t\">%s</title>\n<desc id=\"%[1]s-d\">%[3]s</desc>\n<style>%[4]s</style>\n", c.id, escape(c.name()), escape(c.description()), styles(&c.used))
	fmt.Fprintf(&c.b, "<rect class=\"paper\" width=\"%s\" height=\"%s\"/>\n", num(width), num(height))
	for i, l := range title {
		c.text(l, margin, margin+titleText.size+float64(i)*titleText.height(), false)
	}
	c.frames(c.root, 0)
	c.edges(c.root)
	c.nodes(c.root)
	c.b.WriteString(legend.body)
	c.b.WriteString("</svg>\n")
	return c.b.Bytes()
}

func (c *canvas) name() string {
	if strings.TrimSpace(c.d.Title) == "" {
		return "Graph of an application"
	}
	return c.d.Title
}

// most is how many edges the description names.
const most = 80

// description says in words what is drawn.
func (c *canvas) description() string {
	var count [End + 1]int
	for _, n := range c.d.Nodes {
		count[n.Kind.known()]++
	}
	var parts []string
	for k, s := range kindStyles() {
		if count[k] > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", s.name, count[k]))
		}
	}
	names := map[string]string{}
	for _, n := range c.d.Nodes {
		names[n.ID] = n.Label
	}
	for _, g := range c.d.Groups {
		names[g.ID] = g.Label
	}
	text := "Nodes by kind: " + strings.Join(parts, ", ") + "."
	for i, e := range c.d.Edges {
		if i == most {
			return text + fmt.Sprintf(" And %d edges more.", len(c.d.Edges)-most)
		}
		text += " " + names[e.From] + " → " + names[e.To] + " (" + edgeStyles()[e.Kind.known()].name
		if e.Label != "" {
			text += ", " + e.Label
		}
		text += ")."
	}
	return text
}

// collect notes which kinds occur.
func (c *canvas) collect(l *level) {
	for _, b := range l.boxes {
		if b.inner != nil {
			c.collect(b.inner)
			c.used.critical = c.used.critical || b.inner.group.Critical
		} else {
			c.used.kinds[b.node.Kind.known()] = true
			c.used.shades[shadeOf(b.node.Weight)] = true
			c.used.critical = c.used.critical || b.node.Critical
		}
		if b.loopEdge != nil {
			c.used.edges[b.loopEdge.Kind.known()] = true
		}
	}
	for _, r := range l.runs {
		c.used.edges[r.kind] = true
	}
}

// text writes a line at its left end, or about its middle.
func (c *canvas) text(l line, x, y float64, middle bool) {
	c.b.WriteString(textAt(l, x, y, middle))
}

func textAt(l line, x, y float64, middle bool) string {
	class := l.style.class
	if middle {
		class += " m"
	}
	return fmt.Sprintf("<text class=\"%s\" x=\"%s\" y=\"%s\" textLength=\"%s\" lengthAdjust=\"spacingAndGlyphs\">%s</text>\n", class, num(x), num(y), num(l.width), escape(l.text))
}

// frames draws the frames of a level's groups, outer ones first.
func (c *canvas) frames(l *level, depth int) {
	for _, b := range l.boxes {
		g := b.inner
		if g == nil {
			continue
		}
		class := "frame"
		if depth%2 == 1 {
			class += " odd"
		}
		if g.group.Critical {
			class += " crit"
		}
		fmt.Fprintf(&c.b, "<g><title>%s</title><rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"9\"/>\n", escape(g.whole), class, num(g.x), num(g.y), num(g.w), num(g.h))
		x, y := g.x+pad, g.y+16
		for i, s := range g.head {
			if i == 1 && g.headH < 2*headLine+8 {
				x += g.head[0].width + 8
			} else if i == 1 {
				y += headLine - 2
			}
			c.text(s, x, y, false)
		}
		c.b.WriteString("</g>\n")
		c.frames(g, depth+1)
	}
}

// edges draws the edges of a level and of those in it; the critical ones on top.
func (c *canvas) edges(root *level) {
	var all []drawnEdge
	var visit func(l *level)
	visit = func(l *level) {
		for _, g := range l.grids {
			all = append(all, g.route(l.x, l.y)...)
		}
		for _, b := range l.boxes {
			if b.inner != nil {
				visit(b.inner)
			}
			if b.loopEdge != nil {
				all = append(all, loopOf(l, b))
			}
		}
	}
	visit(root)
	slices.SortStableFunc(all, func(a, b drawnEdge) int { return rank01(a.critical) - rank01(b.critical) })
	styles := edgeStyles()
	for _, e := range all {
		class, head := "edge e-"+styles[e.kind].class, "h-"+styles[e.kind].class
		if e.critical {
			class, head = class+" crit", head+" hcrit"
		}
		fmt.Fprintf(&c.b, "<path class=\"%s\" d=\"%s\"/>", class, e.path)
		if e.head != "" {
			fmt.Fprintf(&c.b, "<path class=\"%s\" d=\"%s\"/>", head, e.head)
		}
		c.b.WriteByte('\n')
	}
}

// loopOf draws a repetition at the right of a box.
func loopOf(l *level, b *box) drawnEdge {
	x, y := l.x+b.right(), l.y+b.y+b.h/2
	if b.role == groupBox {
		y = l.y + b.y + 24
	}
	half := min(10, b.h/3)
	tip := x + 1
	return drawnEdge{kind: b.loopEdge.Kind.known(),
		path: fmt.Sprintf("M%s %sh7a%s %s 0 0 1 0 %sH%s", num(x-4), num(y-half), num(half), num(half), num(2*half), num(tip+headSize)),
		head: arrowHead(tip, y+half, -1, 0)}
}

// nodes draws the boxes of a level and of those in it, and all labels.
func (c *canvas) nodes(l *level) {
	for _, b := range l.boxes {
		if b.loopText.text != "" {
			y := l.y + b.y + b.h/2
			if b.role == groupBox {
				y = l.y + b.y + 24
			}
			c.text(b.loopText, l.x+b.right()+20, y+edgeText.size*0.35, false)
		}
		if b.inner != nil {
			c.nodes(b.inner)
			continue
		}
		c.node(b, l.x, l.y)
	}
	for _, g := range l.grids {
		for _, row := range g.rows {
			for _, b := range row {
				if b.role == textBox {
					c.label(b, l.x, l.y)
				}
			}
		}
	}
}

func (c *canvas) node(b *box, dx, dy float64) {
	k := kindStyles()[b.node.Kind.known()]
	w := b.w - b.loop
	x, y := dx+b.left(), dy+b.y
	body, over := k.outline.path(x, y, w, b.h)
	shade, crit := "", ""
	if s := shadeOf(b.node.Weight); s > 0 {
		shade = fmt.Sprintf(" w%d", s)
	}
	if b.node.Critical {
		crit = " crit"
	}
	fmt.Fprintf(&c.b, "<g><title>%s</title><path class=\"box n-%s%s%s\" d=\"%s\"/>", escapeLines(b.whole), k.class, shade, crit, body)
	if over != "" {
		fmt.Fprintf(&c.b, "<path class=\"over n-%s none%s\" d=\"%s\"/>", k.class, crit, over)
	}
	if k.outline == dot {
		fmt.Fprintf(&c.b, "<circle class=\"h-end\" cx=\"%s\" cy=\"%s\" r=\"4\"/>", num(x+w/2), num(y+b.h/2))
	}
	c.b.WriteByte('\n')
	s := k.outline.shape()
	row := y + s.top
	free := b.h - s.top - s.bottom
	for _, l := range b.lines {
		free -= l.style.height()
	}
	row += free / 2
	for _, l := range b.lines {
		c.text(l, x+s.left+(w-s.left-s.right)/2, row+l.style.height()*0.5+l.style.size*0.36, true)
		row += l.style.height()
	}
	c.b.WriteString("</g>\n")
}

// escapeLines escapes a text and keeps its line ends.
func escapeLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = escape(lines[i])
	}
	return strings.Join(lines, "\n")
}

func (c *canvas) label(b *box, dx, dy float64) {
	fmt.Fprintf(&c.b, "<g><title>%s</title>", escape(b.whole))
	y := dy + b.y + 1
	for _, l := range b.lines {
		c.text(l, dx+b.x, y+l.style.height()*0.5+l.style.size*0.36, true)
		y += l.style.height()
	}
	c.b.WriteString("</g>\n")
}
