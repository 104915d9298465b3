package stat

import "slices"

// LowerMedian returns the value in the middle of at least one, and of an even
// number the smaller of the two there: one of the values, where a mean of two
// would be none. Of equal ones it is the first. The slice stays as it is.
func LowerMedian[T any](values []T, compare func(a, b T) int) T {
	sorted := slices.Clone(values)
	slices.SortStableFunc(sorted, compare)
	return sorted[(len(sorted)-1)/2]
}

// Percentiles returns the interval that holds the middle of at least one value,
// a share of level in (0, 1), by the percentile method (Efron 1979): each tail
// leaves out ⌊n · (1 − level)/2⌋ of the n values. The slice is sorted.
func Percentiles(values []float64, level float64) (low, high float64) {
	slices.Sort(values)
	tail := int(float64(len(values))*(1-level)/2 + 1e-9) // 400 · 0.025 is 10, and must not be 9
	return values[tail], values[len(values)-1-tail]
}
