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
	Both     bool // it may not become better by more, either
}

// String returns the tolerance as ParseTolerances reads it: an amount of a ratio in
// percentage points, as its differences are shown.
func (t Tolerance) String() string {
	text := t.Metric + "="
	if t.Both {
		text += "±"
	}
	if t.Relative {
		return text + number(t.Limit*100) + "%"
	}
	if isRatio(t.Metric) {
		return text + number(t.Limit*100) + "pp"
	}
	return text + number(t.Limit)
}

// heldByDefault are the metrics that a gate holds to no change for the worse where it is
// told of none.
var heldByDefault = []string{"latency_p99_s", "cold_ratio", "cost", "error_ratio"}

// DefaultTolerances are those of a gate that is told of none: nothing that people look
// at first may become worse. Only metrics that a baseline has are held.
func DefaultTolerances(b *Baseline) (list []Tolerance) {
	for _, name := range heldByDefault {
		if b.Has(name) {
			list = append(list, Tolerance{Metric: name, Relative: true})
		}
	}
	return list
}

// ParseTolerances reads a list such as latency_p99_s=2%,cost=0.5: columns
// and by how much each may become worse, as a percentage of its value before
// or in its own unit (costs in the currency of the row, times in seconds or as
// 50ms, ratios as a number or in percentage points, 0.1pp). Worse is larger,
// except of a metric that Better is +1 of; with ± before the amount, as in
// latency_p99_s=±2%, both ways are bounded.
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
	if metricIndex(name) < 0 {
		return Tolerance{}, fmt.Errorf("tolerance: %q is no metric; these are: %s", name, strings.Join(metricNames(), ", "))
	}
	t, err := ParseTolerance(name, text)
	if err != nil {
		return t, fmt.Errorf("tolerance: %s: %w", name, err)
	}
	return t, nil
}

// ParseTolerance reads by how much a metric may become worse, as ParseTolerances does.
func ParseTolerance(name, text string) (Tolerance, error) {
	i := metricIndex(name)
	if i < 0 {
		return Tolerance{}, fmt.Errorf("%q is no metric", name)
	}
	amount, both := strings.CutPrefix(text, "±")
	var d spec.Duration
	if metrics[i].Unit == "s" && d.UnmarshalText([]byte(amount)) == nil && d >= 0 {
		return Tolerance{name, d.Seconds(), false, both}, nil
	}
	amount, relative := strings.CutSuffix(amount, "%")
	amount, points := strings.CutSuffix(amount, "pp")
	x, err := strconv.ParseFloat(strings.TrimSpace(amount), 64)
	switch {
	case err != nil || math.IsNaN(x) || math.IsInf(x, 0) || x < 0 || points && relative:
		return Tolerance{}, fmt.Errorf("found %q, want an amount ≥ 0 such as 2%% or 0.5", text)
	case points && metrics[i].Unit != "1":
		return Tolerance{}, fmt.Errorf("found %q, want an amount such as 2%% or 0.5: pp, percentage points, are of ratios such as cold_ratio", text)
	case relative, points:
		x /= 100
	}
	return Tolerance{name, x, relative, both}, nil
}

// exceeded reports whether a change is worse than allowed. What is within a
// rounding of the limit is allowed; where the two differ by chance, also what is
// within the interval of the difference.
func (t Tolerance) exceeded(ch *Change, byChance bool) bool {
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
	limit += 1e-12 * math.Abs(ch.A)
	if byChance && !math.IsNaN(ch.Half) {
		limit += ch.Half
	}
	worse := ch.worse()
	if t.Both {
		worse = math.Abs(worse)
	}
	return worse > limit
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
