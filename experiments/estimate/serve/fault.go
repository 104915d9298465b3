package serve

import (
	"cmp"
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

// leftOver is the part of all requests that may be under way at the end, beyond
// what is under way at a time, before a plan does not keep up.
const leftOver = 0.02

// behind says that a plan does not keep up: its requests pile up.
func behind(row *results.Row) string {
	value := func(name string) float64 { s, _ := row.Stat(name); return s.Mean }
	arrivals, left := value("arrivals"), value("in_flight")
	if arrivals > 0 && left > leftOver*arrivals+20 {
		return fmt.Sprintf("it cannot keep up: %s of the requests had not ended at the end", estimate.Percent(left/arrivals))
	}
	return ""
}

// fault says why a plan does not serve the load; "" where it does.
func (q *question) fault(c *choice, row *results.Row) string {
	if why := cmp.Or(behind(row), c.overQuota()); why != "" {
		return why
	}
	var missed *results.Objective
	worst := 0.0
	for i, o := range q.SLO {
		s := row.Bounded(o.Metric)
		x := estimate.Excess(o, s.Mean)
		if math.IsNaN(x) {
			x = math.Inf(1)
		}
		if x > worst {
			missed, worst = &q.SLO[i], x
		}
	}
	if missed != nil {
		s := row.Bounded(missed.Metric)
		if missed.Metric == "error_ratio" {
			return fmt.Sprintf("%s of the requests fail, as more tokens than its memory holds", estimate.Percent(s.Mean))
		}
		if math.IsNaN(s.Mean) {
			return fmt.Sprintf("it has no %s, which is to be %s", metricWords(missed.Metric), limitWords(*missed, ""))
		}
		return fmt.Sprintf("its %s is %s, beyond %s", metricWords(missed.Metric), valueText(missed.Metric, s.Mean), beyondWords(*missed, ""))
	}
	if s, _ := row.Stat("error_ratio"); len(q.SLO) == 0 && s.Mean > 0 {
		return fmt.Sprintf("%s of the requests fail, as more tokens than its memory holds", estimate.Percent(s.Mean))
	}
	return ""
}

// beyondAssumed says that a plan misses the bound that is assumed where nobody gave one,
// and by what its instances are then as many as they are.
func (q *question) beyondAssumed(c *choice, row *results.Row) string {
	if asksMore(q.SLO) {
		return ""
	}
	for _, o := range q.bound {
		s, _ := row.Stat(o.Metric)
		if !(estimate.Excess(o, s.Mean) > 0) {
			continue
		}
		text := fmt.Sprintf("its %s is %s, beyond the %s that is assumed", metricWords(o.Metric), valueText(o.Metric, s.Mean), beyondWords(o, ""))
		if c.fixed > 0 {
			text += fmt.Sprintf("; no number of instances keeps it, so they are as many as stay within %s times what one without other requests has", estimate.Digits(nearIdle, 2))
		}
		return text
	}
	return ""
}

// overQuota says that the instances of a choice that always stand take more GPUs than the account has.
func (c *choice) overQuota() string {
	if c.provider == nil || c.provider.Quota == 0 {
		return ""
	}
	if gpus := max(int64(c.fixed), int64(c.floor), 1) * c.engine.count; gpus > c.provider.Quota {
		return fmt.Sprintf("it takes %d GPUs, and the account of its plan has %d", gpus, c.provider.Quota)
	}
	return ""
}
