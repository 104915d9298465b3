package results

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// CostFront is a plot of what choices cost over a column of theirs that is
// bounded, with the front of those of which none is both cheaper and better.
type CostFront struct {
	Points   []FrontPoint // those of an undefined cost or column are left out
	Metric   string       // the column: a name of Metrics
	Axis     string       // what it is, in words, without a unit
	CostAxis string       // title of the axis of costs, with their currency and span
	Bound    float64      // of the column; NaN: none
	Caption  string
}

// FrontPoint is one choice.
type FrontPoint struct {
	Label string
	X     float64
	Half  float64 // half-width of X's 95 % interval; NaN: it has none
	Cost  float64
	Is    FrontMark
	Front bool // on the front
	Named bool // its label is drawn
}

// FrontMark is what a choice is.
type FrontMark uint8

// The marks, in the order of the key.
const (
	FrontChosen FrontMark = iota // the answer
	FrontToday                   // what runs now
	FrontMeets                   // meets all bounds
	FrontMisses                  // misses one
	FrontFails                   // fails requests, or cannot keep up
)

var frontMarks = []struct {
	style draw.GlyphStyle
	text  string
}{
	{draw.GlyphStyle{Color: palette[2], Radius: vg.Points(4.6), Shape: diamond{}}, "chosen"},
	{draw.GlyphStyle{Color: ink, Radius: vg.Points(4.2), Shape: draw.RingGlyph{}}, "today"},
	{draw.GlyphStyle{Color: palette[0], Radius: vg.Points(2.6), Shape: draw.CircleGlyph{}}, "meets the SLO"},
	{draw.GlyphStyle{Color: palette[1], Radius: vg.Points(2.8), Shape: plusGlyph{}}, "misses the SLO"},
	{draw.GlyphStyle{Color: ink, Radius: vg.Points(2.8), Shape: crossGlyph{}}, "fails requests"},
}

// Figure draws the plot; nil of less than two points.
func (o *CostFront) Figure() *Figure {
	var points []FrontPoint
	for _, p := range o.Points {
		if finite(p.X) && finite(p.Cost) {
			points = append(points, p)
		}
	}
	if len(points) < 2 {
		return nil
	}
	unit, per := o.unit(points)
	for i := range points {
		points[i].X, points[i].Half = points[i].X*per, points[i].Half*per
	}
	f := &frontPlot{points: points, title: "Cost and " + o.Axis, axis: o.Axis, costAxis: o.CostAxis, bound: o.Bound * per, most: mostOf(o.Metric) * per, slo: "SLO: " + withUnit(short(roundTo(o.Bound*per)), unit)}
	if unit != "" {
		f.axis += ", " + unit
	}
	slices.SortStableFunc(f.points, func(a, b FrontPoint) int { return int(b.Is) - int(a.Is) }) // the answer is drawn last
	return &Figure{Name: "cost-front", Title: f.title, Caption: o.Caption, compose: f.compose, chart: f.chart}
}

// unit is that of the axis, and by what values are multiplied for it.
func (o *CostFront) unit(points []FrontPoint) (unit string, per float64) {
	i := metricIndex(o.Metric)
	if i < 0 {
		return "", 1
	}
	switch metrics[i].Unit {
	case "s":
		most := 0.0
		for _, p := range points {
			most = max(most, p.X)
		}
		return timeScale(most)
	case "1":
		return "%", 100
	}
	return metrics[i].Unit, 1
}

// frontPlot draws the points of a CostFront, in the unit of its axis.
type frontPlot struct {
	points                []FrontPoint
	title, axis, costAxis string
	bound                 float64
	slo                   string  // the bound in words
	most                  float64 // that a value can be; 0: none
}

// compose lays the plot out.
func (f *frontPlot) compose(k look) drawing {
	p := k.newPlot(k.heading(f.title), f.axis, f.costAxis)
	addGrid(p)
	xs, costs := f.spread()
	fitAxis(&p.X, xs, k.width*0.82)
	fitAxis(&p.Y, costs, 0)
	height := k.width * 0.6
	if k.narrow {
		height = k.width * 0.8
	}
	k.wrapTitles(p, k.width*0.8, height*0.72)
	laid := &laidFront{frontPlot: f, look: k}
	laid.lay(p.DataCanvas(emptyCanvas(k.bodySize(height))), p)
	p.Add(laid)
	return k.single(p, height, f.marks(), laid.names.keyEntries(k.note))
}

// spread is what the axes show: the bound too, where it is not far off.
func (f *frontPlot) spread() (xs, costs []float64) {
	for _, pt := range f.points {
		xs, costs = append(xs, ends(pt.X, pt.Half, f.most)...), append(costs, pt.Cost)
	}
	if lo, hi, _ := span(xs); finite(f.bound) && f.bound <= hi+2*(hi-lo) && f.bound >= lo-2*(hi-lo) {
		xs = append(xs, f.bound)
	}
	return xs, costs
}

// marks are those that the plot has.
func (f *frontPlot) marks() (out []keyEntry) {
	for i, m := range frontMarks {
		if slices.ContainsFunc(f.points, func(p FrontPoint) bool { return int(p.Is) == i }) {
			out = append(out, keyEntry{m.text, glyphMark(m.style)})
		}
	}
	return out
}

// laidFront is a frontPlot with its labels laid out.
type laidFront struct {
	*frontPlot
	look
	names pointNames
}

// places are where the points stand.
func (f *laidFront) places(c draw.Canvas, p *plot.Plot) []vg.Point {
	tx, ty := p.Transforms(&c)
	at := make([]vg.Point, len(f.points))
	for i, pt := range f.points {
		at[i] = vg.Point{X: tx(on(&p.X, pt.X)), Y: ty(on(&p.Y, pt.Cost))}
	}
	return at
}

// lay finds places for the names, those of the answer first.
func (f *laidFront) lay(c draw.Canvas, p *plot.Plot) {
	at := f.places(c, p)
	hard := append(f.boundBoxes(c, p), boxesAlong(f.stairs(at))...)
	var places []vg.Point
	var texts []string
	var soft []vg.Rectangle
	for i, pt := range slices.Backward(f.points) {
		if pt.Named {
			places, texts = append(places, at[i]), append(texts, truncate(oneLine(pt.Label), longestName))
		} else {
			soft = append(soft, around(at[i], vg.Points(2.8)))
		}
		if bar := f.bar(c, p, i, at[i]); bar != nil {
			soft = append(soft, boxesAlong(bar)...)
		}
	}
	f.names = nameAll(c.Rectangle, places, texts, f.note, hard, soft)
}

// bar is a point's interval; nil where none is drawn.
func (f *laidFront) bar(c draw.Canvas, p *plot.Plot, i int, at vg.Point) []vg.Point {
	pt := &f.points[i]
	if !(pt.Half > 0) || !pt.Named && !pt.Front {
		return nil
	}
	tx, _ := p.Transforms(&c)
	from, to := interval(&p.X, pt.X, pt.Half, f.most)
	return []vg.Point{{X: tx(from), Y: at.Y}, {X: tx(to), Y: at.Y}}
}

// Plot draws the bound, the front as a staircase, the points, the answer last, and
// the names.
func (f *laidFront) Plot(c draw.Canvas, p *plot.Plot) {
	at := f.places(c, p)
	if finite(f.bound) {
		text, from, x, within := f.boundPlace(c, p)
		if within {
			c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(0.8), Dashes: []vg.Length{4, 3}}, x, c.Min.Y, x, c.Max.Y)
		}
		c.FillText(labelStyle(f.note), vg.Point{X: from, Y: c.Max.Y - vg.Points(6)}, text)
	}
	if path := f.stairs(at); len(path) > 1 {
		c.StrokeLines(draw.LineStyle{Color: palette[0], Width: vg.Points(0.9), Dashes: []vg.Length{3, 2}}, path)
	}
	for i := range f.points {
		if bar := f.bar(c, p, i, at[i]); bar != nil {
			c.StrokeLines(draw.LineStyle{Color: ink, Width: vg.Points(0.8)}, bar)
		}
	}
	for i := range f.points {
		c.DrawGlyph(frontMarks[f.points[i].Is].style, at[i])
	}
	f.names.draw(c, f.note)
}

// boundPlace is where the bound's text begins, and where its line is if it is
// within the plot; where it is beyond an edge, the text says so there.
func (f *laidFront) boundPlace(c draw.Canvas, p *plot.Plot) (text string, from, x vg.Length, within bool) {
	const room = vg.Length(4)
	tx, _ := p.Transforms(&c)
	at := on(&p.X, f.bound)
	text = f.slo
	switch {
	case at > p.X.Max || math.IsNaN(at):
		text += ", further right"
		return text, c.Max.X - textWidth(text, f.note) - room, 0, false
	case at < p.X.Min:
		return text + ", further left", c.Min.X + room, 0, false
	}
	x = tx(at)
	from = x + room
	if from+textWidth(text, f.note) > c.Max.X {
		from = x - room - textWidth(text, f.note)
	}
	return text, from, x, true
}

// boundBoxes are what labels must not hide of the bound.
func (f *laidFront) boundBoxes(c draw.Canvas, p *plot.Plot) (boxes []vg.Rectangle) {
	if !finite(f.bound) {
		return nil
	}
	text, from, x, within := f.boundPlace(c, p)
	boxes = append(boxes, vg.Rectangle{Min: vg.Point{X: from, Y: c.Max.Y - vg.Points(12)}, Max: vg.Point{X: from + textWidth(text, f.note), Y: c.Max.Y}})
	if within {
		boxes = append(boxes, vg.Rectangle{Min: vg.Point{X: x, Y: c.Min.Y}, Max: vg.Point{X: x, Y: c.Max.Y}})
	}
	return boxes
}

// stairs is the front's path.
func (f *laidFront) stairs(at []vg.Point) (path []vg.Point) {
	var front []vg.Point
	for i, pt := range f.points {
		if pt.Front {
			front = append(front, at[i])
		}
	}
	slices.SortFunc(front, func(a, b vg.Point) int { return compareFloats(float64(a.Y), float64(b.Y)) })
	for _, p := range front {
		if n := len(path); n > 0 { // what is dearer is better from its own value on
			path = append(path, vg.Point{X: path[n-1].X, Y: p.Y})
		}
		path = append(path, p)
	}
	return path
}
