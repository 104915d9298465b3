package results

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Tradeoff are the two metrics that a plot of that name sets against each other, smaller
// being better; none are TradeoffDefault.
type Tradeoff struct{ X, Y string }

// TradeoffDefault is wasted memory against cold starts.
var TradeoffDefault = Tradeoff{"wasted_gib_s", "cold_ratio"}

// tradeoffPlot is a line for each policy through the cells that differ in its parameters,
// and of TradeoffDefault the lower convex hull of those bounds that bound what policies mix, too.
type tradeoffPlot struct {
	title, xTitle, yTitle string
	lines                 []tradeoffLine
	hulls                 [][]point2 // in the unit of the axes, one a load
	estimate              bool       // one point of a hull is
	xMost, yMost          float64    // that no value can be above; 0: none
}

// tradeoffLine are the cells of one policy, by x.
type tradeoffLine struct {
	name   string
	bound  bool
	points []tradeoffPoint
}

type tradeoffPoint struct {
	point2
	xHalf, yHalf float64
	label        string
	unfit        fault
}

// tradeoff draws two metrics against each other, a line a policy.
func (s *Set) tradeoff(rows []Row) (*Figure, error) {
	of := s.Tradeoff
	if of == (Tradeoff{}) {
		of = TradeoffDefault
	}
	cells := slices.DeleteFunc(cellRows(rows), func(r Row) bool { return !finite(r.mean(of.X)) || !finite(r.mean(of.Y)) })
	t := &tradeoffPlot{xTitle: s.axisWords(of.X, cells), yTitle: s.axisWords(of.Y, cells)}
	t.title = upperFirst(untilComma(t.yTitle)) + " against " + untilComma(t.xTitle)
	t.gather(cells, of)
	if len(t.lines)+len(t.hulls) == 0 || len(cells) < 2 {
		return nil, nil
	}
	f := &Figure{Title: t.title, compose: t.compose, chart: t.chart,
		Caption: "Down and left is better. A line is a policy, its points are values of its parameters; those at its ends are named, of several close by of one name one."}
	if len(t.hulls) > 0 {
		f.Caption += " The dashed line is the lower convex hull of offline bounds, which know the future: no policy that starts instances on demand alone, and no mixture of such policies, is below the bound at the price of any of its points."
	}
	if slices.ContainsFunc(t.lines, func(l tradeoffLine) bool { return l.points[0].xHalf > 0 || l.points[0].yHalf > 0 }) {
		f.Caption += " Bars are 95 % intervals " + s.overWords() + "."
	}
	if slices.ContainsFunc(cells, func(r Row) bool { return r.Estimate }) {
		f.Caption += " An estimate of a bound is " + estimateNote + "."
	}
	return f, nil
}

// axisWords is the title of an axis of some rows; memory × time is in hours, as in the table.
func (s *Set) axisWords(name string, rows []Row) string {
	currency := ""
	if all := currencies(rows); len(all) == 1 {
		currency = all[0]
	}
	return strings.Replace(metricWords(name, currency, s.Span), "GiB·s", "GiB·h", 1)
}

// onAxis is a value as the axis has it.
func onAxis(name string, x float64) float64 {
	if i := metricIndex(name); i >= 0 && metrics[i].Unit == "GiB·s" {
		return x / 3600
	}
	return asDrawn(name, x)
}

func untilComma(s string) string {
	head, _, _ := strings.Cut(s, ",")
	return head
}

// gather makes the lines, in the order of the cells, and the hulls: where the two metrics are
// those that the bounds weigh, memory and cold starts. Of others they bound nothing.
func (t *tradeoffPlot) gather(cells []Row, of Tradeoff) {
	t.xMost, t.yMost = onAxis(of.X, mostOf(of.X)), onAxis(of.Y, mostOf(of.Y))
	names, series := labels(cells, false), seriesNames(cells)
	convex := func(i int) bool { return cells[i].Convex && of == TradeoffDefault }
	points, loads := make([]tradeoffPoint, len(cells)), make([]string, len(cells))
	hulls, byLoad := map[string]int{}, [][]point2(nil)
	for i := range cells {
		r := &cells[i]
		x, _ := r.Stat(of.X)
		y, _ := r.Stat(of.Y)
		points[i] = tradeoffPoint{point2{onAxis(of.X, x.Mean), onAxis(of.Y, y.Mean)}, onAxis(of.X, x.Half), onAxis(of.Y, y.Half), parameterOf(names[i], series[i]), r.fault().unbilled()}
		loads[i] = loadKey(r, loadPaths(r.Values, -1))
		if !convex(i) {
			continue
		}
		k, ok := hulls[loads[i]]
		if !ok {
			k = len(byLoad)
			hulls[loads[i]], byLoad = k, append(byLoad, nil)
		}
		byLoad[k] = append(byLoad[k], points[i].point2)
		t.estimate = t.estimate || r.Estimate
	}
	for _, of := range byLoad {
		t.hulls = append(t.hulls, lowerHull(of))
	}
	lines := map[string]int{}
	for i := range cells {
		if convex(i) && !aboveHull(t.hulls[hulls[loads[i]]], points[i].point2) { // one that another excels is a line of its own
			continue
		}
		key := series[i] + "\x00" + loads[i]
		k, ok := lines[key]
		if !ok {
			k = len(t.lines)
			lines[key], t.lines = k, append(t.lines, tradeoffLine{name: series[i], bound: cells[i].Bound})
		}
		t.lines[k].points = append(t.lines[k].points, points[i])
	}
	for k := range t.lines {
		slices.SortStableFunc(t.lines[k].points, func(a, b tradeoffPoint) int { return compareFloats(a.x, b.x) })
	}
}

// parameterOf is the name of a point without that of its line, which the key has.
func parameterOf(label, line string) string {
	policy, _, _ := strings.Cut(line, " (")
	rest, ok := strings.CutPrefix(label, policy+" ")
	if !ok || strings.HasPrefix(rest, "(") {
		return label
	}
	for _, mark := range []string{" (estimate)", " (bound)"} {
		rest = strings.TrimSuffix(rest, mark)
	}
	return rest
}

// seriesNames are the names of the policies that cells differ in, and their platform
// where they differ in that.
func seriesNames(cells []Row) []string {
	out := make([]string, len(cells))
	for i := range cells {
		r := &cells[i]
		var words []string
		for k := range r.Values {
			if v := &r.Values[k]; v.Policy != "" && !slices.Contains(words, v.Policy) {
				words = append(words, v.Policy)
			}
		}
		if len(words) == 0 || slices.ContainsFunc(cells, func(o Row) bool { return o.Platform != r.Platform }) {
			words = append(words, r.Platform)
		}
		out[i] = strings.Join(words, ", ")
		switch {
		case r.Estimate:
			out[i] += " (estimate of a bound)"
		case r.Bound:
			out[i] += " (bound)"
		}
	}
	return out
}

// compose lays the plot out.
func (t *tradeoffPlot) compose(k look) drawing {
	p := k.newPlot(k.heading(t.title), t.xTitle, t.yTitle)
	addGrid(p)
	xs, ys := t.spread()
	height := k.width * 0.6
	if k.narrow {
		height = k.width * 0.8
	}
	fitAxis(&p.X, xs, k.width*0.82)
	fitWithZero(&p.Y, ys)
	k.wrapTitles(p, k.width*0.8, height*0.72)
	laid := &laidTradeoff{tradeoffPlot: t, look: k}
	laid.lay(p.DataCanvas(emptyCanvas(k.bodySize(height))), p)
	p.Add(laid)
	return k.single(p, height, laid.key(), laid.names.keyEntries(k.note))
}

// spread is what the axes show.
func (t *tradeoffPlot) spread() (xs, ys []float64) {
	for _, l := range t.lines {
		for _, pt := range l.points {
			xs, ys = append(xs, ends(pt.x, pt.xHalf, t.xMost)...), append(ys, ends(pt.y, pt.yHalf, t.yMost)...)
		}
	}
	for _, hull := range t.hulls {
		for _, pt := range hull {
			xs, ys = append(xs, pt.x), append(ys, pt.y)
		}
	}
	return xs, ys
}

// fitWithZero fits an axis; it is logarithmic where what is above 0 spans a factor of 20,
// though an oracle be at 0.
func fitWithZero(a *plot.Axis, values []float64) {
	above := slices.DeleteFunc(slices.Clone(values), func(y float64) bool { return !(y > 0) })
	if least, most, ok := span(above); ok && most/least > 20 && slices.Min(values) >= 0 {
		fitLog(a, values, 0)
		return
	}
	fitAxis(a, values, 0)
}

// laidTradeoff is a tradeoffPlot with its labels laid out.
type laidTradeoff struct {
	*tradeoffPlot
	look
	names pointNames
}

var _ plot.Plotter = (*laidTradeoff)(nil)

// style is how the n-th line is drawn: bounds in grey, each with a mark and dashes of its own.
func (t *tradeoffPlot) style(n int) (draw.LineStyle, draw.GlyphStyle) {
	line := lineStyle(n)
	dash, mark := t.looks(n)
	line.Dashes = dashes[dash]
	if t.lines[n].bound {
		line.Color = grey
	}
	return line, draw.GlyphStyle{Color: line.Color, Radius: vg.Points(2.6), Shape: glyph(mark)}
}

// looks are which dashes and which mark the n-th line has: bounds count among themselves.
func (t *tradeoffPlot) looks(n int) (dash, mark int) {
	if !t.lines[n].bound {
		return n % len(dashes), n
	}
	nth := 0
	for _, before := range t.lines[:n] {
		if before.bound {
			nth++
		}
	}
	return (nth + 2) % len(dashes), nth + 3
}

// hullStyle is a hull's line, and hullMark a bound that it goes through: of one alone there is
// no line.
var (
	hullStyle = draw.LineStyle{Color: ink, Width: vg.Points(1.2), Dashes: []vg.Length{5, 3}}
	hullMark  = draw.GlyphStyle{Color: ink, Radius: vg.Points(1.8), Shape: draw.CircleGlyph{}}
)

// key explains the lines.
func (t *tradeoffPlot) key() (out []keyEntry) {
	for n := range t.lines {
		line, mark := t.style(n)
		if len(t.lines[n].points) == 1 {
			out = append(out, keyEntry{t.lines[n].name, glyphMark(mark)})
			continue
		}
		out = append(out, keyEntry{t.lines[n].name, lineMark(line, mark)})
	}
	if len(t.hulls) > 0 {
		out = append(out, keyEntry{t.hullName(), lineMark(hullStyle, hullMark)})
	}
	var faults []fault
	for _, l := range t.lines {
		for _, pt := range l.points {
			faults = append(faults, pt.unfit)
		}
	}
	return append(out, faultKey(faults)...)
}

// hullName is what the hulls are in the key.
func (t *tradeoffPlot) hullName() string {
	if t.estimate {
		return "lower convex hull of the bounds (estimate)"
	}
	return "lower convex hull of the bounds"
}

// place is where a point stands.
func place(c draw.Canvas, p *plot.Plot, at point2) vg.Point {
	tx, ty := p.Transforms(&c)
	return vg.Point{X: tx(on(&p.X, at.x)), Y: ty(on(&p.Y, at.y))}
}

// path joins the points of a line.
func (l *tradeoffLine) path(c draw.Canvas, p *plot.Plot) (path []vg.Point) {
	for _, pt := range l.points {
		path = append(path, place(c, p, pt.point2))
	}
	return path
}

// joined are the places of a path that a line goes through: not those of cells that
// are compared with none.
func (l *tradeoffLine) joined(path []vg.Point) (out []vg.Point) {
	for i := range path {
		if l.points[i].unfit == noFault {
			out = append(out, path[i])
		}
	}
	return out
}

// hullPath is where a hull runs.
func hullPath(c draw.Canvas, p *plot.Plot, hull []point2) (path []vg.Point) {
	for _, at := range alongHull(hull) {
		path = append(path, place(c, p, at))
	}
	return path
}

// alongHull are points along a hull, whose straight pieces are curves on logarithmic axes.
func alongHull(hull []point2) (path []point2) {
	const pieces = 40
	for i, to := range hull {
		if i == 0 {
			path = append(path, to)
			continue
		}
		from := hull[i-1]
		for k := 1; k <= pieces; k++ {
			part := float64(k) / pieces
			path = append(path, point2{from.x + part*(to.x-from.x), from.y + part*(to.y-from.y)})
		}
	}
	return path
}

// lay finds places for the names of the points at the ends of lines.
func (t *laidTradeoff) lay(c draw.Canvas, p *plot.Plot) {
	var at []vg.Point
	var names []string
	var hard, soft []vg.Rectangle
	for i := range t.lines {
		l := &t.lines[i]
		path := l.path(c, p)
		hard = append(hard, boxesAlong(l.joined(path))...)
		for k := range l.points {
			if t.narrow && len(l.points) == 1 && l.points[k].label == l.name {
				soft = append(soft, around(path[k], vg.Points(2.8))) // the key names it
			} else if end := k == 0 || k == len(l.points)-1; end && !sameName(at, names, path[k], l.points[k].label) {
				at, names = append(at, path[k]), append(names, l.points[k].label)
			} else {
				soft = append(soft, around(path[k], vg.Points(2.8)))
			}
		}
	}
	for _, hull := range t.hulls {
		hard = append(hard, boxesAlong(hullPath(c, p, hull))...)
	}
	t.names = nameAll(c.Rectangle, at, names, t.note, hard, soft)
}

// sameName reports whether a point close by has the same name.
func sameName(at []vg.Point, names []string, p vg.Point, name string) bool {
	const reach = 20
	for i, q := range at {
		if names[i] == name && math.Hypot(float64(p.X-q.X), float64(p.Y-q.Y)) < reach {
			return true
		}
	}
	return false
}

// Plot draws the hulls, the lines with their points, and the names.
func (t *laidTradeoff) Plot(c draw.Canvas, p *plot.Plot) {
	for _, hull := range t.hulls {
		c.StrokeLines(hullStyle, hullPath(c, p, hull))
		for _, at := range hull {
			c.DrawGlyph(hullMark, place(c, p, at))
		}
	}
	for n := range t.lines {
		line, mark := t.style(n)
		path := t.lines[n].path(c, p)
		if joined := t.lines[n].joined(path); len(joined) > 1 {
			c.StrokeLines(line, joined)
		}
		for k, at := range path {
			pt := &t.lines[n].points[k]
			t.bars(c, p, pt, at, line)
			glyph := mark
			if pt.unfit != noFault {
				glyph.Color, glyph.Shape, glyph.Radius = ink, pt.unfit.glyph(), vg.Points(3)
			}
			c.DrawGlyph(glyph, at)
		}
	}
	t.names.draw(c, t.note)
}

// bars draws the intervals of a point.
func (t *laidTradeoff) bars(c draw.Canvas, p *plot.Plot, pt *tradeoffPoint, at vg.Point, line draw.LineStyle) {
	tx, ty := p.Transforms(&c)
	style := draw.LineStyle{Color: line.Color, Width: vg.Points(0.6)}
	if pt.xHalf > 0 && !math.IsInf(pt.xHalf, 0) {
		from, to := interval(&p.X, pt.x, pt.xHalf, t.xMost)
		c.StrokeLine2(style, tx(from), at.Y, tx(to), at.Y)
	}
	if pt.yHalf > 0 && !math.IsInf(pt.yHalf, 0) {
		from, to := interval(&p.Y, pt.y, pt.yHalf, t.yMost)
		c.StrokeLine2(style, at.X, ty(from), at.X, ty(to))
	}
}
