package stat

import "math"

const (
	// MSERBatch is how many observations MSER-5 takes the mean of.
	MSERBatch = 5
	// MSERLeast is how many batch means are left at least: statistics of fewer are
	// small by chance, and would be chosen for it (Hoad, Robinson and Davies 2010).
	MSERLeast = 5
	// MSERObservations is how many observations MSER-5 wants at least, so that half of
	// them are MSERLeast batches.
	MSERObservations = 2 * MSERLeast * MSERBatch
)

// MSER5 returns how many of the first observations of a series are to be left out, so
// that the rest is not of its start: a multiple of MSERBatch. Of the k = ⌊n/5⌋ batch
// means Z it leaves out the d, 0 ≤ d ≤ k − MSERLeast, of which
//
//	Σ_{j>d} (Z_j − mean of these)² ÷ (k − d)²
//
// is least, the square of the standard error of the mean of what is left as if batches
// were independent; of equal ones the fewest (White, Simulation 69(6), 1997, by batches
// of five; White, Cobb and Spratt, Proc. WSC 2000, 755–760). Observations beyond the last whole batch
// do not count. A point beyond half of the series says that it is too short for its
// start to be told from the rest (Hoad, Robinson and Davies, J. Oper. Res. Soc. 61(9),
// 2010): the caller has to refuse it. ok is false of fewer than MSERObservations.
func MSER5(x []float64) (point int, ok bool) {
	if len(x) < MSERObservations {
		return 0, false
	}
	k := len(x) / MSERBatch
	best, least := 0, math.Inf(1)
	mean, squares := 0.0, 0.0 // of the batches from d on (Welford, Technometrics 4(3), 1962)
	for d := k - 1; d >= 0; d-- {
		z, n := batchMean(x, d), float64(k-d)
		off := z - mean
		mean += off / n
		squares += off * (z - mean)
		if k-d >= MSERLeast && squares/(n*n) <= least {
			best, least = d, squares/(n*n)
		}
	}
	return best * MSERBatch, true
}

// batchMean is the mean of the d-th batch. Equal values have themselves as mean.
func batchMean(x []float64, d int) float64 { return Mean(x[d*MSERBatch : (d+1)*MSERBatch]) }
