package results

import "testing"

// answerRow is a row of which only what the answer looks at is known.
func answerRow(keepalive string, cost, p99, cold float64) Row {
	r := Row{Values: []PathValue{{Path: "platform.p.keepalive", Label: keepalive}}, Platform: "p", Stats: make([]Stat, len(Metrics()))}
	for name, x := range map[string]float64{"cost_usd": cost, "latency_p99_s": p99, "cold_ratio": cold} {
		r.Stats[metricIndex(name)] = Stat{Mean: x, Half: nan}
	}
	return r
}

// TestAnswer: quantiles are within 0.8 %, so that 1.00 s and 1.01 s cannot be
// told apart, and 1.00 s and 1.02 s can.
func TestAnswer(t *testing.T) {
	for _, row := range []struct {
		name string
		rows []Row
		want string
	}{
		{"cheapest and fastest", []Row{answerRow("a", 2, 1, 0.1), answerRow("b", 3, 2, 0.2)},
			"a is both the cheapest ($2.00) and the fastest at p99 (1.00 s)."},
		{"one of each", []Row{answerRow("a", 3, 1, 0.1), answerRow("b", 2, 1.02, 0.2)},
			"b is the cheapest ($2.00, p99 1.02 s); a is the fastest at p99 (1.00 s, $3.00)."},
		{"cheapest, and as fast as can be told", []Row{answerRow("a", 3, 1, 0.1), answerRow("b", 2, 1.01, 0.2)},
			"b is the cheapest ($2.00), and none is faster at p99 (1.01 s) by more than a quantile's error."},
		{"no price", []Row{answerRow("a", nan, 1, 0.1), answerRow("b", nan, 1.02, 0)},
			"a is the fastest at p99 (1.00 s, 10.0 % cold)."},
		{"no price, equally fast", []Row{answerRow("a", nan, 1, 0.1), answerRow("b", nan, 1.01, 0.02), answerRow("c", nan, 2, 0)},
			"At p99, 2 of 3 rows are equally fast (1.01 s) within a quantile's error; of these, b has the fewest cold starts (2.00 %)."},
		{"nothing completed", []Row{answerRow("a", nan, nan, nan), answerRow("b", nan, nan, nan)}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := new(Set).answer(row.rows); got != row.want {
				t.Errorf("got\n%s, want\n%s", got, row.want)
			}
		})
	}
	// Of different loads, the least is the cheapest, which answers nothing.
	rows := []Row{answerRow("a", 2, 1, 0), answerRow("b", 3, 1, 0)}
	rows[0].Values[0].Path, rows[1].Values[0].Path = "workload.function.f.arrivals.rate", "workload.function.f.arrivals.rate"
	if got := new(Set).answer(rows); got != "" {
		t.Errorf("of different loads, got %q", got)
	}
}
