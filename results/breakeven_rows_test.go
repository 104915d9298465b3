package results

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

// loadRow is a row of a platform at a request rate, with its cost by replication.
func loadRow(platform string, rate float64, cost ...float64) Row {
	r := overReplications("1m", cost, make([]float64, len(cost)))
	r.Platform = platform
	r.Values = append(r.Values, PathValue{Path: "workload.function.f.arrivals.rate", Label: number(rate) + "/s", Number: rate, Numeric: true, Unit: "1/s"})
	return r
}

// rowsSet is a set whose cells have the values of some rows.
func rowsSet(rows []Row) *Set {
	s := &Set{}
	for i := range rows {
		s.Cells = append(s.Cells, Cell{Values: rows[i].Values, Platform: rows[i].Platform})
	}
	return s
}

// TestBreakEvenInterval: a cost of 1 and 2 times the load in two replications
// meets 10 at loads of 10 and 5. The interval in logarithms is ln √50 ± 12.706
// (t of one degree of freedom) × ln 2 ÷ 2.
func TestBreakEvenInterval(t *testing.T) {
	var rows []Row
	for _, x := range []float64{1, 10, 100} {
		rows = append(rows, loadRow("demand", x, x, 2*x), loadRow("flat", x, 10, 10))
	}
	path, got := rowsSet(rows).BreakEvens(rows)
	if path != "workload.function.f.arrivals.rate" || len(got) != 1 {
		t.Fatalf("got %q, %+v", path, got)
	}
	e, middle, half := got[0], math.Sqrt(50), 12.7062*math.Ln2/2
	if e.Below != "demand" || e.Above != "flat" || e.Currency != "USD" || differ(e.Low, middle*math.Exp(-half), 1e-4*e.Low) || differ(e.High, middle*math.Exp(half), 1e-4*e.High) {
		t.Errorf("got %+v, want an interval from %v to %v", e, middle*math.Exp(-half), middle*math.Exp(half))
	}
	// The mean costs 1.5 times the load: 10 at 6.67.
	if differ(e.Load, 10/1.5, 1e-9) || differ(e.Cost, 10, 1e-9) {
		t.Errorf("got %v at %v, want 10 at %v", e.Cost, e.Load, 10/1.5)
	}
	// Where the curves of a replication do not meet there is none: 20 × 0.1 is under 10.
	rows[4] = loadRow("demand", 100, 100, 2)
	rows[2], rows[0] = loadRow("demand", 10, 10, 1), loadRow("demand", 1, 1, 0.5)
	if _, got := rowsSet(rows).BreakEvens(rows); len(got) != 1 || got[0].Low != 0 || got[0].High != 0 {
		t.Errorf("got %+v, want one without an interval", got)
	}
}

// TestBreakEvenLeavesOut: what fails requests at a load has no part in a
// break-even at or next to it, however cheap it is.
func TestBreakEvenLeavesOut(t *testing.T) {
	rows := []Row{}
	for _, x := range []float64{1, 10, 100} {
		rows = append(rows, loadRow("demand", x, x), loadRow("flat", x, 10.5))
	}
	s := rowsSet(rows)
	if _, got := s.BreakEvens(rows); len(got) != 1 || differ(got[0].Load, 10.5, 1e-9) {
		t.Fatalf("got %+v, want one at 10.5", got)
	}
	rows[4].Stats[metricIndex("error_ratio")] = Stat{Mean: 0.5, Half: nan, Values: []float64{0.5}}
	if _, got := s.BreakEvens(rows); len(got) != 0 {
		t.Errorf("beyond what serves: got %+v", got)
	}
	if ok := s.answer(rows); !strings.Contains(ok, "“100/s, demand” fails 50.0 % of its requests and is left out of the comparison") {
		t.Errorf("got %q", ok)
	}
}

// failingHalf is a row that fails half of its requests.
func failingHalf(r Row) Row {
	r.Stats[metricIndex("error_ratio")] = Stat{Mean: 0.5, Half: nan, Values: []float64{0.5}}
	return r
}

// TestAnswerNamesWhatIsCheapest: "then X" says of every load above that X is the
// cheapest; where it cannot be compared at one of them, the headline is of the loads
// one by one.
func TestAnswerNamesWhatIsCheapest(t *testing.T) {
	sweep := func(cost map[string]func(x float64) float64) (rows []Row) {
		for _, x := range []float64{1, 10, 100, 1000} {
			for _, platform := range []string{"demand", "flat", "other"} {
				if of := cost[platform]; of != nil {
					rows = append(rows, loadRow(platform, x, of(x)))
				}
			}
		}
		return rows
	}
	linear, flat := func(x float64) float64 { return x }, func(float64) float64 { return 10.5 }
	two := map[string]func(float64) float64{"demand": linear, "flat": flat}
	for _, c := range []struct {
		name string
		rows []Row
		fail []int // of the rows
		want string
	}{
		{"a chain", sweep(two), nil, "Over rate, “demand” is the cheapest up to about 10.5/s, then “flat”."},
		{"that breaks at its end", sweep(two), []int{7},
			"Of the loads that were tried, “demand” is the cheapest up to 10/s, “flat” at 100/s, and “demand” at 1,000/s. “1,000/s, flat” fails 50.0 % of its requests and is left out of the comparison."},
		{"where nothing can be compared", sweep(two), []int{6, 7},
			"Of the loads that were tried, “demand” is the cheapest up to 10/s, “flat” at 100/s, and none can be compared at 1,000/s. Left out of the comparison: “1,000/s, demand” fails 50.0 % of its requests; “1,000/s, flat” fails 50.0 % of its requests."},
		{"the cheapest throughout, but where it cannot be compared", sweep(map[string]func(float64) float64{"demand": linear, "flat": func(x float64) float64 { return 2 * x }}), []int{0},
			"Of the loads that were tried, “flat” is the cheapest at 1/s, and “demand” from 10/s on. “1/s, demand” fails 50.0 % of its requests and is left out of the comparison."},
	} {
		for i := range c.rows {
			c.rows[i].Values[1].Label = thousands(c.rows[i].Values[1].Number) + "/s"
		}
		for _, i := range c.fail {
			c.rows[i] = failingHalf(c.rows[i])
		}
		if got := rowsSet(c.rows).answer(c.rows); got != c.want {
			t.Errorf("%s: got\n%s, want\n%s", c.name, got, c.want)
		}
	}
}

// TestAnswerOverLoadsIsCertain: of several replications a break-even is said with
// its interval, and where it has none, that nothing is certain..
func TestAnswerOverLoadsIsCertain(t *testing.T) {
	sweep := func(a, b float64) (rows []Row) {
		for _, x := range []float64{1, 10, 100} {
			rows = append(rows, loadRow("demand", x, a*x, b*x), loadRow("flat", x, 10, 10))
		}
		return rows
	}
	rows := sweep(0.99, 1.01)
	// ln(1.01/0.99)/2 × 12.706 = 0.12706: √(100 ÷ 0.9999) × e^∓0.12706 = 8.81 and 11.4.
	if got, want := rowsSet(rows).answer(rows), "Over rate, “demand” is the cheapest up to about 10.0/s (95 %: 8.81 to 11.4/s), then “flat”."; got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	rows = sweep(1, 0.01) // which meets 10 beyond the last load
	if got, want := rowsSet(rows).answer(rows), "Over rate, it cannot be told at 95 % confidence where, or whether, the cheapest choice changes; by the means, “demand” is the cheapest up to about 19.8/s, then “flat”."; got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

// TestSweepOfAMemoryIsNoLoad: it is a choice, of which one is the cheapest.
func TestSweepOfAMemoryIsNoLoad(t *testing.T) {
	var rows []Row
	for i, memory := range []string{"128MB", "256MB", "512MB"} {
		r := answerRow("a", float64(i+1), 3-float64(i), 0)
		r.Values = []PathValue{{Path: "workload.function.api.memory", Label: memory, Number: 128 * float64(int(1)<<i), Numeric: true, Unit: "MiB"}}
		rows = append(rows, r)
	}
	if got, want := rowsSet(rows).answer(rows), "“128MB” is the cheapest ($1.00 a month); “512MB” is the fastest at p99 (1.00 s, $3.00 a month)."; got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

// TestBreakEvenFromNothing: on the way from 0, within a free grant, to 90 a cost
// is interpolated on linear axes: 45 at 1 + 9/2.
func TestBreakEvenFromNothing(t *testing.T) {
	rows := []Row{loadRow("demand", 1, 0), loadRow("flat", 1, 45), loadRow("demand", 10, 90), loadRow("flat", 10, 45), loadRow("demand", 100, 900), loadRow("flat", 100, 45)}
	s := rowsSet(rows)
	if _, got := s.BreakEvens(rows); len(got) != 1 || differ(got[0].Load, 5.5, 1e-9) || differ(got[0].Cost, 45, 1e-9) || got[0].Below != "demand" {
		t.Errorf("got %+v, want 45 at 5.5", got)
	}
	if got, want := s.answer(rows), "Over rate, “demand” is the cheapest up to about 5.50/s, then “flat”."; got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

// TestBreakEvenOfOneWorkload: a load that costs less, since its requests are
// shorter, is no choice: break-evens are under the same workload, and say which.
func TestBreakEvenOfOneWorkload(t *testing.T) {
	var rows []Row
	for _, median := range []string{"1s", "2s"} {
		flat := map[string]float64{"1s": 10, "2s": 40}[median]
		for _, x := range []float64{1, 10, 100} {
			for _, r := range []Row{loadRow("demand", x, x), loadRow("flat", x, flat)} {
				r.Values = append(r.Values, PathValue{Path: "workload.function.f.service.median", Label: median})
				rows = append(rows, r)
			}
		}
	}
	s := rowsSet(rows)
	_, got := s.BreakEvens(rows)
	if len(got) != 2 || got[0].Of != "1s" || differ(got[0].Load, 10, 1e-9) || got[1].Of != "2s" || differ(got[1].Load, 40, 1e-9) {
		t.Errorf("got %+v, want 10 of 1s and 40 of 2s", got)
	}
	if got, want := s.answer(rows), "Over rate, the cheapest choice changes at 2 loads: see the table of break-evens."; got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	head, _, lines := s.breakEvenTable(rows)
	if got, want := strings.Join(head, "|")+"\n"+strings.Join(lines[1], "|"), "median|break-even at rate|USD a month|cheapest below|cheapest above\n2s|40.0/s|40.00|demand|flat"; got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	var b bytes.Buffer
	if err := writeCSV(&b, s.breakEvensSheet(rows)); err != nil {
		t.Fatal(err)
	}
	if want := "path,unit,workload,load,load_low,load_high,cost,currency,span,below,above\n" +
		"workload.function.f.arrivals.rate,1/s,1s,10,,,10,USD,month,demand,flat\n" +
		"workload.function.f.arrivals.rate,1/s,2s,40,,,40,USD,month,demand,flat\n"; b.String() != want {
		t.Errorf("got\n%s, want\n%s", &b, want)
	}
}

// TestAnswerOverLoads without a break-even: one choice is the cheapest throughout,
// or others cannot be told from it; under few loads the cheapest of each is named.
func TestAnswerOverLoads(t *testing.T) {
	rows := []Row{loadRow("a", 1, 1), loadRow("b", 1, 2), loadRow("a", 2, 2), loadRow("b", 2, 4), loadRow("a", 3, 3), loadRow("b", 3, 6)}
	if got, want := rowsSet(rows).answer(rows), "“a” is the cheapest at every load that was tried."; got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	rows[3] = loadRow("b", 2, 2)
	if got, want := rowsSet(rows).answer(rows), "No choice is measurably cheaper than “a” at any load that was tried."; got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	for i := range rows {
		rows[i].Stats[metricIndex("latency_p99_s")] = Stat{Mean: 1, Half: nan, Values: []float64{1}}
	}
	if got, want := rowsSet(rows[:4]).answer(rows[:4]), "At 1/s, the cheapest is “1/s, a” ($1.00 a month, p99 1.00 s); at 2/s, the cheapest is “2/s, a” or “2/s, b” ($2.00 a month, p99 1.00 s)."; got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

// Where all choices cost the same at every load, what tells them apart is how fast
// they are: at p99, or else at that of the first token.
func TestAnswerOverLoadsOfOneCost(t *testing.T) {
	var rows []Row
	for _, x := range []float64{1, 2, 3} {
		rows = append(rows, loadRow("a", x, 5), loadRow("b", x, 5))
	}
	set := func(metric string, values ...float64) {
		for i := range rows {
			rows[i].Stats[metricIndex(metric)] = statOf(metricIndex(metric), []float64{values[i%len(values)]})
		}
	}
	check := func(want string) {
		t.Helper()
		if got := rowsSet(rows).answer(rows); got != want {
			t.Errorf("got\n%s, want\n%s", got, want)
		}
	}
	const same = "All 2 choices that can be compared cost the same at every load that was tried"
	set("latency_p99_s", 2, 2.01)
	set("ttft_p99_s", 1, 1)
	check(same + ".")
	set("latency_p99_s", 2, 1, 1, 2, 2, 1) // b, a, b
	check(same + ".")
	set("ttft_p99_s", 1, 0.5)
	check(same + "; “b” is the fastest at p99 of the first token at each of them.")
	set("latency_p99_s", 1, 2)
	check(same + "; “a” is the fastest at p99 at each of them.")
}
