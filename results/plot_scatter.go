package results

import (
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// figureWidth is the width of a figure without a legend at its side.
const figureWidth = 6.4 * vg.Inch

// scatterPoint is a row in a scatter plot.
type scatterPoint struct {
	x, y  float64
	label string
	bound bool
}

// scatter is a plot of points, smaller being better on both axes, with the
// Pareto front marked. Those that are named stand out; where there are many, the
// others are dots.
type scatter struct {
	points []scatterPoint
	front  []int // indices of points, by x
	named  []int // ascending
}

// newScatter finds the front among the points that are no bounds.
func newScatter(points []scatterPoint) *scatter {
	s := &scatter{points: points}
	best := math.Inf(1)
	for _, i := range alongX(points) {
		if points[i].y < best {
			best = points[i].y
			s.front = append(s.front, i)
		}
	}
	return s
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Plot draws the front as a staircase, the points, and the labels of those that
// are named where there is room.
func (s *scatter) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	at := make([]vg.Point, len(s.points))
	for i, pt := range s.points {
		at[i] = vg.Point{X: tx(on(&p.X, pt.x)), Y: ty(on(&p.Y, pt.y))}
	}
	onFront, named := make([]bool, len(at)), make([]bool, len(at))
	for _, i := range s.front {
		onFront[i] = true
	}
	for _, i := range s.named {
		named[i] = true
	}
	cloud := s.drawCloud(c, at, onFront, named)
	lines := s.drawFront(c, at)
	// The front comes first: it is the message, and its labels get the best
	// places; so its points are drawn last.
	var order []int
	for _, i := range s.front {
		if named[i] {
			order = append(order, i)
		}
	}
	for _, i := range s.named {
		if !onFront[i] {
			order = append(order, i)
		}
	}
	for _, i := range slices.Backward(order) {
		style := draw.GlyphStyle{Color: markColour(s.points[i].bound, onFront[i]), Radius: vg.Points(3.4), Shape: draw.CircleGlyph{}}
		if s.points[i].bound {
			style.Shape = openDiamond{}
		}
		c.DrawGlyph(style, at[i])
	}
	places, texts := make([]vg.Point, len(order)), make([]string, len(order))
	for k, i := range order {
		places[k], texts[k] = at[i], s.points[i].label
	}
	drawLabels(c, places, texts, lines, cloud)
}

// drawCloud draws a dot for each point that is not named, one where several
// would cover each other, and returns where they are.
func (s *scatter) drawCloud(c draw.Canvas, at []vg.Point, onFront, named []bool) []vg.Rectangle {
	type place struct {
		colour color.Color
		x, y   int
	}
	drawn := map[place]bool{}
	paths := map[color.Color]*vg.Path{}
	var boxes []vg.Rectangle
	for i, p := range at {
		colour := markColour(s.points[i].bound, onFront[i])
		k := place{colour, int(math.Round(p.X.Points())), int(math.Round(p.Y.Points()))}
		if named[i] || drawn[k] {
			continue
		}
		drawn[k] = true
		box := around(p, vg.Points(1.1))
		boxes = append(boxes, box)
		if paths[colour] == nil {
			paths[colour] = new(vg.Path)
		}
		*paths[colour] = append(*paths[colour], box.Path()...)
	}
	for _, colour := range []color.Color{palette[0], grey, palette[1]} {
		if path := paths[colour]; path != nil {
			c.SetColor(colour)
			c.Fill(*path)
		}
	}
	return boxes
}

// markColour sets the front apart from what is worse on both axes, and bounds
// from both.
func markColour(bound, front bool) color.Color {
	switch {
	case bound:
		return grey
	case front:
		return palette[1]
	}
	return palette[0]
}

// drawFront draws the staircase and returns its steps, for labels to avoid.
func (s *scatter) drawFront(c draw.Canvas, at []vg.Point) []vg.Rectangle {
	var path []vg.Point
	for _, i := range s.front {
		if n := len(path); n > 0 {
			path = append(path, vg.Point{X: at[i].X, Y: path[n-1].Y})
		}
		path = append(path, at[i])
	}
	if len(path) > 1 {
		c.StrokeLines(draw.LineStyle{Color: palette[1], Width: vg.Points(0.9), Dashes: []vg.Length{3, 2}}, path)
	}
	var steps []vg.Rectangle
	for i := 1; i < len(path); i++ {
		a, b := path[i-1], path[i]
		steps = append(steps, vg.Rectangle{Min: vg.Point{X: min(a.X, b.X), Y: min(a.Y, b.Y)}, Max: vg.Point{X: max(a.X, b.X), Y: max(a.Y, b.Y)}})
	}
	return steps
}

// drawLabels writes a text at each point where layLabels finds room for it,
// with a thin line to the point where it had to move away. It covers what is in
// soft only where there is no other room.
func drawLabels(c draw.Canvas, at []vg.Point, texts []string, lines, soft []vg.Rectangle) {
	widths := make([]vg.Length, len(texts))
	for i, t := range texts {
		widths[i] = textWidth(t, noteSize)
	}
	style := labelStyle(noteSize)
	for i, l := range layLabels(c.Rectangle, at, widths, lines, soft) {
		if l == (label{}) {
			continue
		}
		p := at[i]
		if l.moved {
			end := l.end(p)
			c.StrokeLine2(draw.LineStyle{Color: grey, Width: vg.Points(0.4)}, p.X, p.Y, end.X, end.Y)
		}
		c.FillText(style, vg.Point{X: l.Min.X, Y: (l.Min.Y + l.Max.Y) / 2}, texts[i])
	}
}

// label is where a text stands, and whether that is away from its point.
type label struct {
	vg.Rectangle
	moved bool
}

// layLabels places a text of each width at each point, where it hides no other
// text, no point and none of the lines, and, if that can be, nothing that is in
// soft. A text for which there is no room at all is left out: its label is zero.
// Texts are placed in the order of the points; the places tried are fixed.
func layLabels(within vg.Rectangle, at []vg.Point, widths []vg.Length, lines, soft []vg.Rectangle) []label {
	height := vg.Length(noteSize) * 0.95
	busy := &obstacles{boxes: slices.Clone(lines), points: at, soft: soft}
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

func labelStyle(size vg.Length) draw.TextStyle {
	return draw.TextStyle{Color: ink, Font: sans(size), Handler: plot.DefaultTextHandler, YAlign: -0.4}
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
}

// directions are tried in this order: beside, above and below, then between.
var directions = [][2]vg.Length{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {0.75, 0.75}, {0.75, -0.75}, {-0.75, 0.75}, {-0.75, -0.75},
	{0.95, 0.4}, {0.95, -0.4}, {-0.95, 0.4}, {-0.95, -0.4}, {0.4, 0.95}, {0.4, -0.95}, {-0.4, 0.95}, {-0.4, -0.95}}

// place finds where a text of that size fits: in each direction, then further
// and further away; where that is nowhere, it may hide what is soft, and then
// lines may cross. ok is false where there is no room at all.
func (o *obstacles) place(within vg.Rectangle, p vg.Point, w, h vg.Length) (l label, ok bool) {
	for _, rule := range []struct{ strict, spare bool }{{true, true}, {true, false}, {false, false}} {
		for ring, r := range []vg.Length{6, 12, 20, 30, 41, 53, 66, 80, 95, 112, 130} {
			for _, d := range directions {
				l := label{boxAt(p, r, d, w, h), ring > 0}
				if inside(within, l.Rectangle) && o.free(l) && (!rule.strict || o.clear(p, l)) && (!rule.spare || o.spares(l)) {
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
	if !l.moved {
		return true
	}
	end := l.end(p)
	return !slices.ContainsFunc(o.texts, func(b vg.Rectangle) bool { return crosses(p, end, b) }) &&
		!slices.ContainsFunc(o.points, func(q vg.Point) bool { return !near(p, q) && crosses(p, end, around(q, 2.5)) })
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

// mostNamed is how many points of a scatter have room for a name each.
const mostNamed = 24

// scatterPlot is what a scatter shows: things are what its points are, columns
// what its axes are, in words.
type scatterPlot struct {
	plot            *plot.Plot
	points          []scatterPoint
	references      []int // of the points
	things, columns string
	xLabel, yLabel  func(float64) string
	caption         string
}

// figure draws a scatter with axes that suit its values: logarithmic where they
// span more than a factor of 20. Of many points only some are named. It is nil
// for less than two points.
func (sp *scatterPlot) figure() *Figure {
	if len(sp.points) < 2 {
		return nil
	}
	p := sp.plot
	var xs, ys []float64
	for _, pt := range sp.points {
		xs, ys = append(xs, pt.x), append(ys, pt.y)
	}
	addGrid(p)
	s := newScatter(sp.points)
	named := choosePoints(sp.points, sp.references, mostNamed, false, sp.columns)
	s.named = named.rows
	p.Add(s)
	fitAxis(&p.X, xs, sp.xLabel)
	fitAxis(&p.Y, ys, sp.yLabel)
	f := &Figure{Title: p.Title.Text, Caption: sp.caption, w: figureWidth + 0.8*vg.Inch, h: 4.6 * vg.Inch}
	if len(named.rows) > mostShown {
		f.w, f.h = f.w+0.6*vg.Inch, f.h+vg.Length(len(named.rows)-mostShown)*vg.Points(10)
	}
	f.draw = func(c draw.Canvas) { drawWithKey(p, s.marks(), c) }
	f.addNote(named.note("Named are", sp.things+", the others dots"))
	return f
}

// mark is a kind of point, and what it means.
type mark struct {
	style draw.GlyphStyle
	text  string
}

// marks are the kinds of points that the scatter has.
func (s *scatter) marks() (out []mark) {
	bounds := 0
	for _, p := range s.points {
		if p.bound {
			bounds++
		}
	}
	add := func(n int, colour color.Color, shape draw.GlyphDrawer, text string) {
		if n > 0 {
			out = append(out, mark{draw.GlyphStyle{Color: colour, Radius: vg.Points(3.4), Shape: shape}, text})
		}
	}
	add(len(s.front), palette[1], draw.CircleGlyph{}, "on the Pareto front")
	add(len(s.points)-bounds-len(s.front), palette[0], draw.CircleGlyph{}, "beaten by another")
	add(bounds, grey, openDiamond{}, "offline bound, no policy")
	return out
}

// drawWithKey draws a scatter and, under it, what its marks mean.
func drawWithKey(p *plot.Plot, marks []mark, c draw.Canvas) {
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	p.Draw(draw.Crop(c, vg.Points(3), -vg.Points(8), vg.Points(18), -vg.Points(3)))
	x, y := c.Min.X+vg.Points(52), c.Min.Y+vg.Points(9)
	for _, m := range marks {
		c.DrawGlyph(m.style, vg.Point{X: x, Y: y})
		c.FillText(labelStyle(noteSize), vg.Point{X: x + vg.Points(7), Y: y}, m.text)
		x += textWidth(m.text, noteSize) + vg.Points(26)
	}
}

// fitAxis gives an axis its range, with some room around the values, and its ticks.
func fitAxis(a *plot.Axis, values []float64, label func(float64) string) {
	lo, hi, _ := span(values)
	if lo > 0 && hi/lo > 20 {
		room := math.Pow(hi/lo, 0.06)
		setLog(a, lo/room, hi*room, label)
		return
	}
	room := (hi - lo) * 0.07
	if room == 0 {
		room = max(math.Abs(hi)*0.1, 1e-9)
	}
	a.Min, a.Max = lo-room, hi+room
	if lo >= 0 && lo < (hi-lo)*0.6 { // near 0: start a little below it, so that points on it are whole
		a.Min = -room / 2
	}
	a.Tick.Marker = evenTicks{label}
}

// costVsLatency draws each row's cost against its p99.
func (s *Set) costVsLatency(rows []Row) (*Figure, error) {
	sp := &scatterPlot{things: "rows", columns: "cost and p99", xLabel: secondsTick, yLabel: func(x float64) string { return "$" + axisMoney(x) },
		caption: "Each point is a row of the table; down and left is better. On the Pareto front no other row is both cheaper and faster at p99."}
	names := labels(rows, true)
	references := s.references(rows)
	per := "of the run"
	for i := range rows {
		x, y := rows[i].mean("latency_p99_s"), rows[i].mean("cost_usd")
		if math.IsNaN(x) || math.IsNaN(y) || rows[i].Bound {
			continue
		}
		sp.add(scatterPoint{x, y, names[i], false}, i, references)
		if b := s.Cells[rows[i].Cell].Replications[0].Bills[0]; b.Span.String() == "month" {
			per = "per month"
		}
	}
	sp.plot = newPlot("Cost against latency", "99th percentile of latency", "cost "+per+" (USD)")
	return sp.figure(), nil
}

// add adds the point of a row.
func (sp *scatterPlot) add(pt scatterPoint, row int, references []int) {
	if slices.Contains(references, row) {
		sp.references = append(sp.references, len(sp.points))
	}
	sp.points = append(sp.points, pt)
}

// axisMoney writes an amount at a tick.
func axisMoney(x float64) string { return short(x) }

// wasteVsCold draws each cell's wasted memory, relative to the reference's,
// against the 75th percentile of its applications' cold ratio.
func (s *Set) wasteVsCold(rows []Row) (*Figure, error) {
	cells := cellRows(rows)
	names := labels(cells, false)
	base, what := s.wasteBase(cells)
	sp := &scatterPlot{things: "cells", columns: "waste and cold starts", xLabel: short, yLabel: short,
		caption: "Down and left is better. Wasted memory is memory × time of idle instances, relative to " + what + ". Offline bounds know the future and are no policies."}
	references := s.references(cells)
	for i := range cells {
		x, y := cells[i].mean("app_cold_ratio_p75")*100, cells[i].mean("wasted_gib_s")/base[i]*100
		if math.IsNaN(x) || math.IsNaN(y) || math.IsInf(y, 0) {
			continue
		}
		sp.add(scatterPoint{x, y, names[i], cells[i].Bound}, i, references)
	}
	sp.plot = newPlot("Wasted memory against cold starts", "75th percentile over applications of the cold ratio (%)", "wasted memory × time (% of "+what+")")
	return sp.figure(), nil
}

// wasteBase returns what each cell's waste is relative to: the reference's
// where there is one, else the largest of all policies.
func (s *Set) wasteBase(cells []Row) (base []float64, what string) {
	base = make([]float64, len(cells))
	most := 0.0
	for i := range cells {
		if w := cells[i].mean("wasted_gib_s"); !cells[i].Bound && w > most {
			most = w
		}
	}
	for i := range cells {
		base[i] = most
	}
	if s.Reference == nil {
		return base, "the most wasteful policy"
	}
	relative := make([]float64, len(cells))
	index := s.index(cells)
	for i := range cells {
		ref := index.referenceOf(i)
		if ref < 0 {
			return base, "the most wasteful policy"
		}
		relative[i] = cells[ref].mean("wasted_gib_s")
	}
	base = relative
	var words []string
	for _, k := range sortedKeys(s.Reference) {
		words = append(words, s.Reference[k])
	}
	return base, truncate(oneLine(strings.Join(words, ", ")), 40)
}

var _ plot.Plotter = (*scatter)(nil)
