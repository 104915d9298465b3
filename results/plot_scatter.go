package results

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"

	"github.com/coldcurve/coldcurve/results/pages"
)

// mostNamed is how many points of a scatter have a name each.
const mostNamed = 24

// scatterPlot is what a scatter shows: things are what its points are, columns
// what its axes are, in words.
type scatterPlot struct {
	title           string
	xTitle, yTitle  string
	points          []scatterPoint
	references      []int // of the points
	things, columns string
	caption         string
	over            string // what intervals are over
}

// add adds the point of a row.
func (sp *scatterPlot) add(pt scatterPoint, row int, references []int) {
	if slices.Contains(references, row) {
		sp.references = append(sp.references, len(sp.points))
	}
	sp.points = append(sp.points, pt)
}

// figure draws a scatter with axes that suit its values. Of many points only some
// are named. It is nil for less than two points.
func (sp *scatterPlot) figure() *Figure {
	if len(sp.points) < 2 {
		return nil
	}
	if slices.ContainsFunc(sp.points, func(p scatterPoint) bool { return p.xHalf > 0 || p.yHalf > 0 }) {
		sp.caption += " Bars are 95 % intervals " + sp.over + "."
	}
	if slices.Contains(standings(sp.points), notTold) {
		sp.caption += " Not told apart is a point than which another is better by its means, and by less than can be told: their intervals, and 0.8 % of a quantile."
	}
	chosen := choosePoints(sp.points, sp.references, mostNamed, false, sp.columns)
	f := &Figure{Title: sp.title, Caption: sp.caption}
	f.compose = func(k look) drawing { return sp.compose(k, chosen.rows) }
	f.chart = func() *pages.Chart { return sp.chart(chosen.rows) }
	f.addNote(chosen.note("Named are", sp.things+", the others dots"))
	return f
}

// scatter is the points of a plot, with the Pareto fronts marked. Those that are
// named stand out; where there are many, the others are dots.
type scatter struct {
	look
	plot   *plot.Plot
	points []scatterPoint
	placed []vg.Point // on the canvas that labels were laid out on, those that are named
	fronts [][]int    // of points of one load, by x, as they are drawn
	loads  int        // how many
	named  []bool
	is     []frontStanding
	order  []int // of the named points: fronts first, whose labels get the best places
	names  pointNames
}

// compose lays the plot out: its size is known before its labels, and these before
// the key.
func (sp *scatterPlot) compose(k look, chosen []int) drawing {
	s, height := sp.laid(k, chosen)
	return k.single(s.plot, height, s.marks(), s.names.keyEntries(k.note))
}

// laid is the plot with a place for everything, and how high it is.
func (sp *scatterPlot) laid(k look, chosen []int) (*scatter, vg.Length) {
	p := k.newPlot(k.heading(sp.title), sp.xTitle, sp.yTitle)
	addGrid(p)
	s := newScatter(k, sp.points, chosen)
	p.Add(s)
	xs, ys := sp.spread()
	height := k.width * 0.6
	if k.narrow {
		height = k.width * 0.72
	}
	if len(chosen) > mostShown {
		height += vg.Length(len(chosen)-mostShown) * k.lineHeight() / 2
	}
	fitAxis(&p.X, xs, k.width*0.82)
	fitAxis(&p.Y, ys, 0)
	k.wrapTitles(p, k.width*0.8, height*0.72)
	s.plot = p
	s.lay(p.DataCanvas(emptyCanvas(k.bodySize(height))), p)
	return s, height
}

// spread is what the axes show.
func (sp *scatterPlot) spread() (xs, ys []float64) {
	for _, pt := range sp.points {
		xs = append(xs, ends(pt.x, pt.xHalf, pt.xMost)...)
		ys = append(ys, ends(pt.y, pt.yHalf, pt.yMost)...)
	}
	return xs, ys
}

// emptyCanvas is a canvas to lay something out on.
func emptyCanvas(size vg.Rectangle) draw.Canvas {
	return draw.Canvas{Canvas: new(recorder.Canvas), Rectangle: size}
}

// ends are a value and the ends of its interval that an axis shows: not those
// below 0 of what is not, nor above the most that there is (0: no most).
func ends(x, half, most float64) []float64 {
	if !(half > 0) {
		return []float64{x}
	}
	low, high := possible(x, half, most)
	if x > 0 && low <= 0 {
		return []float64{x, high}
	}
	return []float64{low, x, high}
}

// possible is an interval without what no value can be: below 0 where its middle is
// not, and above the most that there is (0: no most).
func possible(x, half, most float64) (low, high float64) {
	low, high = x-half, x+half
	if x >= 0 {
		low = max(low, 0)
	}
	if most > 0 {
		high = min(high, max(most, x))
	}
	return low, high
}

func newScatter(k look, points []scatterPoint, chosen []int) *scatter {
	s := &scatter{look: k, points: points, named: make([]bool, len(points)), is: standings(points)}
	for _, i := range chosen {
		s.named[i] = true
	}
	s.fronts, s.loads = drawnFronts(points, s.is)
	for _, front := range s.fronts {
		for _, i := range front {
			if s.named[i] {
				s.order = append(s.order, i)
			}
		}
	}
	for _, i := range chosen {
		if s.is[i] != onFront {
			s.order = append(s.order, i)
		}
	}
	return s
}

// drawnFronts are the points on the front of each load, by x, and how many loads
// there are.
func drawnFronts(points []scatterPoint, is []frontStanding) (out [][]int, loads int) {
	for _, front := range fronts(points) {
		load, drawn := points[front[0]].load, []int(nil)
		for _, i := range alongX(points) {
			if is[i] == onFront && points[i].load == load {
				drawn = append(drawn, i)
			}
		}
		loads++
		if len(drawn) > 0 {
			out = append(out, drawn)
		}
	}
	return out, loads
}

// places are where the points stand.
func (s *scatter) places(c draw.Canvas, p *plot.Plot) []vg.Point {
	tx, ty := p.Transforms(&c)
	at := make([]vg.Point, len(s.points))
	for i, pt := range s.points {
		at[i] = vg.Point{X: tx(on(&p.X, pt.x)), Y: ty(on(&p.Y, pt.y))}
	}
	return at
}

// lay finds a place for each label.
func (s *scatter) lay(c draw.Canvas, p *plot.Plot) {
	at := s.places(c, p)
	points, names := make([]vg.Point, len(s.order)), make([]string, len(s.order))
	for k, i := range s.order {
		points[k], names[k] = at[i], s.points[i].label
	}
	var lines, soft []vg.Rectangle
	for _, front := range s.fronts {
		lines = append(lines, boxesAlong(staircase(at, front))...)
	}
	for i := range at {
		if !s.named[i] {
			soft = append(soft, around(at[i], 1.1))
		}
		for _, bar := range s.bars(c, p, i) {
			soft = append(soft, boxesAlong(bar[:])...)
		}
	}
	s.placed = points
	s.names = nameAll(c.Rectangle, points, names, s.note, lines, soft)
}

// bars are the intervals of a point, cut to the plot.
func (s *scatter) bars(c draw.Canvas, p *plot.Plot, i int) (out [][2]vg.Point) {
	pt := &s.points[i]
	tx, ty := p.Transforms(&c)
	x, y := tx(on(&p.X, pt.x)), ty(on(&p.Y, pt.y))
	if pt.xHalf > 0 {
		from, to := interval(&p.X, pt.x, pt.xHalf, pt.xMost)
		out = append(out, [2]vg.Point{{X: tx(from), Y: y}, {X: tx(to), Y: y}})
	}
	if pt.yHalf > 0 {
		from, to := interval(&p.Y, pt.y, pt.yHalf, pt.yMost)
		out = append(out, [2]vg.Point{{X: x, Y: ty(from)}, {X: x, Y: ty(to)}})
	}
	return out
}

// interval is where x ± half begins and ends on an axis, cut to it and to what a value
// can be.
func interval(a *plot.Axis, x, half, most float64) (from, to float64) {
	low, high := possible(x, half, most)
	from, to = a.Min, on(a, high)
	if low > 0 || !isLog(a) {
		from = on(a, low)
	}
	return max(from, a.Min), min(to, a.Max)
}

func isLog(a *plot.Axis) bool {
	s, ok := a.Tick.Marker.(scale)
	return ok && s.log
}

// Plot draws the fronts as staircases, the intervals, the points, and the labels.
func (s *scatter) Plot(c draw.Canvas, p *plot.Plot) {
	at := s.places(c, p)
	for i := range s.points {
		if s.named[i] {
			for _, bar := range s.bars(c, p, i) {
				c.StrokeLines(draw.LineStyle{Color: s.colour(i), Width: vg.Points(0.7)}, bar[:])
			}
		}
	}
	s.drawCloud(c, at)
	for _, front := range s.fronts {
		if path := staircase(at, front); len(path) > 1 {
			c.StrokeLines(draw.LineStyle{Color: palette[1], Width: vg.Points(0.9), Dashes: []vg.Length{3, 2}}, path)
		}
	}
	for _, i := range slices.Backward(s.order) {
		c.DrawGlyph(s.glyph(i), at[i])
	}
	s.names.draw(c, s.note)
}

// drawCloud draws a dot for each point that is not named, one where several
// would cover each other.
func (s *scatter) drawCloud(c draw.Canvas, at []vg.Point) {
	type place struct {
		colour color.Color
		x, y   int
	}
	drawn := map[place]bool{}
	paths := map[color.Color]*vg.Path{}
	for i, p := range at {
		colour := s.colour(i)
		k := place{colour, int(math.Round(p.X.Points())), int(math.Round(p.Y.Points()))}
		if s.named[i] || drawn[k] {
			continue
		}
		drawn[k] = true
		if paths[colour] == nil {
			paths[colour] = new(vg.Path)
		}
		*paths[colour] = append(*paths[colour], around(p, vg.Points(1.1)).Path()...)
	}
	for _, colour := range []color.Color{ink, palette[0], grey, palette[2], palette[1]} {
		if path := paths[colour]; path != nil {
			c.SetColor(colour)
			c.Fill(*path)
		}
	}
}

// colour sets the front apart from what is worse on both axes, and bounds and what
// fails from both.
func (s *scatter) colour(i int) color.Color {
	switch {
	case s.points[i].bound:
		return grey
	case s.points[i].unfit != noFault:
		return ink
	case s.is[i] == onFront:
		return palette[1]
	case s.is[i] == notTold:
		return palette[2]
	}
	return palette[0]
}

func (s *scatter) glyph(i int) draw.GlyphStyle {
	style := draw.GlyphStyle{Color: s.colour(i), Radius: vg.Points(3.2), Shape: draw.CircleGlyph{}}
	switch pt := &s.points[i]; {
	case pt.estimate:
		style.Shape = dottedDiamond{}
	case pt.bound:
		style.Shape = openDiamond{}
	case pt.unfit != noFault:
		style.Shape = pt.unfit.glyph()
	case s.is[i] == notTold:
		style.Shape = draw.RingGlyph{}
	case s.is[i] == isBeaten:
		style.Shape = draw.BoxGlyph{}
		style.Radius = vg.Points(2.8)
	}
	return style
}

// staircase is a front's path.
func staircase(at []vg.Point, front []int) (path []vg.Point) {
	for _, i := range front {
		if n := len(path); n > 0 {
			path = append(path, vg.Point{X: at[i].X, Y: path[n-1].Y})
		}
		path = append(path, at[i])
	}
	return path
}

// boxesAlong are boxes around the segments of a path: of one that slopes, many
// small ones.
func boxesAlong(path []vg.Point) (out []vg.Rectangle) {
	const long = 8
	for i := 1; i < len(path); i++ {
		a, b := path[i-1], path[i]
		n := 1 + int(min(math.Abs(float64(b.X-a.X)), math.Abs(float64(b.Y-a.Y)))/long)
		for k := range n {
			from, to := onSegment(a, b, vg.Length(k)/vg.Length(n)), onSegment(a, b, vg.Length(k+1)/vg.Length(n))
			out = append(out, vg.Rectangle{Min: vg.Point{X: min(from.X, to.X), Y: min(from.Y, to.Y)}, Max: vg.Point{X: max(from.X, to.X), Y: max(from.Y, to.Y)}})
		}
	}
	return out
}

// marks are the kinds of points that the scatter has, and what they mean.
func (s *scatter) marks() (out []keyEntry) {
	var faults []fault
	for _, kind := range s.kinds() {
		for i := range s.points {
			if s.kind(i) != kind {
				continue
			}
			if f := s.points[i].unfit; kind == f.String() {
				faults = append(faults, f)
			} else {
				out = append(out, keyEntry{kind, glyphMark(s.glyph(i))})
			}
			break
		}
	}
	return append(out, faultKey(faults)...)
}

// kinds are those of the points, in the order in which they are explained.
func (s *scatter) kinds() (out []string) {
	order := []func(int) bool{
		func(i int) bool { return s.is[i] == onFront },
		func(i int) bool { return s.is[i] == notTold },
		func(i int) bool { return s.is[i] == isBeaten },
		func(i int) bool { return !s.points[i].bound },
		func(i int) bool { return !s.points[i].estimate },
		func(int) bool { return true },
	}
	for _, is := range order {
		for i := range s.points {
			if kind := s.kind(i); is(i) && !slices.Contains(out, kind) {
				out = append(out, kind)
			}
		}
	}
	return out
}

// kind says what a point is.
func (s *scatter) kind(i int) string {
	switch p := &s.points[i]; {
	case p.estimate:
		return "estimate of an offline bound"
	case p.bound:
		return "offline bound, no policy"
	case p.unfit != noFault:
		return p.unfit.String()
	case s.is[i] == onFront && s.loads > 1:
		return "on the Pareto front of its load"
	case s.is[i] == onFront:
		return "on the Pareto front"
	case s.is[i] == notTold:
		return "not told apart from a better one"
	}
	return "beaten by another"
}

var _ plot.Plotter = (*scatter)(nil)
