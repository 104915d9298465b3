package results

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/coldcurve/coldcurve/results/stat"
)

// cdfPlot is the distributions of a time of requests of some cells.
type cdfPlot struct {
	of        string // what is distributed
	curves    []cdfCurve
	lo, hi    float64 // seconds
	leastTail float64 // the least fraction that the tail shows
}

// cdfCurve is the distribution in one cell, pooled over replications.
type cdfCurve struct {
	label  string
	bound  bool
	unfit  fault
	points []Point
	band   []bandPoint // over replications; nil of one
}

// bandPoint is the 95 % interval over replications of the fraction that is as fast.
type bandPoint struct{ seconds, low, high float64 }

// latencyCDF draws the distribution of each cell's latency.
func (s *Set) latencyCDF(rows []Row) (*Figure, error) {
	cells := slices.DeleteFunc(cellRows(rows), func(r Row) bool { return !(r.mean("completed") > 0) })
	of := ofUsersWords(cells, "latency")
	what := "the latency of completed requests"
	if hasClients(cells) {
		what = "the time from users' first attempt to the answer, of users' requests that were answered"
	}
	if s.hasApplication() {
		return s.eventCDF(cells)
	}
	return s.cdf(cells, labels(cells, false), upperFirst(of), what, cdfPlot{of: of}, func(int) func(*Replication) *Histogram { return latencyOf })
}

// latencyOf is of users' requests where clients give up or ask again.
func latencyOf(r *Replication) *Histogram {
	if r.Users != nil {
		return r.Users.Latency
	}
	return r.Latency
}

// ttftCDF draws that of the time to the first token.
func (s *Set) ttftCDF(rows []Row) (*Figure, error) {
	cells := slices.DeleteFunc(cellRows(rows), func(r Row) bool { return math.IsNaN(r.mean("ttft_p99_s")) })
	return s.cdf(cells, labels(cells, false), "Time to the first token", "the time from arrival to the first token (TTFT)", cdfPlot{of: "TTFT"},
		func(int) func(*Replication) *Histogram { return ttftOf })
}

func ttftOf(r *Replication) *Histogram {
	if r.Serving == nil {
		return new(Histogram)
	}
	return r.Serving.TTFT
}

// cdf draws the distribution of a time in each cell: at the left the fraction that
// is as fast, at the right, on a logarithmic axis, the fraction that is slower,
// where the tail is seen. names are the cells', and of says of which of a cell's times.
func (s *Set) cdf(cells []Row, names []string, title, what string, p cdfPlot, of func(cell int) func(*Replication) *Histogram) (*Figure, error) {
	if len(cells) == 0 {
		return nil, nil
	}
	shown := s.choose(cells, mostShown)
	p.lo, p.leastTail = math.Inf(1), 1
	banded := false
	for _, i := range shown.rows {
		h, band, err := s.pooled(cells[i].Cell, of(i))
		if err != nil {
			return nil, err
		}
		p.curves = append(p.curves, cdfCurve{names[i], cells[i].Bound, cells[i].fault().unbilled(), h.CDF(), band})
		p.lo, p.hi = min(p.lo, leastTime(h)), max(p.hi, float64(max(h.Max(), 1))/second)
		p.leastTail = min(p.leastTail, 1/float64(h.Count()))
		banded = banded || band != nil
	}
	if math.IsInf(p.lo, 1) {
		p.lo = 1 / second
	}
	if p.hi < p.lo*1.5 { // one value: an axis needs some length
		p.lo, p.hi = p.lo/2, p.hi*2
	}
	p.leastTail = max(p.leastTail, 1e-5)
	f := &Figure{Title: title, compose: p.compose, chart: p.chart, titleOver: true,
		Caption: "Distribution of " + what + ", pooled over replications: the fraction that is as fast (further left is faster), and on a logarithmic axis the fraction that is slower. Values are within 0.8 %."}
	if banded {
		f.Caption += " Bands are 95 % intervals over replications."
	}
	f.addNote(shown.note("Shown are", "cells"))
	return f, nil
}

// bandPlaces are the latencies at which replications are compared: 50 a decade,
// from a microsecond to ten years.
const (
	bandPlaces    = 15 * bandPerDecade
	bandPerDecade = 50
)

func bandSeconds(k int) float64 { return 1e-6 * math.Pow(10, float64(k)/bandPerDecade) }

// pooled returns the times of all replications of a cell, and how the
// fractions differ between them.
func (s *Set) pooled(cell int, of func(*Replication) *Histogram) (*Histogram, []bandPoint, error) {
	n := len(s.Cells[cell].Replications)
	h := new(Histogram)
	values := make([][]float64, bandPlaces)
	for i := range n {
		r, err := s.unit(cell, i)
		if err != nil {
			return nil, nil, err
		}
		h.Merge(of(r))
		points := of(r).CDF()
		if n < 2 || len(points) == 0 {
			continue
		}
		j := 0
		for k := range values {
			for j+1 < len(points) && float64(points[j+1].Value)/second <= bandSeconds(k) {
				j++
			}
			values[k] = append(values[k], points[j].Fraction)
		}
	}
	var band []bandPoint
	for k := range values {
		if len(values[k]) > 1 {
			mean, half := stat.Interval(values[k], stat.Level)
			band = append(band, bandPoint{bandSeconds(k), max(mean-half, 0), min(mean+half, 1)})
		}
	}
	return h, band, nil
}

// compose lays the two panels out, beside each other or one below the other, and
// gives curves that coincide in both one line.
func (p *cdfPlot) compose(k look) drawing {
	height := k.width * 0.42
	axis := k.width * 0.37
	if k.narrow {
		height, axis = k.width*1.15, k.width*0.78
	}
	unit, per := timeScale(p.hi)
	body := k.newPlot("", p.of+", "+unit, "fraction of requests")
	tail := k.newPlot("", p.of+", "+unit, "fraction that is slower")
	for _, q := range []*plot.Plot{body, tail} {
		addGrid(q)
		setLog(&q.X, p.lo*per, p.hi*per, axis)
	}
	setEven(&body.Y, 0, 1, 0)
	setLog(&tail.Y, p.leastTail, 1, 0)
	rooms := k.panels(2, k.bodySize(height))
	bodyAt, tailAt := body.DataCanvas(emptyCanvas(rooms[0])), tail.DataCanvas(emptyCanvas(rooms[1]))
	inBody := func(c draw.Canvas, i int) []vg.Point { return stairs(bodyPath(c, body, p.curves[i].points, p.lo, per)) }
	inTail := func(c draw.Canvas, i int) []vg.Point {
		return stairs(tailPath(c, tail, p.curves[i].points, p.lo, per, p.leastTail))
	}
	paths := make([][][]vg.Point, len(p.curves))
	for i := range p.curves {
		paths[i] = [][]vg.Point{inBody(bodyAt, i), inTail(tailAt, i)}
	}
	groups := coinciding(paths, func(i, j int) bool { return p.curves[i].unfit == p.curves[j].unfit })
	lines := &curveSet{look: k, groups: groups}
	var key []keyEntry
	bounds := 0
	for g, members := range groups {
		style, mark := lineStyle(g), draw.GlyphStyle{Radius: vg.Points(2.6), Shape: glyph(g)}
		first := &p.curves[members[0]]
		var names []string
		allBound := true
		for _, i := range members {
			names = append(names, p.curves[i].label)
			allBound = allBound && p.curves[i].bound
		}
		if allBound {
			style.Color, style.Dashes = grey, dashes[bounds%len(dashes)]
			bounds++
		}
		if first.unfit != noFault {
			mark.Shape = first.unfit.glyph()
		}
		mark.Color = style.Color
		lines.styles, lines.marks = append(lines.styles, style), append(lines.marks, mark)
		key = append(key, keyEntry{first.unfit.after(joinNames(names)), lineMark(style, mark)})
	}
	body.Add(&bands{curves: p.curves, groups: groups, styles: lines.styles, per: per})
	tail.Add(&bands{curves: p.curves, groups: groups, styles: lines.styles, per: per, tail: true})
	body.Add(&panelLines{lines, inBody})
	tail.Add(&panelLines{lines, inTail})
	if len(p.curves) == 1 {
		key = nil
	}
	return k.keyed(height, [][]keyEntry{key}, func(c draw.Canvas) {
		for i, room := range k.panels(2, c.Rectangle) {
			[]*plot.Plot{body, tail}[i].Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: room})
		}
	})
}

// leastTime is where an axis of times begins for a curve, in seconds: at its hundredth
// or, where that is 0, the first quantile that is not. +Inf: all of it is 0, which an
// axis of logarithms has no place for, and lies on its edge.
func leastTime(h *Histogram) float64 {
	for _, q := range []float64{0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1} {
		if v := h.Quantile(q); v > 1 {
			return float64(v) / second
		}
	}
	return math.Inf(1)
}

// panels cuts a room into n beside each other, or one below the other.
func (k look) panels(n int, room vg.Rectangle) (out []vg.Rectangle) {
	const gap = vg.Length(8)
	size := room.Size()
	for i := range n {
		r := room
		if k.narrow {
			each := (size.Y - gap*vg.Length(n-1)) / vg.Length(n)
			r.Max.Y -= vg.Length(i) * (each + gap)
			r.Min.Y = r.Max.Y - each
		} else {
			each := (size.X - gap*vg.Length(n-1)) / vg.Length(n)
			r.Min.X += vg.Length(i) * (each + gap)
			r.Max.X = r.Min.X + each
		}
		out = append(out, r)
	}
	return out
}

// curveSet is lines in some panels, those of a group drawn once.
type curveSet struct {
	look
	groups [][]int
	styles []draw.LineStyle // of the groups
	marks  []draw.GlyphStyle
}

// panelLines is the lines of one panel: path is where a curve runs on a canvas.
type panelLines struct {
	*curveSet
	path func(c draw.Canvas, curve int) []vg.Point
}

// markEvery is the way along a curve from one of its marks to the next.
const markEvery = vg.Length(72)

// Plot draws the lines and on them, where there are several, marks at places of
// their own.
func (l *panelLines) Plot(c draw.Canvas, _ *plot.Plot) {
	for g, members := range l.groups {
		c.StrokeLines(l.styles[g], c.ClipLinesXY(l.path(c, members[0]))...)
	}
	if len(l.groups) < 2 {
		return
	}
	every := max(markEvery, vg.Length(len(l.groups))*vg.Points(9))
	for g, members := range l.groups {
		for _, at := range staggered(l.path(c, members[0]), g, len(l.groups), every) {
			if c.Contains(at) {
				c.DrawGlyph(l.marks[g], at)
			}
		}
	}
}

// bands draws the intervals over replications, under the lines.
type bands struct {
	curves []cdfCurve
	groups [][]int
	styles []draw.LineStyle
	per    float64
	tail   bool
}

// Plot draws a polygon for each group of curves.
func (b *bands) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for g, members := range b.groups {
		var upper, lower []vg.Point
		for _, q := range b.curves[members[0]].band {
			x := on(&p.X, q.seconds*b.per)
			low, high := q.low, q.high
			if b.tail {
				low, high = math.Log10(max(1-q.high, 1e-300)), math.Log10(max(1-q.low, 1e-300))
			}
			if x < p.X.Min || x > p.X.Max || high < p.Y.Min {
				continue
			}
			upper = append(upper, vg.Point{X: tx(x), Y: ty(min(high, p.Y.Max))})
			lower = append(lower, vg.Point{X: tx(x), Y: ty(max(low, p.Y.Min))})
		}
		if len(upper) > 1 {
			slices.Reverse(lower)
			c.FillPolygon(fade(b.styles[g].Color), append(upper, lower...))
		}
	}
}

// bodyPath is a CDF where it stands in its panel.
func bodyPath(c draw.Canvas, p *plot.Plot, points []Point, lo, per float64) []vg.Point {
	xs, ys := bodyValues(points, lo, per)
	return placed(c, p, xs, ys)
}

// bodyValues are the logarithms of a CDF's times and its fractions. Steps that are too
// small to be seen are left out; what is left of lo enters at it.
func bodyValues(points []Point, lo, per float64) (xs, ys []float64) {
	const visible = 0.0015
	last := -1.0
	for i, pt := range points {
		if pt.Fraction-last < visible && i != len(points)-1 && i != 0 {
			continue
		}
		last = pt.Fraction
		xs, ys = append(xs, logSeconds(pt.Value, lo, per)), append(ys, pt.Fraction)
	}
	return xs, ys
}

// tailPath is 1 − CDF where it stands in its panel.
func tailPath(c draw.Canvas, p *plot.Plot, points []Point, lo, per, least float64) []vg.Point {
	xs, ys := tailValues(points, lo, per, least)
	return placed(c, p, xs, ys)
}

// tailValues are the logarithms of 1 − CDF, down to least, and of its times.
func tailValues(points []Point, lo, per, least float64) (xs, ys []float64) {
	const visible = 0.007 // of a decade
	last := math.Inf(1)
	for _, pt := range points {
		y := math.Log10(max(1-pt.Fraction, least))
		if last-y < visible {
			continue
		}
		last = y
		xs, ys = append(xs, logSeconds(pt.Value, lo, per)), append(ys, y)
	}
	return xs, ys
}

func logSeconds(ns int64, lo, per float64) float64 {
	return math.Log10(max(float64(max(ns, 1))/second, lo) * per)
}
