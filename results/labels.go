package results

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// pointNames are the labels of points: at each place one, or a number that a key
// explains.
type pointNames struct {
	at     []vg.Point // of the groups of points that a label is for
	texts  []string
	labels []label
	corner vg.Point // of the canvas that they were laid out on
	key    []string // what the numbers stand for, from 1 on; nil: the labels are names
}

// mostOfWidth is what part of a plot's width a name may take.
const mostOfWidth = 0.55

// nameAll gives each point a label: the names where all have room beside their
// points, those of points at one place joined; else numbers, which may hide what is
// in soft. Points that are too close to have a number each have one together.
func nameAll(within vg.Rectangle, at []vg.Point, names []string, size font.Length, hard, soft []vg.Rectangle) pointNames {
	for _, numbers := range []bool{false, true} {
		for _, radius := range []vg.Length{1.5, 4, 8, 14, 24, 40, 80, 1e6} {
			if !numbers && radius > 1.5 {
				break
			}
			n := groupNames(at, names, radius)
			n.corner = within.Min
			avoid, reach := slices.Concat(hard, soft), leaders[:5]
			if numbers {
				n.number()
				avoid, reach = hard, leaders
			}
			if n.place(within, at, size, avoid, soft, reach) {
				return n
			}
		}
	}
	return pointNames{}
}

// groupNames joins the names of points within a distance of the first of them.
func groupNames(at []vg.Point, names []string, radius vg.Length) (n pointNames) {
	var members [][]string
	for i, p := range at {
		g := slices.IndexFunc(n.at, func(q vg.Point) bool { return math.Hypot(float64(p.X-q.X), float64(p.Y-q.Y)) <= float64(radius) })
		if g < 0 {
			g = len(n.at)
			n.at, members = append(n.at, p), append(members, nil)
		}
		members[g] = append(members[g], names[i])
	}
	for _, m := range members {
		n.texts = append(n.texts, joinNames(m))
	}
	return n
}

// number puts numbers, from the left to the right and down, in place of the names.
func (n *pointNames) number() {
	order := make([]int, len(n.at))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(math.Round(float64(n.at[a].X)), math.Round(float64(n.at[b].X))), cmp.Compare(n.at[b].Y, n.at[a].Y))
	})
	numbers := make([]string, len(order))
	for k, i := range order {
		n.key = append(n.key, n.texts[i])
		numbers[i] = strconv.Itoa(k + 1)
	}
	n.texts = numbers
}

// joinNames lists names; those that have a comma are parted by semicolons.
func joinNames(names []string) string {
	if slices.ContainsFunc(names, func(s string) bool { return strings.Contains(s, ",") }) {
		return strings.Join(names, "; ")
	}
	return strings.Join(names, ", ")
}

// place lays the labels out; false where one has no room. all are the points, of
// which none may be hidden.
func (n *pointNames) place(within vg.Rectangle, all []vg.Point, size font.Length, hard, soft []vg.Rectangle, reach []vg.Length) bool {
	widths := make([]vg.Length, len(n.texts))
	for i, t := range n.texts {
		widths[i] = textWidth(t, size)
		if widths[i] > within.Size().X*mostOfWidth {
			return false
		}
	}
	boxes := slices.Clone(hard)
	for _, p := range all {
		boxes = append(boxes, around(p, vg.Points(4)))
	}
	n.labels = layLabels(within, n.at, widths, size, boxes, soft, reach)
	return !slices.Contains(n.labels, label{})
}

// draw writes the labels, with a thin line to the point of each that is away.
func (n *pointNames) draw(c draw.Canvas, size font.Length) {
	moved := c.Min.Sub(n.corner)
	for i, l := range n.labels {
		if l.moved {
			from, end := n.at[i].Add(moved), l.end(n.at[i]).Add(moved)
			c.StrokeLine2(draw.LineStyle{Color: grey, Width: vg.Points(0.4)}, from.X, from.Y, end.X, end.Y)
		}
		c.FillText(labelStyle(size), vg.Point{X: l.Min.X, Y: (l.Min.Y + l.Max.Y) / 2}.Add(moved), n.texts[i])
	}
}

// keyEntries explain the numbers.
func (n *pointNames) keyEntries(size font.Length) (out []keyEntry) {
	for i, text := range n.key {
		number := strconv.Itoa(i + 1)
		out = append(out, keyEntry{text, func(c draw.Canvas, at vg.Point) {
			style := labelStyle(size)
			style.XAlign = draw.XRight
			c.FillText(style, vg.Point{X: at.X + keyMark/2 - 2, Y: at.Y}, number)
		}})
	}
	return out
}

// label is where a text stands, and whether that is away from its point.
type label struct {
	vg.Rectangle
	moved bool
}

// layLabels places a text of each width at each point, where it hides no other
// text and nothing of hard, and, if that can be, nothing that is in soft. A text
// for which there is no room is left out: its label is zero. Texts are placed in
// the order of the points; the places tried are fixed.
func layLabels(within vg.Rectangle, at []vg.Point, widths []vg.Length, size font.Length, hard, soft []vg.Rectangle, reach []vg.Length) []label {
	height := size * 0.95
	busy := &obstacles{boxes: slices.Clone(hard), points: at, soft: soft, reach: reach}
	for _, p := range at {
		busy.boxes = append(busy.boxes, around(p, vg.Points(4)))
	}
	out := make([]label, len(at))
	for i, p := range at {
		var ok bool
		if out[i], ok = busy.place(within, p, widths[i], height); !ok {
			continue
		}
		busy.boxes = append(busy.boxes, out[i].Rectangle)
		busy.texts = append(busy.texts, out[i].Rectangle)
		if out[i].moved {
			busy.leaders = append(busy.leaders, [2]vg.Point{p, out[i].end(p)})
		}
	}
	return out
}

// end returns where the line from a point to its text ends.
func (l label) end(p vg.Point) vg.Point {
	return vg.Point{X: min(max(p.X, l.Min.X), l.Max.X), Y: min(max(p.Y, l.Min.Y), l.Max.Y)}
}

func around(p vg.Point, r vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: p.X - r, Y: p.Y - r}, Max: vg.Point{X: p.X + r, Y: p.Y + r}}
}

// obstacles are what a text must not hide.
type obstacles struct {
	boxes   []vg.Rectangle // around points, lines and texts
	soft    []vg.Rectangle // may be hidden where there is no other room
	texts   []vg.Rectangle
	points  []vg.Point
	leaders [][2]vg.Point // from points to texts that moved away
	reach   []vg.Length   // distances of texts from their points that are tried
}

// leaders are all distances, from beside a point on.
var leaders = []vg.Length{6, 12, 20, 30, 41, 53, 66}

// directions are tried in this order: beside, above and below, then between.
var directions = [][2]vg.Length{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {0.75, 0.75}, {0.75, -0.75}, {-0.75, 0.75}, {-0.75, -0.75},
	{0.95, 0.4}, {0.95, -0.4}, {-0.95, 0.4}, {-0.95, -0.4}, {0.4, 0.95}, {0.4, -0.95}, {-0.4, 0.95}, {-0.4, -0.95}}

// place finds where a text of that size fits: in each direction, then further
// and further away; where that is nowhere, it may hide what is soft. ok is false
// where there is no room.
func (o *obstacles) place(within vg.Rectangle, p vg.Point, w, h vg.Length) (l label, ok bool) {
	for _, spare := range []bool{true, false} {
		for ring, r := range o.reach {
			for _, d := range directions {
				l := label{boxAt(p, r, d, w, h), ring > 0}
				if inside(within, l.Rectangle) && o.free(l) && o.clear(p, l) && (!spare || o.spares(l)) {
					return l, true
				}
			}
		}
	}
	return label{}, false
}

// free reports whether a text hides nothing.
func (o *obstacles) free(l label) bool {
	return !slices.ContainsFunc(o.boxes, func(b vg.Rectangle) bool { return overlap(b, l.Rectangle) })
}

// spares reports whether a text hides nothing that is soft.
func (o *obstacles) spares(l label) bool {
	return !slices.ContainsFunc(o.soft, func(b vg.Rectangle) bool { return overlap(b, l.Rectangle) })
}

// clear reports whether no line to a text crosses this text, and the line to
// this one crosses no text and no point.
func (o *obstacles) clear(p vg.Point, l label) bool {
	if slices.ContainsFunc(o.leaders, func(s [2]vg.Point) bool { return crosses(s[0], s[1], l.Rectangle) }) {
		return false
	}
	if !l.moved { // it is nearer to its own point than to any other
		own := gapTo(p, l.Rectangle)
		return !slices.ContainsFunc(o.points, func(q vg.Point) bool { return !near(p, q) && gapTo(q, l.Rectangle) <= own })
	}
	end := l.end(p)
	return !slices.ContainsFunc(o.texts, func(b vg.Rectangle) bool { return crosses(p, end, b) }) &&
		!slices.ContainsFunc(o.points, func(q vg.Point) bool { return !near(p, q) && crosses(p, end, around(q, 2.5)) })
}

// gapTo is how far a point is from a box.
func gapTo(p vg.Point, b vg.Rectangle) float64 {
	x := min(max(p.X, b.Min.X), b.Max.X)
	y := min(max(p.Y, b.Min.Y), b.Max.Y)
	return math.Hypot(float64(p.X-x), float64(p.Y-y))
}

// near reports whether two points touch: a line cannot but cross the other.
func near(p, q vg.Point) bool { return math.Hypot(float64(p.X-q.X), float64(p.Y-q.Y)) < 7 }

// crosses reports whether the segment from a to b meets a box (clipping after
// Liang and Barsky 1984).
func crosses(a, b vg.Point, box vg.Rectangle) bool {
	from, to := vg.Length(0), vg.Length(1)
	for _, e := range [][2]vg.Length{
		{a.X - b.X, a.X - box.Min.X}, {b.X - a.X, box.Max.X - a.X},
		{a.Y - b.Y, a.Y - box.Min.Y}, {b.Y - a.Y, box.Max.Y - a.Y},
	} {
		switch p, q := e[0], e[1]; {
		case p == 0 && q < 0:
			return false
		case p < 0:
			from = max(from, q/p)
		case p > 0:
			to = min(to, q/p)
		}
	}
	return from <= to
}

// boxAt returns the box of a text at a distance from a point in a direction.
func boxAt(p vg.Point, r vg.Length, d [2]vg.Length, w, h vg.Length) vg.Rectangle {
	centre := vg.Point{X: p.X + d[0]*r, Y: p.Y + d[1]*(r+h/2)}
	switch {
	case d[0] > 0:
		centre.X += w / 2
	case d[0] < 0:
		centre.X -= w / 2
	}
	return vg.Rectangle{Min: vg.Point{X: centre.X - w/2, Y: centre.Y - h/2}, Max: vg.Point{X: centre.X + w/2, Y: centre.Y + h/2}}
}

func inside(outer, b vg.Rectangle) bool {
	return b.Min.X >= outer.Min.X && b.Max.X <= outer.Max.X && b.Min.Y >= outer.Min.Y && b.Max.Y <= outer.Max.Y
}

func overlap(a, b vg.Rectangle) bool {
	const gap = 1
	return a.Min.X < b.Max.X+gap && b.Min.X < a.Max.X+gap && a.Min.Y < b.Max.Y+gap && b.Min.Y < a.Max.Y+gap
}
