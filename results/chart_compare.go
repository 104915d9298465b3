package results

import (
	"math"

	"gonum.org/v1/plot"

	"github.com/coldcurve/coldcurve/results/pages"
)

// dumbbellChart is the data of rows before and after, a panel a metric.
func dumbbellChart(names []string, panels []dumbbells) *pages.Chart {
	out := new(pages.Chart)
	for _, d := range panels {
		panel := pages.Panel{X: chartAxis(metricWords(d.metric, d.currency, d.span), func(a *plot.Axis) { fitAxis(a, d.values(), 0) })}
		panel.Y.Names = names
		before := pages.Series{Name: "before", Kind: pages.Point, Colour: pages.Ink, Mark: "ring"}
		var after, between []pages.Series
		for _, look := range []Change{{Difference: 1}, {Difference: -1}, {Difference: 1, Half: 1}, {}} {
			colour, name := look.look()
			after = append(after, pages.Series{Name: name, Kind: pages.Point, Colour: chartColour(colour), Mark: "dot"})
			between = append(between, pages.Series{Kind: pages.Rule, Colour: chartColour(colour)})
		}
		for i := range d.changes {
			ch := &d.changes[i]
			a, b, half := asDrawn(d.metric, ch.A), asDrawn(d.metric, ch.B), asDrawn(d.metric, ch.Half)
			_, name := ch.look()
			for k := range after {
				if s := &after[k]; s.Name == name && !math.IsNaN(b) {
					s.X, s.Y, s.XHalf = append(s.X, b), append(s.Y, float64(i)), append(s.XHalf, half)
					if !math.IsNaN(a) {
						l := &between[k]
						l.X, l.Y = append(l.X, a, b, nan), append(l.Y, float64(i), float64(i), nan)
					}
				}
			}
			if !math.IsNaN(a) {
				before.X, before.Y = append(before.X, a), append(before.Y, float64(i))
			}
		}
		for k := range between {
			if len(between[k].X) > 0 {
				panel.Series = append(panel.Series, between[k])
			}
		}
		panel.Series = append(panel.Series, before)
		for k := range after {
			if after[k].XHalf = halves(after[k].XHalf); len(after[k].X) > 0 {
				panel.Series = append(panel.Series, after[k])
			}
		}
		out.Panels = append(out.Panels, panel)
	}
	return out
}
