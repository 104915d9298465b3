package results

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
)

// reportColumns are those of the report's table: what the row is, what it costs, of
// which parts where bills have any, and then the rest, which may need scrolling.
func (s *Set) reportColumns(rows []Row) (out []summaryColumn) {
	all := s.summary(rows)
	pick := func(kind columnKind) {
		for _, c := range all {
			if c.kind == kind {
				out = append(out, c)
			}
		}
	}
	pick(ofName)
	pick(ofCost)
	out = append(out, partColumns(rows)...)
	pick(ofWork)
	return out
}

// partColumns are what the parts of the time of instances cost, in each currency that
// a bill by parts is in.
func partColumns(rows []Row) (out []summaryColumn) {
	for _, currency := range currencies(rows) {
		for _, part := range []string{costmodel.Starting, costmodel.Serving, costmodel.Idle} {
			of := func(r *Row) float64 { return where(r.Currency == currency, r.mean("cost_"+part)) }
			if slices.ContainsFunc(rows, func(r Row) bool { return !math.IsNaN(of(&r)) }) {
				out = append(out, numberColumnOf(part+", "+currency, money, of))
			}
		}
	}
	return out
}
