package main

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// Slack is how many times what others bound it by a measurement must be to
// count as disturbed. Clocks and the choice of kernels explain less.
const Slack = 2

// undisturbed takes out of each row of a table the measurements that were
// disturbed, and says how many: those that took more than Slack times as long as
// more of the same did (a caller can fill up what it has), or than less of it
// did, as often as is needed (a caller can split what it has). Some products
// were measured at up to eight times that, at one size alone, and what engines
// reach does not show it. The last of a row is what goes on beyond it; it
// becomes its bound.
func undisturbed(b *tables.Block) int {
	n := 0
	for i := range b.Rows {
		n += undisturbedRow(b.X, b.Rows[i].Y)
	}
	return n
}

func undisturbedRow(x, y []float64) (disturbed int) {
	measured := slices.Clone(y)
	last := true
	for i := len(y) - 1; i >= 0; i-- {
		if math.IsNaN(measured[i]) {
			continue
		}
		if b := bound(x, measured, i); measured[i] > Slack*b {
			disturbed++
			if y[i] = math.NaN(); last {
				y[i] = tables.Round(b)
			}
		}
		last = false
	}
	return disturbed
}

// bound returns what the others of a row say that one takes at most.
func bound(x, y []float64, i int) float64 {
	b := math.Inf(1)
	for j := range y {
		switch {
		case math.IsNaN(y[j]):
		case j > i:
			b = math.Min(b, y[j])
		case j < i:
			b = math.Min(b, math.Ceil(x[i]/x[j])*y[j])
		}
	}
	return b
}
