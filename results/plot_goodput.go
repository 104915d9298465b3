package results

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/coldcurve/coldcurve/sim"
)

// goodputPlot is a panel for each cell whose clients give up or ask again: what users
// asked, what was sent and what was answered, a second, over time.
type goodputPlot struct {
	panels
	series []trafficMean
	top    float64 // requests a second
}

// trafficMean is a cell's Traffic averaged over replications: at the start of each
// bucket, in hours, requests a second in it.
type trafficMean struct{ hours, offered, sent, answered []float64 }

// goodput draws the panels; nil where nobody gives up or asks again.
func (s *Set) goodput(rows []Row) (*Figure, error) {
	var cells []Row
	for _, r := range cellRows(rows) {
		if c := &s.Cells[r.Cell]; r.hasClients() && c.Application == nil && len(c.Replications) > 0 && c.Replications[0].buckets() > 1 {
			cells = append(cells, r)
		}
	}
	if len(cells) == 0 {
		return nil, nil
	}
	chosen := s.choose(cells, mostShown)
	names := labels(cells, false)
	var p goodputPlot
	all := make([]trafficMean, len(chosen.rows))
	for k, i := range chosen.rows {
		m, err := s.trafficMean(cells[i].Cell)
		if err != nil {
			return nil, err
		}
		all[k] = m
		for b := range m.hours {
			p.top = max(p.top, m.offered[b], m.sent[b], m.answered[b])
		}
	}
	for k, i := range chosen.rows {
		p.add(names[i], cells[i].fault().unbilled(), all[k])
	}
	f := &Figure{Title: "Goodput over time", compose: p.compose, chart: p.chart, titleOver: true,
		Caption: "Requests a second over time, averaged over replications: of users, attempts at them, and those of users that were answered while their clients waited. All panels share their axes."}
	f.addNote(chosen.note("Shown are", "cells"))
	return f, nil
}

// trafficMean merges buckets until there are at most panelBuckets.
func (s *Set) trafficMean(cell int) (m trafficMean, err error) {
	replications := len(s.Cells[cell].Replications)
	for i := range replications {
		r, err := s.unit(cell, i)
		if err != nil {
			return m, err
		}
		t := r.Users.Traffic
		buckets := len(t.Sent)
		by := (buckets + panelBuckets - 1) / panelBuckets
		n := (buckets + by - 1) / by
		if i == 0 {
			m = trafficMean{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
		}
		for b := range min(len(m.hours), n) {
			from, to := b*by, min((b+1)*by, buckets)
			start := r.Window.Warmup + sim.Time(from)*r.Series.Step
			end := min(r.Window.Warmup+sim.Time(to)*r.Series.Step, r.Window.Horizon)
			m.hours[b] = float64(start) / float64(sim.Hour)
			share := second / float64(end-start) / float64(replications)
			for j := from; j < to; j++ {
				m.offered[b] += float64(t.Offered[j]) * share
				m.sent[b] += float64(t.Sent[j]) * share
				m.answered[b] += float64(t.Answered[j]) * share
			}
		}
	}
	return m, nil
}

// add adds a cell: to the panel of one that it cannot be told from, which is within a
// pixel of a panel of 75.
func (p *goodputPlot) add(name string, f fault, m trafficMean) {
	for i := range p.series {
		if p.faults[i] == f && p.series[i].same(&m, p.top/75) {
			p.names[i] = append(p.names[i], name)
			return
		}
	}
	p.names, p.faults, p.series = append(p.names, []string{name}), append(p.faults, f), append(p.series, m)
}

// same reports whether another cell cannot be told from this one.
func (m *trafficMean) same(o *trafficMean, within float64) bool {
	if len(m.hours) != len(o.hours) {
		return false
	}
	for b := range m.hours {
		if math.Abs(m.offered[b]-o.offered[b]) > within || math.Abs(m.sent[b]-o.sent[b]) > within || math.Abs(m.answered[b]-o.answered[b]) > within {
			return false
		}
	}
	return true
}

// trafficLine is one of a panel's lines, from the lowest to the one on top.
type trafficLine struct {
	name   string
	values []float64
	style  draw.LineStyle
}

func trafficLines(m *trafficMean) []trafficLine {
	return []trafficLine{
		{"attempts", m.sent, draw.LineStyle{Color: palette[1], Width: vg.Points(1)}},
		{"answered: goodput", m.answered, draw.LineStyle{Color: palette[0], Width: vg.Points(1.5)}},
		{"users' requests", m.offered, draw.LineStyle{Color: ink, Width: vg.Points(0.9), Dashes: []vg.Length{3, 2}}},
	}
}

// compose lays the panels out.
func (p *goodputPlot) compose(k look) drawing {
	var key []keyEntry
	for _, l := range trafficLines(&p.series[0]) {
		key = append(key, keyEntry{l.name, lineMark(l.style, draw.GlyphStyle{})})
	}
	return p.lay(k, key, func(i int, at panelPlace) *plot.Plot { return p.panel(k, i, at) })
}

// panel draws one cell.
func (p *goodputPlot) panel(k look, i int, at panelPlace) *plot.Plot {
	m := &p.series[i]
	q := k.newPlot(at.title, "", "")
	addGrid(q)
	unit, per := timeUnit(m.hours[len(m.hours)-1] - m.hours[0])
	for _, l := range trafficLines(m) {
		var xy plotter.XYs
		for b, y := range l.values {
			xy = append(xy, plotter.XY{X: m.hours[b] * per, Y: y})
		}
		q.Add(&plotter.Line{XYs: xy, LineStyle: l.style})
	}
	setEven(&q.X, m.hours[0]*per, m.hours[len(m.hours)-1]*per, at.width)
	setTime(&q.X)
	setEven(&q.Y, 0, max(p.top*1.04, 1), 0)
	if at.bottom {
		q.X.Label.Text = "time, " + unit
	}
	if at.left {
		q.Y.Label.Text = "requests/s"
	}
	return q
}
