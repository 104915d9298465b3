package results

import (
	"math"

	"gonum.org/v1/plot/plotter"
)

// latencyCDF draws the distribution of each cell's latency.
func (s *Set) latencyCDF(rows []Row) *Figure {
	cells := cellRows(rows)
	names := labels(cells, false)
	var curves []plotter.XYs
	var entries []legendEntry
	var kept []string
	lo, hi := math.Inf(1), 0.0
	p := newPlot("Latency", "latency from arrival to the end of service", "fraction of completed requests")
	addGrid(p)
	for i := range cells {
		h := s.Cells[cells[i].Cell].pooled()
		if h.Count() == 0 {
			continue
		}
		curve := cdfCurve(h)
		lo, hi = min(lo, float64(max(h.Quantile(0.001), 1))/second), max(hi, float64(max(h.Max(), 1))/second)
		line := &plotter.Line{XYs: curve, StepStyle: plotter.PostStep, LineStyle: lineStyle(len(curves))}
		if cells[i].Bound {
			line.LineStyle.Color = grey
		}
		p.Add(line)
		curves = append(curves, curve)
		entries, kept = append(entries, legendEntry{names[i], line}), append(kept, names[i])
	}
	if len(curves) == 0 {
		return nil
	}
	if hi < lo*1.5 { // one value: an axis needs some length
		lo, hi = lo/2, hi*2
	}
	setLog(&p.X, lo, hi, secondsTick)
	p.Y.Min, p.Y.Max = 0, 1
	p.Y.Tick.Marker = evenTicks{short}
	for _, c := range curves {
		logX(c, lo)
	}
	f := &Figure{Title: p.Title.Text,
		Caption: "Cumulative distribution of the latency of completed requests, pooled over replications; a curve further left is faster. Values are within 0.8 %."}
	f.w, f.h = figureSize(kept)
	f.draw = func(c drawCanvas) { drawWithLegend(p, entries, c) }
	if len(entries) == 1 {
		f.draw = func(c drawCanvas) { drawWithLegend(p, nil, c) }
		f.w = figureWidth
	}
	return f
}

// pooled returns the latencies of all replications of a cell.
func (c *Cell) pooled() *Histogram {
	h := new(Histogram)
	for _, r := range c.Replications {
		h.Merge(r.Latency)
	}
	return h
}

// cdfCurve returns the steps of a CDF in seconds. Steps that are too small to
// be seen are left out.
func cdfCurve(h *Histogram) plotter.XYs {
	const visible = 0.0008
	var out plotter.XYs
	last := -1.0
	points := h.CDF()
	for i, pt := range points {
		if pt.Fraction-last < visible && i != len(points)-1 && i != 0 {
			continue
		}
		last = pt.Fraction
		out = append(out, plotter.XY{X: float64(max(pt.Value, 1)) / second, Y: pt.Fraction})
	}
	return out
}

// logX turns the points' x into logarithms, and moves what is left of lo onto
// it, so that a curve enters at the edge.
func logX(xy plotter.XYs, lo float64) {
	for i := range xy {
		xy[i].X = math.Log10(max(xy[i].X, lo))
	}
}
