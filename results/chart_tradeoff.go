package results

import (
	"slices"

	"gonum.org/v1/plot"

	"github.com/coldcurve/coldcurve/results/pages"
)

// chart is the data of the lines, their points that are not fit, and the hulls.
func (t *tradeoffPlot) chart() *pages.Chart {
	xs, ys := t.spread()
	panel := pages.Panel{X: chartAxis(t.xTitle, func(a *plot.Axis) { fitAxis(a, xs, 0) }), Y: chartAxis(t.yTitle, func(a *plot.Axis) { fitWithZero(a, ys) })}
	var faults chartFaults
	for n := range t.lines {
		l := &t.lines[n]
		style, _ := t.style(n)
		dash, mark := t.looks(n)
		s := pages.Series{Name: l.name, Kind: pages.Line, Colour: chartColour(style.Color), Dash: dash, Mark: chartMark(mark)}
		if len(l.points) == 1 {
			s.Kind = pages.Point
		}
		for k, p := range l.points {
			if p.unfit != noFault { // no line goes through what is compared with none
				faults.add(p.unfit, l.name+" "+p.label, p.x, p.y)
				continue
			}
			if k == 0 || k == len(l.points)-1 {
				s.Named = append(s.Named, len(s.X))
			}
			s.X, s.Y, s.XHalf, s.YHalf = append(s.X, p.x), append(s.Y, p.y), append(s.XHalf, p.xHalf), append(s.YHalf, p.yHalf)
			s.Labels = append(s.Labels, p.label)
		}
		s.XHalf, s.YHalf = halves(s.XHalf), halves(s.YHalf)
		if len(s.X) > 0 {
			panel.Series = append(panel.Series, s)
		}
	}
	for _, hull := range t.hulls {
		panel.Series = append(panel.Series, t.hullChart(hull)...)
	}
	panel.Series = append(panel.Series, faults.series...)
	return &pages.Chart{Panels: []pages.Panel{panel}}
}

// hullChart is a hull's line, whose straight pieces are curves on logarithmic axes, and
// its points.
func (t *tradeoffPlot) hullChart(hull []point2) []pages.Series {
	line, points := pages.Series{Kind: pages.Rule, Colour: pages.Ink, Dash: 1}, pages.Series{Name: t.hullName(), Kind: pages.Point, Colour: pages.Ink, Mark: "dot"}
	for _, p := range alongHull(hull) {
		line.X, line.Y = append(line.X, p.x), append(line.Y, p.y)
	}
	for _, p := range hull {
		points.X, points.Y = append(points.X, p.x), append(points.Y, p.y)
	}
	return []pages.Series{line, points}
}

// chart is the data of the points by what they are, the front and the bound.
func (f *frontPlot) chart() *pages.Chart {
	xs, ys := f.spread()
	panel := pages.Panel{X: chartAxis(f.axis, func(a *plot.Axis) { fitAxis(a, xs, 0) }), Y: chartAxis(f.costAxis, func(a *plot.Axis) { fitAxis(a, ys, 0) })}
	if finite(f.bound) {
		panel.Series = append(panel.Series, upright(f.slo, f.bound, panel.Y))
	}
	stairs := pages.Series{Kind: pages.Rule, Colour: 0, Dash: 1}
	var front []FrontPoint
	for _, p := range f.points {
		if p.Front {
			front = append(front, p)
		}
	}
	slices.SortFunc(front, func(a, b FrontPoint) int { return compareFloats(a.Cost, b.Cost) })
	for i, p := range front {
		if i > 0 { // what is dearer is better from its own value on
			stairs.X, stairs.Y = append(stairs.X, front[i-1].X), append(stairs.Y, p.Cost)
		}
		stairs.X, stairs.Y = append(stairs.X, p.X), append(stairs.Y, p.Cost)
	}
	if len(front) > 1 {
		panel.Series = append(panel.Series, stairs)
	}
	marks := []string{"diamond", "ring", "dot", "plus", "cross"}
	for is, m := range frontMarks {
		s := pages.Series{Name: m.text, Kind: pages.Point, Colour: chartColour(m.style.Color), Mark: marks[is]}
		for _, p := range f.points {
			if int(p.Is) != is {
				continue
			}
			if p.Named {
				s.Named = append(s.Named, len(s.X))
			}
			s.X, s.Y, s.XHalf, s.Labels = append(s.X, p.X), append(s.Y, p.Cost), append(s.XHalf, p.Half), append(s.Labels, truncate(oneLine(p.Label), longestName))
		}
		if s.XHalf = halves(s.XHalf); len(s.X) > 0 {
			panel.Series = append(panel.Series, s)
		}
	}
	return &pages.Chart{Panels: []pages.Panel{panel}}
}
