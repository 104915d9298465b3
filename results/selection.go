package results

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// mostShown is how many rows a plot tells apart, and the report describes one by
// one, where there are more: about as many as an eye can keep apart.
const mostShown = 12

// selection is what a plot or a section shows of rows of which there are too
// many: those on the Pareto front of two columns, the reference, and the extremes.
type selection struct {
	rows []int // indices, ascending
	of   int   // how many there are
	why  string
}

// all reports whether nothing is left out.
func (s selection) all() bool { return len(s.rows) == s.of }

// note says what is left out and where it is, between a verb and, in the plural,
// what the rows are; "" where nothing is.
func (s selection) note(verb, things string) string {
	if s.all() {
		return ""
	}
	return fmt.Sprintf("%s %d of %s %s: %s; all are in cells.csv", verb, len(s.rows), thousands(float64(s.of)), things, s.why)
}

// plane is the two columns over which rows are chosen, smaller being better.
type plane struct {
	x, y  string // columns
	names string // of both, in words
}

// planeOf returns the columns that rows are judged by: latency and cost, or of
// what serves tokens the times to the first and for each after it, or
// what has no bill, or bills in several currencies, by its wasted memory.
func planeOf(rows []Row) plane {
	priced := slices.ContainsFunc(rows, func(r Row) bool { return !r.Bound && !math.IsNaN(r.mean("cost")) })
	if priced && len(currencies(rows)) < 2 {
		return plane{speedOf(rows), "cost", "cost and p99"}
	}
	if servesTokens(rows) {
		return plane{"tpot_p99_s", "ttft_p99_s", "TTFT and TPOT"}
	}
	return plane{speedOf(rows), "wasted_gib_s", "wasted memory and p99"}
}

// choose selects at most mostShown of the rows where there are more than most.
func (s *Set) choose(rows []Row, most int) selection {
	p := planeOf(rows)
	points := make([]scatterPoint, len(rows))
	for i := range rows {
		points[i] = scatterPoint{x: rows[i].waits(p.x), y: rows[i].mean(p.y), xOf: columnOf{&rows[i], p.x}, yOf: columnOf{&rows[i], p.y}, bound: rows[i].Bound, unfit: rows[i].fault(), load: loadKey(&rows[i], loadPaths(rows[i].Values, -1))}
	}
	return choosePoints(points, s.references(rows), most, true, p.names)
}

// choosePoints selects points: first the ends, which are never left out, then
// the reference and the bounds, then the front of the means, as it is drawn (standings),
// and what is not told apart from it, as much as there is room for, and then, where the rest is asked for, what lies between, evenly over x.
func choosePoints(points []scatterPoint, references []int, most int, rest bool, columns string) selection {
	out := selection{of: len(points)}
	if len(points) <= most {
		for i := range points {
			out.rows = append(out.rows, i)
		}
		return out
	}
	take := func(indices ...int) (n int) {
		for _, i := range indices {
			if i >= 0 && len(out.rows) < mostShown && !slices.Contains(out.rows, i) {
				out.rows = append(out.rows, i)
				n++
			}
		}
		return n
	}
	left := func(list []int) []int { // evenly, as many as there is room for
		rest := slices.DeleteFunc(slices.Clone(list), func(i int) bool { return slices.Contains(out.rows, i) })
		return spaced(rest, mostShown-len(out.rows))
	}
	bound := func(i int) bool { return points[i].bound }
	policy := func(i int) bool { return !points[i].bound }
	x, y := func(i int) float64 { return points[i].x }, func(i int) float64 { return points[i].y }
	take(extreme(points, x, -1, policy), extreme(points, y, -1, policy))
	take(extreme(points, x, +1, policy), extreme(points, y, +1, policy))
	take(spaced(references, 1)...)
	bounds := take(extreme(points, x, -1, bound), extreme(points, y, -1, bound))
	is := standings(points)
	drawn, _ := drawnFronts(points, is)
	front := slices.Concat(drawn...)
	untold := slices.DeleteFunc(alongX(points), func(i int) bool { return is[i] != notTold })
	take(left(front)...)
	take(left(untold)...)
	var words []string
	if on := common(front, out.rows); on < len(front) {
		words = append(words, fmt.Sprintf("%d of the %d on the Pareto front of %s", on, len(front), columns))
	} else if on > 0 {
		words = append(words, "the Pareto front of "+columns)
	}
	if on := common(untold, out.rows); on > 0 {
		words = append(words, fmt.Sprintf("%d of the %d not told apart from a better one", on, len(untold)))
	}
	switch {
	case len(references) == 1:
		words = append(words, "the reference")
	case len(references) > 1:
		words = append(words, fmt.Sprintf("one of %d references", len(references)))
	}
	words = append(words, "the extremes")
	if bounds > 0 {
		words = append(words, "offline bounds")
	}
	if rest && take(between(points, out.rows, mostShown-len(out.rows))...) > 0 {
		words = append(words, "some between")
	}
	slices.Sort(out.rows)
	out.why = strings.Join(words, ", ")
	return out
}

// common returns how many values two lists share.
func common(a, b []int) (n int) {
	for _, v := range a {
		if slices.Contains(b, v) {
			n++
		}
	}
	return n
}

// between returns n points that are not among those taken, nearest to values of
// x that are evenly spaced, in their logarithms where those are.
func between(points []scatterPoint, taken []int, n int) (out []int) {
	all := alongX(points)
	if len(all) == 0 {
		return nil
	}
	at := func(i int) float64 { return points[i].x }
	if points[all[0]].x > 0 {
		at = func(i int) float64 { return math.Log(points[i].x) }
	}
	lo, hi := at(all[0]), at(all[len(all)-1])
	for k := range n {
		want := lo + (hi-lo)*float64(k+1)/float64(n+1)
		best := -1
		for _, i := range all {
			if !slices.Contains(taken, i) && !slices.Contains(out, i) && (best < 0 || math.Abs(at(i)-want) < math.Abs(at(best)-want)) {
				best = i
			}
		}
		if best >= 0 {
			out = append(out, best)
		}
	}
	return out
}

// alongX returns the points that are no bounds and have both values, by x and
// then by y.
func alongX(points []scatterPoint) (order []int) {
	for i, p := range points {
		if !p.bound && finite(p.x) && finite(p.y) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(points[a].x, points[b].x), cmp.Compare(points[a].y, points[b].y))
	})
	return order
}

// extreme returns the point with the least (sign −1) or the largest (+1) value
// among some, the first of several; −1 where none has a value.
func extreme(points []scatterPoint, of func(int) float64, sign float64, among func(int) bool) int {
	best := -1
	for i := range points {
		if v := of(i); among(i) && !math.IsNaN(v) && !math.IsInf(v, 0) && (best < 0 || sign*v > sign*of(best)) {
			best = i
		}
	}
	return best
}

// spaced returns n of the values, evenly spaced, with both ends.
func spaced(values []int, n int) []int {
	if n <= 0 || len(values) <= n {
		return values[:min(len(values), max(n, 0))]
	}
	if n == 1 {
		return values[:1]
	}
	out := make([]int, n)
	for i := range out {
		out[i] = values[i*(len(values)-1)/(n-1)]
	}
	return out
}
