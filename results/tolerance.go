package results

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Tolerance is by how much a metric may become worse.
type Tolerance struct {
	Metric   string
	Limit    float64 // ≥ 0, in the metric's unit, or a fraction where Relative
	Relative bool
}

// String returns the tolerance as ParseTolerances reads it.
func (t Tolerance) String() string {
	if t.Relative {
		return t.Metric + "=" + number(t.Limit*100) + "%"
	}
	return t.Metric + "=" + number(t.Limit)
}

// ParseTolerances reads a list such as latency_p99_s=2%,cost=0.5: columns
// and by how much each may become worse, as a percentage of its value before
// or in its own unit (costs in the currency of the row). Worse is larger, except for what is better when larger
// (invocations, completed).
func ParseTolerances(list string) ([]Tolerance, error) {
	var out []Tolerance
	for _, item := range strings.Split(list, ",") {
		t, err := parseTolerance(strings.TrimSpace(item))
		if err != nil {
			return nil, err
		}
		for _, other := range out {
			if other.Metric == t.Metric {
				return nil, fmt.Errorf("tolerance: %s is given twice", t.Metric)
			}
		}
		out = append(out, t)
	}
	return out, nil
}

func parseTolerance(item string) (Tolerance, error) {
	name, text, ok := strings.Cut(item, "=")
	if !ok {
		return Tolerance{}, fmt.Errorf("tolerance: found %q, want METRIC=AMOUNT such as latency_p99_s=2%%", item)
	}
	name = strings.TrimSpace(name)
	if metricIndex(name) < 0 {
		return Tolerance{}, fmt.Errorf("tolerance: %q is no metric; these are: %s", name, strings.Join(metricNames(), ", "))
	}
	amount, relative := strings.CutSuffix(strings.TrimSpace(text), "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(amount), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
		return Tolerance{}, fmt.Errorf("tolerance: %s: found %q, want an amount ≥ 0 such as 2%% or 0.5", name, strings.TrimSpace(text))
	}
	if relative {
		x /= 100
	}
	return Tolerance{name, x, relative}, nil
}

// Excess is a row that became worse than a tolerance allows.
type Excess struct {
	Row       string
	Currency  string // of the row's costs
	Change    Change
	Tolerance Tolerance
}

// String says it in a line.
func (e Excess) String() string {
	if math.IsNaN(e.Change.B) {
		return fmt.Sprintf("%s: %s was %s and is undefined", e.Row, e.Change.Metric, valueText(e.Change.Metric, e.Currency, e.Change.A))
	}
	return fmt.Sprintf("%s: %s went from %s to %s (%s), allowed is %s",
		e.Row, e.Change.Metric, valueText(e.Change.Metric, e.Currency, e.Change.A), valueText(e.Change.Metric, e.Currency, e.Change.B), changeText(&e.Change), e.Tolerance)
}

// Check returns where B is worse than A by more than the tolerances allow,
// judged by the means. A metric that A has and B has not is worse by any
// measure. Where the two have no row in common that is an error: nothing was
// compared; and so is a tolerance of costs that are in two currencies.
func (c *Comparison) Check(tolerances []Tolerance) ([]Excess, error) {
	if len(c.Rows) == 0 {
		return nil, errors.New("the two result folders have no row in common: they differ in swept values, platforms or tariffs")
	}
	for _, t := range tolerances {
		if metrics[metricIndex(t.Metric)].Money && len(c.Currencies) > 0 {
			return nil, fmt.Errorf("tolerance: %s cannot be compared: %s", t.Metric, c.Currencies[0])
		}
	}
	var out []Excess
	for i := range c.Rows {
		for j := range c.Rows[i].Changes {
			ch := &c.Rows[i].Changes[j]
			for _, t := range tolerances {
				if t.Metric == ch.Metric && t.exceeded(ch) {
					out = append(out, Excess{c.Rows[i].Label, c.Rows[i].Currency, *ch, t})
				}
			}
		}
	}
	return out, nil
}

// exceeded reports whether a change is worse than allowed. What is within a
// rounding of the limit is allowed.
func (t Tolerance) exceeded(ch *Change) bool {
	if math.IsNaN(ch.A) {
		return false
	}
	if math.IsNaN(ch.B) {
		return true
	}
	limit := t.Limit
	if t.Relative {
		limit *= math.Abs(ch.A)
	}
	return ch.worse() > limit+1e-12*math.Abs(ch.A)
}
