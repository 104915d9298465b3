package results

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// CostOverLoad is a plot of what choices cost over the load, or another swept
// number, and of where they cost the same.
type CostOverLoad struct {
	Title      string
	Curves     []CostCurve
	BreakEvens []BreakEven // those of a cost above 0 have a ring
	LoadAxis   string      // its title, with its unit
	CostAxis   string      // its title, with currency and span
	Unit       string      // of the load, such as 1/s
	Today      float64     // a load to mark; 0: none
	Caption    string
}

// CostCurve is what a choice costs over the load.
type CostCurve struct {
	Label string
	Load  []float64 // ascending, 0 or more
	Cost  []float64 // at each, of the plot's currency
	Half  []float64 // half-widths of the costs' 95 % intervals, NaN where there is none; nil: none at all

	faults []fault // why the choice is not fit there; nil: it is everywhere
}

// Figure draws the plot; nil where no curve has a cost above 0.
func (o *CostOverLoad) Figure() *Figure {
	if !slices.ContainsFunc(o.Curves, func(c CostCurve) bool {
		return slices.ContainsFunc(c.Cost, func(y float64) bool { return y > 0 })
	}) {
		return nil
	}
	f := &Figure{Name: "cost-vs-load", Title: o.Title, Caption: o.Caption, compose: o.compose, chart: o.chart}
	if slices.ContainsFunc(o.Curves, func(c CostCurve) bool {
		return slices.ContainsFunc(c.Half, func(h float64) bool { return h > 0 })
	}) {
		f.Caption += " Bars at the points are 95 % intervals over replications."
	}
	return f
}

// compose lays the plot out.
func (o *CostOverLoad) compose(k look) drawing {
	p := k.newPlot(k.heading(o.Title), o.LoadAxis, o.CostAxis)
	addGrid(p)
	o.fit(k, p)
	height := k.width * 0.56
	if k.narrow {
		height = k.width * 0.75
	}
	k.wrapTitles(p, k.width*0.8, height*0.72)
	at := p.DataCanvas(emptyCanvas(k.bodySize(height)))
	paths := make([][][]vg.Point, len(o.Curves))
	for i := range o.Curves {
		paths[i] = [][]vg.Point{o.path(at, p, i)}
	}
	lines := &loadLines{CostOverLoad: o, groups: coinciding(paths, func(i, j int) bool { return slices.Equal(o.Curves[i].faults, o.Curves[j].faults) })}
	var key []keyEntry
	var faults []fault
	for g, members := range lines.groups {
		style, mark := sweptStyle(g)
		var names []string
		for _, i := range members {
			names = append(names, o.Curves[i].Label)
			faults = append(faults, o.Curves[i].faults...)
		}
		key = append(key, keyEntry{joinNames(names), lineMark(style, mark)})
	}
	if o.Today > 0 {
		p.Add(loadMark{k, o.Today, "today"})
	}
	p.Add(lines)
	rings := &crossings{look: k, points: o.BreakEvens, unit: o.Unit}
	rings.lay(at, p, paths)
	p.Add(rings)
	return k.single(p, height, key, append(faultKey(faults), rings.key()...))
}

// fit gives the axes their ranges: both logarithmic, but for a load of 0.
func (o *CostOverLoad) fit(k look, p *plot.Plot) {
	xs, shown, ys := o.spread()
	fitLog(&p.Y, ys, 0)
	fitSwept(&p.X, xs, shown, k.width*0.82)
}

// spread is what the axes show: the swept loads, these and today's, and the costs.
func (o *CostOverLoad) spread() (xs, shown, ys []float64) {
	for i := range o.Curves {
		c := &o.Curves[i]
		xs = append(xs, c.Load...)
		for j, y := range c.Cost {
			ys = append(ys, y)
			if c.Half != nil && c.Half[j] > 0 && y > 0 {
				ys = append(ys, y+c.Half[j])
			}
		}
	}
	shown = slices.Clone(xs)
	if o.Today > 0 {
		shown = append(shown, o.Today)
	}
	return xs, shown, ys
}

// fitSwept gives an axis of swept numbers, of 0 or more, room for what is shown
// and ticks at the numbers: logarithmic, but for one that begins with 0.
func fitSwept(a *plot.Axis, swept, shown []float64, length vg.Length) {
	swept = slices.Clone(swept)
	slices.Sort(swept)
	swept = slices.Compact(swept)
	if swept[0] <= 0 {
		setEven(a, 0, swept[len(swept)-1]*1.05, length)
		a.Min = -a.Max * 0.03
		return
	}
	lo, hi, _ := span(shown)
	room := max(math.Pow(hi/lo, 0.05), 1.05)
	setLog(a, lo/room, hi*room, length)
	s := a.Tick.Marker.(scale)
	s.values = swept
	a.Tick.Marker = s
}

// path is where a curve runs.
func (o *CostOverLoad) path(c draw.Canvas, p *plot.Plot, i int) []vg.Point {
	tx, ty := p.Transforms(&c)
	var out []vg.Point
	for j, x := range o.Curves[i].Load {
		if y := o.Curves[i].Cost[j]; !math.IsNaN(y) {
			out = append(out, vg.Point{X: tx(on(&p.X, x)), Y: ty(on(&p.Y, y))})
		}
	}
	return out
}

// costVsLoad draws cost over a swept number, with the break-even points, of rows
// of one currency.
func (s *Set) costVsLoad(rows []Row) (*Figure, error) {
	path := s.sweptPath()
	if path < 0 {
		return nil, nil
	}
	column := s.pathColumns()[path]
	curves := s.costCurves(rows, path)
	if len(curves) == 0 {
		return nil, nil
	}
	shown := chooseCurves(curves, "the cheapest", "the dearest")
	axis := sweptWords(column.name, column.unit)
	name, _, _ := strings.Cut(axis, ",")
	o := CostOverLoad{Title: "Cost over " + name, LoadAxis: axis, CostAxis: costWords(currencyOf(rows), s.Span), Unit: column.unit}
	for _, i := range shown.rows {
		o.Curves = append(o.Curves, curves[i])
	}
	o.Caption = "Cost over the " + name + "."
	if path == s.loadPath() {
		_, points := s.BreakEvens(rows)
		o.BreakEvens = slices.DeleteFunc(points, func(e BreakEven) bool { return o.through(e) < 2 })
		if len(o.BreakEvens) > 0 {
			o.Caption += " Rings mark where another choice becomes the cheapest, with the 95 % interval of the load; between swept values costs are interpolated on logarithmic axes."
		}
	}
	f := o.Figure()
	if f != nil {
		f.addNote(shown.note("Shown are", "choices"))
	}
	return f, nil
}

// through is how many of the curves run through a break-even point: where not all
// are drawn, it may be of others.
func (o *CostOverLoad) through(e BreakEven) (n int) {
	for i := range o.Curves {
		c := LoadCurve{Load: o.Curves[i].Load, Cost: o.Curves[i].Cost}
		if math.Abs(c.at(e.Load)-e.Cost) <= 1e-6*e.Cost {
			n++
		}
	}
	return n
}

// sweptPath returns the path to draw costs over: that of the break-even points,
// else the first of at least three numbers of 0 or more; −1: none.
func (s *Set) sweptPath() int {
	if path := s.loadPath(); path >= 0 {
		return path
	}
	for i, c := range s.pathColumns() {
		var values []float64
		for j := range s.Cells {
			values = append(values, s.Cells[j].Values[i].Number)
		}
		slices.Sort(values)
		if values = slices.Compact(values); c.kind == numberColumn && len(values) > 2 && values[0] >= 0 {
			return i
		}
	}
	return -1
}

// costCurves returns what each combination of all else costs over a path, zeros
// and rows that are not fit too, of rows of one currency.
func (s *Set) costCurves(rows []Row, path int) (curves []CostCurve) {
	for _, choice := range choices(rows, path) {
		c := CostCurve{Label: truncate(choice.name, longestName)}
		for _, r := range choice.rows {
			cost, _ := r.Stat("cost")
			c.Load, c.Cost = append(c.Load, r.Values[path].Number), append(c.Cost, cost.Mean)
			c.Half, c.faults = append(c.Half, cost.Half), append(c.faults, r.fault())
		}
		curves = append(curves, c)
	}
	return curves
}

// at returns a curve's cost at one of its loads, and whether it is fit there; NaN
// at others.
func (c *CostCurve) at(load float64) (cost float64, fit bool) {
	i, ok := slices.BinarySearch(c.Load, load)
	if !ok {
		return nan, false
	}
	return c.Cost[i], c.faults == nil || c.faults[i] == noFault
}

// extremeAt returns the cheapest (sign −1) or dearest (+1) curve at a load, of
// those that are fit there; −1 where none is.
func extremeAt(curves []CostCurve, load, sign float64) int {
	best, most := -1, math.Inf(-1)
	for i := range curves {
		if y, fit := curves[i].at(load); fit && sign*y > most {
			best, most = i, sign*y
		}
	}
	return best
}

// chooseCurves selects curves where there are many: the best at each load, evenly
// spaced over the loads where those are too many, the worst at both ends, and what
// lies between. A curve is the better the less it says; best and worst are the words
// for that.
func chooseCurves(curves []CostCurve, best, worst string) selection {
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
	add(extremeAt(curves, loads[0], +1))
	add(extremeAt(curves, loads[len(loads)-1], +1))
	var envelope []int
	for _, x := range loads {
		if i := extremeAt(curves, x, -1); i >= 0 && !slices.Contains(envelope, i) {
			envelope = append(envelope, i)
		}
	}
	drawn := spaced(envelope, mostShown-len(out.rows))
	for _, i := range drawn {
		add(i)
	}
	out.why = best + " at each load"
	if len(drawn) < len(envelope) {
		out.why = fmt.Sprintf("%d of the %d that are %s at some load", len(drawn), len(envelope), best)
	}
	out.why += ", " + worst + " at both ends"
	if rest := between(lastCosts(curves), out.rows, mostShown-len(out.rows)); len(rest) > 0 {
		out.rows = append(out.rows, rest...)
		out.why += ", some between"
	}
	slices.Sort(out.rows)
	return out
}

// lastCosts has for each curve its cost at its largest load.
func lastCosts(curves []CostCurve) []scatterPoint {
	points := make([]scatterPoint, len(curves))
	for i, c := range curves {
		points[i].x = c.Cost[len(c.Cost)-1]
	}
	return points
}
