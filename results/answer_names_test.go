package results

import (
	"slices"
	"strings"
	"testing"
)

// TestAnswerSetsNamesOff: whatever rows are called, their names are quoted, and
// what is between the names reads the same.
func TestAnswerSetsNamesOff(t *testing.T) {
	for _, name := range []string{"none", "best", "all", "the cheapest", "a, b and c", "no other row"} {
		got := new(Set).answer([]Row{answerRow(name, 2, 1, 0.1), answerRow("x", 3, 2, 0.2)})
		if want := "“" + name + "” is both the cheapest ($2.00 a month) and the fastest at p99 (1.00 s)."; got != want {
			t.Errorf("got\n%s, want\n%s", got, want)
		}
	}
	// Of names made of parts, which are left out where they are said twice, no two
	// are alike: 1, 2, 2 and 1, 1, 2 would both be "1, 2".
	rows := []Row{answerRow("1", 1, 1, 0), answerRow("1", 2, 1, 0)}
	for i, v := range [][2]string{{"2", "2"}, {"1", "2"}} {
		rows[i].Values = append(rows[i].Values, PathValue{Path: "platform.p.x", Label: v[0]}, PathValue{Path: "platform.p.y", Label: v[1]})
		rows[i].Values[0].Label = "1"
	}
	rows = append(rows, answerRow("3", 3, 1, 0))
	rows[2].Values = append(rows[2].Values, PathValue{Path: "platform.p.x", Label: "4"}, PathValue{Path: "platform.p.y", Label: "5"})
	if names := rowNames(rows, true); names[0] == names[1] {
		t.Errorf("two rows are called %q", names[0])
	}
}

// TestAnswerOverReplications: a row leads if it is cheaper by more than its own
// 95 % interval and than that of the differences. Costs of 10, 11 and 12 are
// 11 ± 2.48 (t of two degrees of freedom 4.303, deviation 1).
func TestAnswerOverReplications(t *testing.T) {
	second := []float64{1, 1, 1}
	for _, c := range []struct {
		name string
		rows []Row
		want string
	}{
		{"by 2 in each replication, less than its interval", []Row{overReplications("a", []float64{10, 11, 12}, second), overReplications("b", []float64{12, 13, 14}, second)},
			"“a” is the cheapest ($11.00 ± 2.48 a month), told by the differences of their replications: “b” $2.00 ± 0.00 more; p99 is the same in all rows (1.00 s)."},
		{"by 3 in each replication, more than its interval", []Row{overReplications("a", []float64{10, 11, 12}, second), overReplications("b", []float64{13, 14, 15}, second)},
			"“a” is the cheapest ($11.00 ± 2.48 a month); p99 is the same in all rows (1.00 s)."},
		// b − a is 1.9, 2.0 and 2.1: 2.0 ± 4.303 × 0.1 ÷ √3 = 0.25. c − a is −0.1, 0 and 0.1.
		{"one is told by differences, one is not", []Row{overReplications("a", []float64{10, 11, 12}, second), overReplications("b", []float64{11.9, 13, 14.1}, second), overReplications("c", []float64{9.9, 11, 12.1}, second)},
			"“a” or “c” is the cheapest ($11.00 a month), told by the differences of their replications: “b” $2.00 ± 0.25 more; p99 is the same in all rows (1.00 s)."},
		// −3, 3 and 9 differ by 3 ± 14.9.
		{"by 3 on average, but not for certain", []Row{overReplications("a", []float64{11, 11, 11}, second), overReplications("b", []float64{8, 14, 20}, second)},
			"The cheapest cannot be told at 95 % confidence between “a” and “b” ($11.00 to $14.00 a month); p99 is the same in all rows (1.00 s). Over 3 replications “a” and “b” differ by $3.00 ± $14.90 in cost, less than is known; about 75 replications may tell."},
		{"the same in each", []Row{overReplications("a", []float64{10, 11, 12}, second), overReplications("b", []float64{10, 11, 12}, second), overReplications("c", []float64{20, 21, 22}, second)},
			"“a” and “b” cost the same ($11.00 ± 2.48 a month), less than every other row; p99 is the same in all rows (1.00 s)."},
		{"one of the two is the faster", []Row{overReplications("a", []float64{10, 10, 10}, []float64{2, 2, 2}), overReplications("b", []float64{10, 10, 10}, second)},
			"“a” and “b” cost the same ($10.00 ± 0.00 a month); of these, “b” is the fastest at p99 (1.00 s)."},
		{"many", []Row{overReplications("a", []float64{10, 11, 12}, second), overReplications("b", []float64{10, 11, 12.1}, second), overReplications("c", []float64{10, 11, 12.2}, second),
			overReplications("d", []float64{10, 11, 12.3}, second), overReplications("e", []float64{10, 11, 12.4}, second)},
			"The cheapest cannot be told at 95 % confidence between “a”, “b”, “c” and 2 more ($11.00 to $11.13 a month); p99 is the same in all rows (1.00 s). Over 3 replications “a” and “b” differ by $0.03 ± $0.14 in cost, less than is known; about 56 replications may tell."},
		{"equally fast within the interval, though not within a quantile's error", []Row{overReplications("a", second, []float64{1, 1.1, 1.2}), overReplications("b", []float64{2, 2, 2}, []float64{0.9, 1.1, 1.1})},
			"“a” is the cheapest ($1.00 ± 0.00 a month), and no other row is measurably faster at p99 (1.10 s). Over 3 replications “b” and “a” differ by 66.7 ms ± 160 ms at p99, less than is known; about 25 replications may tell."},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			if got := new(Set).answer(c.rows); got != c.want {
				t.Errorf("got\n%s, want\n%s", got, c.want)
			}
		})
	}
}

// TestAnswerLeavesOut: what fails requests, misses the SLO or is nobody's bill is
// never the cheapest or the fastest, and named with the reason.
func TestAnswerLeavesOut(t *testing.T) {
	failing := func(name string, ratio float64) Row {
		r := fitRow(map[string]float64{"rejected": ratio * 1000, "error_ratio": ratio})
		r.Values[0].Label = name
		r.Stats[metricIndex("cost")].Mean, r.Stats[metricIndex("latency_p99_s")].Mean = 0.5, 0.5
		return r
	}
	counterfactual := func(name string) Row {
		r := answerRow(name, 0.1, 0.1, 0)
		r.Counterfactual = "yes"
		return r
	}
	a, b := answerRow("a", 2, 1, 0.1), answerRow("b", 3, 2, 0.1)
	for _, c := range []struct {
		name string
		rows []Row
		want string
	}{
		{"the cheapest rejects", []Row{a, failing("x", 0.414), b},
			"“a” is both the cheapest ($2.00 a month) and the fastest at p99 (1.00 s). “x” rejects 41.4 % of its requests and is left out of the comparison."},
		{"the cheapest is counterfactual", []Row{a, counterfactual("x"), b},
			"“a” is both the cheapest ($2.00 a month) and the fastest at p99 (1.00 s). “x” is counterfactual (nobody's bill) and is left out of the comparison."},
		{"two", []Row{failing("x", 0.414), a, b, counterfactual("y")},
			"“a” is both the cheapest ($2.00 a month) and the fastest at p99 (1.00 s). Left out of the comparison: “x” rejects 41.4 % of its requests; “y” is counterfactual (nobody's bill)."},
		{"many", []Row{failing("x", 0.414), a, b, counterfactual("y"), failing("z", 0.1), failing("v", 0.2)},
			"“a” is both the cheapest ($2.00 a month) and the fastest at p99 (1.00 s). Left out of the comparison: 3 rows lose 10.0 % to 41.4 % of their requests: rejected (“x”, “z” and “v”); 1 row is counterfactual, nobody's bill (“y”)."},
		{"all but one", []Row{failing("x", 0.414), a},
			"Only “a” can be compared: $2.00 a month, p99 1.00 s, 10.0 % cold. “x” rejects 41.4 % of its requests and is left out of the comparison."},
		{"all", []Row{failing("x", 0.414), failing("y", 0.1)},
			"No row can be recommended: “x” rejects 41.4 % of its requests; “y” rejects 10.0 % of its requests."},
		{"the only one", []Row{failing("x", 0.414)}, "“p” rejects 41.4 % of its requests."},
	} {
		if got := new(Set).answer(c.rows); got != c.want {
			t.Errorf("%s: got\n%s, want\n%s", c.name, got, c.want)
		}
	}
}

// TestSentenceBeginsWithName: a name's quote takes three bytes, of which the first
// alone is no character.
func TestSentenceBeginsWithName(t *testing.T) {
	for text, want := range map[string]string{"": "", "at p99": "At p99", "“a” is": "“a” is", "état": "État"} {
		if got := upperFirst(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// caseRow is a row of [[sweep.case]]: a label, a count and a limit of instances, of
// which "" is left out.
func caseRow(label, count, limit string, cost float64) Row {
	r := answerRow("", cost, 1, 0)
	value := func(path, text string) PathValue {
		return PathValue{Path: path, Label: text, Number: float64(len(text)), Numeric: text != ""}
	}
	r.Values = []PathValue{{Path: "label", Label: label}, value("platform.p.prewarm.count", count), value("platform.p.limit.instances", limit)}
	return r
}

// A label names its case alone; a case without one is named by what it sets, and
// only by that; where a label is not enough, by all of it.
func TestNamesOfCases(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []Row
		want []string
	}{
		{"labels", []Row{caseRow("4 round-robin", "4", "", 1), caseRow("least loaded", "", "9", 1)}, []string{"4 round-robin", "least loaded"}},
		{"none", []Row{caseRow("", "4", "", 1), caseRow("", "", "9", 1)}, []string{"prewarm count 4", "instances limit 9"}},
		{"of one", []Row{caseRow("big", "4", "9", 1), caseRow("", "2", "9", 1), caseRow("", "", "", 1)}, []string{"big", "prewarm count 2, instances limit 9", "p"}},
		{"the same twice", []Row{caseRow("big", "4", "", 1), caseRow("big", "2", "", 1)}, []string{"prewarm count 4", "prewarm count 2"}},
		{"rows of one name", []Row{caseRow("a", "4", "", 1), caseRow("a", "4", "", 1), caseRow("b", "2", "", 1)}, []string{"a", "a", "b"}},
	} {
		if got := rowNames(c.rows, true); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// A case that says nothing of the load has that of the file.
func TestNameOfTheLoadOfACase(t *testing.T) {
	var rows []Row
	for _, c := range [][2]string{{"a", ""}, {"b", ""}, {"a", "2/s"}, {"b", "2/s"}} {
		r := answerRow(c[0], float64(c[0][0]-'a')+1, 1, 0)
		r.Values = append(r.Values, PathValue{Path: "workload.rate", Label: c[1]})
		rows = append(rows, r)
	}
	const want = "At the load of [workload], the cheapest is “a” ($1.00 a month, p99 1.00 s); at 2/s, the"
	if got := new(Set).answer(rows); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwithout\n%s", got, want)
	}
}
