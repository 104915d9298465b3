package hardware

import (
	"math"
	"slices"
)

// line is a function of one variable: straight between its knots, and beyond
// them as between the last two. It never clips.
type line struct {
	x axis
	y []float64
}

// at returns the value at x.
func (l *line) at(x float64) float64 {
	if len(l.y) == 1 {
		return l.y[0]
	}
	i, w := l.x.weight(x)
	return mix(l.y[i], l.y[i+1], w)
}

// through returns the line through those points that have a value. The points ascend.
func through(x, y []float64) line {
	var l line
	var knots []float64
	for i := range x {
		if !math.IsNaN(y[i]) {
			knots, l.y = append(knots, x[i]), append(l.y, y[i])
		}
	}
	l.x = newAxis(knots)
	return l
}

// extended returns the line with a far knot, so that it goes on beyond its last as it does
// from the half of that: where knots are close, the last two alone would say what
// the noise of one does.
func (l line) extended() line {
	const far = 64
	k := l.x.knots
	if len(k) < 2 {
		return l
	}
	last := len(k) - 1
	half := search(k, k[last]/2)
	slope := (l.y[last] - l.y[half]) / (k[last] - k[half])
	x := far * k[last]
	return line{x: newAxis(append(slices.Clone(k), x)), y: append(slices.Clone(l.y), l.y[last]+float64((x-k[last])*slope))}
}

// sum returns the sum of some lines, each times its factor. Each piece of it
// is straight where all of theirs are, so nothing is lost.
func sum(lines []line, factors []float64) line {
	var knots []float64
	for _, l := range lines {
		knots = append(knots, l.x.knots...)
	}
	all := line{x: newAxis(knots)}
	all.y = make([]float64, len(all.x.knots))
	for i, l := range lines {
		for j, x := range all.x.knots {
			all.y[j] += float64(factors[i] * l.at(x))
		}
	}
	all.x.index()
	return all
}
