package results

import (
	"math"
	"slices"
)

// scatterPoint is a row in a scatter plot.
type scatterPoint struct {
	x, y         float64
	xHalf, yHalf float64  // half-widths of their intervals; NaN: none
	xOf, yOf     columnOf // what they are of
	label        string
	bound        bool
	estimate     bool   // of a bound
	unfit        fault  // why it is not compared with others
	load         string // a front is of points of one load

	xMost, yMost float64 // that no value can be above, such as all of a share; 0: none
}

// columnOf is a column of a row; without a row, a value is known as it stands.
type columnOf struct {
	row    *Row
	column string
}

// below reports whether a value is for certain less than another.
func (m *columnOf) below(x float64, o *columnOf, y float64) bool {
	switch {
	case !(x < y):
		return false
	case m.row == nil || o.row == nil:
		return true
	}
	return below(m.row, o.row, m.column)
}

// off reports whether a point is on no front, whatever its values.
func (p *scatterPoint) off() bool { return p.bound || p.unfit != noFault }

// beats reports whether a point is for certain better on one axis, and not for
// certain worse on the other. What differs by less than can be told is equal.
func (p *scatterPoint) beats(q *scatterPoint) bool {
	left, under := p.xOf.below(p.x, &q.xOf, q.x), p.yOf.below(p.y, &q.yOf, q.y)
	return (left || under) && (left || !q.xOf.below(q.x, &p.xOf, p.x)) && (under || !q.yOf.below(q.y, &p.yOf, p.y))
}

// frontStanding is what a point is among those of its load, in a plot that draws means.
type frontStanding uint8

const (
	isOff    frontStanding = iota // compared with none
	onFront                       // no other has means that are no worse, and one that is better
	notTold                       // another has, by less than can be told
	isBeaten                      // another has, and beats it
)

// standings says what each point is. The front is that of the means, as they are drawn:
// no point is below the line through it.
func standings(points []scatterPoint) []frontStanding {
	out := make([]frontStanding, len(points))
	for i := range points {
		p := &points[i]
		if p.off() {
			continue
		}
		out[i] = onFront
		for j := range points {
			if q := &points[j]; !q.off() && q.load == p.load && q.dominates(p) {
				out[i] = notTold
				if q.beats(p) {
					out[i] = isBeaten
					break
				}
			}
		}
	}
	return out
}

// dominates reports whether the values of a point, as they are drawn, are no worse
// than another's, and one of them better.
func (p *scatterPoint) dominates(q *scatterPoint) bool {
	return p.x <= q.x && p.y <= q.y && (p.x < q.x || p.y < q.y)
}

// fronts returns the Pareto front of the points of each load, smaller being better
// on both axes: indices by x, the loads in their order.
func fronts(points []scatterPoint) (out [][]int) {
	byLoad := map[string]int{}
	for _, i := range alongX(points) {
		p := &points[i]
		if p.off() {
			continue
		}
		k, ok := byLoad[p.load]
		if !ok {
			k = len(out)
			byLoad[p.load], out = k, append(out, nil)
		}
		out[k] = append(out[k], i)
	}
	for k := range out {
		out[k] = front(points, out[k])
	}
	return out
}

// front returns which of some points, in the order of x, are beaten by no other that
// is. Where a is equal to b, and b to c, a need not be equal to c, so that c may be
// beaten by b alone, which a beats: it is on the front beside a.
func front(points []scatterPoint, along []int) (out []int) {
	beaten := func(i int) bool {
		return slices.ContainsFunc(out, func(j int) bool { return points[j].beats(&points[i]) })
	}
	for _, i := range along {
		if !beaten(i) {
			out = append(slices.DeleteFunc(out, func(j int) bool { return points[i].beats(&points[j]) }), i)
		}
	}
	first := out
	out = nil
	for _, i := range along {
		own := slices.Contains(first, i)
		if own || !slices.ContainsFunc(first, func(j int) bool { return points[i].beats(&points[j]) || points[j].beats(&points[i]) }) && !beaten(i) {
			out = append(out, i)
		}
	}
	return out
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
