package results

import (
	"math"
	"slices"
)

// wasteVsWait draws each cell's wasted memory, relative to the reference's, against the
// mean wait of a request: where starts differ in length, how many there are says too
// little.
func (s *Set) wasteVsWait(rows []Row) (*Figure, error) {
	cells := cellRows(rows)
	names := labels(cells, false)
	base, what := s.wasteBase(cells)
	most := 0.0
	for i := range cells {
		if x := cells[i].mean("wait_mean_s"); !cells[i].Bound && x > most {
			most = x
		}
	}
	unit, per := timeScale(most)
	sp := &scatterPlot{over: s.overWords(), title: "Wasted memory against the mean wait", things: "cells", columns: "waste and waits",
		xTitle: "mean time from arrival to the start of service, " + unit, yTitle: "wasted memory × time, % of " + what,
		caption: "Down and left is better. Wasted memory is memory × time of idle instances, those of no function too, relative to " + what + ". Offline bounds know the future and are no policies."}
	references := s.references(cells)
	for i := range cells {
		x, _ := cells[i].Stat("wait_mean_s")
		y, _ := cells[i].Stat("wasted_gib_s")
		if math.IsNaN(x.Mean) || !finite(y.Mean/base[i]) {
			continue
		}
		of := columnOf{&cells[i], "wasted_gib_s"}
		if slices.ContainsFunc(base, func(b float64) bool { return b != base[0] }) {
			of = columnOf{} // what is drawn is relative to what differs
		}
		sp.add(scatterPoint{xOf: columnOf{&cells[i], "wait_mean_s"}, yOf: of,
			x: x.Mean * per, y: y.Mean / base[i] * 100, xHalf: x.Half * per, yHalf: y.Half / base[i] * 100,
			label: names[i], bound: cells[i].Bound, estimate: cells[i].Estimate, unfit: cells[i].fault().unbilled(), load: loadKey(&cells[i], loadPaths(cells[i].Values, -1))}, i, references)
	}
	return sp.figure(), nil
}
