package results

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// CostOverLoad is a plot of what choices cost over the load, on logarithmic
// axes, and of the loads at which they cost the same.
type CostOverLoad struct {
	Curves     []LoadCurve
	BreakEvens []BreakEven // those of a cost above 0 have a ring
	LoadAxis   string      // its title
	CostAxis   string      // its title, without the currency
	Currency   string      // of all costs, ISO 4217
	Unit       string      // of the load, such as 1/s
	Today      float64     // a load to mark; 0: none
	Caption    string
}

// Figure draws the plot; nil where no curve has a cost above 0.
func (o *CostOverLoad) Figure() *Figure {
	p := newPlot("Cost over load", o.LoadAxis, o.CostAxis+" ("+o.Currency+")")
	addGrid(p)
	var xs, ys []float64
	var entries []legendEntry
	var names []string
	for i := range o.Curves {
		c := &o.Curves[i]
		var xy plotter.XYs
		for j := range c.Load {
			if c.Cost[j] > 0 {
				xy = append(xy, plotter.XY{X: math.Log10(c.Load[j]), Y: math.Log10(c.Cost[j])})
				xs, ys = append(xs, c.Load[j]), append(ys, c.Cost[j])
			}
		}
		line := &plotter.Line{XYs: xy, LineStyle: lineStyle(i)}
		dots := &plotter.Scatter{XYs: xy, GlyphStyle: draw.GlyphStyle{Color: palette[i%len(palette)], Radius: vg.Points(2), Shape: glyph(i)}}
		if len(xy) > 0 { // one that costs nothing stands in the legend alone
			p.Add(line, dots)
		}
		entries, names = append(entries, legendEntry{c.Label, line}), append(names, c.Label)
	}
	if len(ys) == 0 {
		return nil
	}
	if o.Today > 0 {
		xs = append(xs, o.Today)
		p.Add(loadMark{o.Today, "today"})
	}
	p.Add(&crossings{o.BreakEvens, o.Unit})
	logAxis(&p.X, xs, short)
	logAxis(&p.Y, ys, axisMoney(o.Currency))
	f := &Figure{Name: "cost-vs-load", Title: p.Title.Text, Caption: o.Caption}
	f.w, f.h = figureSize(names)
	f.h = max(f.h, 4.4*vg.Inch)
	f.draw = func(c draw.Canvas) { drawWithLegend(p, entries, c) }
	return f
}

// costVsLoad draws cost over a swept number, with the break-even points, of rows
// of one currency.
func (s *Set) costVsLoad(rows []Row) (*Figure, error) {
	path := s.loadPath()
	if path < 0 {
		return nil, nil
	}
	column := s.pathColumns()[path]
	curves := s.loadCurves(rows, path)
	shown := chooseCurves(curves)
	o := CostOverLoad{LoadAxis: axisTitle(column), CostAxis: "cost", Currency: currencyOf(rows), Unit: column.unit}
	drawn := func(label string) bool {
		return slices.ContainsFunc(shown.rows, func(i int) bool { return curves[i].Label == label })
	}
	for _, i := range shown.rows {
		c := curves[i]
		c.Label = truncate(c.Label, 44)
		o.Curves = append(o.Curves, c)
	}
	_, points := s.BreakEvens(rows)
	for _, e := range points {
		if drawn(e.Below) && drawn(e.Above) {
			o.BreakEvens = append(o.BreakEvens, e)
		}
	}
	o.Caption = "Cost over " + column.name + ", both logarithmic. Rings mark where another choice becomes the cheapest; between swept values costs are interpolated."
	f := o.Figure()
	if f != nil {
		f.addNote(shown.note("Shown are", "choices"))
	}
	return f, nil
}

// chooseCurves selects curves where there are many: the cheapest at each load,
// evenly spaced over the loads where those are too many, the dearest at both
// ends, and what lies between.
func chooseCurves(curves []LoadCurve) selection {
	out := selection{of: len(curves)}
	if len(curves) <= mostShown {
		for i := range curves {
			out.rows = append(out.rows, i)
		}
		return out
	}
	var loads []float64
	for i := range curves {
		loads = append(loads, curves[i].Load...)
	}
	slices.Sort(loads)
	loads = slices.Compact(loads)
	add := func(i int) {
		if i >= 0 && !slices.Contains(out.rows, i) {
			out.rows = append(out.rows, i)
		}
	}
	add(dearest(curves, loads[0]))
	add(dearest(curves, loads[len(loads)-1]))
	var envelope []int
	for _, x := range loads {
		if i := cheapest(curves, x, x); i >= 0 && !slices.Contains(envelope, i) {
			envelope = append(envelope, i)
		}
	}
	drawn := spaced(envelope, mostShown-len(out.rows))
	for _, i := range drawn {
		add(i)
	}
	out.why = "the cheapest at each load"
	if len(drawn) < len(envelope) {
		out.why = fmt.Sprintf("%d of the %d that are the cheapest at some load", len(drawn), len(envelope))
	}
	out.why += ", the dearest at both ends"
	if rest := between(lastCosts(curves), out.rows, mostShown-len(out.rows)); len(rest) > 0 {
		out.rows = append(out.rows, rest...)
		out.why += ", some between"
	}
	slices.Sort(out.rows)
	return out
}

// lastCosts has for each curve its cost at its largest load.
func lastCosts(curves []LoadCurve) []scatterPoint {
	points := make([]scatterPoint, len(curves))
	for i, c := range curves {
		points[i].x = c.Cost[len(c.Cost)-1]
	}
	return points
}

// dearest returns the dearest curve at a load, −1 where none reaches it.
func dearest(curves []LoadCurve, load float64) int {
	best := -1
	for i := range curves {
		if y := curves[i].at(load); !math.IsNaN(y) && (best < 0 || y > curves[best].at(load)) {
			best = i
		}
	}
	return best
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

// Plot draws a ring at each with its interval as a bar, and a line down to the
// axis with the load beside it.
func (b *crossings) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	var at []vg.Point
	var texts []string
	for _, e := range b.points {
		if !(e.Cost > 0) {
			continue
		}
		pt := vg.Point{X: tx(on(&p.X, e.Load)), Y: ty(on(&p.Y, e.Cost))}
		c.StrokeLine2(draw.LineStyle{Color: grey, Width: vg.Points(0.6), Dashes: []vg.Length{2, 2}}, pt.X, c.Min.Y, pt.X, pt.Y)
		if e.Low > 0 && e.High >= e.Low {
			from, to := max(c.Min.X, tx(on(&p.X, e.Low))), min(c.Max.X, tx(on(&p.X, e.High)))
			c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(1)}, from, pt.Y, to, pt.Y)
		}
		c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: vg.Points(4.2), Shape: draw.RingGlyph{}}, pt)
		at = append(at, vg.Point{X: pt.X, Y: c.Min.Y + vg.Points(9)})
		texts = append(texts, withUnit(digits(e.Load, 3), b.unit))
	}
	drawLabels(c, at, texts, nil, nil)
}

// loadMark is a load to tell from others, with its name.
type loadMark struct {
	load float64
	text string
}

// Plot draws a line from the axis to the top, and the name there.
func (m loadMark) Plot(c draw.Canvas, p *plot.Plot) {
	tx, _ := p.Transforms(&c)
	x := tx(on(&p.X, m.load))
	c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(0.8), Dashes: []vg.Length{4, 3}}, x, c.Min.Y, x, c.Max.Y)
	c.FillText(labelStyle(noteSize), vg.Point{X: x + vg.Points(4), Y: c.Max.Y - vg.Points(6)}, m.text)
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
