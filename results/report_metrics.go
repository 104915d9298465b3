package results

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/results/pages"
)

// reportMetrics are the columns of cells.csv, for who sets two rows side by side.
type reportMetrics struct {
	Columns []reportMetric `json:"columns"`
}

// reportMetric is one of them: a value a row, or one that all rows have.
type reportMetric struct {
	Title  string        `json:"title"`
	Kind   string        `json:"kind"` // s, money, ratio or number
	Key    bool          `json:"key,omitempty"`
	Better int           `json:"better"` // +1 where more is better, −1 where less is; 0: neither
	Values pages.Numbers `json:"values"`
	Half   pages.Numbers `json:"half,omitempty"` // half-widths of their 95 % intervals
}

// reportMetrics lists those that some row has.
func (s *Set) reportMetrics(rows []Row) reportMetrics {
	currency := ""
	if all := currencies(rows); len(all) == 1 {
		currency = all[0]
	}
	var out reportMetrics
	for _, m := range metricsOf(rows) {
		metric := &metrics[m]
		c := reportMetric{Title: metricWords(metric.Name, currency, s.Span), Kind: "number", Key: slices.Contains(keyMetrics, metric.Name), Better: metric.Better}
		switch {
		case metric.Money || metric.Unit == operatorUnit:
			c.Kind = "money"
		case metric.Unit == "s":
			c.Kind, c.Title = "s", untilComma(c.Title)
		case metric.Unit == "1":
			c.Kind, c.Title = "ratio", untilComma(c.Title)
		}
		if c.Better == 0 && !metric.Count {
			c.Better = -1
		}
		for i := range rows {
			stat := &rows[i].Stats[m]
			c.Values, c.Half = append(c.Values, stat.Mean), append(c.Half, stat.Half)
		}
		if slices.ContainsFunc(c.Values, func(x float64) bool { return !math.IsNaN(x) }) {
			c.Values, c.Half = oneOfAll(c.Values), oneOfAll(halves(c.Half))
			out.Columns = append(out.Columns, c)
		}
	}
	return out
}

// oneOfAll is one value where all are the same.
func oneOfAll(values pages.Numbers) pages.Numbers {
	for _, x := range values {
		if x != values[0] {
			return values
		}
	}
	return values[:min(len(values), 1)]
}
