package hardware

import (
	"math"
	"slices"
)

// slack is how many times what others bound it by a measurement must be to
// count as disturbed. Clocks and the choice of kernels explain less.
const slack = 2

// undisturbed takes out of measurements over a size those that were disturbed,
// and says how many: those that took more than slack times as long as more of
// the same did (a caller can fill up what it has), or than less of it did, as
// often as is needed (a caller can split what it has). Some products were
// measured at up to eight times that, at one size alone, and engines on these
// boards do not show it. The first and the last say what is outside of them;
// they become their bound.
func undisturbed(x, y []float64) (disturbed int) {
	measured := slices.Clone(y)
	first, last := -1, -1
	for i, v := range measured {
		if !math.IsNaN(v) {
			if last = i; first < 0 {
				first = i
			}
		}
	}
	for i, v := range measured {
		b := bound(x, measured, i)
		if !(v > slack*b) {
			continue
		}
		disturbed++
		if y[i] = math.NaN(); i == first || i == last {
			y[i] = b
		}
	}
	return disturbed
}

// bound returns what the others say that one takes at most.
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
