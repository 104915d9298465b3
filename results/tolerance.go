package results

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
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
// or in its own unit (costs in the currency of the row, times in seconds or as
// 50ms, ratios as a number or in percentage points, 0.1pp). Worse is larger,
// except of a metric that Better is +1 of.
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
	name, text = strings.TrimSpace(name), strings.TrimSpace(text)
	i := metricIndex(name)
	if i < 0 {
		return Tolerance{}, fmt.Errorf("tolerance: %q is no metric; these are: %s", name, strings.Join(metricNames(), ", "))
	}
	var d spec.Duration
	if metrics[i].Unit == "s" && d.UnmarshalText([]byte(text)) == nil && d >= 0 {
		return Tolerance{name, d.Seconds(), false}, nil
	}
	amount, relative := strings.CutSuffix(text, "%")
	amount, points := strings.CutSuffix(amount, "pp")
	x, err := strconv.ParseFloat(strings.TrimSpace(amount), 64)
	switch {
	case err != nil || math.IsNaN(x) || math.IsInf(x, 0) || x < 0 || points && relative:
		return Tolerance{}, fmt.Errorf("tolerance: %s: found %q, want an amount ≥ 0 such as 2%% or 0.5", name, text)
	case points && metrics[i].Unit != "1":
		return Tolerance{}, fmt.Errorf("tolerance: %s: found %q, want an amount such as 2%% or 0.5: pp, percentage points, are of ratios such as cold_ratio", name, text)
	case relative, points:
		x /= 100
	}
	return Tolerance{name, x, relative}, nil
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

// ParseMetrics reads a list of columns, such as latency_p99_s,cost, and returns
// them in the order of the columns.
func ParseMetrics(list string) ([]string, error) {
	asked := map[string]bool{}
	for _, name := range strings.Split(list, ",") {
		name = strings.TrimSpace(name)
		if metricIndex(name) < 0 {
			return nil, fmt.Errorf("metrics: %q is no metric; these are: %s", name, strings.Join(metricNames(), ", "))
		}
		asked[name] = true
	}
	var names []string
	for _, name := range metricNames() {
		if asked[name] {
			names = append(names, name)
		}
	}
	return names, nil
}
