package results

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"github.com/coldcurve/coldcurve/results/pages"
)

// chartAxis is an axis of a chart: its range and its kind are those that fit gives the
// drawing's.
func chartAxis(title string, fit func(*plot.Axis)) pages.Axis {
	a := &plot.New().X
	fit(a)
	out := pages.Axis{Title: title, Min: pages.Number(a.Min), Max: pages.Number(a.Max)}
	s, ok := a.Tick.Marker.(scale)
	if !ok {
		return out
	}
	out.Log, out.Time = s.log, s.time
	if s.log {
		out.Min, out.Max = pages.Number(math.Pow(10, a.Min)), pages.Number(math.Pow(10, a.Max))
		out.Ticks = s.values
		if !math.IsNaN(s.zero) {
			out.Zero = pages.Number(math.Pow(10, s.zero))
		}
	}
	return out
}

// chartColour is the palette's colour, or ink or grey.
func chartColour(c color.Color) int {
	switch i := slices.IndexFunc(palette, func(p color.RGBA) bool { return p == c }); {
	case i >= 0:
		return i
	case c == grey:
		return pages.Grey
	}
	return pages.Ink
}

// chartMark is the name of glyph i.
func chartMark(i int) string {
	return []string{"ring", "square", "triangle", "diamond", "plus", "down"}[i%6]
}

// chartMark is that of rows with a fault.
func (f fault) chartMark() string {
	switch f {
	case missesSLO:
		return "plus"
	case counterfactualBill:
		return "triangle"
	}
	return "cross"
}

// chartFaults are points of their own, over the curves that they are of: those that are
// not fit, a series a fault.
type chartFaults struct {
	series []pages.Series
}

func (c *chartFaults) add(f fault, label string, x, y float64) {
	if f == noFault || math.IsNaN(y) {
		return
	}
	i := slices.IndexFunc(c.series, func(s pages.Series) bool { return s.Name == f.String() })
	if i < 0 {
		i = len(c.series)
		c.series = append(c.series, pages.Series{Name: f.String(), Kind: pages.Point, Colour: pages.Ink, Mark: f.chartMark()})
	}
	s := &c.series[i]
	s.X, s.Y, s.Labels = append(s.X, x), append(s.Y, y), append(s.Labels, label)
}

// halves are half-widths, or nil where there is none.
func halves(h []float64) pages.Numbers {
	if !slices.ContainsFunc(h, func(x float64) bool { return x > 0 }) {
		return nil
	}
	return h
}

// scaled are values times a factor.
func scaled(values []float64, by float64) pages.Numbers {
	out := slices.Clone(values)
	scaleAll(out, by)
	return out
}
