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
	// Half is the half-width of the two-sided 95 % interval: of Student's t over
	// replications or batches, or of a bootstrap over days. NaN where there are fewer
	// than two values, for maxima, and for what blocks do not have.
	Half float64

	// blocks are, where intervals are over blocks of the window, the values of batches, or
	// where days is above 0, of resamples of so many days; nil: they are over replications.
	blocks []float64
	days   int
	// bare is true where intervals are over blocks, which do not have the metric: it has no
	// interval, of its mean or of a difference.
	bare bool
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

// bound is how far the one-sided 95 % bound of the mean is from it; NaN where there is no
// interval.
func (s *Stat) bound() float64 {
	switch {
	case s.bare:
		return nan
	case s.days > 0: // as far as t has it
		return s.Half * stat.Quantile(stat.Level, float64(s.days-1)) / stat.Quantile((1+stat.Level)/2, float64(s.days-1))
	case s.blocks != nil && math.IsNaN(s.Half):
		return nan
	case s.blocks != nil:
		return stat.Bound(s.blocks, stat.Level)
	}
	return stat.Bound(stat.Defined(s.Values), stat.Level)
}

// apart is by how much the mean of a metric is above that of another row, and the
// half-widths of the interval of that difference, of what both saw alike (the same
// replications, batches or days), and of its own: NaN where there is none. pairs is over
// how many it is.
func (s *Stat) apart(above *Stat) (difference, half, own float64, pairs int) {
	x, y, days := s.Values, above.Values, 0
	switch {
	case s.blocks != nil && len(s.blocks) == len(above.blocks) && s.days == above.days:
		x, y, days = s.blocks, above.blocks, s.days
	case s.bare || above.bare || len(x) != len(y):
		return stat.RoundOff(above.Mean-s.Mean, math.Max(math.Abs(s.Mean), math.Abs(above.Mean))), nan, s.Half, 0
	}
	var each []float64
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			each = append(each, y[i]-x[i])
		}
	}
	pairs = len(each)
	if pairs == 0 {
		return nan, nan, nan, 0
	}
	difference, half = stat.Interval(each, stat.Level)
	if days > 0 {
		difference, half, pairs = above.Mean-s.Mean, halfOver(each, days), days
	}
	return stat.RoundOff(difference, math.Max(math.Abs(s.Mean), math.Abs(above.Mean))), half, s.Half, pairs
}
