package results

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/results/stat"
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
	x := stat.Defined(values)
	switch {
	case len(x) == 0:
	case maximum:
		s.Mean = slices.Max(x)
	default:
		s.Mean, s.Half = stat.Interval(x, stat.Level)
	}
	return s
}
