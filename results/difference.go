package results

import (
	"math"

	"github.com/coldcurve/coldcurve/results/stat"
)

// Difference is how one metric of a row differs from the same metric of its
// reference row, replication by replication: both saw the same random numbers,
// so what they share cancels.
type Difference struct {
	Row, Reference int // indices into the rows
	Metric         string
	Value          float64 // the row's mean
	ReferenceValue float64
	// Mean is the mean of value − reference over the replications in which
	// both are defined; Half the half-width of its 95 % t-interval, NaN where
	// there are fewer than two and for maxima. Of quantiles it is wider by what
	// the bins of both leave open.
	Mean, Half float64
	// Relative is Mean ÷ the reference's mean over the same replications, NaN
	// where that is 0.
	Relative float64
	Pairs    int
	// Saved is which part of the variance of the difference pairing saved; NaN for maxima
	// and where nothing varies.
	Saved float64
}

// Differences pairs each row with its reference row, metric by metric. A row
// that is its own reference, or has none, is left out, and so is a metric
// that is undefined on either side, and a cost where the two are in different
// currencies.
func (s *Set) Differences(rows []Row) []Difference {
	if s.Reference == nil {
		return nil
	}
	index := s.index(rows)
	var out []Difference
	for i := range rows {
		ref := index.referenceOf(i)
		if ref < 0 || ref == i {
			continue
		}
		for m := range metrics {
			if metrics[m].Money && rows[i].Currency != rows[ref].Currency {
				continue
			}
			if d, ok := difference(rows[i].Stats[m], rows[ref].Stats[m], metrics[m].Maximum); ok {
				d.Row, d.Reference, d.Metric = i, ref, metrics[m].Name
				out = append(out, d)
			}
		}
	}
	return out
}

// difference pairs two metrics.
func difference(a, b Stat, maximum bool) (Difference, bool) {
	var diffs, base []float64
	for n := range min(len(a.Values), len(b.Values)) {
		x, y := a.Values[n], b.Values[n]
		if math.IsNaN(x) || math.IsNaN(y) {
			continue
		}
		diffs, base = append(diffs, x-y), append(base, y)
	}
	if len(diffs) == 0 {
		return Difference{}, false
	}
	d := Difference{Value: a.Mean, ReferenceValue: b.Mean, Pairs: len(diffs), Saved: stat.PairingSaved(a.Values, b.Values)}
	d.Mean, d.Half = stat.Interval(diffs, stat.Level)
	baseMean := stat.Mean(base)
	if maximum {
		d.Mean, d.Half, d.Saved, baseMean = a.Mean-b.Mean, nan, nan, b.Mean
	}
	// What is left of a difference of equal decimals is the floats' rounding.
	scale := math.Max(math.Abs(a.Mean), math.Abs(b.Mean))
	d.Mean, d.Half = stat.RoundOff(d.Mean, scale), stat.RoundOff(d.Half, scale)+a.bins+b.bins
	d.Relative = where(baseMean != 0, d.Mean/baseMean)
	return d, true
}

// metricNumber writes a metric's value in a column of several metrics: money with
// all its digits.
func metricNumber(metric string, x float64) exactNumber {
	if metrics[metricIndex(metric)].Money {
		return exactNumber(allDigits(x))
	}
	return exactNumber(number(x))
}

// differencesSheet is differences.csv: a line a row × metric.
func (s *Set) differencesSheet(rows []Row, differences []Difference) *sheet {
	paths := s.pathColumns()
	columns := append(append([]column(nil), paths...),
		column{"platform", textColumn, "", ""}, column{"tariff", textColumn, "", ""},
		column{"currency", textColumn, "", "of the line's amounts, ISO 4217; empty where the metric is no cost"},
		column{"metric", textColumn, "", "a column of cells"},
		column{"unit", textColumn, "", "of value, reference, difference and difference_ci95: s, GiB·s, 1, what is counted, or the currency"},
		column{"value", numberColumn, "", "the row's mean"},
		column{"reference", numberColumn, "", "the reference row's mean"},
		column{"difference", numberColumn, "", "mean of the paired differences"},
		column{"difference_ci95", numberColumn, "", "half-width of their 95 % t-interval, of quantiles wider by what the bins of both leave open"},
		column{"relative", numberColumn, "1", "difference ÷ reference"},
		column{"pairs", wholeColumn, "", "replications in which both are defined"},
		column{"pairing_saved", numberColumn, "1", "part of the variance of the difference that pairing saved, against independent samples"})
	return &sheet{"differences", columns, func(yield func([]any) error) error {
		for i := range differences {
			d := &differences[i]
			r := &rows[d.Row]
			line := append(appendPaths(nil, paths, r.Values), r.Platform, r.Tariff, unitOf(d.Metric, r.Currency), d.Metric, unitName(d.Metric, r.Currency))
			for _, x := range []float64{d.Value, d.ReferenceValue, d.Mean, d.Half} {
				line = append(line, metricNumber(d.Metric, x))
			}
			if err := yield(append(line, d.Relative, int64(d.Pairs), d.Saved)); err != nil {
				return err
			}
		}
		return nil
	}}
}
