package results

import (
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
)

// partMetrics are what the parts of the time of instances cost.
var partMetrics = []Metric{
	partCost(costmodel.Starting, "while they start, as far as the provider bills that"),
	partCost(costmodel.Serving, "while they serve a request or more"),
	partCost(costmodel.Idle, "while they are idle: between requests, kept warm, and until they are stopped; what rounding adds to a life is in it"),
}

func partCost(part, when string) Metric {
	return Metric{
		Name: "cost_" + part, Money: true, Rare: true,
		Help: "the lines of the bill for instances " + when + ", before free grants and credits; in the currency of the row",
		value: func(_ *Replication, b *costmodel.Bill) float64 {
			return costOf(b, part)
		},
	}
}

// costOf sums the lines of a part; NaN of a bill that tells none
// apart, or has nothing of any.
func costOf(b *costmodel.Bill, part string) float64 {
	if b == nil || !slices.ContainsFunc(b.Lines, func(l costmodel.Line) bool { return l.Part != "" && !l.Quantity.IsZero() }) {
		return nan
	}
	sum := 0.0
	for i := range b.Lines {
		if l := &b.Lines[i]; l.Part == part {
			sum += costmodel.Float(&l.Amount)
		}
	}
	return sum
}
