package results

import (
	"slices"
	"testing"
)

// A quantile is within 0.8 %, and a cost within its paired interval: what differs by
// less is equal, and a point is on the front unless another is for certain better on
// one axis, and not for certain worse on the other.
func TestFrontOfWhatCanBeToldApart(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []Row
		want []int
	}{
		{"slower by 1 % costs the same", []Row{answerRow("a", 2, 1, 0), answerRow("b", 2, 1.01, 0)}, []int{0, 1}},
		{"slower by 2 % costs the same", []Row{answerRow("a", 2, 1, 0), answerRow("b", 2, 1.02, 0)}, []int{0}},
		{"slower by 1 % is cheaper", []Row{answerRow("a", 2.1, 1, 0), answerRow("b", 2, 1.01, 0)}, []int{1}},
		{"slower by 2 % is cheaper", []Row{answerRow("a", 2.1, 1, 0), answerRow("b", 2, 1.02, 0)}, []int{0, 1}},
		{"cheaper within the paired interval, and slower", // 1, −1 and 1.5 on average 0.5 ± 3.3
			[]Row{overReplications("a", []float64{11, 9, 11.5}, []float64{1, 1, 1}), overReplications("b", []float64{10, 10, 10}, []float64{2, 2, 2})}, []int{0}},
		{"cheaper beyond it, and slower", []Row{overReplications("a", []float64{11, 11.1, 11.2}, []float64{1, 1, 1}), overReplications("b", []float64{10, 10, 10}, []float64{2, 2, 2})}, []int{0, 1}},
		// a is cheaper than b, and b than c, each equally fast as the next; but c is faster than a.
		{"beaten by who is beaten", []Row{answerRow("a", 1, 1.04, 0), answerRow("b", 2, 1.03, 0), answerRow("c", 3, 1.02, 0)}, []int{0, 2}},
		{"equal", []Row{answerRow("a", 1, 1, 0), answerRow("b", 1, 1, 0)}, []int{0, 1}},
	} {
		var got []int
		for _, f := range fronts(costPoints(t, c.rows, "latency_p99_s")) {
			got = append(got, f...)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: the front is %v, want %v", c.name, got, c.want)
		}
	}
}
