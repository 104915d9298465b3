package stat

import "math"

// Lag1 returns the correlation of each value of a series with the one after it,
//
//	Σ (x_i − mean)(x_{i+1} − mean) ÷ Σ (x_i − mean)²,
//
// NaN of fewer than two values and of equal ones.
func Lag1(x []float64) float64 {
	if len(x) < 2 || allEqual(x) {
		return math.NaN()
	}
	mean := Mean(x)
	var with, own float64
	for i, v := range x {
		if i > 0 {
			with += (x[i-1] - mean) * (v - mean)
		}
		own += (v - mean) * (v - mean)
	}
	return with / own
}

// Lag1Most returns what Lag1 of n ≥ 2 independent values exceeds with a probability of
// 1 %, of twenty with half of that: it is about normal about −1/n with the variance 1/n (Anderson, Ann. Math. Stat.
// 13(1), 1942; Bartlett 1946).
func Lag1Most(n int) float64 {
	return -1/float64(n) + Normal(0.99)/math.Sqrt(float64(n))
}
