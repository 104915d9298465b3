package results

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/results/stat"
)

// LoadCurve is the cost of one choice over the load.
type LoadCurve struct {
	Label string
	Load  []float64 // ascending, above 0
	Cost  []float64 // at each, of one currency, ≥ 0
	// Unfit has true for a load at which the choice cannot be compared (Row.Fit),
	// whose cost is part of no break-even; nil: there is none.
	Unfit []bool
}

// at returns the cost at x, by interpolation between the logarithms, or where a
// cost is 0, on linear axes; NaN outside the curve, and next to an unfit load.
func (c *LoadCurve) at(x float64) float64 {
	for i := range c.Load {
		switch {
		case x == c.Load[i]:
			return where(!c.unfit(i), c.Cost[i])
		case i == 0 || x < c.Load[i-1] || x > c.Load[i]:
			continue
		case c.unfit(i-1) || c.unfit(i):
			return nan
		}
		a, b := c.Cost[i-1], c.Cost[i]
		if a == 0 || b == 0 {
			t := (x - c.Load[i-1]) / (c.Load[i] - c.Load[i-1])
			return a*(1-t) + b*t
		}
		t := (math.Log(x) - math.Log(c.Load[i-1])) / (math.Log(c.Load[i]) - math.Log(c.Load[i-1]))
		return math.Exp(math.Log(a)*(1-t) + math.Log(b)*t)
	}
	return nan
}

func (c *LoadCurve) unfit(i int) bool { return c.Unfit != nil && c.Unfit[i] }

// BreakEven is a load at which another choice becomes the cheapest.
type BreakEven struct {
	Load         float64 // in the unit of the curves
	Cost         float64 // of both, in Currency
	Below, Above string  // what is cheapest on either side
	Low, High    float64 // 95 % interval of the load; 0: none
	Currency     string  // ISO 4217
	// Of are the other swept values of the workload, where there are such: choices
	// are compared under the same.
	Of string
}

// breakEvens finds where the lower envelope of the curves changes hands.
// Between two swept values costs are interpolated on logarithmic axes.
func breakEvens(curves []LoadCurve) []BreakEven {
	xs := loadsOf(curves)
	var out []BreakEven
	for i := 1; i < len(xs); i++ {
		out = append(out, envelopeChanges(curves, xs[i-1], xs[i], 0)...)
		if i+1 < len(xs) {
			out = append(out, changeAt(curves, xs[i-1], xs[i], xs[i+1])...)
		}
	}
	return out
}

// changeAt returns the change of the cheapest curve at x itself, between a and b,
// if two that cost the same there are dearer each on its side.
func changeAt(curves []LoadCurve, a, x, b float64) []BreakEven {
	p, q := cheapest(curves, x, a), cheapest(curves, x, b)
	if p < 0 || p == q || !(curves[q].at(a) > curves[p].at(a)*(1+1e-12)) || !(curves[p].at(b) > curves[q].at(b)*(1+1e-12)) {
		return nil
	}
	return []BreakEven{{Load: x, Cost: curves[p].at(x), Below: curves[p].Label, Above: curves[q].Label}}
}

// loadsOf returns the loads of some curves, ascending, each once.
func loadsOf(curves []LoadCurve) (xs []float64) {
	for i := range curves {
		xs = append(xs, curves[i].Load...)
	}
	slices.Sort(xs)
	return slices.Compact(xs)
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

// crossing returns where two curves meet in [a, b], by bisection on a logarithmic
// axis: the curves cross once there.
func crossing(p, q *LoadCurve, a, b float64) (float64, bool) {
	da, db := p.at(a)-q.at(a), p.at(b)-q.at(b)
	if math.IsNaN(da) || math.IsNaN(db) || da*db > 0 || da == db {
		return 0, false
	}
	if da == 0 || db == 0 {
		if da == 0 {
			return a, true
		}
		return b, true
	}
	lo, hi := math.Log(a), math.Log(b)
	for range 200 {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			break
		}
		x := math.Exp(mid)
		if (p.at(x)-q.at(x))*da > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return math.Exp(lo + (hi-lo)/2), true
}

// BreakEvens returns the loads at which another choice becomes the cheapest,
// over the swept path that the plot cost-vs-load uses, among the rows of each
// currency and of the same workload but for the load; the path is "" where there
// is none. Rows that are not Fit have no part in it. The interval of a load is
// over replications, of which each has its own crossing of the same two curves.
func (s *Set) BreakEvens(rows []Row) (path string, out []BreakEven) {
	i := s.loadPath()
	if i < 0 {
		return "", nil
	}
	for _, currency := range currencies(rows) {
		own := inCurrency(rows, currency)
		for _, group := range sameLoad(own, i) {
			all := choices(group.of(own), i)
			curves := make([]LoadCurve, len(all))
			for k := range all {
				curves[k] = all[k].curve(i, meanCost)
			}
			for _, e := range breakEvens(curves) {
				e.Currency, e.Of = currency, group.name
				e.interval(all, i)
				out = append(out, e)
			}
		}
	}
	return s.Cells[0].Values[i].Path, out
}

// interval finds the 95 % t-interval of the load in its logarithm. There is none
// where the two curves do not cross in each replication.
func (e *BreakEven) interval(all []choice, path int) {
	of := func(name string) *choice {
		return &all[slices.IndexFunc(all, func(c choice) bool { return c.name == name })]
	}
	p, q := of(e.Below), of(e.Above)
	reps := p.rows[0].Replications
	if reps < 2 {
		return
	}
	var logs []float64
	for n := range reps {
		cost := func(r *Row) float64 {
			if v := r.Stats[metricIndex("cost")].Values; n < len(v) {
				return v[n]
			}
			return nan
		}
		pair := []LoadCurve{p.curve(path, cost), q.curve(path, cost)}
		x, ok := nearestCrossing(pair, e.Load)
		if !ok {
			return
		}
		logs = append(logs, math.Log(x))
	}
	mean, half := stat.Interval(logs, stat.Level)
	e.Low, e.High = math.Exp(mean-half), math.Exp(mean+half)
}

// nearestCrossing returns where two curves meet nearest to a load.
func nearestCrossing(pair []LoadCurve, load float64) (best float64, ok bool) {
	xs := loadsOf(pair)
	for i := 1; i < len(xs); i++ {
		x, meets := crossing(&pair[0], &pair[1], xs[i-1], xs[i])
		if meets && (!ok || math.Abs(math.Log(x/load)) < math.Abs(math.Log(best/load))) {
			best, ok = x, true
		}
	}
	return best, ok
}
