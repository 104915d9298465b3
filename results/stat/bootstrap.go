package stat

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Bootstrap returns a statistic of so many resamples of n ≥ 1 blocks, each of n blocks
// that are drawn with replacement (Efron, Ann. Stat. 7(1), 1979; of blocks, so that what
// follows within one stays together: Künsch, Ann. Stat. 17(3), 1989). uniform returns
// the i-th of independent uniforms in [0, 1). The drawn places are the statistic's to
// read until it returns.
func Bootstrap(n, resamples int, uniform func(i uint64) float64, statistic func(drawn []int) (float64, error)) ([]float64, error) {
	values, drawn := make([]float64, resamples), make([]int, n)
	for b := range values {
		for i := range drawn {
			drawn[i] = int(uniform(uint64(b*n+i)) * float64(n))
		}
		var err error
		if values[b], err = statistic(drawn); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// BootstrapHalf returns the half-width of the two-sided interval of a level in (0, 1) of
// a statistic of n blocks, of which values were bootstrapped: their standard deviation,
// times t(n−1, (1+level)/2) and √(n ÷ (n−1)), without both of which intervals of few
// blocks are too narrow (Hesterberg, Am. Stat. 69(4), 2015; the section, 3.2, is from memory). Of a mean of
// blocks it is Interval's, but for the chance of the resamples. NaN for n < 2, and where
// a value is NaN.
func BootstrapHalf(values []float64, n int, level float64) float64 {
	if n < 2 || len(values) < 2 {
		return math.NaN()
	}
	if allEqual(values) {
		return 0 * values[0] // NaN is equal to nothing
	}
	size := float64(n)
	return Quantile((1+level)/2, size-1) * math.Sqrt(size/(size-1)) * stat.StdDev(values, nil)
}
