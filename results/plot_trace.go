package results

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/coldcurve/coldcurve/sim"
)

// RatePlot draws a trace's rate over time: counts of buckets of the given
// width from the start. It returns nil where there are none.
func RatePlot(title string, step sim.Time, counts []uint64) *Figure {
	if len(counts) == 0 || step <= 0 {
		return nil
	}
	unit, per := timeUnit(float64(step) * float64(len(counts)) / float64(sim.Hour))
	width := float64(step) / float64(sim.Hour) * per
	var xy plotter.XYs
	top := 0.0
	for i, n := range counts {
		rate := float64(n) / (float64(step) / second)
		top = max(top, rate)
		xy = append(xy, plotter.XY{X: float64(i) * width, Y: rate}, plotter.XY{X: float64(i+1) * width, Y: rate})
	}
	p := newPlot(oneLine(title), "time ("+unit+")", "arrivals per second")
	addGrid(p)
	line := &plotter.Line{XYs: xy, LineStyle: draw.LineStyle{Color: palette[0], Width: vg.Points(0.9)}, FillColor: fade(0)}
	p.Add(line)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, float64(len(counts))*width, 0, max(top*1.05, 1e-9)
	p.X.Tick.Marker, p.Y.Tick.Marker = timeTicks{}, evenTicks{short}
	return singleFigure("rate", p, "Arrivals per second, averaged over buckets of "+seconds3(float64(step)/second)+".")
}

// PopularityPlot draws how unevenly invocations fall on functions: each
// function's number of invocations against its rank, and the share that the
// functions up to that rank have together. It returns nil where there is none.
func PopularityPlot(title string, invocations []uint64) *Figure {
	sorted := slices.Clone(invocations)
	slices.SortFunc(sorted, func(a, b uint64) int { return compareFloats(float64(b), float64(a)) })
	for len(sorted) > 0 && sorted[len(sorted)-1] == 0 {
		sorted = sorted[:len(sorted)-1]
	}
	if len(sorted) == 0 {
		return nil
	}
	var xy plotter.XYs
	for i, n := range sorted {
		if i > 0 && i < len(sorted)-1 && n == sorted[i-1] && n == sorted[i+1] {
			continue // in the middle of a step
		}
		xy = append(xy, plotter.XY{X: math.Log10(float64(i + 1)), Y: math.Log10(float64(n))})
	}
	p := newPlot(oneLine(title), "rank of the function", "invocations")
	addGrid(p)
	p.Add(&plotter.Line{XYs: xy, LineStyle: lineStyle(0)})
	setLog(&p.X, 0.9, math.Max(float64(len(sorted))*1.1, 2), short)
	setLog(&p.Y, math.Max(float64(sorted[len(sorted)-1])*0.8, 0.5), float64(sorted[0])*1.3, short)
	return singleFigure("popularity", p, "Invocations of each function by rank, both logarithmic: a straight line would be Zipf's law.")
}

// singleFigure is a figure of one plot without a legend.
func singleFigure(name string, p *plot.Plot, caption string) *Figure {
	return &Figure{Name: name, Title: p.Title.Text, Caption: caption, w: figureWidth, h: 3.8 * vg.Inch,
		draw: func(c draw.Canvas) {
			c.SetColor(paper)
			c.Fill(c.Rectangle.Path())
			p.Draw(draw.Crop(c, vg.Points(3), -vg.Points(10), vg.Points(2), -vg.Points(3)))
		}}
}
