package results

import (
	"math"

	"gonum.org/v1/plot"

	"github.com/coldcurve/coldcurve/results/pages"
)

// chart is the data of the two panels.
func (p *cdfPlot) chart() *pages.Chart {
	unit, per := timeScale(p.hi)
	across := chartAxis(p.of+", "+unit, func(a *plot.Axis) { setLog(a, p.lo*per, p.hi*per, 0) })
	body := pages.Panel{X: across, Y: chartAxis("fraction of requests", func(a *plot.Axis) { setEven(a, 0, 1, 0) })}
	tail := pages.Panel{X: across, Y: chartAxis("fraction that is slower", func(a *plot.Axis) { setLog(a, p.leastTail, 1, 0) })}
	bounds := 0
	for i := range p.curves {
		c := &p.curves[i]
		s := pages.Series{Name: c.unfit.after(c.label), Kind: pages.Step, Colour: (i - bounds) % len(palette), Dash: (i - bounds) % len(dashes)}
		if c.bound {
			s.Colour, s.Dash = pages.Grey, bounds%len(dashes)
			bounds++
		}
		inTail := s
		xs, ys := bodyValues(c.points, p.lo, per)
		s.X, s.Y = powers(xs), ys
		xs, ys = tailValues(c.points, p.lo, per, p.leastTail)
		inTail.X, inTail.Y = powers(xs), powers(ys)
		for _, q := range c.band {
			x := q.seconds * per
			if x < p.lo*per || x > p.hi*per {
				continue
			}
			if s.Band == nil {
				s.Band, inTail.Band = new(pages.Band), new(pages.Band)
			}
			s.Band.X, s.Band.Low, s.Band.High = append(s.Band.X, x), append(s.Band.Low, q.low), append(s.Band.High, q.high)
			if 1-q.low >= p.leastTail {
				inTail.Band.X = append(inTail.Band.X, x)
				inTail.Band.Low, inTail.Band.High = append(inTail.Band.Low, 1-q.high), append(inTail.Band.High, 1-q.low)
			}
		}
		body.Series, tail.Series = append(body.Series, s), append(tail.Series, inTail)
	}
	return &pages.Chart{Panels: []pages.Panel{body, tail}}
}

// powers are ten to each.
func powers(logs []float64) pages.Numbers {
	out := make(pages.Numbers, len(logs))
	for i, x := range logs {
		out[i] = math.Pow(10, x)
	}
	return out
}
