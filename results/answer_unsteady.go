package results

import (
	"fmt"

	"github.com/coldcurve/coldcurve/results/stat"
)

// unsteady names the rows whose latency is a mean of replications that differ so widely that its
// 95 % interval is wider than the number itself: no replication need have been near it.
func (a *answer) unsteady() string {
	var rows []int
	var all []float64
	for _, i := range a.policies {
		s, ok := a.rows[i].Stat(a.rows[i].waited(a.speed))
		if !ok || s.blocks != nil || !(2*s.Half > s.Mean) { // of one replication there is no interval
			continue
		}
		rows, all = append(rows, i), append(all, stat.Defined(s.Values)...)
	}
	if rows == nil {
		return ""
	}
	lo, hi, _ := span(all)
	what, wide := "is a mean", "an interval wider than itself"
	if len(rows) > 1 {
		what, wide = "are means", "intervals wider than themselves"
	}
	return upperFirst(fmt.Sprintf("%s of %s %s over replications from %s to %s, with %s",
		a.p99, listed(a.names, rows, "and"), what, seconds3(lo), seconds3(hi), wide))
}
