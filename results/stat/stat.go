// Package stat is the statistics of the project, for whoever needs them:
// means over replications with their t-intervals, paired and unpaired
// differences, order statistics, the end of a warm-up (MSER-5), how much batches
// depend on each other, and the bootstrap.
//
// # Definitions
//
// A sample is a slice of numbers, one a replication; NaN is not among them (see
// Defined). What a sample is too small to say is NaN: the half-width of an
// interval wants two values. Intervals are of Student's t, with n − 1 degrees of
// freedom or those of Welch and Satterthwaite; gonum has the distribution.
//
// # Left out
//
// Sequential stopping, which is of rows (results.Replications), and tests of anything but a mean.
package stat

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Level is that of every interval and bound which the project shows.
const Level = 0.95

// Mean returns the mean of at least one value. Equal values have themselves as
// mean, which summing and dividing would miss by a rounding.
func Mean(x []float64) float64 {
	mean, _ := meanDeviation(x)
	return mean
}

// Interval returns the mean of n values and the half-width of its two-sided
// t-interval of a level in (0, 1), t(n−1, (1+level)/2) · s/√n; NaN for n < 2.
func Interval(x []float64, level float64) (mean, half float64) {
	return reach(x, (1+level)/2)
}

// Bound returns how far the one-sided bound of a level in (0, 1) is from the
// mean of n values, t(n−1, level) · s/√n; NaN for n < 2.
func Bound(x []float64, level float64) float64 {
	_, half := reach(x, level)
	return half
}

// reach returns the mean of n values and t(n−1, p) · s/√n.
func reach(x []float64, p float64) (mean, half float64) {
	mean, sd := meanDeviation(x)
	if len(x) < 2 {
		return mean, math.NaN()
	}
	return mean, Quantile(p, float64(len(x)-1)) * sd / math.Sqrt(float64(len(x)))
}

// Positive returns how sure it is that the mean is above 0: the level, from 0
// to 1, of the one-sided bound that is 0. NaN for fewer than two values.
func Positive(x []float64) float64 {
	mean, sd := meanDeviation(x)
	switch {
	case len(x) < 2:
		return math.NaN()
	case sd > 0:
		return student(float64(len(x) - 1)).CDF(mean / (sd / math.Sqrt(float64(len(x)))))
	case mean > 0:
		return 1
	case mean < 0:
		return 0
	}
	return 0.5
}

// Welch returns the half-width of the two-sided interval of a level in (0, 1)
// of the difference of two means of independent samples, with the degrees of
// freedom of Welch and Satterthwaite; NaN where a sample has fewer than two
// values.
func Welch(x, y []float64, level float64) float64 {
	if len(x) < 2 || len(y) < 2 {
		return math.NaN()
	}
	n, m := float64(len(x)), float64(len(y))
	vx, vy := variance(x)/n, variance(y)/m
	if vx+vy == 0 {
		return 0
	}
	nu := (vx + vy) * (vx + vy) / (vx*vx/(n-1) + vy*vy/(m-1))
	return Quantile((1+level)/2, nu) * math.Sqrt(vx+vy)
}

// Quantile returns the p-quantile of Student's t with nu degrees of freedom,
// which need not be a whole number; NaN where nu is not above 0.
func Quantile(p, nu float64) float64 {
	if !(nu > 0) {
		return math.NaN()
	}
	return student(nu).Quantile(p)
}

func student(nu float64) distuv.StudentsT { return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: nu} }

// meanDeviation returns the mean and the standard deviation (n − 1). Equal
// values have themselves as mean and a deviation of exactly 0, which summing
// and dividing would miss by a rounding.
func meanDeviation(x []float64) (mean, sd float64) {
	if allEqual(x) {
		return x[0], 0
	}
	return stat.MeanStdDev(x, nil)
}

func variance(x []float64) float64 {
	if allEqual(x) {
		return 0
	}
	return stat.Variance(x, nil)
}

func allEqual(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

// Defined returns the values that are not NaN, in their order.
func Defined(values []float64) []float64 {
	var x []float64
	for _, v := range values {
		if !math.IsNaN(v) {
			x = append(x, v)
		}
	}
	return x
}
