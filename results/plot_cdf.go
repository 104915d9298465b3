package results

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// latencyCDF draws the distribution of each cell's latency: at the left the
// fraction that is as fast, at the right, on a logarithmic axis, the fraction
// that is slower, where the tail is seen.
func (s *Set) latencyCDF(rows []Row) (*Figure, error) {
	cells := slices.DeleteFunc(cellRows(rows), func(r Row) bool { return !(r.mean("completed") > 0) })
	if len(cells) == 0 {
		return nil, nil
	}
	shown := s.choose(cells, mostShown)
	names := labels(cells, false)
	histograms := make([]*Histogram, len(shown.rows))
	lo, hi, least := math.Inf(1), 0.0, 1.0
	for k, i := range shown.rows {
		h, err := s.pooled(cells[i].Cell)
		if err != nil {
			return nil, err
		}
		histograms[k] = h
		lo, hi = min(lo, float64(max(h.Quantile(0.01), 1))/second), max(hi, float64(max(h.Max(), 1))/second)
		least = min(least, 1/float64(h.Count()))
	}
	if hi < lo*1.5 { // one value: an axis needs some length
		lo, hi = lo/2, hi*2
	}
	least = max(least, 1e-5)
	body := newPlot("Latency", "latency, arrival to end of service", "fraction of completed requests")
	tail := newPlot("Tail", "latency, arrival to end of service", "fraction that is slower")
	addGrid(body)
	addGrid(tail)
	var entries []legendEntry
	var kept []string
	bounds := 0
	for k, i := range shown.rows {
		style := lineStyle(len(entries))
		if cells[i].Bound {
			style.Color, style.Dashes = grey, dashes[bounds%len(dashes)]
			bounds++
		}
		line := &plotter.Line{XYs: cdfCurve(histograms[k], lo), StepStyle: plotter.PostStep, LineStyle: style}
		body.Add(line)
		tail.Add(&plotter.Line{XYs: tailCurve(histograms[k], lo, least), StepStyle: plotter.PostStep, LineStyle: style})
		entries, kept = append(entries, legendEntry{names[i], line}), append(kept, names[i])
	}
	setLog(&body.X, lo, hi, secondsTick)
	setLog(&tail.X, lo, hi, secondsTick)
	setLog(&tail.Y, least, 1, short)
	body.Y.Min, body.Y.Max, body.Y.Tick.Marker = 0, 1, evenTicks{short}
	if len(entries) == 1 {
		entries, kept = nil, nil
	}
	f := &Figure{Title: body.Title.Text,
		Caption: "Distribution of the latency of completed requests, pooled over replications: the fraction that is as fast (further left is faster), and on a logarithmic axis the fraction that is slower. Values are within 0.8 %."}
	f.w, f.h = figureSize(kept)
	f.w += 3.2 * vg.Inch
	f.draw = func(c draw.Canvas) { drawPairWithLegend([]*plot.Plot{body, tail}, entries, c) }
	f.addNote(shown.note("Shown are", "cells"))
	return f, nil
}

// pooled returns the latencies of all replications of a cell.
func (s *Set) pooled(cell int) (*Histogram, error) {
	h := new(Histogram)
	for n := range s.Cells[cell].Replications {
		r, err := s.unit(cell, n)
		if err != nil {
			return nil, err
		}
		h.Merge(r.Latency)
	}
	return h, nil
}

// cdfCurve returns the steps of a CDF over the logarithm of seconds. Steps
// that are too small to be seen are left out; what is left of lo enters at it.
func cdfCurve(h *Histogram, lo float64) plotter.XYs {
	const visible = 0.0015
	var out plotter.XYs
	last := -1.0
	points := h.CDF()
	for i, pt := range points {
		if pt.Fraction-last < visible && i != len(points)-1 && i != 0 {
			continue
		}
		last = pt.Fraction
		out = append(out, plotter.XY{X: logSeconds(pt.Value, lo), Y: pt.Fraction})
	}
	return out
}

// tailCurve returns the steps of 1 − CDF, both axes logarithmic, down to least.
func tailCurve(h *Histogram, lo, least float64) plotter.XYs {
	const visible = 0.007 // of a decade
	var out plotter.XYs
	last := math.Inf(1)
	for _, pt := range h.CDF() {
		y := math.Log10(max(1-pt.Fraction, least))
		if last-y < visible {
			continue
		}
		last = y
		out = append(out, plotter.XY{X: logSeconds(pt.Value, lo), Y: y})
	}
	return out
}

func logSeconds(ns int64, lo float64) float64 {
	return math.Log10(max(float64(max(ns, 1))/second, lo))
}
