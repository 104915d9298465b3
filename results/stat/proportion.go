package stat

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Proportion returns the two-sided interval of a level in (0, 1) for a
// proportion of which k of n ≥ 1 were seen, by Wilson's score (Wilson, JASA
// 22:158, 1927): unlike k ÷ n ± z·√…, it has a width where all or none were.
func Proportion(k, n int64, level float64) (low, high float64) {
	z := Normal((1 + level) / 2)
	size, p := float64(n), float64(k)/float64(n)
	middle := p + z*z/(2*size)
	half := z * math.Sqrt(p*(1-p)/size+z*z/(4*size*size))
	scale := 1 + z*z/size
	low, high = (middle-half)/scale, (middle+half)/scale
	if k == 0 { // but for a rounding it is that
		low = 0
	}
	if k == n {
		high = 1
	}
	return low, high
}

// Normal returns the quantile of the standard normal distribution at p in (0, 1).
func Normal(p float64) float64 { return distuv.UnitNormal.Quantile(p) }
