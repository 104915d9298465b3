package results

import (
	"cmp"
	"math"
	"slices"

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
	return &Figure{Name: "rate", Title: oneLine(title), Caption: "Arrivals per second, averaged over buckets of " + seconds3(float64(step)/second) + ".",
		compose: func(k look) drawing {
			p := k.newPlot(fitted(k.heading(oneLine(title)), k.title, k.width*0.8), "time, "+unit, "arrivals, 1/s")
			addGrid(p)
			p.Add(&plotter.Line{XYs: xy, LineStyle: draw.LineStyle{Color: palette[0], Width: vg.Points(0.9)}, FillColor: fade(palette[0])})
			setEven(&p.X, 0, float64(len(counts))*width, k.width*0.82)
			setTime(&p.X)
			setEven(&p.Y, 0, cmp.Or(top*1.05, 1), 0)
			return k.single(p, k.width*0.55)
		}}
}

// PopularityPlot draws how unevenly invocations fall on functions: each
// function's number of invocations against its rank. It returns nil where there
// is none.
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
	return &Figure{Name: "popularity", Title: oneLine(title),
		Caption: "Invocations of each function by rank, both logarithmic: a straight line would be Zipf's law.",
		compose: func(k look) drawing {
			p := k.newPlot(fitted(k.heading(oneLine(title)), k.title, k.width*0.8), "rank of the function", "invocations")
			addGrid(p)
			p.Add(&plotter.Line{XYs: xy, LineStyle: lineStyle(0)})
			if len(xy) < 3 { // a line of one point is not seen
				p.Add(&plotter.Scatter{XYs: xy, GlyphStyle: draw.GlyphStyle{Color: palette[0], Radius: vg.Points(2.5), Shape: draw.CircleGlyph{}}})
			}
			setLog(&p.X, 0.9, math.Max(float64(len(sorted))*1.1, 2), k.width*0.82)
			setLog(&p.Y, math.Max(float64(sorted[len(sorted)-1])*0.8, 0.5), float64(sorted[0])*1.3, 0)
			return k.single(p, k.width*0.55)
		}}
}
