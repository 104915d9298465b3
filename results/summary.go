package results

import "github.com/coldcurve/coldcurve/costmodel"

// Summary returns what the tables need of a unit: its columns under each of its
// bills, its sums and its warnings. What makes a unit large (the distribution of
// latency, the series, the functions, the lines of the bills) is not in it. A set
// of many units holds their summaries, and loads the whole units as it needs them.
func (r *Replication) Summary() *Replication {
	s := *r
	s.Columns = [][]float64{r.Values(nil)}
	s.Bills = make([]costmodel.Bill, len(r.Bills))
	for t := range r.Bills {
		b := &r.Bills[t]
		s.Columns = append(s.Columns, r.Values(b))
		s.Bills[t] = costmodel.Bill{Tariff: b.Tariff, Currency: b.Currency, Span: b.Span, Counterfactual: b.Counterfactual}
	}
	s.Application = r.Application.summary()
	s.Sampled, s.Blocks = r.blockSamples(), nil
	s.Latency, s.Series, s.Serving, s.Users, s.Functions = nil, Series{Step: r.Series.Step}, nil, nil, nil
	return &s
}

// Values returns the unit's columns, in the order of Metrics, under a bill; nil:
// under none.
func (r *Replication) Values(b *costmodel.Bill) []float64 {
	values := make([]float64, len(metrics))
	for m := range metrics {
		values[m] = metrics[m].value(r, b)
	}
	return values
}

// values returns the columns of one of the cell's replications under its t-th
// bill, where it has one.
func (c *Cell) values(r *Replication, t int) []float64 {
	b := c.bill(r, t)
	switch {
	case r.Columns == nil:
		return r.Values(b)
	case b == nil:
		return r.Columns[0]
	}
	return r.Columns[1+t]
}

// NewRow returns the row of replications of which the Values are known, judged
// by an SLO. What it is a row of is for the caller to say.
func NewRow(values [][]float64, slo SLO) Row {
	stats := statsOf(values)
	row := Row{Replications: len(values), Stats: stats, slo: slo}
	row.Meets = slo.judge(&row)
	return row
}

// statsOf summarises each metric over replications.
func statsOf(values [][]float64) []Stat {
	stats := make([]Stat, len(metrics))
	for m := range metrics {
		column := make([]float64, len(values))
		for n := range values {
			column[n] = values[n][m]
		}
		stats[m] = statOf(m, column)
	}
	return stats
}
