package serve

import (
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/results"
)

// bounded refuses a bound on a column that none of some plans has, with those that
// some of them have.
func (q *question) bounded(rows []*results.Row) error {
	var there []string
	for _, m := range results.Metrics() {
		if slices.ContainsFunc(rows, func(row *results.Row) bool { return !math.IsNaN(row.Bounded(m.Name).Mean) }) {
			there = append(there, m.Name)
		}
	}
	for _, o := range q.SLO {
		if !o.Implied() && !slices.Contains(there, o.Metric) {
			return inputError("--slo: found %s, which no plan here has; these are there: %s", o.Metric, strings.Join(there, ", "))
		}
	}
	return nil
}
