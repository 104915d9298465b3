package results

import (
	"gonum.org/v1/plot"

	"github.com/coldcurve/coldcurve/results/pages"
)

// chart is the data of the points, a series a kind, and the fronts through them.
func (sp *scatterPlot) chart(chosen []int) *pages.Chart {
	s := newScatter(ScreenSize.look(), sp.points, chosen)
	xs, ys := sp.spread()
	panel := pages.Panel{X: chartAxis(sp.xTitle, func(a *plot.Axis) { fitAxis(a, xs, 0) }), Y: chartAxis(sp.yTitle, func(a *plot.Axis) { fitAxis(a, ys, 0) })}
	for _, front := range s.fronts {
		if len(front) < 2 {
			continue
		}
		line := pages.Series{Kind: pages.Rule, Colour: 1, Dash: 1}
		for k, i := range front {
			if k > 0 {
				line.X, line.Y = append(line.X, sp.points[i].x), append(line.Y, line.Y[len(line.Y)-1])
			}
			line.X, line.Y = append(line.X, sp.points[i].x), append(line.Y, sp.points[i].y)
		}
		panel.Series = append(panel.Series, line)
	}
	for _, kind := range s.kinds() {
		one := pages.Series{Name: kind, Kind: pages.Point}
		for i := range sp.points {
			if s.kind(i) != kind {
				continue
			}
			p := &sp.points[i]
			style := s.glyph(i)
			one.Colour, one.Mark = chartColour(style.Color), s.chartMark(i)
			if s.named[i] {
				one.Named = append(one.Named, len(one.X))
			}
			one.X, one.Y, one.Labels = append(one.X, p.x), append(one.Y, p.y), append(one.Labels, p.label)
			one.XHalf, one.YHalf = append(one.XHalf, p.xHalf), append(one.YHalf, p.yHalf)
		}
		one.XHalf, one.YHalf = halves(one.XHalf), halves(one.YHalf)
		panel.Series = append(panel.Series, one)
	}
	return &pages.Chart{Panels: []pages.Panel{panel}}
}

// chartMark is the name of a point's glyph.
func (s *scatter) chartMark(i int) string {
	switch p := &s.points[i]; {
	case p.bound:
		return "diamond"
	case p.unfit != noFault:
		return p.unfit.chartMark()
	case s.is[i] == notTold:
		return "ring"
	case s.is[i] == isBeaten:
		return "box"
	}
	return "dot"
}
