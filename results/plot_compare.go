package results

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/coldcurve/coldcurve/results/stat"
)

// maxCompared is how many rows the plot of before and after shows.
const maxCompared = 24

// Figure draws rows before and after, a panel a metric; without metrics these
// are p99, the cold ratio and the cost. It returns nil where no row has any of
// them. Where there are more than 24 rows, those that moved most are shown.
func (c *Comparison) Figure(metricNames []string) *Figure {
	if len(metricNames) == 0 {
		metricNames = []string{"latency_p99_s", "cold_ratio", "cost"}
	}
	var panels []dumbbells
	rows := c.mostMoved(metricNames)
	for _, m := range metricNames {
		for _, currency := range panelCurrencies(rows, m) {
			if d := newDumbbells(rows, m, currency); d.any() && len(panels) < 4 {
				panels = append(panels, d)
			}
		}
	}
	if len(panels) == 0 {
		return nil
	}
	f := &Figure{Name: "before-and-after", Title: "Before and after",
		Caption: "Each row before (ring) and after (dot); the line between them is orange where it became worse, blue where it became better."}
	if len(rows) < len(c.Rows) {
		f.Caption += fmt.Sprintf(" Shown are the %d rows of %d that moved most.", len(rows), len(c.Rows))
	}
	left := vg.Length(0)
	for i := range rows {
		left = max(left, textWidth(truncate(oneLine(rows[i].Label), 60), noteSize))
	}
	left += vg.Points(14)
	f.w = left + vg.Length(len(panels))*2.5*vg.Inch + vg.Points(10)
	f.h = vg.Length(len(rows))*vg.Points(17) + vg.Points(100)
	f.draw = func(cv draw.Canvas) { drawDumbbells(cv, rows, panels, left) }
	return f
}

// mostMoved returns the rows that changed most in any of the metrics, in
// their own order.
func (c *Comparison) mostMoved(metricNames []string) []ComparedRow {
	if len(c.Rows) <= maxCompared {
		return c.Rows
	}
	order := make([]int, len(c.Rows))
	moved := make([]float64, len(c.Rows))
	for i := range c.Rows {
		order[i] = i
		for _, ch := range c.Rows[i].Changes {
			if slices.Contains(metricNames, ch.Metric) && !math.IsNaN(ch.Relative) {
				moved[i] = max(moved[i], math.Abs(ch.Relative))
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return compareFloats(moved[b], moved[a]) })
	order = order[:maxCompared]
	slices.Sort(order)
	var rows []ComparedRow
	for _, i := range order {
		rows = append(rows, c.Rows[i])
	}
	return rows
}

// dumbbells is one metric of the rows, from the top down.
type dumbbells struct {
	metric   string
	currency string   // of its values, "" where they are no money
	changes  []Change // NaN where a row does not have it
}

// panelCurrencies are the currencies that a metric needs a panel each for; one
// panel, of none, where it is no money.
func panelCurrencies(rows []ComparedRow, metric string) []string {
	if i := metricIndex(metric); i < 0 || !metrics[i].Money {
		return []string{""}
	}
	var all []string
	for i := range rows {
		if c := rows[i].Currency; c != "" && !slices.Contains(all, c) { // a row without one has no cost
			all = append(all, c)
		}
	}
	slices.Sort(all)
	return all
}

func newDumbbells(rows []ComparedRow, metric, currency string) dumbbells {
	d := dumbbells{metric: metric, currency: currency}
	for i := range rows {
		found := Change{Metric: metric, A: nan, B: nan}
		for _, ch := range rows[i].Changes {
			if ch.Metric == metric && (currency == "" || currency == rows[i].Currency) {
				found = ch
			}
		}
		d.changes = append(d.changes, found)
	}
	return d
}

func (d dumbbells) any() bool {
	return slices.ContainsFunc(d.changes, func(c Change) bool { return !math.IsNaN(c.A) || !math.IsNaN(c.B) })
}

// Plot draws the rows.
func (d dumbbells) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for i := range d.changes {
		ch := &d.changes[i]
		y := ty(-float64(i))
		colour := grey
		switch {
		case ch.worse() > 0:
			colour = palette[1]
		case ch.worse() < 0:
			colour = palette[0]
		}
		hasA, hasB := !math.IsNaN(ch.A), !math.IsNaN(ch.B)
		if hasA && hasB {
			c.StrokeLine2(draw.LineStyle{Color: colour, Width: vg.Points(1.6)}, tx(on(&p.X, ch.A)), y, tx(on(&p.X, ch.B)), y)
		}
		if hasB {
			c.DrawGlyph(draw.GlyphStyle{Color: colour, Radius: vg.Points(3.2), Shape: draw.CircleGlyph{}}, vg.Point{X: tx(on(&p.X, ch.B)), Y: y})
		}
		if hasA {
			c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: vg.Points(3.6), Shape: draw.RingGlyph{}}, vg.Point{X: tx(on(&p.X, ch.A)), Y: y})
		}
	}
}

// drawDumbbells draws the panels beside each other, the rows' names at the
// left, and the key under them.
func drawDumbbells(c draw.Canvas, rows []ComparedRow, panels []dumbbells, left vg.Length) {
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	body := draw.Crop(c, left, -vg.Points(8), vg.Points(20), -vg.Points(3))
	width := body.Size().X / vg.Length(len(panels))
	for i, d := range panels {
		p := newPlot(panelTitle(d.metric, d.currency), "", "")
		p.Title.TextStyle.Font = sans(labelSize)
		addGrid(p)
		p.Add(d)
		var values []float64
		for _, ch := range d.changes {
			values = append(values, ch.A, ch.B)
		}
		values = stat.Defined(values)
		fitAxis(&p.X, values, func(x float64) string { return tickText(d.metric, d.currency, x) })
		p.Y.Min, p.Y.Max = -float64(len(rows))+0.4, 0.6
		p.Y.Tick.Marker = plot.ConstantTicks(nil)
		p.Y.LineStyle.Width = 0
		at := draw.Crop(body, vg.Length(i)*width+vg.Points(4), -vg.Length(len(panels)-1-i)*width-vg.Points(10), 0, 0)
		p.Draw(at)
		if i == 0 {
			drawRowNames(c, p.DataCanvas(at), p, rows, left)
		}
	}
	x, y := c.Min.X+vg.Points(14), c.Min.Y+vg.Points(10)
	style := labelStyle(noteSize)
	for _, e := range []struct {
		glyph draw.GlyphStyle
		text  string
	}{
		{draw.GlyphStyle{Color: ink, Radius: vg.Points(3.6), Shape: draw.RingGlyph{}}, "before"},
		{draw.GlyphStyle{Color: palette[1], Radius: vg.Points(3.2), Shape: draw.CircleGlyph{}}, "after, worse"},
		{draw.GlyphStyle{Color: palette[0], Radius: vg.Points(3.2), Shape: draw.CircleGlyph{}}, "after, better"},
		{draw.GlyphStyle{Color: grey, Radius: vg.Points(3.2), Shape: draw.CircleGlyph{}}, "same"},
	} {
		c.DrawGlyph(e.glyph, vg.Point{X: x, Y: y})
		c.FillText(style, vg.Point{X: x + vg.Points(7), Y: y}, e.text)
		x += textWidth(e.text, noteSize) + vg.Points(24)
	}
}

func drawRowNames(c, data draw.Canvas, p *plot.Plot, rows []ComparedRow, left vg.Length) {
	_, ty := p.Transforms(&data)
	style := labelStyle(noteSize)
	style.XAlign = draw.XRight
	for i := range rows {
		c.FillText(style, vg.Point{X: c.Min.X + left - vg.Points(2), Y: ty(-float64(i))}, truncate(oneLine(rows[i].Label), 60))
	}
}

// panelTitle names a metric with its unit, unless the ticks have it.
func panelTitle(metric, currency string) string {
	if currency != "" && currency != "USD" {
		return metric + " (" + currency + ")"
	}
	if i := metricIndex(metric); i >= 0 && metrics[i].Unit == "GiB·s" {
		return metric + " (GiB·s)"
	}
	return metric
}

// tickText writes a metric's value at a tick.
func tickText(metric, currency string, x float64) string {
	i := metricIndex(metric)
	switch {
	case i >= 0 && metrics[i].Unit == "s":
		return secondsTick(x)
	case i >= 0 && metrics[i].Money:
		return axisMoney(currency)(roundTo(x))
	case i >= 0 && metrics[i].Unit == "1":
		return number(roundTo(x*100)) + " %"
	}
	return short(roundTo(x))
}
