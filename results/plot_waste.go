package results

import (
	"math"
	"slices"
	"strings"
)

// wasteVsCold draws each cell's wasted memory, relative to the reference's,
// against the 75th percentile of its applications' cold ratio.
func (s *Set) wasteVsCold(rows []Row) (*Figure, error) {
	cells := cellRows(rows)
	names := labels(cells, false)
	base, what := s.wasteBase(cells)
	sp := &scatterPlot{over: s.overWords(), title: "Wasted memory against cold starts", things: "cells", columns: "waste and cold starts",
		xTitle: "75th percentile over applications of the cold ratio, %", yTitle: "wasted memory × time, % of " + what,
		caption: "Down and left is better. Wasted memory is memory × time of idle instances, relative to " + what + ". Offline bounds know the future and are no policies."}
	references := s.references(cells)
	for i := range cells {
		x, _ := cells[i].Stat("app_cold_ratio_p75")
		y, _ := cells[i].Stat("wasted_gib_s")
		if wasted := y.Mean / base[i]; math.IsNaN(x.Mean) || !finite(wasted) {
			continue
		}
		of := columnOf{&cells[i], "wasted_gib_s"}
		if slices.ContainsFunc(base, func(b float64) bool { return b != base[0] }) {
			of = columnOf{} // what is drawn is relative to what differs
		}
		sp.add(scatterPoint{xOf: columnOf{&cells[i], "app_cold_ratio_p75"}, yOf: of,
			xMost: 100, x: x.Mean * 100, y: y.Mean / base[i] * 100, xHalf: x.Half * 100, yHalf: y.Half / base[i] * 100,
			label: names[i], bound: cells[i].Bound, estimate: cells[i].Estimate, unfit: cells[i].fault().unbilled(), load: loadKey(&cells[i], loadPaths(cells[i].Values, -1))}, i, references)
	}
	return sp.figure(), nil
}

// wasteBase returns what each cell's waste is relative to: the reference's
// where there is one, else the largest of all policies.
func (s *Set) wasteBase(cells []Row) (base []float64, what string) {
	base = make([]float64, len(cells))
	most := 0.0
	for i := range cells {
		if w := cells[i].mean("wasted_gib_s"); !cells[i].Bound && w > most {
			most = w
		}
	}
	for i := range cells {
		base[i] = most
	}
	if s.Reference == nil {
		return base, "the most wasteful policy"
	}
	relative := make([]float64, len(cells))
	index := s.index(cells)
	for i := range cells {
		ref := index.referenceOf(i)
		if ref < 0 {
			return base, "the most wasteful policy"
		}
		relative[i] = cells[ref].mean("wasted_gib_s")
	}
	base = relative
	var words []string
	for _, k := range sortedKeys(s.Reference) {
		words = append(words, s.Reference[k])
	}
	return base, truncate(oneLine(strings.Join(words, ", ")), 40)
}
