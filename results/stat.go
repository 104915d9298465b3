package results

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Stat is a metric over replications.
type Stat struct {
	// Values are the replications' values, NaN where one is undefined.
	Values []float64
	// Mean is the mean of the defined values (the largest, for a maximum), NaN
	// where there is none.
	Mean float64
	// Half is the half-width of the two-sided 95 % t-interval over
	// replications, NaN where there are fewer than two values and for maxima.
	Half float64
}

// Defined reports whether the metric has a value.
func (s Stat) Defined() bool { return !math.IsNaN(s.Mean) }

// newStat summarises the values of a metric.
func newStat(values []float64, maximum bool) Stat {
	s := Stat{Values: values, Mean: nan, Half: nan}
	x := defined(values)
	switch {
	case len(x) == 0:
	case maximum:
		s.Mean = maxOf(x)
	default:
		s.Mean, s.Half = interval(x, 0.95)
	}
	return s
}

// interval returns the mean of n values and the half-width of its two-sided
// t-interval, t(n−1, (1+level)/2) · s/√n; NaN for n < 2.
func interval(x []float64, level float64) (mean, half float64) {
	mean, sd := meanDeviation(x)
	if len(x) < 2 {
		return mean, nan
	}
	return mean, studentQuantile((1+level)/2, len(x)-1) * sd / math.Sqrt(float64(len(x)))
}

// bound returns how far the one-sided 95 % bound is from the mean; 0 for one
// value, which has none.
func bound(x []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	_, sd := meanDeviation(x)
	return studentQuantile(0.95, len(x)-1) * sd / math.Sqrt(float64(len(x)))
}

// meanDeviation returns the mean and the standard deviation (n − 1). Equal
// values have themselves as mean and a deviation of exactly 0, which summing
// and dividing would miss by a rounding.
func meanDeviation(x []float64) (mean, sd float64) {
	if allEqual(x) {
		return x[0], 0
	}
	return stat.MeanStdDev(x, nil)
}

// studentQuantile returns the p-quantile of Student's t with n degrees of freedom.
func studentQuantile(p float64, n int) float64 { return studentQuantileReal(p, float64(n)) }

// studentQuantileReal is the same for degrees of freedom that are no whole number.
func studentQuantileReal(p, nu float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: nu}.Quantile(p)
}

func defined(values []float64) []float64 {
	var x []float64
	for _, v := range values {
		if !math.IsNaN(v) {
			x = append(x, v)
		}
	}
	return x
}

func allEqual(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

func maxOf(x []float64) float64 {
	m := x[0]
	for _, v := range x {
		m = max(m, v)
	}
	return m
}
