package results

import (
	"fmt"

	"gonum.org/v1/plot"

	"github.com/coldcurve/coldcurve/results/pages"
)

// chart is the data of the curves, and of the points where they cross.
func (o *CostOverLoad) chart() *pages.Chart {
	xs, shown, ys := o.spread()
	panel := pages.Panel{X: chartAxis(o.LoadAxis, func(a *plot.Axis) { fitSwept(a, xs, shown, 0) }), Y: chartAxis(o.CostAxis, func(a *plot.Axis) { fitLog(a, ys, 0) })}
	if o.Today > 0 {
		panel.Series = append(panel.Series, upright("today", o.Today, panel.Y))
	}
	var faults chartFaults
	for i := range o.Curves {
		c := &o.Curves[i]
		panel.Series = append(panel.Series, pages.Series{Name: c.Label, Kind: pages.Line, Colour: i % len(palette), Dash: i % len(dashes), Mark: chartMark(i), X: c.Load, Y: c.Cost, YHalf: halves(c.Half)})
		for j, f := range c.faults {
			faults.add(f, c.Label, c.Load[j], c.Cost[j])
		}
	}
	panel.Series = append(panel.Series, faults.series...)
	even := pages.Series{Name: "break-even", Kind: pages.Point, Colour: pages.Ink, Mark: "ring"}
	for _, e := range (&crossings{points: o.BreakEvens}).drawn() {
		half := nan
		if e.Low > 0 && e.High >= e.Low {
			half = (e.High - e.Low) / 2
		}
		even.Named = append(even.Named, len(even.X))
		even.X, even.Y, even.XHalf = append(even.X, e.Load), append(even.Y, e.Cost), append(even.XHalf, half)
		even.Labels = append(even.Labels, fmt.Sprintf("break-even at %s", withUnit(digits(e.Load, 3), o.Unit)))
	}
	if even.XHalf = halves(even.XHalf); len(even.X) > 0 {
		panel.Series = append(panel.Series, even)
	}
	return &pages.Chart{Panels: []pages.Panel{panel}}
}

// upright is a line from the bottom to the top.
func upright(name string, x float64, y pages.Axis) pages.Series {
	return pages.Series{Name: name, Kind: pages.Rule, Colour: pages.Ink, Dash: 1, X: pages.Numbers{x, x}, Y: pages.Numbers{float64(y.Min), float64(y.Max)}}
}

// chart is the data of all panels.
func (sp *servingPlot) chart() *pages.Chart {
	out := new(pages.Chart)
	order, _ := sp.order(ScreenSize.look())
	for _, i := range order {
		title := servingPanels[i].title
		if sp.units[i] != "" {
			title += ", " + sp.units[i]
		}
		xs, ys := sp.spread(i)
		panel := pages.Panel{X: chartAxis(sp.axis, func(a *plot.Axis) { fitSwept(a, xs, xs, 0) }), Y: chartAxis(title, func(a *plot.Axis) { fitFromZero(a, ys) })}
		var faults chartFaults
		for k := range sp.curves {
			c := &sp.curves[k]
			panel.Series = append(panel.Series, pages.Series{Name: c.label, Kind: pages.Line, Colour: k % len(palette), Dash: k % len(dashes), Mark: chartMark(k), X: c.at, Y: c.value[i], YHalf: halves(c.half[i])})
			for j, f := range c.faults {
				faults.add(f, c.label, c.at[j], c.value[i][j])
			}
		}
		panel.Series = append(panel.Series, faults.series...)
		out.Panels = append(out.Panels, panel)
	}
	return out
}
