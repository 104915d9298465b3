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
		{[]Objective{{"latency_p99_s", 1, false}, {"latency_p99_s", 2, true}}, "latency_p99_s ≤ 1 and latency_p99_s ≥ 2: no value meets both"},
		{[]Objective{{"latency_p99_s", 2, true}, {"latency_p99_s", 1, false}}, "latency_p99_s ≥ 2 and latency_p99_s ≤ 1: no value meets both"},
		{[]Objective{{"latency_p99_s", 2, true}, {"latency_p99_s", 2, false}}, ""}, // 2 does
		{[]Objective{{"latency_p99_s", 2, false}, {"latency_p99_s", 1, false}}, ""},
		{[]Objective{{"latency_p99_s", 2, true}, {"latency_p50_s", 1, false}}, ""}, // of different columns
		{[]Objective{{"completed", -1, true}}, "completed ≥ -1: found a bound below 0"},
		{[]Objective{{"cost", -0.5, false}}, "cost ≤ -0.5: found a bound below 0"},
		{[]Objective{{"completed", 5, true}}, ""},
		{[]Objective{{"kv_utilization", 90, false}}, "kv_utilization ≤ 90: found a bound above 1"},
		{[]Objective{{"cold_ratio", 1, false}}, ""},
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
