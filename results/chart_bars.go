package results

import (
	"slices"

	"gonum.org/v1/plot"

	"github.com/coldcurve/coldcurve/results/pages"
)

// chart is the data of the bars, a series a part, and what each comes to.
func (b *barPlot) chart() *pages.Chart {
	most := 0.0
	for _, bar := range b.bars {
		most = max(most, bar.length())
	}
	title, per := b.of, 1.0
	if b.unit == "s" {
		unit := ""
		unit, per = timeScale(most)
		title += ", " + unit
	}
	panel := pages.Panel{X: chartAxis(title, func(a *plot.Axis) { setEven(a, 0, most*per*1.12, 0) })}
	names, colours := b.names(), b.colours()
	for _, bar := range b.bars {
		if slices.ContainsFunc(bar.parts, func(p barPart) bool { return p.name == others }) {
			names = append(names, others)
			break
		}
	}
	series := make([]pages.Series, len(names))
	for k, name := range names {
		series[k] = pages.Series{Name: name, Kind: pages.Bar, Colour: chartColour(colours[name])}
	}
	all := pages.Series{Kind: pages.Note}
	for i, bar := range b.bars {
		panel.Y.Names = append(panel.Y.Names, bar.name)
		from := 0.0
		for _, p := range bar.parts {
			s := &series[slices.Index(names, p.name)]
			to := from + p.value
			s.From, s.X, s.Y = append(s.From, from*per), append(s.X, to*per), append(s.Y, float64(i))
			from = to
		}
		all.X, all.Y, all.Labels, all.Named = append(all.X, from*per), append(all.Y, float64(i)), append(all.Labels, b.format(from)), append(all.Named, i)
	}
	panel.Series = append(series, all)
	return &pages.Chart{Panels: []pages.Panel{panel}}
}
