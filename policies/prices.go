package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// breakEvenWindow returns how long an idle instance can be held for the price
// of one cold start: T* = C ÷ (r × memory + s), with C in USD, r in USD per GiB·h,
// memory in MiB, and s in USD per hour of an instance. It is Never where holding
// costs nothing.
func breakEvenWindow(holding, standing, coldStart float64, memory int64) sim.Time {
	perHour := float64(holding*(float64(memory)/1024)) + standing
	if !(perHour > 0) {
		return sim.Never
	}
	return nanoseconds(coldStart / perHour * float64(sim.Hour))
}

// nanoseconds rounds a duration of that many nanoseconds to the nearest; below
// 0 is 0, and past all times (or not a number) is Never.
func nanoseconds(x float64) sim.Time {
	switch {
	case x <= 0:
		return 0
	case x < 1<<62:
		return sim.Time(math.Round(x))
	default:
		return sim.Never
	}
}

// MostPrice bounds the prices of an operator, in USD of a GiB·h, of an hour or of a cold
// start: what a run costs is then finite, and beyond are slips of the point.
const MostPrice = 1_000_000

// checkPrices refuses prices that make no sense. With a standing price, memory may
// cost nothing.
func checkPrices(n *spec.Node, holding, standing, coldStart float64) error {
	switch {
	case !(standing >= 0 && standing <= MostPrice):
		return at(n, "standing").Errorf("found %v, want a price of 0 to %d, in USD per hour", standing, MostPrice)
	case !(holding >= 0 && holding <= MostPrice) || holding == 0 && standing == 0:
		return at(n, "holding").Errorf("found %v, want a price above 0, at most %d, in USD per GiB·h", holding, MostPrice)
	case !(coldStart >= 0 && coldStart <= MostPrice):
		return at(n, "cold_start").Errorf("found %v, want a price of 0 to %d, in USD", coldStart, MostPrice)
	}
	return nil
}

// at returns the node of a parameter for a message about it: the table itself
// where the parameter is not written.
func at(n *spec.Node, key string) *spec.Node {
	if v := n.Get(key); v != nil {
		return v
	}
	return n
}
