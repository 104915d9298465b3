package results

import (
	"strings"
	"testing"
)

// TestSLOThatCannotBe: bounds that every value meets, or none, are mistakes;
// bounds at the edge of what can be, and two of one side, are not.
func TestSLOThatCannotBe(t *testing.T) {
	for _, row := range []struct {
		objectives []Objective
		want       string // a part of the message; "": accepted
	}{
		{[]Objective{{Metric: "latency_p99_s", Limit: 1, Min: false}, {Metric: "latency_p99_s", Limit: 2, Min: true}}, "latency_p99_s ≤ 1 and latency_p99_s ≥ 2: no value meets both"},
		{[]Objective{{Metric: "latency_p99_s", Limit: 2, Min: true}, {Metric: "latency_p99_s", Limit: 1, Min: false}}, "latency_p99_s ≥ 2 and latency_p99_s ≤ 1: no value meets both"},
		{[]Objective{{Metric: "latency_p99_s", Limit: 2, Min: true}, {Metric: "latency_p99_s", Limit: 2, Min: false}}, ""}, // 2 does
		{[]Objective{{Metric: "latency_p99_s", Limit: 2, Min: false}, {Metric: "latency_p99_s", Limit: 1, Min: false}}, ""},
		{[]Objective{{Metric: "latency_p99_s", Limit: 2, Min: true}, {Metric: "latency_p50_s", Limit: 1, Min: false}}, ""}, // of different columns
		{[]Objective{{Metric: "completed", Limit: -1, Min: true}}, "completed ≥ -1: found a bound below 0"},
		{[]Objective{{Metric: "cost", Limit: -0.5, Min: false}}, "cost ≤ -0.5: found a bound below 0"},
		{[]Objective{{Metric: "completed", Limit: 5, Min: true}}, ""},
		{[]Objective{{Metric: "kv_utilization", Limit: 90, Min: false}}, "kv_utilization ≤ 90: found a bound above 1"},
		{[]Objective{{Metric: "cold_ratio", Limit: 1, Min: false}}, ""},
	} {
		_, err := NewSLO(row.objectives)
		switch {
		case row.want == "" && err != nil:
			t.Errorf("%v: %v", row.objectives, err)
		case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
			t.Errorf("%v: error %v, want %q", row.objectives, err, row.want)
		}
	}
}

// A mean that misses an objective has as many digits as tell it from the limit; one that meets it,
// or is told from it as it is, has three.
func TestMissesAreTold(t *testing.T) {
	latency, cold := waitColumn("p99", "latency_p99_s"), metricColumn("cold", "cold_ratio", percent)
	for _, test := range []struct {
		column summaryColumn
		metric string
		mean   float64
		slo    Objective
		want   string
	}{
		{latency, "latency_p99_s", 2.0049, Objective{Metric: "latency_p99_s", Limit: 2}, "2.005 s"},
		{latency, "latency_p99_s", 2.00049, Objective{Metric: "latency_p99_s", Limit: 2}, "2.0005 s"},
		{latency, "latency_p99_s", 1.9951, Objective{Metric: "latency_p99_s", Limit: 2}, "2.00 s"},
		{latency, "latency_p99_s", 2, Objective{Metric: "latency_p99_s", Limit: 2}, "2.00 s"},
		{latency, "latency_p99_s", 2.0151, Objective{Metric: "latency_p99_s", Limit: 2}, "2.02 s"},
		{latency, "latency_p99_s", 2.0049, Objective{Metric: "latency_p50_s", Limit: 2}, "2.00 s"},
		{latency, "latency_p99_s", 1.9951, Objective{Metric: "latency_p99_s", Limit: 2, Min: true}, "1.995 s"},
		{cold, "cold_ratio", 0.010004, Objective{Metric: "cold_ratio", Limit: 0.01}, "1.0004 %"},
	} {
		r := Row{slo: SLO{test.slo}, Stats: make([]Stat, len(metrics))}
		r.Stats[metricIndex(test.metric)].Mean = test.mean
		if got := test.column.cell(&r); got != test.want {
			t.Errorf("%v with %+v: %q, want %q", test.mean, test.slo, got, test.want)
		}
	}
}
