package results

import (
	"math"
	"slices"

	"gonum.org/v1/plot/plotter"
)

// LoadCurve is the cost of one choice over the load.
type LoadCurve struct {
	Label string
	Load  []float64 // ascending, above 0
	Cost  []float64 // at each, of one currency; only those above 0 are drawn
}

// at returns the cost at x, by interpolation between the logarithms; NaN
// outside the curve.
func (c *LoadCurve) at(x float64) float64 {
	for i := 1; i < len(c.Load); i++ {
		if x >= c.Load[i-1] && x <= c.Load[i] {
			t := (math.Log(x) - math.Log(c.Load[i-1])) / (math.Log(c.Load[i]) - math.Log(c.Load[i-1]))
			return math.Exp(math.Log(c.Cost[i-1])*(1-t) + math.Log(c.Cost[i])*t)
		}
	}
	return nan
}

// BreakEven is a load at which another choice becomes the cheapest.
type BreakEven struct {
	Load         float64 // in the unit of the curves
	Cost         float64 // of both, in the currency of the curves
	Below, Above string  // what is cheapest on either side
	Low, High    float64 // 95 % interval of the load; 0: none
}

// breakEvens finds where the lower envelope of the curves changes hands.
// Between two swept values costs are interpolated on logarithmic axes.
func breakEvens(curves []LoadCurve) []BreakEven {
	var xs []float64
	for i := range curves {
		xs = append(xs, curves[i].Load...)
	}
	slices.Sort(xs)
	xs = slices.Compact(xs)
	var out []BreakEven
	for i := 1; i < len(xs); i++ {
		out = append(out, envelopeChanges(curves, xs[i-1], xs[i], 0)...)
	}
	return out
}

// envelopeChanges finds the changes of the cheapest curve in [a, b], where all
// curves are straight on logarithmic axes.
func envelopeChanges(curves []LoadCurve, a, b float64, depth int) []BreakEven {
	p, q := cheapest(curves, a, b), cheapest(curves, b, a)
	if p < 0 || q < 0 || p == q || depth > len(curves) {
		return nil
	}
	x, ok := crossing(&curves[p], &curves[q], a, b)
	if !ok {
		return nil
	}
	if r := cheapest(curves, x, x); r >= 0 && r != p && r != q && curves[r].at(x) < curves[p].at(x)*(1-1e-9) {
		return append(envelopeChanges(curves, a, x, depth+1), envelopeChanges(curves, x, b, depth+1)...)
	}
	return []BreakEven{{Load: x, Cost: curves[p].at(x), Below: curves[p].Label, Above: curves[q].Label}}
}

// cheapest returns the cheapest curve at x; of equal ones the one that is
// cheaper towards the other end.
func cheapest(curves []LoadCurve, x, towards float64) int {
	best := -1
	for i := range curves {
		y := curves[i].at(x)
		if math.IsNaN(y) {
			continue
		}
		if best < 0 || y < curves[best].at(x)*(1-1e-12) ||
			(y <= curves[best].at(x)*(1+1e-12) && curves[i].at(towards) < curves[best].at(towards)) {
			best = i
		}
	}
	return best
}

// crossing returns where two curves meet in [a, b].
func crossing(p, q *LoadCurve, a, b float64) (float64, bool) {
	da := math.Log(p.at(a)) - math.Log(q.at(a))
	db := math.Log(p.at(b)) - math.Log(q.at(b))
	if math.IsNaN(da) || math.IsNaN(db) || da*db > 0 || da == db {
		return 0, false
	}
	t := da / (da - db)
	return math.Exp(math.Log(a)*(1-t) + math.Log(b)*t), true
}

// loadPath returns the swept path to plot costs over: the first numeric one
// that is a rate, else the first numeric one; −1 where there is none with at
// least three values.
func (s *Set) loadPath() int {
	best := -1
	for i, c := range s.pathColumns() {
		if c.kind != numberColumn {
			continue
		}
		var values []float64
		for j := range s.Cells {
			values = append(values, s.Cells[j].Values[i].Number)
		}
		slices.Sort(values)
		if values = slices.Compact(values); len(values) < 3 || values[0] <= 0 {
			continue
		}
		if c.unit == "1/s" {
			return i
		}
		if best < 0 {
			best = i
		}
	}
	return best
}

// loadCurves returns the curves over a path, one for each combination of all
// else, of rows of one currency.
func (s *Set) loadCurves(rows []Row, path int) []LoadCurve {
	kept := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Bound || !(r.mean("cost") > 0) })
	if len(kept) == 0 {
		return nil
	}
	others := slices.Clone(kept)
	for i := range others {
		others[i].Values = slices.Delete(slices.Clone(others[i].Values), path, path+1)
	}
	names := labels(others, true)
	var order []string
	points := map[string][]plotter.XY{}
	for i := range kept {
		if points[names[i]] == nil {
			order = append(order, names[i])
		}
		points[names[i]] = append(points[names[i]], plotter.XY{X: kept[i].Values[path].Number, Y: kept[i].mean("cost")})
	}
	var curves []LoadCurve
	for _, name := range order {
		xy := points[name]
		slices.SortStableFunc(xy, func(a, b plotter.XY) int { return compareFloats(a.X, b.X) })
		c := LoadCurve{Label: name}
		for _, p := range xy {
			c.Load, c.Cost = append(c.Load, p.X), append(c.Cost, p.Y)
		}
		curves = append(curves, c)
	}
	return curves
}

// BreakEvens returns the loads at which another choice becomes the cheapest,
// over the swept path that the plot cost-vs-load uses, among the rows of each
// currency; the path is "" where there is none.
func (s *Set) BreakEvens(rows []Row) (path string, out []BreakEven) {
	i := s.loadPath()
	if i < 0 {
		return "", nil
	}
	for _, currency := range currencies(rows) {
		out = append(out, breakEvens(s.loadCurves(inCurrency(rows, currency), i))...)
	}
	return s.Cells[0].Values[i].Path, out
}
