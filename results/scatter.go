package results

import (
	"math"
)

// scatterPoint is a row in a scatter plot.
type scatterPoint struct {
	x, y         float64
	xHalf, yHalf float64 // half-widths of their intervals; NaN: none
	label        string
	bound        bool
	unfit        fault  // why it is not compared with others
	load         string // a front is of points of one load
}

// off reports whether a point is on no front, whatever its values.
func (p *scatterPoint) off() bool { return p.bound || p.unfit != noFault }

// fronts returns the Pareto front of the points of each load, smaller being better
// on both axes: indices by x, the loads in their order.
func fronts(points []scatterPoint) (out [][]int) {
	byLoad := map[string]int{}
	var best []float64
	for _, i := range alongX(points) {
		p := &points[i]
		if p.off() {
			continue
		}
		k, ok := byLoad[p.load]
		if !ok {
			k = len(out)
			byLoad[p.load] = k
			out, best = append(out, nil), append(best, math.Inf(1))
		}
		if p.y < best[k] {
			best[k] = p.y
			out[k] = append(out[k], i)
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
