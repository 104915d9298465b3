package results

import "testing"

// Of replications with 60, 60 and 0.1 s the mean is 40.0 s, which none of them had: by Student's t
// of two degrees of freedom, 4.303 × 34.58 ÷ √3 = 85.9 s on either side of it. That of 10, 11 and 12
// s, ± 2.48, is what they have. With 9, 10 and 11.99 s about 10.33 s, ± 3.79, the interval is
// narrower than the number, with 7, 10 and 11.99 s about 9.66 s, ± 6.24, wider.
func TestUnsteadyLatencyIsSaid(t *testing.T) {
	wild, calm := overReplications("wild", []float64{2, 2, 2}, []float64{60, 60, 0.1}), overReplications("calm", []float64{1, 1, 1}, []float64{10, 11, 12})
	for _, c := range []struct {
		name string
		rows []Row
		want string
	}{
		{"one row", []Row{wild}, "P99 of “wild” is a mean over replications from 100 ms to 60.0 s, with an interval wider than itself"},
		{"beside another", []Row{calm, wild}, "P99 of “wild” is a mean over replications from 100 ms to 60.0 s, with an interval wider than itself"},
		{"two", []Row{wild, calm, overReplications("too", []float64{1, 1, 1}, []float64{70, 1, 2})},
			"P99 of “wild” and “too” are means over replications from 100 ms to 70.0 s, with intervals wider than themselves"},
		{"calm", []Row{calm}, ""},
		{"narrower", []Row{overReplications("x", []float64{1, 1, 1}, []float64{9, 10, 11.99})}, ""},
		{"wider", []Row{overReplications("x", []float64{1, 1, 1}, []float64{7, 10, 11.99})}, "P99 of “x” is a mean over replications from 7.00 s to 12.0 s, with an interval wider than itself"},
		{"one replication", []Row{overReplications("x", []float64{1}, []float64{60})}, ""},
		{"none", []Row{overReplications("x", []float64{1, 1}, []float64{0, 0})}, ""},
	} {
		a := &answer{rows: c.rows, p99: "p99", speed: "latency_p99_s"}
		for i := range c.rows {
			a.names, a.policies = append(a.names, c.rows[i].Values[0].Label), append(a.policies, i)
		}
		if got := a.unsteady(); got != c.want {
			t.Errorf("%s: got  %q\nwant %q", c.name, got, c.want)
		}
	}
}
