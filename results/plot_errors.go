package results

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// mostCourses is how many triggers of cells the plot of errors over time has.
const mostCourses = 7

// errorsPlot is what came from outside over time: what part of it failed, and the p99 of
// what did not.
type errorsPlot struct {
	courses []meanCourse
	names   []string
	outages []outageWindow
	hours   [2]float64 // of the windows of all cells
}

// meanCourse is a trigger over time, averaged over replications: NaN where nothing came,
// or nothing went well.
type meanCourse struct{ hours, failed, p99 []float64 }

type outageWindow struct{ from, to float64 } // h

// errorsOverTime draws what failed over time, beside what did not answer; nil where
// nothing failed and nothing did not answer.
func (s *Set) errorsOverTime(rows []Row) (*Figure, error) {
	cells := s.ofApplications(rows)
	short := labels(cells, false)
	p := &errorsPlot{}
	left := 0
	troubled := false
	for i := range cells {
		c := &s.Cells[cells[i].Cell]
		g := c.Application
		p.addOutages(g.Graph)
		all, err := s.courses(cells[i].Cell)
		if err != nil {
			return nil, err
		}
		for k, course := range all {
			if course.hours == nil {
				continue
			}
			if len(p.courses) == mostCourses {
				left++
				continue
			}
			name := short[i]
			switch {
			case len(cells) == 1:
				name = g.Triggers[k].Name
			case len(g.Triggers) > 1:
				name += ", " + g.Triggers[k].Name
			}
			p.courses, p.names = append(p.courses, course), append(p.names, truncate(oneLine(name), longestName))
			troubled = troubled || slices.ContainsFunc(course.failed, func(x float64) bool { return x > 0 })
		}
		p.reach(c.Replications[0].Window)
	}
	if len(p.courses) == 0 || !troubled && len(p.outages) == 0 {
		return nil, nil
	}
	f := &Figure{Title: "Errors over time", compose: p.compose, chart: p.chart,
		Caption: "What came from outside, by when it came: the part that failed, timed out, was turned away or given up, and the p99 of the time of what did not fail, to within 1/32."}
	if len(p.outages) > 0 {
		f.Caption += " Grey: something did not answer."
	}
	if left > 0 {
		f.addNote("Shown are the first " + thousands(mostCourses) + " of " + thousands(float64(mostCourses+left)) + " triggers; courses.csv has all")
	}
	return f, nil
}

// reach widens the axis of time to a cell's window.
func (p *errorsPlot) reach(w sim.Window) {
	from, to := float64(w.Warmup)/float64(sim.Hour), float64(w.Horizon)/float64(sim.Hour)
	if p.hours[0] < p.hours[1] {
		from, to = min(from, p.hours[0]), max(to, p.hours[1])
	}
	p.hours = [2]float64{from, to}
}

// addOutages adds the windows of a graph's outages, each once.
func (p *errorsPlot) addOutages(g *flows.Graph) {
	if g == nil {
		return
	}
	for k := range g.Outages {
		w := outageWindow{float64(g.Outages[k].From) / float64(sim.Hour), float64(g.Outages[k].To) / float64(sim.Hour)}
		if !slices.Contains(p.outages, w) {
			p.outages = append(p.outages, w)
		}
	}
}

// courses are those of a cell's triggers, steps joined until there are at most
// panelBuckets. The p99 of joined steps is the largest of theirs.
func (s *Set) courses(cell int) ([]meanCourse, error) {
	c := &s.Cells[cell]
	out := make([]meanCourse, len(c.Application.Triggers))
	ends := make([][]flows.Ends, len(out))
	worst, known := make([][]float64, len(out)), make([][]float64, len(out))
	for n := range c.Replications {
		r, err := s.unit(cell, n)
		if err != nil {
			return nil, err
		}
		for k := range r.Application.Courses {
			course := &r.Application.Courses[k]
			if len(course.Done) == 0 {
				continue
			}
			by := (len(course.Done) + panelBuckets - 1) / panelBuckets
			size := (len(course.Done) + by - 1) / by
			if ends[k] == nil {
				ends[k], worst[k], known[k], out[k].hours = make([]flows.Ends, size), make([]float64, size), make([]float64, size), make([]float64, size)
			}
			for b := range size {
				from, to := b*by, min((b+1)*by, len(course.Done))
				out[k].hours[b] = float64(r.Window.Warmup+sim.Time(from)*SeriesStep(r.Window.Length())) / float64(sim.Hour)
				top := int64(0)
				for j := from; j < to; j++ {
					e := course.ends(j)
					ends[k][b].Add(&e)
					top = max(top, course.P99[j])
				}
				if top > 0 {
					worst[k][b] += float64(top) / second
					known[k][b]++
				}
			}
		}
	}
	for k := range out {
		for b := range out[k].hours {
			e := ends[k][b]
			out[k].failed = append(out[k].failed, Ratio{lost(e), asked(e)}.Float())
			out[k].p99 = append(out[k].p99, where(known[k][b] > 0, worst[k][b]/known[k][b]))
		}
	}
	return out, nil
}

// compose lays out the two plots, one above the other, on one axis of time.
func (p *errorsPlot) compose(k look) drawing {
	unit, per := timeUnit(p.hours[1] - p.hours[0])
	timeName, timePer := timeScale(p.largest(func(c *meanCourse) []float64 { return c.p99 }))
	failed := p.panel(k, k.heading("Errors over time"), "failed, %", per, 100, func(c *meanCourse) []float64 { return c.failed })
	p99 := p.panel(k, "", "p99, "+timeName, per, timePer, func(c *meanCourse) []float64 { return c.p99 })
	p99.X.Label.Text = "time of arrival, " + unit
	var key []keyEntry
	for i, name := range p.names {
		key = append(key, keyEntry{name, lineMark(lineStyle(i), draw.GlyphStyle{})})
	}
	if len(p.outages) > 0 {
		key = append(key, keyEntry{"something did not answer", areaMark(outageColour)})
	}
	height := max(k.width*0.55, 3*vg.Inch)
	return k.keyed(height, [][]keyEntry{key}, func(c draw.Canvas) {
		plots := [][]*plot.Plot{{failed}, {p99}}
		canvases := plot.Align(plots, draw.Tiles{Rows: 2, Cols: 1, PadY: vg.Points(6)}, c)
		failed.Draw(canvases[0][0])
		p99.Draw(canvases[1][0])
	})
}

var outageColour = color.RGBA{0xE2, 0xE2, 0xE2, 0xFF}

// panel draws one of them; scale makes of a value what the axis has.
func (p *errorsPlot) panel(k look, title, label string, per, scale float64, of func(*meanCourse) []float64) *plot.Plot {
	q := k.newPlot(title, "", label)
	top := 1.04 * p.largest(of) * scale
	if top == 0 {
		top = 1
	}
	for _, w := range p.outages {
		from, to := max(w.from, p.hours[0])*per, min(w.to, p.hours[1])*per
		if from < to {
			q.Add(&plotter.Polygon{XYs: []plotter.XYs{{{X: from, Y: 0}, {X: to, Y: 0}, {X: to, Y: top}, {X: from, Y: top}}}, Color: outageColour})
		}
	}
	addGrid(q)
	for i := range p.courses {
		c := &p.courses[i]
		for _, run := range known(c.hours, of(c)) {
			for j := range run {
				run[j].X *= per
				run[j].Y *= scale
			}
			q.Add(&plotter.Line{XYs: run, LineStyle: lineStyle(i)})
		}
	}
	setEven(&q.X, p.hours[0]*per, p.hours[1]*per, k.width-vg.Points(60))
	setTime(&q.X)
	setEven(&q.Y, 0, top, 0)
	return q
}

// largest returns the largest value that is known; 0: none is.
func (p *errorsPlot) largest(of func(*meanCourse) []float64) (most float64) {
	for i := range p.courses {
		for _, y := range of(&p.courses[i]) {
			if y > most { // which what is not known is not
				most = y
			}
		}
	}
	return most
}

// known cuts a line at what is not known; what stands alone is a line of no length.
func known(x, y []float64) (runs []plotter.XYs) {
	open := false
	for j := range x {
		if math.IsNaN(y[j]) {
			open = false
			continue
		}
		if !open {
			runs, open = append(runs, nil), true
		}
		last := len(runs) - 1
		runs[last] = append(runs[last], plotter.XY{X: x[j], Y: y[j]})
	}
	return runs
}
