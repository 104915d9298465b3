package results

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// instancesPlot is a panel for each cell, or one for cells that look the same.
type instancesPlot struct {
	panels
	series []meanSeries
	top    float64
}

// instances draws a panel a cell: busy, initialising and idle instances over
// time, stacked, averaged over replications.
func (s *Set) instances(rows []Row) (*Figure, error) {
	var cells []Row
	for _, r := range cellRows(rows) {
		if c := &s.Cells[r.Cell]; len(c.Replications) > 0 && c.Replications[0].buckets() > 1 {
			cells = append(cells, r)
		}
	}
	if len(cells) == 0 {
		return nil, nil
	}
	chosen := s.choose(cells, mostShown)
	names := labels(cells, false)
	all := make([]meanSeries, len(chosen.rows))
	var p instancesPlot
	for k, i := range chosen.rows {
		m, err := s.meanSeries(cells[i].Cell)
		if err != nil {
			return nil, err
		}
		all[k], p.top = m, max(p.top, m.top())
	}
	for k, i := range chosen.rows {
		p.add(names[i], cells[i].fault().unbilled(), all[k])
	}
	f := &Figure{Title: "Instances over time", compose: p.compose, chart: p.chart, titleOver: true,
		Caption: "Instances over time, averaged over replications: serving, initialising and idle, stacked. All panels share their axes."}
	if p.intervals() {
		f.Caption += " Grey is up to the upper end of the sum's 95 % interval."
	}
	f.addNote(chosen.note("Shown are", "cells"))
	return f, nil
}

// add adds a cell: to the panel of one that it cannot be told from, which is
// within a pixel of a panel of 75.
func (p *instancesPlot) add(name string, f fault, m meanSeries) {
	for i := range p.series {
		if p.faults[i] == f && p.series[i].same(&m, p.top/75) {
			p.names[i] = append(p.names[i], name)
			return
		}
	}
	p.names, p.faults, p.series = append(p.names, []string{name}), append(p.faults, f), append(p.series, m)
}

func (p *instancesPlot) intervals() bool {
	return slices.ContainsFunc(p.series, func(m meanSeries) bool {
		return slices.ContainsFunc(m.half, func(h float64) bool { return h > p.top/150 })
	})
}

func (p *instancesPlot) compose(k look) drawing {
	return p.lay(k, p.key(), func(i int, at panelPlace) *plot.Plot { return p.panel(k, i, at) })
}

// bandsOf are what is stacked, from the bottom up.
func bandsOf(m *meanSeries) []struct {
	name   string
	values []float64
	colour int
} {
	return []struct {
		name   string
		values []float64
		colour int
	}{{"serving", m.busy, 0}, {"initialising", m.init, 1}, {"idle", m.idle, 5}}
}

// key names what some panel shows: what is thicker than a hair somewhere.
func (p *instancesPlot) key() (out []keyEntry) {
	for i, band := range bandsOf(&p.series[0]) {
		if slices.ContainsFunc(p.series, func(m meanSeries) bool { return slices.Max(bandsOf(&m)[i].values) > p.top/400 }) {
			out = append(out, keyEntry{band.name, areaMark(palette[band.colour])})
		}
	}
	if p.intervals() {
		out = append(out, keyEntry{"upper end of the sum's 95 % interval", areaMark(intervalColour)})
	}
	return out
}

var intervalColour = color.RGBA{0xBB, 0xBB, 0xBB, 0xFF}

// panel draws one cell.
func (p *instancesPlot) panel(k look, i int, at panelPlace) *plot.Plot {
	m := &p.series[i]
	q := k.newPlot(at.title, "", "")
	addGrid(q)
	unit, per := timeUnit(m.hours[len(m.hours)-1] - m.hours[0])
	below := make([]float64, len(m.hours))
	if m.half != nil && p.intervals() { // what is below the sum is behind it
		upper := make([]float64, len(m.hours))
		for b := range upper {
			upper[b] = m.upper(b)
		}
		area := areaBetween(m.hours, make([]float64, len(m.hours)), upper, per, 0)
		area.Color = intervalColour
		q.Add(area)
	}
	for _, band := range bandsOf(m) {
		q.Add(areaBetween(m.hours, below, band.values, per, band.colour))
	}

	setEven(&q.X, m.hours[0]*per, m.hours[len(m.hours)-1]*per, at.width)
	setTime(&q.X)
	top := p.top * 1.04
	if top == 0 {
		top = 1
	}
	setEven(&q.Y, 0, top, 0)
	if at.bottom {
		q.X.Label.Text = "time, " + unit
	}
	if at.left {
		q.Y.Label.Text = "instances"
	}
	return q
}

// areaBetween returns the polygon between below and below + values, and adds
// the values to below.
func areaBetween(x, below, values []float64, per float64, colour int) *plotter.Polygon {
	var xy plotter.XYs
	for i := range x {
		xy = append(xy, plotter.XY{X: x[i] * per, Y: below[i] + max(values[i], 0)})
	}
	for i := len(x) - 1; i >= 0; i-- {
		xy = append(xy, plotter.XY{X: x[i] * per, Y: below[i]})
		below[i] += max(values[i], 0)
	}
	return &plotter.Polygon{XYs: []plotter.XYs{xy}, Color: palette[colour]}
}

// timeUnit returns the unit that suits a length in hours, and how many there
// are of it in an hour.
func timeUnit(hours float64) (string, float64) {
	switch {
	case hours > 72:
		return "d", 1.0 / 24
	case hours > 1.5:
		return "h", 1
	case hours > 1.0/40:
		return "min", 60
	}
	return "s", 3600
}
