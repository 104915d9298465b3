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
	Axis     string       // what it is, in words
	CostAxis string       // title of the axis of costs, with their currency
	Currency string       // of all costs, ISO 4217
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

var frontMarks = []mark{
	{draw.GlyphStyle{Color: palette[2], Radius: vg.Points(4.6), Shape: diamond{}}, "chosen"},
	{draw.GlyphStyle{Color: ink, Radius: vg.Points(4.2), Shape: draw.RingGlyph{}}, "today"},
	{draw.GlyphStyle{Color: palette[0], Radius: vg.Points(2.6), Shape: draw.CircleGlyph{}}, "meets the SLO"},
	{draw.GlyphStyle{Color: palette[1], Radius: vg.Points(2.8), Shape: draw.PlusGlyph{}}, "misses the SLO"},
	{draw.GlyphStyle{Color: grey, Radius: vg.Points(2.8), Shape: draw.CrossGlyph{}}, "fails requests"},
}

// Figure draws the plot; nil of less than two points.
func (o *CostFront) Figure() *Figure {
	var points []FrontPoint
	var xs, costs []float64
	for _, p := range o.Points {
		if finite(p.X) && finite(p.Cost) {
			points = append(points, p)
			xs, costs = append(xs, p.X), append(costs, p.Cost)
		}
	}
	if len(points) < 2 {
		return nil
	}
	tick := metricTick(o.Metric)
	f := &frontPlot{points, o.Bound, "SLO: " + tick(o.Bound)}
	if lo, hi, _ := span(xs); finite(o.Bound) && o.Bound <= hi+2*(hi-lo) && o.Bound >= lo-2*(hi-lo) {
		xs = append(xs, o.Bound)
	}
	p := newPlot("Cost and "+o.Axis, o.Axis, o.CostAxis)
	addGrid(p)
	p.Add(f)
	fitAxis(&p.X, xs, tick)
	fitAxis(&p.Y, costs, axisMoney(o.Currency))
	out := &Figure{Name: "cost-front", Title: p.Title.Text, Caption: o.Caption, w: figureWidth + 0.8*vg.Inch, h: 4.6 * vg.Inch}
	out.draw = func(c draw.Canvas) { drawWithKey(p, f.marks(), c) }
	return out
}

// metricTick writes values of a column at ticks.
func metricTick(metric string) func(float64) string {
	i := metricIndex(metric)
	switch {
	case i >= 0 && metrics[i].Unit == "s":
		return secondsTick
	case i >= 0 && metrics[i].Unit == "1":
		return func(x float64) string { return short(x*100) + " %" }
	}
	return short
}

// frontPlot draws the points of a CostFront.
type frontPlot struct {
	points []FrontPoint
	bound  float64
	slo    string // the bound in words
}

// Plot draws the bound, the front as a staircase, the points, the chosen one
// last, and the names for which there is room.
func (f *frontPlot) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	at := make([]vg.Point, len(f.points))
	order := make([]int, len(f.points))
	for i, pt := range f.points {
		at[i], order[i] = vg.Point{X: tx(on(&p.X, pt.X)), Y: ty(on(&p.Y, pt.Cost))}, i
	}
	var lines []vg.Rectangle
	if finite(f.bound) {
		lines = f.drawBound(c, p, tx)
	}
	lines = append(lines, f.stairs(c, at)...)
	for i, pt := range f.points {
		if pt.Half > 0 && (pt.Named || pt.Front) {
			from, to := pt.X-pt.Half, pt.X+pt.Half
			if _, ok := p.X.Tick.Marker.(logTicks); ok && from <= 0 {
				continue
			}
			c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(0.8)},
				max(c.Min.X, tx(on(&p.X, from))), at[i].Y, min(c.Max.X, tx(on(&p.X, to))), at[i].Y)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(f.points[b].Is) - int(f.points[a].Is) })
	for _, i := range order {
		c.DrawGlyph(frontMarks[f.points[i].Is].style, at[i])
	}
	var places []vg.Point
	var texts []string
	var soft []vg.Rectangle
	for _, i := range slices.Backward(order) {
		if f.points[i].Named {
			places, texts = append(places, at[i]), append(texts, truncate(oneLine(f.points[i].Label), 44))
		} else {
			soft = append(soft, around(at[i], vg.Points(2.8)))
		}
	}
	drawLabels(c, places, texts, lines, soft)
}

// drawBound draws the bound as a line, or where it is beyond an edge says so
// there, and returns what labels are to avoid.
func (f *frontPlot) drawBound(c draw.Canvas, p *plot.Plot, tx func(float64) vg.Length) []vg.Rectangle {
	text, from := f.slo, c.Min.X
	at := on(&p.X, f.bound)
	room := vg.Points(4)
	switch {
	case at > p.X.Max || math.IsNaN(at):
		text += ", further right"
		from = c.Max.X - textWidth(text, noteSize) - room
	case at < p.X.Min:
		text += ", further left"
		from += room
	default:
		x := tx(at)
		c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(0.8), Dashes: []vg.Length{4, 3}}, x, c.Min.Y, x, c.Max.Y)
		if from = x + room; from+textWidth(text, noteSize) > c.Max.X {
			from = x - room - textWidth(text, noteSize)
		}
	}
	top := vg.Point{X: from, Y: c.Max.Y - vg.Points(6)}
	c.FillText(labelStyle(noteSize), top, text)
	boxes := []vg.Rectangle{{Min: vg.Point{X: from, Y: c.Max.Y - vg.Points(12)}, Max: vg.Point{X: from + textWidth(text, noteSize), Y: c.Max.Y}}}
	if at >= p.X.Min && at <= p.X.Max {
		boxes = append(boxes, vg.Rectangle{Min: vg.Point{X: tx(at), Y: c.Min.Y}, Max: vg.Point{X: tx(at), Y: c.Max.Y}})
	}
	return boxes
}

// stairs draws the front and returns its steps, for labels to avoid.
func (f *frontPlot) stairs(c draw.Canvas, at []vg.Point) (steps []vg.Rectangle) {
	var on []vg.Point
	for i, pt := range f.points {
		if pt.Front {
			on = append(on, at[i])
		}
	}
	slices.SortFunc(on, func(a, b vg.Point) int { return compareFloats(float64(a.Y), float64(b.Y)) })
	var path []vg.Point
	for _, p := range on {
		if n := len(path); n > 0 { // what is dearer is better from its own value on
			path = append(path, vg.Point{X: path[n-1].X, Y: p.Y})
		}
		path = append(path, p)
	}
	if len(path) > 1 {
		c.StrokeLines(draw.LineStyle{Color: palette[0], Width: vg.Points(0.9), Dashes: []vg.Length{3, 2}}, path)
	}
	for i := 1; i < len(path); i++ {
		a, b := path[i-1], path[i]
		steps = append(steps, vg.Rectangle{Min: vg.Point{X: min(a.X, b.X), Y: min(a.Y, b.Y)}, Max: vg.Point{X: max(a.X, b.X), Y: max(a.Y, b.Y)}})
	}
	return steps
}

// marks are those that the plot has.
func (f *frontPlot) marks() (out []mark) {
	for i, m := range frontMarks {
		if slices.ContainsFunc(f.points, func(p FrontPoint) bool { return int(p.Is) == i }) {
			out = append(out, m)
		}
	}
	return out
}
