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
	// than two values, for maxima, and for what blocks do not have. Of a quantile it is wider by
	// what the buckets that it is read from leave open (binned).
	Half float64

	// bins is how much of Half that is, in the metric's unit; 0 of what is exact.
	bins float64

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

// statOf summarises the values of a metric by its place.
func statOf(m int, values []float64) Stat {
	s := newStat(values, metrics[m].Maximum)
	if metrics[m].Quantile && s.Defined() {
		s.bins = binned(s.Mean)
		s.Half += s.bins
	}
	return s
}

// binned is how far a quantile that is read from a histogram, or a mean of such, may be from
// that of the exact values: RelativeError of it. An interval of what is read covers the
// expectation of that, which is no further than this from the expectation of the exact
// quantile; so one that is wider by it covers the latter as often. More replications make it
// no less.
func binned(quantile float64) float64 { return RelativeError * math.Abs(quantile) }

// bound is how far the one-sided 95 % bound of the mean is from it; NaN where there is no
// interval.
func (s *Stat) bound() float64 {
	switch {
	case s.bare:
		return nan
	case s.days > 0: // as far as t has it
		return s.bins + (s.Half-s.bins)*stat.Quantile(stat.Level, float64(s.days-1))/stat.Quantile((1+stat.Level)/2, float64(s.days-1))
	case s.blocks != nil && math.IsNaN(s.Half):
		return nan
	case s.blocks != nil:
		return s.bins + stat.Bound(s.blocks, stat.Level)
	}
	return s.bins + stat.Bound(stat.Defined(s.Values), stat.Level)
}

// apart is by how much the mean of a metric is above that of another row, and the
// half-width of the interval of that difference, of what both saw alike (the same
// replications, batches or days) and by the bins of both: NaN where there is none. pairs is
// over how many it is.
func (s *Stat) apart(above *Stat) (difference, half float64, pairs int) {
	x, y, days := s.Values, above.Values, 0
	switch {
	case s.blocks != nil && len(s.blocks) == len(above.blocks) && s.days == above.days:
		x, y, days = s.blocks, above.blocks, s.days
	case s.bare || above.bare || len(x) != len(y):
		return stat.RoundOff(above.Mean-s.Mean, math.Max(math.Abs(s.Mean), math.Abs(above.Mean))), nan, 0
	}
	var each []float64
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			each = append(each, y[i]-x[i])
		}
	}
	pairs = len(each)
	if pairs == 0 {
		return nan, nan, 0
	}
	difference, half = stat.Interval(each, stat.Level)
	if days > 0 {
		difference, half, pairs = above.Mean-s.Mean, halfOver(each, days), days
	}
	return stat.RoundOff(difference, math.Max(math.Abs(s.Mean), math.Abs(above.Mean))), half + s.bins + above.bins, pairs
}
