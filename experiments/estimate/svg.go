package estimate

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// The plot's frame, in pixels: the legend stands at the right of it.
const (
	plotWidth, plotHeight   = 860.0, 440.0
	plotLeft, plotRight     = 64.0, 610.0
	plotTop, plotBottom     = 16.0, 390.0
	plotAbove, plotLineStep = 20.0, 20.0
)

// lineColours are of Okabe and Ito (2008), told apart with any colour vision.
var lineColours = []string{"#0072B2", "#D55E00", "#009E73", "#CC79A7"}

// axis maps a positive value to pixels on a logarithmic scale.
type axis struct{ low, high, from, to float64 }

func newAxis(values []float64, from, to float64) axis {
	a := axis{math.Inf(1), math.Inf(-1), from, to}
	for _, v := range values {
		if v > 0 {
			a.low, a.high = min(a.low, v), max(a.high, v)
		}
	}
	a.low, a.high = a.low/1.15, a.high*1.15
	return a
}

func (a axis) at(v float64) float64 {
	return a.from + (math.Log(v)-math.Log(a.low))/(math.Log(a.high)-math.Log(a.low))*(a.to-a.from)
}

// ticks are the powers of ten on the axis, and twice and five times them where
// there are few.
func (a axis) ticks() (out []float64) {
	steps := []float64{1}
	if a.high/a.low < 1000 {
		steps = []float64{1, 2, 5}
	}
	for e := math.Floor(math.Log10(a.low)); e <= math.Ceil(math.Log10(a.high)); e++ {
		for _, m := range steps {
			if v := m * math.Pow(10, e); v >= a.low && v <= a.high {
				out = append(out, v)
			}
		}
	}
	return out
}

// SVG draws cost over load, both logarithmic, with today's load as a dashed
// line and a ring at each crossing.
func (b *BreakEven) SVG() string {
	var xs, ys []float64
	for i := range b.Curves {
		xs, ys = append(xs, b.Curves[i].Load...), append(ys, b.Curves[i].Cost...)
	}
	x, y := newAxis(xs, plotLeft, plotRight), newAxis(ys, plotBottom, plotTop)
	s := new(strings.Builder)
	fmt.Fprintf(s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img" aria-label="Cost over load" font-family="'Liberation Sans',Arial,sans-serif" font-size="12" fill="currentColor">`+"\n", plotWidth, plotHeight)
	for _, v := range x.ticks() {
		fmt.Fprintf(s, `<path d="M%.1f %gV%g" stroke="currentColor" stroke-opacity=".15"/><text x="%.1f" y="%g" text-anchor="middle">%s</text>`+"\n",
			x.at(v), plotTop, plotBottom, x.at(v), plotBottom+plotAbove, digits(v, 3))
	}
	for _, v := range y.ticks() {
		fmt.Fprintf(s, `<path d="M%g %.1fH%g" stroke="currentColor" stroke-opacity=".15"/><text x="%g" y="%.1f" text-anchor="end">$%s</text>`+"\n",
			plotLeft, y.at(v), plotRight, plotLeft-6, y.at(v)+4, digits(v, 3))
	}
	fmt.Fprintf(s, `<text x="%g" y="%g" text-anchor="middle">requests a second</text>`+"\n", (plotLeft+plotRight)/2, plotBottom+2*plotAbove)
	b.drawToday(s, x)
	for i := range b.Curves {
		c := &b.Curves[i]
		var points []string
		for j := range c.Load {
			if c.Cost[j] > 0 {
				points = append(points, fmt.Sprintf("%.1f,%.1f", x.at(c.Load[j]), y.at(c.Cost[j])))
			}
		}
		colour := lineColours[i%len(lineColours)]
		fmt.Fprintf(s, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), colour)
		at := plotTop + plotLineStep*float64(i+1)
		fmt.Fprintf(s, `<path d="M%g %gh22" stroke="%s" stroke-width="2"/><text x="%g" y="%g">%s</text>`+"\n",
			plotRight+14, at-4, colour, plotRight+42, at, html.EscapeString(c.Plan))
	}
	for i := range b.Crossings {
		c := &b.Crossings[i]
		if c.Cost > 0 {
			fmt.Fprintf(s, `<circle cx="%.1f" cy="%.1f" r="5" fill="none" stroke="currentColor" stroke-width="1.5"/>`+"\n", x.at(c.Load), y.at(c.Cost))
		}
		if c.Cost > 0 && c.Interval != nil {
			fmt.Fprintf(s, `<path d="M%.1f %.1fH%.1f" stroke="currentColor" stroke-width="1.5"/>`+"\n", x.at(c.Interval.Low), y.at(c.Cost), x.at(c.Interval.High))
		}
	}
	s.WriteString("</svg>\n")
	return s.String()
}

func (b *BreakEven) drawToday(s *strings.Builder, x axis) {
	fmt.Fprintf(s, `<path d="M%.1f %gV%g" stroke="currentColor" stroke-dasharray="5 3"/><text x="%.1f" y="%g">today</text>`+"\n",
		x.at(b.Today), plotTop, plotBottom, x.at(b.Today)+4, plotTop+10)
}
