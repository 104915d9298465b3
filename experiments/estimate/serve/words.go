package serve

import (
	"strings"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

// metricWords is a column in prose.
func metricWords(metric string) string {
	switch metric {
	case "cold_ratio":
		return "part of requests that wait for a start"
	case "error_ratio":
		return "part of requests that fail"
	}
	for _, of := range [][2]string{{"ttft_", " of the first token"}, {"tpot_", " of the time per token"}, {"latency_", " of the whole answer"}} {
		if statistic, ok := strings.CutPrefix(metric, of[0]); ok && strings.HasSuffix(statistic, "_s") {
			return strings.TrimSuffix(statistic, "_s") + of[1]
		}
	}
	return metric
}

// boundWords is a bound in prose; a limit on money is in a currency.
func boundWords(o results.Objective, currency string) string {
	if isMoney(o.Metric) {
		return estimate.ObjectiveText(o, currency)
	}
	return metricWords(o.Metric) + " " + limitWords(o, currency)
}

// beyondWords is what a value is beyond.
func beyondWords(o results.Objective, currency string) string {
	return strings.TrimPrefix(strings.TrimPrefix(limitWords(o, currency), "≤ "), "≥ ")
}

// limitWords is the bound without what it is on.
func limitWords(o results.Objective, currency string) string {
	sign := "≤ "
	if o.Min {
		sign = "≥ "
	}
	if isMoney(o.Metric) {
		return sign + estimate.MoneyText(o.Limit, currency)
	}
	return sign + valueText(o.Metric, o.Limit)
}
