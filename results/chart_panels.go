package results

import (
	"gonum.org/v1/plot"

	"github.com/coldcurve/coldcurve/results/pages"
)

// chartTitle is that of panel i, with all of its cells' names.
func (p *panels) chartTitle(i int) string { return p.faults[i].after(joinNames(p.names[i])) }

// timeAxis is an axis of hours, in the unit that suits them, and how many of it are in
// an hour.
func timeAxis(title string, from, to float64) (pages.Axis, float64) {
	unit, per := timeUnit(to - from)
	return chartAxis(title+", "+unit, func(a *plot.Axis) {
		setEven(a, from*per, to*per, 0)
		setTime(a)
	}), per
}

// chart is the data of the panels: what is stacked, from the bottom up.
func (p *instancesPlot) chart() *pages.Chart {
	out := new(pages.Chart)
	shown := p.key()
	for i := range p.series {
		m := &p.series[i]
		x, per := timeAxis("time", m.hours[0], m.hours[len(m.hours)-1])
		panel := pages.Panel{Title: p.chartTitle(i), X: x, Y: chartAxis("instances", func(a *plot.Axis) { setEven(a, 0, max(p.top*1.04, 1e-9), 0) })}
		hours := scaled(m.hours, per)
		for _, band := range bandsOf(m) {
			for _, k := range shown {
				if k.text == band.name {
					panel.Series = append(panel.Series, pages.Series{Name: band.name, Kind: pages.Area, Colour: band.colour, X: hours, Y: band.values})
				}
			}
		}
		if m.half != nil && p.intervals() {
			upper := make(pages.Numbers, len(m.hours))
			for b := range upper {
				upper[b] = m.upper(b)
			}
			panel.Series = append(panel.Series, pages.Series{Name: "upper end of the sum's 95 % interval", Kind: pages.Line, Colour: pages.Grey, X: hours, Y: upper})
		}
		out.Panels = append(out.Panels, panel)
	}
	return out
}

// chart is the data of the panels.
func (p *goodputPlot) chart() *pages.Chart {
	out := new(pages.Chart)
	for i := range p.series {
		m := &p.series[i]
		x, per := timeAxis("time", m.hours[0], m.hours[len(m.hours)-1])
		panel := pages.Panel{Title: p.chartTitle(i), X: x, Y: chartAxis("requests, 1/s", func(a *plot.Axis) { setEven(a, 0, max(p.top*1.04, 1), 0) })}
		for _, l := range trafficLines(m) {
			s := pages.Series{Name: l.name, Kind: pages.Line, Colour: chartColour(l.style.Color), X: scaled(m.hours, per), Y: l.values}
			if len(l.style.Dashes) > 0 {
				s.Dash = 1
			}
			panel.Series = append(panel.Series, s)
		}
		out.Panels = append(out.Panels, panel)
	}
	return out
}

// chart is the data of the two panels.
func (p *errorsPlot) chart() *pages.Chart {
	timeName, timePer := timeScale(p.largest(func(c *meanCourse) []float64 { return c.p99 }))
	return &pages.Chart{Panels: []pages.Panel{
		p.chartPanel("failed, %", 100, func(c *meanCourse) []float64 { return c.failed }),
		p.chartPanel("p99, "+timeName, timePer, func(c *meanCourse) []float64 { return c.p99 }),
	}}
}

func (p *errorsPlot) chartPanel(title string, by float64, of func(*meanCourse) []float64) pages.Panel {
	x, per := timeAxis("time of arrival", p.hours[0], p.hours[1])
	top := 1.04 * p.largest(of) * by
	if top == 0 {
		top = 1
	}
	panel := pages.Panel{X: x, Y: chartAxis(title, func(a *plot.Axis) { setEven(a, 0, top, 0) })}
	outages := pages.Series{Name: "something did not answer", Kind: pages.Shade, Colour: pages.Grey}
	for _, w := range p.outages {
		if from, to := max(w.from, p.hours[0])*per, min(w.to, p.hours[1])*per; from < to {
			outages.From, outages.X, outages.Y = append(outages.From, from), append(outages.X, to), append(outages.Y, 0)
		}
	}
	if len(outages.X) > 0 {
		panel.Series = append(panel.Series, outages)
	}
	for i := range p.courses {
		c := &p.courses[i]
		panel.Series = append(panel.Series, pages.Series{Name: p.names[i], Kind: pages.Line, Colour: i % len(palette), Dash: i % len(dashes), X: scaled(c.hours, per), Y: scaled(of(c), by)})
	}
	return panel
}
