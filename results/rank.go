package results

import (
	"math"
)

// A mean that is the least by less than chance moves it is the least of nothing.
// A row leads another where their difference is more than the 95 % half-width that
// the table prints beside it, and more than that of their differences replication
// by replication, so that no lead is claimed which either of the two denies. Of
// one replication values are taken as they are.

// below reports whether a metric of a row is for certain less than that of
// another: by more than a quantile's error, than its own interval, and than that
// of their paired difference.
func below(a, b *Row, metric string) bool {
	m := metricIndex(metric)
	x, y := a.Stats[m], b.Stats[m]
	if !x.Defined() || !y.Defined() || metrics[m].Quantile && x.Mean*(1+RelativeError) >= y.Mean*(1-RelativeError) {
		return false
	}
	d, ok := difference(y, x, metrics[m].Maximum)
	switch {
	case !ok:
		return false
	case metrics[m].Maximum, len(x.Values) == 1 && len(y.Values) == 1:
		return d.Mean > 0
	}
	return d.Mean-d.Half > 0 && d.Mean > x.Half // false where there is no interval
}

// least returns those rows of some that may have the least of a metric: the one of
// the least mean, which comes first, and all that cannot be told from it.
func least(rows []Row, among []int, metric string) (out []int) {
	best := -1
	for _, i := range among {
		if x := rows[i].mean(metric); !math.IsNaN(x) && (best < 0 || x < rows[best].mean(metric)) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	out = append(out, best)
	for _, i := range among {
		if i != best && !math.IsNaN(rows[i].mean(metric)) && !below(&rows[best], &rows[i], metric) {
			out = append(out, i)
		}
	}
	return out
}

// equal reports whether a metric is the same in some rows, in every replication.
func equal(rows []Row, among []int, metric string) bool {
	m := metricIndex(metric)
	for _, i := range among[1:] {
		a, b := rows[among[0]].Stats[m].Values, rows[i].Stats[m].Values
		if len(a) != len(b) {
			return false
		}
		for n := range a {
			if roundOff(a[n]-b[n], math.Max(math.Abs(a[n]), math.Abs(b[n]))) != 0 {
				return false
			}
		}
	}
	return true
}
