package results

import (
	"math"

	"github.com/coldcurve/coldcurve/results/stat"
)

// A mean that is the least by less than chance moves it is the least of nothing.
// A row leads another where it is for certain below it: all rows saw the same random numbers,
// so that this is by more than the interval of their differences, replication by replication.
// What either varies by with the load, which both share, says nothing of it. The headline, ≈
// in the table, the fronts of the plots and the paired table go by this one rule.

// below reports whether a metric of a row is for certain less than that of
// another: by more than the interval of their paired difference, with what the bins of
// quantiles leave open. A latency is what users wait.
func below(a, b *Row, metric string) bool {
	m := metricIndex(metric)
	x, _ := a.Stat(a.waited(metric))
	y, _ := b.Stat(b.waited(metric))
	if !x.Defined() || !y.Defined() || y.Mean-x.Mean <= x.bins+y.bins && x.bins+y.bins > 0 {
		return false
	}
	if metrics[m].Maximum || x.bare || y.bare { // which have no interval
		return stat.RoundOff(y.Mean-x.Mean, y.Mean) > 0
	}
	more, half, _ := x.apart(&y)
	if len(x.Values) == 1 && len(y.Values) == 1 && x.blocks == nil { // one is taken as it is
		return more > 0
	}
	return more > half
}

// least returns those rows of some that may have the least of a metric: the one of
// the least mean, which comes first, and all that cannot be told from it.
func least(rows []Row, among []int, metric string) (out []int) {
	best := -1
	for _, i := range among {
		if x := rows[i].waits(metric); !math.IsNaN(x) && (best < 0 || x < rows[best].waits(metric)) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	out = append(out, best)
	for _, i := range among {
		if i != best && !math.IsNaN(rows[i].waits(metric)) && !below(&rows[best], &rows[i], metric) {
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
			if stat.RoundOff(a[n]-b[n], math.Max(math.Abs(a[n]), math.Abs(b[n]))) != 0 {
				return false
			}
		}
	}
	return true
}
