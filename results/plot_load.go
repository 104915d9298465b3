package results

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// loadCurve is the cost of one platform and tariff over a swept number.
type loadCurve struct {
	label string
	x, y  []float64 // ascending x; both > 0
}

// at returns the cost at x, by interpolation between the logarithms; NaN
// outside the curve.
func (c *loadCurve) at(x float64) float64 {
	for i := 1; i < len(c.x); i++ {
		if x >= c.x[i-1] && x <= c.x[i] {
			t := (math.Log(x) - math.Log(c.x[i-1])) / (math.Log(c.x[i]) - math.Log(c.x[i-1]))
			return math.Exp(math.Log(c.y[i-1])*(1-t) + math.Log(c.y[i])*t)
		}
	}
	return nan
}

// BreakEven is a load at which another choice becomes the cheapest.
type BreakEven struct {
	Load         float64 // of the swept path, in its base unit
	Cost         float64 // USD, of both
	Below, Above string  // what is cheapest on either side
}

// breakEvens finds where the lower envelope of the curves changes hands.
// Between two swept values costs are interpolated on logarithmic axes.
func breakEvens(curves []loadCurve) []BreakEven {
	var xs []float64
	for i := range curves {
		xs = append(xs, curves[i].x...)
	}
	slices.Sort(xs)
	xs = slices.Compact(xs)
	var out []BreakEven
	for i := 1; i < len(xs); i++ {
		out = append(out, envelopeChanges(curves, xs[i-1], xs[i], 0)...)
	}
	return out
}

// envelopeChanges finds the changes of the cheapest curve in [a, b], where all
// curves are straight on logarithmic axes.
func envelopeChanges(curves []loadCurve, a, b float64, depth int) []BreakEven {
	p, q := cheapest(curves, a, b), cheapest(curves, b, a)
	if p < 0 || q < 0 || p == q || depth > len(curves) {
		return nil
	}
	x, ok := crossing(&curves[p], &curves[q], a, b)
	if !ok {
		return nil
	}
	if r := cheapest(curves, x, x); r >= 0 && r != p && r != q && curves[r].at(x) < curves[p].at(x)*(1-1e-9) {
		return append(envelopeChanges(curves, a, x, depth+1), envelopeChanges(curves, x, b, depth+1)...)
	}
	return []BreakEven{{x, curves[p].at(x), curves[p].label, curves[q].label}}
}

// cheapest returns the cheapest curve at x; of equal ones the one that is
// cheaper towards the other end.
func cheapest(curves []loadCurve, x, towards float64) int {
	best := -1
	for i := range curves {
		y := curves[i].at(x)
		if math.IsNaN(y) {
			continue
		}
		if best < 0 || y < curves[best].at(x)*(1-1e-12) ||
			(y <= curves[best].at(x)*(1+1e-12) && curves[i].at(towards) < curves[best].at(towards)) {
			best = i
		}
	}
	return best
}

// crossing returns where two curves meet in [a, b].
func crossing(p, q *loadCurve, a, b float64) (float64, bool) {
	da := math.Log(p.at(a)) - math.Log(q.at(a))
	db := math.Log(p.at(b)) - math.Log(q.at(b))
	if math.IsNaN(da) || math.IsNaN(db) || da*db > 0 || da == db {
		return 0, false
	}
	t := da / (da - db)
	return math.Exp(math.Log(a)*(1-t) + math.Log(b)*t), true
}

// loadPath returns the swept path to plot costs over: the first numeric one
// that is a rate, else the first numeric one; −1 where there is none with at
// least three values.
func (s *Set) loadPath() int {
	best := -1
	for i, c := range s.pathColumns() {
		if c.kind != numberColumn {
			continue
		}
		var values []float64
		for j := range s.Cells {
			values = append(values, s.Cells[j].Values[i].Number)
		}
		slices.Sort(values)
		if values = slices.Compact(values); len(values) < 3 || values[0] <= 0 {
			continue
		}
		if c.unit == "1/s" {
			return i
		}
		if best < 0 {
			best = i
		}
	}
	return best
}

// loadCurves returns the curves over a path, one for each combination of all else.
func (s *Set) loadCurves(rows []Row, path int) []loadCurve {
	kept := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Bound || !(r.mean("cost_usd") > 0) })
	if len(kept) == 0 {
		return nil
	}
	others := slices.Clone(kept)
	for i := range others {
		others[i].Values = slices.Delete(slices.Clone(others[i].Values), path, path+1)
	}
	names := labels(others, true)
	var order []string
	points := map[string][]plotter.XY{}
	for i := range kept {
		if points[names[i]] == nil {
			order = append(order, names[i])
		}
		points[names[i]] = append(points[names[i]], plotter.XY{X: kept[i].Values[path].Number, Y: kept[i].mean("cost_usd")})
	}
	var curves []loadCurve
	for _, name := range order {
		xy := points[name]
		slices.SortStableFunc(xy, func(a, b plotter.XY) int { return compareFloats(a.X, b.X) })
		c := loadCurve{label: name}
		for _, p := range xy {
			c.x, c.y = append(c.x, p.X), append(c.y, p.Y)
		}
		curves = append(curves, c)
	}
	return curves
}

// BreakEvens returns the loads at which another choice becomes the cheapest,
// over the swept path that the plot cost-vs-load uses; the path is "" where
// there is none.
func (s *Set) BreakEvens(rows []Row) (path string, out []BreakEven) {
	i := s.loadPath()
	if i < 0 {
		return "", nil
	}
	return s.Cells[0].Values[i].Path, breakEvens(s.loadCurves(rows, i))
}

// costVsLoad draws cost over a swept number, with the break-even points.
func (s *Set) costVsLoad(rows []Row) *Figure {
	path := s.loadPath()
	if path < 0 {
		return nil
	}
	curves := s.loadCurves(rows, path)
	if len(curves) == 0 {
		return nil
	}
	column := s.pathColumns()[path]
	p := newPlot("Cost over load", axisTitle(column), "cost (USD)")
	addGrid(p)
	var xs, ys []float64
	var entries []legendEntry
	var names []string
	for i := range curves {
		c := &curves[i]
		var xy plotter.XYs
		for j := range c.x {
			xy = append(xy, plotter.XY{X: math.Log10(c.x[j]), Y: math.Log10(c.y[j])})
		}
		line := &plotter.Line{XYs: xy, LineStyle: lineStyle(i)}
		dots := &plotter.Scatter{XYs: xy, GlyphStyle: draw.GlyphStyle{Color: palette[i%len(palette)], Radius: vg.Points(2), Shape: glyph(i)}}
		p.Add(line, dots)
		entries, names = append(entries, legendEntry{c.label, line}), append(names, c.label)
		xs, ys = append(xs, c.x...), append(ys, c.y...)
	}
	p.Add(&crossings{breakEvens(curves), column.unit})
	logAxis(&p.X, xs, short)
	logAxis(&p.Y, ys, func(x float64) string { return "$" + axisMoney(x) })
	f := &Figure{Title: p.Title.Text, Caption: "Cost over " + column.name + ", both logarithmic. Rings mark where another choice becomes the cheapest; between swept values costs are interpolated."}
	f.w, f.h = figureSize(names)
	f.h = max(f.h, 4.4*vg.Inch)
	f.draw = func(c draw.Canvas) { drawWithLegend(p, entries, c) }
	return f
}

// axisTitle names a swept path by its last words, with its unit.
func axisTitle(c column) string {
	name := c.name
	if parts := strings.Split(name, "."); len(parts) > 2 {
		name = strings.Join(parts[len(parts)-2:], ".")
	}
	if c.unit != "" {
		name += " (" + c.unit + ")"
	}
	return oneLine(name)
}

// logAxis gives a logarithmic axis its range and ticks.
func logAxis(a *plot.Axis, values []float64, label func(float64) string) {
	lo, hi, _ := span(values)
	room := max(math.Pow(hi/lo, 0.05), 1.05)
	setLog(a, lo/room, hi*room, label)
}

// crossings marks break-even points.
type crossings struct {
	points []BreakEven
	unit   string
}

// Plot draws a ring at each, and a line down to the axis with the load beside it.
func (b *crossings) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	var at []vg.Point
	var texts []string
	for _, e := range b.points {
		pt := vg.Point{X: tx(on(&p.X, e.Load)), Y: ty(on(&p.Y, e.Cost))}
		c.StrokeLine2(draw.LineStyle{Color: grey, Width: vg.Points(0.6), Dashes: []vg.Length{2, 2}}, pt.X, c.Min.Y, pt.X, pt.Y)
		c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: vg.Points(4.2), Shape: draw.RingGlyph{}}, pt)
		at = append(at, vg.Point{X: pt.X, Y: c.Min.Y + vg.Points(9)})
		texts = append(texts, withUnit(digits(e.Load, 3), b.unit))
	}
	drawLabels(c, at, texts, nil)
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
