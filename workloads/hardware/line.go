package hardware

import "math"

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
	k := l.x.knots
	i := l.x.knot(x)
	return l.y[i] + float64((x-k[i])*((l.y[i+1]-l.y[i])/(k[i+1]-k[i])))
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
