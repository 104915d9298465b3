package results

import (
	"strings"
	"testing"
)

// answerRow is a row of which only what the answer looks at is known.
func answerRow(keepalive string, cost, p99, cold float64) Row {
	r := Row{Values: []PathValue{{Path: "platform.p.keepalive", Label: keepalive}}, Platform: "p", Currency: "USD", Stats: make([]Stat, len(Metrics()))}
	for name, x := range map[string]float64{"cost": cost, "latency_p99_s": p99, "cold_ratio": cold} {
		r.Stats[metricIndex(name)] = statOf(metricIndex(name), []float64{x})
	}
	return r
}

// overReplications is a row whose cost and p99 vary over replications.
func overReplications(keepalive string, cost, p99 []float64) Row {
	r := answerRow(keepalive, 0, 0, 0)
	r.Replications = len(cost)
	r.Stats[metricIndex("cost")], r.Stats[metricIndex("latency_p99_s")] = statOf(metricIndex("cost"), cost), statOf(metricIndex("latency_p99_s"), p99)
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
			"“a” is both the cheapest ($2.00 a month) and the fastest at p99 (1.00 s)."},
		{"cheapest of rows that take the same time", []Row{answerRow("a", 2, 1, 0.1), answerRow("b", 3, 1, 0.2)},
			"“a” is the cheapest ($2.00 a month); p99 is the same in all rows (1.00 s)."},
		{"one of each", []Row{answerRow("a", 3, 1, 0.1), answerRow("b", 2, 1.02, 0.2)},
			"“b” is the cheapest ($2.00 a month); “a” is the fastest at p99 (1.00 s, $3.00 a month)."},
		{"cheapest, and as fast as can be told", []Row{answerRow("a", 3, 1, 0.1), answerRow("b", 2, 1.01, 0.2)},
			"“b” is the cheapest ($2.00 a month), and no other row is measurably faster at p99 (1.01 s)."},
		{"one of each, the other way round", []Row{answerRow("b", 2, 1.02, 0.2), answerRow("a", 3, 1, 0.1)},
			"“b” is the cheapest ($2.00 a month); “a” is the fastest at p99 (1.00 s, $3.00 a month)."},
		{"cheapest first, and as fast as can be told", []Row{answerRow("b", 2, 1.01, 0.2), answerRow("a", 3, 1, 0.1)},
			"“b” is the cheapest ($2.00 a month), and no other row is measurably faster at p99 (1.01 s)."},
		{"cheapest and fastest, another as fast as can be told", []Row{answerRow("a", 2, 1, 0.1), answerRow("b", 3, 1.01, 0)},
			"“a” is the cheapest ($2.00 a month), and no other row is measurably faster at p99 (1.00 s)."},
		{"two alike", []Row{answerRow("a", 2, 1, 0.1), answerRow("b", 2, 1, 0.1)},
			"“a” and “b” cost the same ($2.00 a month); p99 is the same in all rows (1.00 s)."},
		{"a bound is no answer", []Row{{Platform: "p", Bound: true, Values: answerRow("z", 0, 0, 0).Values, Stats: answerRow("z", 0, 0.1, 0).Stats}, answerRow("a", 2, 1, 0.1), answerRow("b", 3, 2, 0)},
			"“a” is both the cheapest ($2.00 a month) and the fastest at p99 (1.00 s)."},
		{"no price", []Row{answerRow("a", nan, 1, 0.1), answerRow("b", nan, 1.02, 0)},
			"“a” is the fastest at p99 (1.00 s, 10.0 % cold)."},
		{"no price, equally fast", []Row{answerRow("a", nan, 1, 0.1), answerRow("b", nan, 1.01, 0.02), answerRow("c", nan, 2, 0)},
			"At p99, 2 of 3 rows are equally fast (1.00 s to 1.01 s) within what can be told; of these, “b” has the fewest cold starts (2.00 %)."},
		{"one price", []Row{answerRow("a", nan, 0.9, 0.1), answerRow("b", 2, 1, 0)},
			"“b” is the only row with a bill ($2.00 a month); “a” is the fastest at p99 (900 ms)."},
		{"one price, and the fastest", []Row{answerRow("a", nan, 2, 0.1), answerRow("b", 2, 1, 0)},
			"“b” is the only row with a bill ($2.00 a month), and the fastest at p99 (1.00 s)."},
		{"a row without a price is no dearer", []Row{answerRow("a", 2, 1, 0.1), answerRow("b", 2, 1, 0), answerRow("c", nan, 2, 0)},
			"“a” and “b” cost the same ($2.00 a month), and no other row is measurably faster at p99 (1.00 s). “c” has no bill, and is in no comparison of costs."},
		{"rows without a price beside dearer ones", []Row{answerRow("a", 2, 1, 0.1), answerRow("b", 2, 1, 0), answerRow("c", nan, 2, 0), answerRow("d", nan, 2, 0), answerRow("e", 3, 2, 0)},
			"“a” and “b” cost the same ($2.00 a month), less than every other row with a bill, and no other row is measurably faster at p99 (1.00 s). 2 rows have no bill, and are in no comparison of costs (“c” and “d”)."},
		{"nothing completed", []Row{answerRow("a", nan, nan, nan), answerRow("b", nan, nan, nan)}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := new(Set).answer(row.rows); got != row.want {
				t.Errorf("got\n%s, want\n%s", got, row.want)
			}
		})
	}
	// One load is no different load.
	one := []Row{answerRow("a", 2, 1, 0), answerRow("b", 3, 2, 0)}
	for i := range one {
		one[i].Values = append(one[i].Values, PathValue{Path: "workload.function.f.arrivals.rate", Label: "1/s"})
	}
	if got, want := new(Set).answer(one), "“a” is both the cheapest ($2.00 a month) and the fastest at p99 (1.00 s)."; got != want {
		t.Errorf("of one load, got %q, want %q", got, want)
	}
	// Of different loads, the least is the cheapest, which answers nothing.
	rows := []Row{answerRow("a", 2, 1, 0), answerRow("b", 3, 1, 0)}
	rows[0].Values[0].Path, rows[1].Values[0].Path = "workload.function.f.arrivals.rate", "workload.function.f.arrivals.rate"
	if got := new(Set).answer(rows); got != "" {
		t.Errorf("of different loads, got %q", got)
	}
}

// TestAnswerToAnObjective counts the rows that meet it, and names the cheapest
// of them.
func TestAnswerToAnObjective(t *testing.T) {
	set := &Set{SLO: SLO{{Metric: "latency_p99_s", Limit: 1}}}
	row := func(keepalive string, cost float64, meets Verdict, bound bool) Row {
		r := answerRow(keepalive, cost, 0.5, 0)
		r.Meets, r.Bound = meets, bound
		return r
	}
	failing := func(r Row) Row {
		r.Stats[metricIndex("error_ratio")] = Stat{Mean: 0.01, Half: nan, Values: []float64{0.01}}
		return r
	}
	for _, c := range []struct {
		rows []Row
		want string
	}{
		{[]Row{row("a", 2, Yes, false), row("b", 1, No, false), row("c", 3, Yes, false)}, "2 of 3 rows meet the SLO; the cheapest of them is “a” ($2.00 a month, p99 500 ms). “b” misses the SLO and is left out of the comparison."},
		{[]Row{row("a", 2, Unsure, false), row("b", 1, No, false), row("z", 0, Yes, true)}, "0 of 2 rows meet the SLO (1 more row cannot be told at 95 % confidence: “a”). “b” misses the SLO and is left out of the comparison."},
		{[]Row{row("a", 2, Unsure, false), row("b", 1, Yes, false), row("c", 1, Unsure, false)}, "1 of 3 rows meets the SLO (2 more rows cannot be told at 95 % confidence: “a” and “c”); the cheapest of them is “b” ($1.00 a month, p99 500 ms)."},
		{[]Row{row("a", nan, Yes, false), row("b", nan, No, false)}, "1 of 2 rows meets the SLO. “b” misses the SLO and is left out of the comparison."},
		{[]Row{row("a", nan, Yes, false), row("b", 1, Yes, false)}, "2 of 2 rows meet the SLO; the only one of them with a bill is “b” ($1.00 a month, p99 500 ms)."},
		{[]Row{row("a", nan, Yes, false), row("b", 1, Yes, false), row("c", 2, Yes, false)}, "3 of 3 rows meet the SLO; the cheapest of them is “b” ($1.00 a month, p99 500 ms). “a” has no bill, and is in no comparison of costs."},
		{[]Row{row("z", 0, Yes, true)}, ""},
		{[]Row{row("a", 2, Yes, false)}, "“p” meets the SLO: $2.00 a month, p99 500 ms, 0 % cold."},
		{[]Row{row("a", 2, Unsure, false)}, "It cannot be told at 95 % confidence whether “p” meets the SLO: $2.00 a month, p99 500 ms, 0 % cold."},
		{[]Row{row("a", 2, No, false)}, "“p” misses the SLO."},
		{[]Row{row("a", 2, Yes, false), failing(row("b", 1, Unsure, false))}, "1 of 2 rows meets the SLO; the cheapest of them is “a” ($2.00 a month, p99 500 ms). “b” fails 1.00 % of its requests and is left out of the comparison."},
		{[]Row{row("a", 2, Yes, false), row("b", 2, Yes, false)}, "2 of 2 rows meet the SLO; the cheapest of them are “a” and “b”, which cost the same ($2.00 a month, p99 500 ms)."},
	} {
		if got := set.answer(c.rows); got != c.want {
			t.Errorf("got\n%s, want\n%s", got, c.want)
		}
	}
}

// TestAnyMeets: one row that one could run and that meets for certain is
// enough, and so is that nothing is asked.
func TestAnyMeets(t *testing.T) {
	row := func(meets Verdict, bound bool) Row { return Row{Meets: meets, Bound: bound} }
	losing := fitRow(map[string]float64{"in_flight": 1})
	losing.Meets = Yes
	for _, c := range []struct {
		rows []Row
		want bool
	}{
		{nil, true},
		{[]Row{row(NoVerdict, false)}, true},
		{[]Row{row(NoVerdict, true)}, true},
		{[]Row{row(No, false), row(Yes, false)}, true},
		{[]Row{row(No, false), row(Yes, true)}, false},
		{[]Row{row(No, false), row(Unsure, false)}, false},
		{[]Row{row(No, true)}, false},
		{[]Row{{Meets: Yes, Counterfactual: "yes"}, {Meets: Yes, Counterfactual: "yes"}}, false}, // two of which nobody has the bill
		{[]Row{losing}, false}, // never ends a request, which is no error
	} {
		if got := AnyMeets(c.rows); got != c.want {
			t.Errorf("%+v: got %v, want %v", c.rows, got, c.want)
		}
	}
}

// TestStatByName: a column that there is not has no value.
func TestStatByName(t *testing.T) {
	r := answerRow("a", 2, 1, 0.1)
	if s, ok := r.Stat("cost"); !ok || s.Mean != 2 {
		t.Errorf("cost: got %v, %v", s, ok)
	}
	if s, ok := r.Stat("error_ratio"); !ok { // the last column
		t.Errorf("error_ratio: got %v, %v", s, ok)
	}
	short := Row{Stats: r.Stats[:metricIndex("cost")]}
	for _, got := range []func() (Stat, bool){func() (Stat, bool) { return r.Stat("price") }, func() (Stat, bool) { return short.Stat("cost") }} {
		if s, ok := got(); ok || s.Defined() {
			t.Errorf("got %v, %v, want none", s, ok)
		}
	}
}

// Of many rows that lose requests it is said in which ways: by their platforms or,
// where clients ask again, by the clients alone.
func TestAnswerSaysWhatIsLost(t *testing.T) {
	rejects := map[string]float64{"rejected": 4, "arrivals": 100000, "error_ratio": 0.00004}
	fails := map[string]float64{"failed": 20, "error_ratio": 0.02}
	gaveUp := map[string]float64{"rejected": 414, "error_ratio": 0.414, "user_requests": 500, "user_success_ratio": 0.99, "user_gave_up": 5}
	for want, of := range map[string][]map[string]float64{
		"No row can be recommended: 4 rows lose 0.00400 % of their requests: rejected (":                   {rejects, rejects, rejects, rejects},
		"No row can be recommended: 4 rows lose 0.00400 % to 2.00 % of their requests: rejected or failed": {rejects, rejects, rejects, fails},
		"No row can be recommended: 4 rows lose 1.00 % of their requests: unanswered after all attempts (": {gaveUp, gaveUp, gaveUp, gaveUp},
	} {
		var rows []Row
		for _, columns := range of {
			rows = append(rows, fitRow(columns))
		}
		if got := new(Set).answer(rows); !strings.HasPrefix(got, want) {
			t.Errorf("got\n%s\nwithout\n%s", got, want)
		}
	}
}

// Rows that cost the same and are equally fast may differ in the first token.
func TestAnswerSaysWhoseFirstTokenIsSoonest(t *testing.T) {
	tokens := func(name string, p99, ttft float64) Row {
		r := answerRow(name, 2, p99, 0)
		r.Stats[metricIndex("ttft_p99_s")] = statOf(metricIndex("ttft_p99_s"), []float64{ttft})
		return r
	}
	for _, c := range []struct {
		rows []Row
		slo  SLO
		want string
	}{
		{[]Row{tokens("a", 5, 0.8), tokens("b", 5.01, 0.4)}, nil,
			"“a” and “b” cost the same ($2.00 a month), and no other row is measurably faster at p99 (5.00 s to 5.01 s); “b” has the first token soonest (TTFT p99 400 ms)."},
		{[]Row{tokens("a", 5, 0.4), tokens("b", 6, 0.4)}, nil, "“a” and “b” cost the same ($2.00 a month); of these, “a” is the fastest at p99 (5.00 s)."},
		{[]Row{tokens("a", 5, 0.8), tokens("b", 6, 0.4)}, SLO{{Metric: "latency_p99_s", Limit: 9}},
			"2 of 2 rows meet the SLO; the cheapest of them are “a” and “b”, which cost the same ($2.00 a month, p99 5.00 s to 6.00 s); of these, “a” is the fastest at p99 (5.00 s); “b” has the first token soonest (TTFT p99 400 ms)."},
	} {
		for i := range c.rows {
			if c.slo != nil {
				c.rows[i].Meets = Yes
			}
		}
		if got := (&Set{SLO: c.slo}).answer(c.rows); got != c.want {
			t.Errorf("got\n%s, want\n%s", got, c.want)
		}
	}
}
