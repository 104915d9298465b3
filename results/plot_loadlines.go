package results

import (
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// loadLines draws the curves of a plot over the load, those that coincide once,
// with a mark and an interval at each load.
type loadLines struct {
	*CostOverLoad
	groups [][]int
}

// sweptStyle is how the g-th group of curves over a swept number is drawn, and its
// points.
func sweptStyle(g int) (draw.LineStyle, draw.GlyphStyle) {
	line := lineStyle(g)
	return line, draw.GlyphStyle{Color: line.Color, Radius: vg.Points(2.6), Shape: glyph(g)}
}

// Plot draws the lines, then the intervals and the marks.
func (l *loadLines) Plot(c draw.Canvas, p *plot.Plot) {
	for g, members := range l.groups {
		line, _ := sweptStyle(g)
		c.StrokeLines(line, c.ClipLinesXY(l.path(c, p, members[0]))...)
	}
	for g, members := range l.groups {
		line, mark := sweptStyle(g)
		curve := &l.Curves[members[0]]
		drawMarks(c, p, l.path(c, p, members[0]), line, mark, curve.Cost, curve.Half, curve.faults)
	}
}

// drawMarks draws the interval and the mark of each of a curve's values, at the
// points of its path, which has none where there is no value. half and faults may
// be nil.
func drawMarks(c draw.Canvas, p *plot.Plot, path []vg.Point, line draw.LineStyle, mark draw.GlyphStyle, values, half []float64, faults []fault) {
	_, ty := p.Transforms(&c)
	n := 0
	for j, y := range values {
		if math.IsNaN(y) {
			continue
		}
		at := path[n]
		n++
		if half != nil && half[j] > 0 && (y > 0 || !isLog(&p.Y)) {
			from, to := interval(&p.Y, y, half[j], 0)
			c.StrokeLine2(draw.LineStyle{Color: line.Color, Width: vg.Points(0.9)}, at.X, ty(from), at.X, ty(to))
		}
		style := mark
		if faults != nil && faults[j] != noFault {
			style.Color, style.Shape, style.Radius = ink, faults[j].glyph(), vg.Points(3)
		}
		c.DrawGlyph(style, at)
	}
}

// crossings marks break-even points.
type crossings struct {
	look
	points []BreakEven
	unit   string
	names  pointNames
}

// drawn are those that have a place on the axes.
func (b *crossings) drawn() (out []BreakEven) {
	for _, e := range b.points {
		if e.Cost > 0 {
			out = append(out, e)
		}
	}
	return out
}

// lay finds places for the loads, above the axis, beside the line to each ring, and
// if that can be beside the curves.
func (b *crossings) lay(c draw.Canvas, p *plot.Plot, curves [][][]vg.Point) {
	tx, ty := p.Transforms(&c)
	var at []vg.Point
	var texts []string
	var hard, soft []vg.Rectangle
	for _, e := range b.drawn() {
		x := tx(on(&p.X, e.Load))
		at = append(at, vg.Point{X: x, Y: c.Min.Y + vg.Points(9)})
		texts = append(texts, withUnit(digits(e.Load, 3), b.unit))
		hard = append(hard, boxesAlong([]vg.Point{{X: x, Y: c.Min.Y}, {X: x, Y: ty(on(&p.Y, e.Cost))}})...)
	}
	for _, path := range curves {
		soft = append(soft, boxesAlong(path[0])...)
	}
	b.names = nameAll(c.Rectangle, at, texts, b.note, hard, soft)
}

// key explains the numbers, where the loads have no room.
func (b *crossings) key() []keyEntry { return b.names.keyEntries(b.note) }

// Plot draws a ring at each with its interval as a bar, and a line down to the
// axis with the load beside it.
func (b *crossings) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for _, e := range b.drawn() {
		pt := vg.Point{X: tx(on(&p.X, e.Load)), Y: ty(on(&p.Y, e.Cost))}
		c.StrokeLine2(draw.LineStyle{Color: grey, Width: vg.Points(0.6), Dashes: []vg.Length{2, 2}}, pt.X, c.Min.Y, pt.X, pt.Y)
		if e.Low > 0 && e.High >= e.Low {
			from, to := max(c.Min.X, tx(on(&p.X, e.Low))), min(c.Max.X, tx(on(&p.X, e.High)))
			c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(1)}, from, pt.Y, to, pt.Y)
		}
		c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: vg.Points(4.2), Shape: draw.RingGlyph{}}, pt)
	}
	b.names.draw(c, b.note)
}

// loadMark is a load to tell from others, with its name.
type loadMark struct {
	look
	load float64
	text string
}

// Plot draws a line from the axis to the top, and the name there, on the side that
// has room.
func (m loadMark) Plot(c draw.Canvas, p *plot.Plot) {
	tx, _ := p.Transforms(&c)
	x := tx(on(&p.X, m.load))
	c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(0.8), Dashes: []vg.Length{4, 3}}, x, c.Min.Y, x, c.Max.Y)
	style, at := labelStyle(m.note), vg.Point{X: x + vg.Points(4), Y: c.Max.Y - vg.Points(6)}
	if at.X+textWidth(m.text, m.note) > c.Max.X {
		style.XAlign, at.X = draw.XRight, x-vg.Points(4)
	}
	c.FillText(style, at, m.text)
}

// withUnit writes a number with its unit: 3.2/s, 512 MiB.
func withUnit(number, unit string) string {
	switch {
	case unit == "":
		return number
	case strings.HasPrefix(unit, "1/"):
		return number + unit[1:]
	}
	return number + " " + unit
}
