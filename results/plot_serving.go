package results

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// servingPlot is what requests to language models got, over a swept number: a
// panel a metric, a curve a choice.
type servingPlot struct {
	axis   string // the swept number, with its unit
	curves []servingCurve
	units  [len(servingPanels)]string // of times
}

// servingCurve is a combination of all but the swept number.
type servingCurve struct {
	label  string
	at     []float64                     // swept values, ascending
	value  [len(servingPanels)][]float64 // at each, NaN where there is none
	half   [len(servingPanels)][]float64 // half-widths of their intervals, NaN where there is none
	faults []fault                       // at each, noFault where the row is fit
}

// servingPanels are the panels.
var servingPanels = [...]struct{ metric, title string }{
	{"ttft_p50_s", "TTFT p50"}, {"tpot_p50_s", "TPOT p50"}, {"goodput_per_s", "goodput, requests/s"},
	{"ttft_p99_s", "TTFT p99"}, {"tpot_p99_s", "TPOT p99"}, {"output_tokens_per_s", "output tokens/s"},
	// of prefix caches
	{"prefix_hit_ratio", "prefix hits, %"}, {"kv_utilization", "KV blocks held, %"}, {"gpu_utilization", "GPU busy, %"},
}

// The places of two panels.
const (
	ttftP99    = 3
	prefixHits = 6
)

// order places the panels in rows of so many columns, the quantiles of a time one
// below the other, and those of prefix caches last, where prefixes were found.
func (sp *servingPlot) order(k look) (order []int, columns int) {
	order, columns = []int{0, 1, 2, 3, 4, 5, prefixHits, 7, 8}, 3
	if k.narrow {
		order, columns = []int{0, 1, 3, 4, 2, 5, prefixHits, 7}, 2
	}
	if !slices.ContainsFunc(sp.curves, func(c servingCurve) bool {
		return slices.ContainsFunc(c.value[prefixHits], func(x float64) bool { return x > 0 })
	}) {
		order = order[:6]
	}
	return order, columns
}

// servedRows returns the first row of each cell whose requests had tokens; bounds
// are none.
func servedRows(rows []Row) []Row {
	return slices.DeleteFunc(cellRows(rows), func(r Row) bool { return r.Bound || math.IsNaN(r.mean("ttft_p99_s")) })
}

// serving draws times to tokens, goodput and throughput over a swept number, a
// rate first; where there is none, the time to the first token against that for
// each token after it.
func (s *Set) serving(rows []Row) (*Figure, error) {
	rows = servedRows(rows)
	path := s.sweptPath()
	if path < 0 {
		return s.ttftAgainstTPOT(rows), nil
	}
	curves := s.servingCurves(rows, path)
	if len(curves) == 0 {
		return nil, nil
	}
	slow := make([]CostCurve, len(curves)) // of the slowest first tokens, by which curves are chosen
	for i, c := range curves {
		slow[i] = CostCurve{Load: c.at, Cost: c.value[ttftP99], faults: c.faults}
	}
	shown := chooseCurves(slow, "the first with a first token", "the last")
	column := s.pathColumns()[path]
	sp := servingPlot{axis: sweptWords(column.name, column.unit)}
	banded := false
	for _, i := range shown.rows {
		sp.curves = append(sp.curves, curves[i])
		for _, half := range curves[i].half {
			banded = banded || slices.ContainsFunc(half, func(h float64) bool { return h > 0 })
		}
	}
	over, _, _ := strings.Cut(sp.axis, ",")
	sp.scale()
	f := &Figure{Title: "Tokens over " + over, compose: sp.compose, chart: sp.chart, titleOver: true,
		Caption: "Requests to language models over the " + over + ": TTFT is the time from arrival to the first token, TPOT that for each token after it, each at its median and 99th percentile over requests; " +
			"goodput is requests served within the bounds of [goodput]. Where more arrives than is served, times grow with the length of the run."}
	if banded {
		f.Caption += " Bars at the points are 95 % intervals over replications."
	}
	f.addNote(shown.note("Shown are", "choices"))
	return f, nil
}

// servingCurves returns the curves over a path, one for each combination of all else.
func (s *Set) servingCurves(rows []Row, path int) (curves []servingCurve) {
	for _, choice := range combinations(rows, path, false) {
		c := servingCurve{label: truncate(choice.name, longestName)}
		for _, r := range choice.rows {
			c.at, c.faults = append(c.at, r.Values[path].Number), append(c.faults, r.fault().unbilled())
			for p, panel := range servingPanels {
				stat, _ := r.Stat(panel.metric)
				c.value[p] = append(c.value[p], asDrawn(panel.metric, stat.Mean))
				c.half[p] = append(c.half[p], asDrawn(panel.metric, stat.Half))
			}
		}
		curves = append(curves, c)
	}
	return curves
}

// ttftAgainstTPOT draws a point a row.
func (s *Set) ttftAgainstTPOT(rows []Row) *Figure {
	sp := &scatterPlot{over: s.overWords(), title: "Time to the first token against time per token", things: "cells", columns: "TTFT and TPOT",
		xTitle: "TPOT p99, ms", yTitle: "TTFT p99, s",
		caption: "Down and left is better. TTFT is the time from arrival to the first token, TPOT that for each token after it, both at the 99th percentile over requests."}
	names, references := labels(rows, false), s.references(rows)
	for i := range rows {
		x, _ := rows[i].Stat("tpot_p99_s")
		y, _ := rows[i].Stat("ttft_p99_s")
		if math.IsNaN(x.Mean) {
			continue
		}
		sp.add(scatterPoint{x: x.Mean * 1e3, y: y.Mean, xHalf: x.Half * 1e3, yHalf: y.Half, label: names[i],
			xOf: columnOf{&rows[i], "tpot_p99_s"}, yOf: columnOf{&rows[i], "ttft_p99_s"},
			unfit: rows[i].fault().unbilled(), load: loadKey(&rows[i], loadPaths(rows[i].Values, -1))}, i, references)
	}
	return sp.figure()
}

// compose lays the panels out on a common grid.
func (sp *servingPlot) compose(k look) drawing {
	order, columns := sp.order(k)
	lines := len(order) / columns
	height := vg.Length(lines)*1.5*vg.Inch + 0.35*vg.Inch
	tiles := draw.Tiles{Rows: lines, Cols: columns, PadX: vg.Points(8), PadY: k.tick + vg.Points(10), PadTop: k.tick + vg.Points(4)}
	plots := make([][]*plot.Plot, lines)
	for i, panel := range order {
		plots[i/columns] = append(plots[i/columns], sp.panel(k, panel, (k.width-vg.Points(40))/vg.Length(columns)-vg.Points(30), i/columns == lines-1))
	}
	canvases := plot.Align(plots, tiles, emptyCanvas(k.bodySize(height)))
	paths := make([][][]vg.Point, len(sp.curves))
	for i, panel := range order {
		p := plots[i/columns][i%columns]
		at := p.DataCanvas(canvases[i/columns][i%columns])
		for c := range sp.curves {
			paths[c] = append(paths[c], sp.path(at, p, c, panel))
		}
	}
	groups := coinciding(paths, func(i, j int) bool { return slices.Equal(sp.curves[i].faults, sp.curves[j].faults) })
	for i, panel := range order {
		plots[i/columns][i%columns].Add(&servingLines{sp, groups, panel})
	}
	return k.keyed(height, sp.keys(groups), func(c draw.Canvas) {
		canvases := plot.Align(plots, tiles, c)
		for r := range plots {
			for col, p := range plots[r] {
				p.Draw(canvases[r][col])
			}
		}
	})
}

// keys name the lines, and the marks of what is not fit.
func (sp *servingPlot) keys(groups [][]int) [][]keyEntry {
	var names []keyEntry
	var faults []fault
	for g, members := range groups {
		var labels []string
		for _, i := range members {
			labels = append(labels, sp.curves[i].label)
			faults = append(faults, sp.curves[i].faults...)
		}
		line, mark := sweptStyle(g)
		names = append(names, keyEntry{joinNames(labels), lineMark(line, mark)})
	}
	if len(sp.curves) == 1 {
		names = nil
	}
	return [][]keyEntry{names, faultKey(faults)}
}

// panel is the axes of one metric.
func (sp *servingPlot) panel(k look, panel int, width vg.Length, bottom bool) *plot.Plot {
	what := servingPanels[panel]
	p := k.newPlot("", "", "")
	addGrid(p)
	title := what.title
	if sp.units[panel] != "" {
		title += ", " + sp.units[panel]
	}
	p.Add(panelTitle{k, title})
	if bottom {
		p.X.Label.Text = sp.axis
		k.wrapTitles(p, width, 0)
	}
	xs, ys := sp.spread(panel)
	fitSwept(&p.X, xs, xs, width)
	fitFromZero(&p.Y, ys)
	return p
}

// spread is what the axes of a panel show.
func (sp *servingPlot) spread(panel int) (xs, ys []float64) {
	for i := range sp.curves {
		c := &sp.curves[i]
		xs = append(xs, c.at...)
		for j, y := range c.value[panel] {
			ys = append(ys, ends(y, c.half[panel][j], 0)...)
		}
	}
	return xs, ys
}

// fitFromZero gives an axis its range: from 0 on, lest what differs by a hair looks
// as if it were much, or logarithmic, where the values span more than a factor of 20.
func fitFromZero(a *plot.Axis, values []float64) {
	lo, hi, ok := span(values)
	switch {
	case ok && lo > 0 && hi/lo > 20:
		fitLog(a, values, 0)
		return
	case !ok || hi <= 0:
		hi = 1
	}
	setEven(a, 0, hi*1.06, 0)
	a.Min = -hi * 0.03
}

// panelTitle is a text over a panel's area, wherever its axes are.
type panelTitle struct {
	look
	text string
}

// Plot draws it.
func (t panelTitle) Plot(c draw.Canvas, _ *plot.Plot) {
	style := labelStyle(t.tick)
	style.XAlign, style.YAlign = draw.XCenter, draw.YBottom
	c.FillText(style, vg.Point{X: (c.Min.X + c.Max.X) / 2, Y: c.Max.Y + vg.Points(3)}, t.text)
}

// scale brings the times of each panel into the unit that suits them.
func (sp *servingPlot) scale() {
	for panel, what := range servingPanels {
		if metrics[metricIndex(what.metric)].Unit != "s" {
			continue
		}
		most := 0.0
		for i := range sp.curves {
			if _, hi, ok := span(sp.curves[i].value[panel]); ok {
				most = max(most, hi)
			}
		}
		unit, per := timeScale(most)
		sp.units[panel] = unit
		for i := range sp.curves {
			scaleAll(sp.curves[i].value[panel], per)
			scaleAll(sp.curves[i].half[panel], per)
		}
	}
}

func scaleAll(values []float64, by float64) {
	for i := range values {
		values[i] *= by
	}
}

// path is where a curve runs in a panel.
func (sp *servingPlot) path(c draw.Canvas, p *plot.Plot, curve, panel int) (out []vg.Point) {
	tx, ty := p.Transforms(&c)
	for j, x := range sp.curves[curve].at {
		if y := sp.curves[curve].value[panel][j]; !math.IsNaN(y) {
			out = append(out, vg.Point{X: tx(on(&p.X, x)), Y: ty(on(&p.Y, y))})
		}
	}
	return out
}

// servingLines is the lines of a panel, those that coincide once.
type servingLines struct {
	*servingPlot
	groups [][]int
	panel  int
}

// Plot draws the lines, then the intervals and the marks.
func (l *servingLines) Plot(c draw.Canvas, p *plot.Plot) {
	for pass := range 2 {
		for g, members := range l.groups {
			curve := &l.curves[members[0]]
			path := l.path(c, p, members[0], l.panel)
			line, mark := sweptStyle(g)
			if pass == 0 {
				c.StrokeLines(line, c.ClipLinesXY(path)...)
				continue
			}
			drawMarks(c, p, path, line, mark, curve.value[l.panel], curve.half[l.panel], curve.faults)
		}
	}
}
