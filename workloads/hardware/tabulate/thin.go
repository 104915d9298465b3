package main

import (
	"math"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// Tolerance is by how much what is left out of a row may differ from the
// straight line between what is kept, as a part of it. Repeated measurements
// of one kernel differ by as much.
const Tolerance = 0.03

// thin leaves out of each row of a table what the line between the points
// that stay says within a tolerance. The first and the last stay.
func thin(b *tables.Block, tolerance float64) {
	for i := range b.Rows {
		thinRow(b.X, b.Rows[i].Y, tolerance)
	}
}

// thinRow goes from each point that stays as far as a straight line reaches.
func thinRow(x, y []float64, tolerance float64) {
	var at []int // measured points
	for i := range y {
		if !math.IsNaN(y[i]) {
			at = append(at, i)
		}
	}
	for from := 0; from < len(at)-1; {
		to := from + 1
		for next := to + 1; next < len(at); next++ {
			if straight(x, y, at[from:next+1], tolerance) {
				to = next
			}
		}
		for _, between := range at[from+1 : to] {
			y[between] = math.NaN()
		}
		from = to
	}
}

// straight tells whether all between the first and the last of some points
// are on the line between these, within a tolerance.
func straight(x, y []float64, at []int, tolerance float64) bool {
	first, last := at[0], at[len(at)-1]
	slope := (y[last] - y[first]) / (x[last] - x[first])
	for _, i := range at[1 : len(at)-1] {
		if math.Abs(y[first]+(x[i]-x[first])*slope-y[i]) > tolerance*y[i] {
			return false
		}
	}
	return true
}
