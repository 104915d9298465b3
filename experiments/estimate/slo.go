package estimate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// shortNames are what one may write for a column of the output.
var shortNames = [][2]string{
	{"cold", "cold_ratio"}, {"errors", "error_ratio"}, {"mean", "latency_mean_s"}, {"p50", "latency_p50_s"},
	{"p90", "latency_p90_s"}, {"p95", "latency_p95_s"}, {"p99", "latency_p99_s"}, {"p99.9", "latency_p999_s"}, {"p999", "latency_p999_s"},
}

// ParseSLO reads bounds such as "p99 <= 800ms" and "cold_ratio <= 1%", of which a
// text may have several with "and" between them. Error ratios are to be 0 unless one
// of them says otherwise.
func ParseSLO(texts []string) (results.SLO, error) {
	var objectives []results.Objective
	for _, text := range texts {
		for part := range strings.SplitSeq(text, " and ") {
			o, err := parseObjective(part)
			if err != nil {
				return nil, inputError("SLO %q: %w", text, err)
			}
			objectives = append(objectives, o)
		}
	}
	slo, err := results.NewSLO(objectives)
	if err != nil {
		return nil, inputError("%w", err)
	}
	return slo, nil
}

func parseObjective(text string) (o results.Objective, err error) {
	i := strings.IndexAny(text, "<>")
	if i < 0 || i+1 >= len(text) || text[i+1] != '=' {
		return o, fmt.Errorf("want a column, <= or >=, and a limit, as in p99 <= 800ms")
	}
	o.Min = text[i] == '>'
	word, limit := strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+2:])
	if o.Metric, err = column(word); err != nil {
		return o, err
	}
	o.Limit, err = parseLimit(word, metricOf(o.Metric).Unit, limit)
	return o, err
}

// parseLimit reads a bound on a column, in the column's unit. A time has a unit of its
// own, unless what is written is the column's whole name, which says the unit.
func parseLimit(word, unit, limit string) (float64, error) {
	number, err := ParseNumber(0, math.MaxFloat64)(limit)
	switch {
	case unit == "s" && (err != nil || strings.HasSuffix(limit, "%") || !strings.HasSuffix(word, "_s")):
		var d spec.Duration
		if err := d.UnmarshalText([]byte(limit)); err != nil {
			return 0, err
		}
		return d.Seconds(), nil
	case unit != "1" && strings.HasSuffix(limit, "%"):
		return 0, fmt.Errorf("found %q, want a number: only a ratio is in percent", limit)
	}
	return number, err
}

// metricOf returns a column; none has no unit.
func metricOf(name string) results.Metric {
	for _, m := range results.Metrics() {
		if m.Name == name {
			return m
		}
	}
	return results.Metric{}
}

// column returns the column that a word stands for.
func column(word string) (string, error) {
	var known []string
	for _, s := range shortNames {
		if s[0] == word {
			return s[1], nil
		}
		known = append(known, s[0])
	}
	for _, m := range results.Metrics() {
		if m.Name == word || m.Unit == "s" && m.Name == word+"_s" {
			return m.Name, nil
		}
		known = append(known, m.Name)
	}
	slices.Sort(known)
	return "", fmt.Errorf("%s", spec.Unknown("column", word, known))
}

// ObjectiveText writes a bound; a limit on money is in a currency.
func ObjectiveText(o results.Objective, currency string) string {
	sign := " ≤ "
	if o.Min {
		sign = " ≥ "
	}
	return o.Metric + sign + valueText(o.Metric, currency, o.Limit)
}

// valueText writes a value of a column; money is in a currency.
func valueText(metric, currency string, x float64) string {
	m := metricOf(metric)
	switch {
	case math.IsNaN(x):
		return dash
	case m.Money:
		return MoneyText(x, currency)
	case m.Unit == "s":
		return Seconds(x)
	case m.Unit == "1":
		return Percent(x)
	}
	return Digits(x, 4)
}

// WorstExcess returns the largest Excess of a row over the bounds of an SLO, as its verdict holds it to them;
// +Inf where a value is missing, −Inf where there is no bound with a margin.
func WorstExcess(row *results.Row, slo results.SLO) float64 {
	worst := math.Inf(-1)
	for _, o := range slo {
		x := Excess(o, row.Held(o).Mean)
		if math.IsNaN(x) {
			x = math.Inf(1)
		}
		if o.Limit == 0 && x == 0 { // at a bound of nothing there is no margin to have
			continue
		}
		worst = max(worst, x)
	}
	return worst
}

// Excess returns by how much a value is beyond the bound, as a part of the
// bound; negative where it is within, NaN where there is no value.
func Excess(o results.Objective, x float64) float64 {
	over := x - o.Limit
	if o.Min {
		over = -over
	}
	if o.Limit == 0 { // any excess over nothing is one
		if over > 0 {
			return 1 + over
		}
		return 0
	}
	return over / o.Limit
}
