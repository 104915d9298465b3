package results

import (
	"math"
	"slices"
)

// scatterPoint is a row in a scatter plot.
type scatterPoint struct {
	x, y         float64
	xHalf, yHalf float64 // half-widths of their intervals; NaN: none
	label        string
	bound        bool
	unfit        fault  // why it is not compared with others; "" where it is
	load         string // a front is of points of one load
}

// off reports whether a point is on no front, whatever its values.
func (p *scatterPoint) off() bool { return p.bound || p.unfit != "" }

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

// fault is why a row is on no front, as a key has it: "rejects requests".
type fault string

// faultOf is that of a row; "" where it is fit, and of bounds, which have a look
// of their own.
func faultOf(r *Row) fault {
	if fit, _ := r.Fit(); fit || r.Bound {
		return ""
	}
	switch mark := r.mark(); mark {
	case "rejects":
		return "rejects requests"
	case "times out":
		return "lets requests time out"
	case "never ends":
		return "leaves requests without an end"
	case "":
		if r.Meets == No {
			return missesSLO
		}
		return counterfactualBill
	default:
		return fault(mark + " requests") // fails or loses
	}
}

const (
	missesSLO          fault = "misses the SLO"
	counterfactualBill fault = "counterfactual, nobody's bill"
)

// after writes the fault, if any, after what has it.
func (f fault) after(name string) string {
	if f == "" {
		return name
	}
	return name + " (" + string(f) + ")"
}

// unbilled is the fault where nothing is billed.
func (f fault) unbilled() fault {
	if f == counterfactualBill {
		return ""
	}
	return f
}

// loadOf is what load a row has: the swept values that shape the arrivals and what
// they ask for. What a function is given (its memory, its timeout) is a choice of
// who runs it, and no load.
func loadOf(r *Row) string {
	var parts []string
	for _, v := range r.Values {
		if keys := pathKeys(v.Path); len(keys) > 1 && keys[0] == "workload" && !slices.Contains([]string{"memory", "timeout"}, keys[len(keys)-1]) {
			parts = append(parts, v.Label)
		}
	}
	return joinNames(parts)
}
