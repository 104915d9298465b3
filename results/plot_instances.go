package results

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/coldcurve/coldcurve/sim"
)

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
	shown := len(chosen.rows)
	columns := int(math.Ceil(math.Sqrt(float64(shown))))
	columns = min(columns, 4)
	lines := (shown + columns - 1) / columns
	plots := make([][]*plot.Plot, lines)
	top := 0.0
	series := make([]meanSeries, shown)
	for k, i := range chosen.rows {
		m, err := s.meanSeries(cells[i].Cell)
		if err != nil {
			return nil, err
		}
		series[k] = m.thinned(panelBuckets(columns))
		top = max(top, m.top())
	}
	for k, i := range chosen.rows {
		r, col := k/columns, k%columns
		if col == 0 {
			plots[r] = make([]*plot.Plot, columns)
		}
		plots[r][col] = panel(names[i], series[k], top, col == 0, r == lines-1)
	}
	f := &Figure{Title: "Instances over time",
		Caption: "Instances over time, averaged over replications: serving, initialising and idle, stacked. All panels share their axes."}
	f.w = vg.Length(columns)*1.9*vg.Inch + 0.9*vg.Inch
	if columns <= 2 {
		f.w = vg.Length(columns)*3.1*vg.Inch + 0.9*vg.Inch
	}
	f.h = vg.Length(lines)*1.45*vg.Inch + 0.9*vg.Inch
	if lines == 1 {
		f.h = 3.4 * vg.Inch
	}
	f.draw = func(c draw.Canvas) { drawPanels(plots, lines, columns, c) }
	f.addNote(chosen.note("Shown are", "cells"))
	return f, nil
}

// buckets returns the length of the unit's series, of a summary too.
func (r *Replication) buckets() int {
	if r.Series.Step <= 0 {
		return 0
	}
	return int((r.Window.Length() + r.Series.Step - 1) / r.Series.Step)
}

// meanSeries is a cell over time, averaged over replications: at the start of
// each bucket, in hours, the average numbers in it.
type meanSeries struct {
	hours            []float64
	busy, init, idle []float64
}

func (s *Set) meanSeries(cell int) (meanSeries, error) {
	replications := len(s.Cells[cell].Replications)
	var m meanSeries
	for i := range replications {
		r, err := s.unit(cell, i)
		if err != nil {
			return m, err
		}
		if i == 0 {
			n := len(r.Series.Arrivals)
			m = meanSeries{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
		}
		for b := range min(len(m.hours), len(r.Series.Arrivals)) {
			from := r.Window.Warmup + sim.Time(b)*r.Series.Step
			m.hours[b] = float64(from) / float64(sim.Hour)
			length := float64(min(r.Series.Step, r.Window.Horizon-from)) * float64(replications)
			m.busy[b] += float64(r.Series.Busy[b]) / length
			m.init[b] += float64(r.Series.Initialising[b]) / length
			m.idle[b] += float64(r.Series.Idle(b)) / length
		}
	}
	return m, nil
}

func (m meanSeries) top() float64 {
	top := 0.0
	for b := range m.hours {
		top = max(top, m.busy[b]+m.init[b]+m.idle[b])
	}
	return top
}

// thinned merges buckets until there are at most n: a panel is not wider.
func (m meanSeries) thinned(n int) meanSeries {
	by := (len(m.hours) + n - 1) / n
	if by <= 1 {
		return m
	}
	var out meanSeries
	for b := 0; b < len(m.hours); b += by {
		end := min(b+by, len(m.hours))
		mean := func(x []float64) float64 {
			sum := 0.0
			for _, v := range x[b:end] {
				sum += v
			}
			return sum / float64(end-b)
		}
		out.hours = append(out.hours, m.hours[b])
		out.busy, out.init, out.idle = append(out.busy, mean(m.busy)), append(out.init, mean(m.init)), append(out.idle, mean(m.idle))
	}
	return out
}

// panelBuckets is how many points over time a panel has: about two a
// millimetre, of wide panels or narrow ones.
func panelBuckets(columns int) int {
	if columns <= 2 {
		return 360
	}
	return 240
}

// panel draws one cell.
func panel(title string, m meanSeries, top float64, left, bottom bool) *plot.Plot {
	p := newPlot(truncate(title, 30), "", "")
	p.Title.TextStyle.Font = sans(tickSize)
	p.Title.Padding = vg.Points(3)
	addGrid(p)
	unit, per := timeUnit(m.hours[len(m.hours)-1] - m.hours[0])
	below := make([]float64, len(m.hours))
	for _, band := range []struct {
		values []float64
		colour int
	}{{m.busy, 0}, {m.init, 1}, {m.idle, 5}} {
		p.Add(areaBetween(m.hours, below, band.values, per, band.colour))
	}
	p.X.Min, p.X.Max = m.hours[0]*per, m.hours[len(m.hours)-1]*per
	p.Y.Min, p.Y.Max = 0, max(top*1.04, 1e-9)
	p.X.Tick.Marker, p.Y.Tick.Marker = timeTicks{}, evenTicks{short}
	if bottom {
		p.X.Label.Text = "time (" + unit + ")"
	}
	if left {
		p.Y.Label.Text = "instances"
	}
	return p
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

// timeTicks marks about four round values of time.
type timeTicks struct{}

// Ticks returns the ticks within [lo, hi].
func (timeTicks) Ticks(lo, hi float64) []plot.Tick {
	step := niceStep((hi - lo) / 4)
	for _, s := range []float64{1, 2, 3, 6, 12, 24} {
		if (hi-lo)/s <= 4.5 && hi-lo > 3 {
			step = s
			break
		}
	}
	var ticks []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+step*1e-9; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: short(i * step)})
	}
	return ticks
}

// drawPanels lays the panels out on a common grid, with a key under them.
func drawPanels(plots [][]*plot.Plot, lines, columns int, c draw.Canvas) {
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	body := draw.Crop(c, vg.Points(4), -vg.Points(10), vg.Points(20), -vg.Points(4))
	tiles := draw.Tiles{Rows: lines, Cols: columns, PadX: vg.Points(10), PadY: vg.Points(8)}
	canvases := plot.Align(plots, tiles, body)
	for r := range plots {
		for col, p := range plots[r] {
			if p != nil {
				p.Draw(canvases[r][col])
			}
		}
	}
	x, y := c.Min.X+vg.Points(40), c.Min.Y+vg.Points(9)
	style := labelStyle(noteSize)
	for _, e := range []struct {
		text   string
		colour int
	}{{"serving", 0}, {"initialising", 1}, {"idle", 5}} {
		c.SetColor(palette[e.colour])
		c.Fill(around(vg.Point{X: x, Y: y}, vg.Points(4)).Path())
		c.FillText(style, vg.Point{X: x + vg.Points(8), Y: y}, e.text)
		x += textWidth(e.text, noteSize) + vg.Points(28)
	}
}
