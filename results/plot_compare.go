package results

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results/pages"
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
				d.span = c.span()
				panels = append(panels, d)
			}
		}
	}
	if len(panels) == 0 {
		return nil
	}
	f := &Figure{Name: "before-and-after", Title: "Before and after",
		Caption: "Each row before (ring) and after (dot); the line between them is orange where it became worse, blue where it became better. What did not change is grey."}
	if slices.ContainsFunc(panels, dumbbells.intervals) {
		f.Caption += " The bar at a dot is the 95 % interval of the difference; what moved by less than it (≈) is grey too."
	}
	if len(rows) < len(c.Rows) {
		f.Caption += fmt.Sprintf(" Shown are the %d rows of %d that moved most.", len(rows), len(c.Rows))
	}
	names := make([]string, len(rows))
	for i := range rows {
		names[i] = oneLine(rows[i].Label)
		if rows[i].Loses {
			names[i] += " ×"
		}
	}
	f.compose = func(k look) drawing { return composeDumbbells(k, names, panels) }
	f.chart = func() *pages.Chart { return dumbbellChart(names, panels) }
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
	currency string         // of its values, "" where they are no money
	span     costmodel.Span // of costs
	changes  []Change       // NaN where a row does not have it
}

// panelCurrencies are the currencies that a metric needs a panel each for; one
// panel, of none, where it is no money.
func panelCurrencies(rows []ComparedRow, metric string) []string {
	if i := metricIndex(metric); i < 0 || !metrics[i].Money {
		return []string{""}
	}
	return currenciesOf(rows, func(r *ComparedRow) string { return r.Currency })
}

func newDumbbells(rows []ComparedRow, metric, currency string) dumbbells {
	d := dumbbells{metric: metric, currency: currency}
	i := metricIndex(metric)
	money := i >= 0 && metrics[i].Money
	for i := range rows {
		found := Change{Metric: metric, A: nan, B: nan, Half: nan}
		for _, ch := range rows[i].Changes {
			if ch.Metric == metric && (!money || currency == rows[i].Currency) {
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

func (d dumbbells) intervals() bool {
	return slices.ContainsFunc(d.changes, func(c Change) bool { return c.Half > 0 && !math.IsNaN(c.B) })
}

// values are all that an axis shows.
func (d dumbbells) values() (out []float64) {
	for _, ch := range d.changes {
		out = append(out, asDrawn(d.metric, ch.A))
		out = append(out, ends(asDrawn(d.metric, ch.B), asDrawn(d.metric, ch.Half), asDrawn(d.metric, mostOf(d.metric)))...)
	}
	return stat.Defined(out)
}

var (
	afterGlyph  = draw.GlyphStyle{Radius: vg.Points(2.8), Shape: draw.CircleGlyph{}}
	beforeGlyph = draw.GlyphStyle{Color: ink, Radius: vg.Points(4), Shape: draw.RingGlyph{}}
)

// Plot draws the rows: the ring is wider than the dot, so that both are seen where
// they are at one place.
func (d dumbbells) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	place := func(x float64) vg.Length { return tx(on(&p.X, asDrawn(d.metric, x))) }
	for i := range d.changes {
		ch := &d.changes[i]
		y := ty(-float64(i))
		colour, _ := ch.look()
		hasA, hasB := !math.IsNaN(ch.A), !math.IsNaN(ch.B)
		if hasA && hasB {
			c.StrokeLine2(draw.LineStyle{Color: colour, Width: vg.Points(1.6)}, place(ch.A), y, place(ch.B), y)
		}
		if hasB {
			if ch.Half > 0 {
				from, to := interval(&p.X, asDrawn(d.metric, ch.B), asDrawn(d.metric, ch.Half), asDrawn(d.metric, mostOf(d.metric)))
				c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(0.7)}, tx(from), y, tx(to), y)
			}
			style := afterGlyph
			style.Color = colour
			c.DrawGlyph(style, vg.Point{X: place(ch.B), Y: y})
		}
		if hasA {
			c.DrawGlyph(beforeGlyph, vg.Point{X: place(ch.A), Y: y})
		}
	}
}

// look tells by a colour, and in words, whether a change is for the worse, where it is told.
func (c *Change) look() (color.Color, string) {
	switch {
	case c.untold():
		return grey, "after, ≈ not told from before"
	case c.worse() > 0:
		return palette[1], "after, worse"
	case c.worse() < 0:
		return palette[0], "after, better"
	}
	return grey, "after, the same"
}

// composeDumbbells lays the panels out beside each other, or one below the other,
// the rows' names at the left.
func composeDumbbells(k look, names []string, panels []dumbbells) drawing {
	widest := func(texts []string) (w vg.Length) {
		for _, text := range texts {
			w = max(w, textWidth(text, k.note))
		}
		return w
	}
	shown := names
	var numbers pointNames
	if widest(names) > k.width*0.36 { // a key has them
		numbers.key, shown = names, nil
		for i := range names {
			shown = append(shown, strconv.Itoa(i+1))
		}
	}
	left := widest(shown) + vg.Points(8)
	each := vg.Length(len(names))*max(k.lineHeight()*1.25, vg.Points(11)) + vg.Points(46)
	height := each
	if k.narrow {
		height = each * vg.Length(len(panels))
	}
	return k.keyed(height, [][]keyEntry{dumbbellKey(names, panels), numbers.keyEntries(k.note)}, func(c draw.Canvas) {
		room := c.Rectangle
		room.Min.X += left
		for i, r := range k.panels(len(panels), room) {
			at := draw.Canvas{Canvas: c.Canvas, Rectangle: r}
			p := panels[i].plot(k, r.Size().X)
			p.Draw(at)
			if i == 0 || k.narrow {
				drawRowNames(k, p.DataCanvas(at), p, shown, c.Min.X+left-vg.Points(4))
			}
		}
	})
}

// plot is one panel.
func (d dumbbells) plot(k look, width vg.Length) *plot.Plot {
	p := k.newPlot("", metricWords(d.metric, d.currency, d.span), "")
	k.wrapTitles(p, width*0.95, width)
	addGrid(p)
	p.Add(d)
	fitAxis(&p.X, d.values(), width*0.9)
	p.Y.Min, p.Y.Max = -float64(len(d.changes))+0.4, 0.6
	p.Y.Tick.Marker = plot.ConstantTicks(nil)
	p.Y.LineStyle.Width = 0
	return p
}

// dumbbellKey names what is shown.
func dumbbellKey(names []string, panels []dumbbells) (out []keyEntry) {
	seen := map[string]bool{}
	add := func(text string, style draw.GlyphStyle) {
		if !seen[text] {
			seen[text] = true
			out = append(out, keyEntry{text, glyphMark(style)})
		}
	}
	for _, d := range panels {
		for i := range d.changes {
			if !math.IsNaN(d.changes[i].A) {
				add("before", beforeGlyph)
			}
		}
	}
	for _, d := range panels {
		for i := range d.changes {
			if ch := &d.changes[i]; !math.IsNaN(ch.B) {
				style := afterGlyph
				colour, meaning := ch.look()
				style.Color = colour
				add(meaning, style)
			}
		}
	}
	if slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(n, " ×") }) {
		out = append(out, keyEntry{"× loses requests, before or after", nil})
	}
	return out
}

func drawRowNames(k look, data draw.Canvas, p *plot.Plot, names []string, right vg.Length) {
	_, ty := p.Transforms(&data)
	style := labelStyle(k.note)
	style.XAlign = draw.XRight
	for i, name := range names {
		data.FillText(style, vg.Point{X: right, Y: ty(-float64(i))}, name)
	}
}
