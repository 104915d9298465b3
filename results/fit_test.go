package results

import (
	"strings"
	"testing"
)

// fitRow is a row of 1,000 arrivals, with some columns set.
func fitRow(columns map[string]float64) Row {
	r := answerRow("a", 2, 1.5, 0.1)
	r.Counterfactual = "no"
	for name, x := range map[string]float64{"arrivals": 1000, "timed_out": 0, "failed": 0} {
		r.Stats[metricIndex(name)] = Stat{Mean: x, Half: nan, Values: []float64{x}}
	}
	for name, x := range columns {
		r.Stats[metricIndex(name)] = Stat{Mean: x, Half: nan, Values: []float64{x}}
	}
	return r
}

// TestFit: a row is compared if it serves all requests, or as many as its SLO
// asks for, is not sure to miss the SLO, and can be had.
func TestFit(t *testing.T) {
	allow := func(limit float64) SLO { return SLO{{Metric: "error_ratio", Limit: limit}} }
	for _, c := range []struct {
		name    string
		columns map[string]float64
		slo     SLO
		change  func(*Row)
		reason  string // "": fit
		mark    string
	}{
		{name: "all served"},
		{name: "414 of 1,000 rejected", columns: map[string]float64{"rejected": 414, "error_ratio": 0.414},
			reason: "rejects 41.4 % of its requests", mark: "rejects"},
		{name: "one of a million is one too many", columns: map[string]float64{"rejected": 1, "arrivals": 1e6, "error_ratio": 1e-6},
			reason: "rejects 0.000100 % of its requests", mark: "rejects"},
		{name: "timed out", columns: map[string]float64{"timed_out": 20, "error_ratio": 0.02}, reason: "lets 2.00 % of its requests time out", mark: "times out"},
		{name: "failed", columns: map[string]float64{"failed": 20, "error_ratio": 0.02}, reason: "fails 2.00 % of its requests", mark: "fails"},
		{name: "never ended, which is no error", columns: map[string]float64{"in_flight": 20}, reason: "never ends 2.00 % of its requests", mark: "never ends"},
		{name: "two kinds", columns: map[string]float64{"rejected": 100, "timed_out": 50, "error_ratio": 0.15},
			reason: "loses 15.0 % of its requests (10.0 % rejected, 5.00 % timed out)", mark: "loses"},
		{name: "as many as are allowed", columns: map[string]float64{"rejected": 10, "error_ratio": 0.01}, slo: allow(0.01)},
		{name: "more than are allowed", columns: map[string]float64{"rejected": 11, "error_ratio": 0.011}, slo: allow(0.01),
			reason: "rejects 1.10 % of its requests", mark: "rejects"},
		{name: "none may fail by the default of every SLO", columns: map[string]float64{"rejected": 1, "error_ratio": 0.001}, slo: allow(0),
			reason: "rejects 0.100 % of its requests", mark: "rejects"},
		{name: "clients whose every request is answered at last", columns: map[string]float64{"rejected": 414, "error_ratio": 0.414, "user_requests": 600, "user_success_ratio": 1, "user_gave_up": 0}},
		{name: "clients whose requests the function answers with an error", columns: map[string]float64{"failed": 7, "error_ratio": 0.01, "user_requests": 600, "user_success_ratio": 0.99, "user_failed": 6},
			reason: "fails 1.00 % of its requests", mark: "fails"},
		{name: "clients that give up", columns: map[string]float64{"rejected": 414, "error_ratio": 0.414, "user_requests": 600, "user_success_ratio": 0.99, "user_gave_up": 6},
			reason: "leaves 1.00 % of its requests unanswered after all attempts", mark: "gives up"},
		{name: "as many clients as may", columns: map[string]float64{"user_requests": 600, "user_success_ratio": 0.99, "user_gave_up": 6}, slo: SLO{{Metric: "user_success_ratio", Limit: 0.99, Min: true}}},
		{name: "more clients than may", columns: map[string]float64{"user_requests": 600, "user_success_ratio": 0.98, "user_gave_up": 12}, slo: SLO{{Metric: "user_success_ratio", Limit: 0.99, Min: true}},
			reason: "leaves 2.00 % of its requests unanswered after all attempts", mark: "gives up"},
		{name: "too slow", columns: map[string]float64{"latency_p99_s": 1.5}, slo: SLO{{Metric: "latency_p99_s", Limit: 1}}, change: func(r *Row) { r.Meets = No },
			reason: "misses the SLO (latency_p99_s is 1.50 s, at most 1.00 s is asked)"},
		{name: "too few instances", columns: map[string]float64{"instances_mean": 1}, slo: SLO{{Metric: "instances_mean", Limit: 2, Min: true}}, change: func(r *Row) { r.Meets = No },
			reason: "misses the SLO (instances_mean is 1.000, at least 2.000 is asked)"},
		{name: "not known to miss it", slo: SLO{{Metric: "latency_p99_s", Limit: 1}}, change: func(r *Row) { r.Meets = Unsure }},
		{name: "nobody's bill", change: func(r *Row) { r.Counterfactual = "yes" }, reason: "is counterfactual (nobody's bill)"},
		{name: "nobody's policy", change: func(r *Row) { r.Bound = true }, reason: "is an offline bound, and no policy"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			r := fitRow(c.columns)
			r.slo = c.slo
			if c.change != nil {
				c.change(&r)
			}
			if ok, reason := r.Fit(); ok != (c.reason == "") || reason != c.reason || r.fault().mark() != c.mark {
				t.Errorf("got %v, %q, %q, want %q, %q", ok, reason, r.fault().mark(), c.reason, c.mark)
			}
		})
	}
}

// where0 is x if a condition holds, else 0.
func where0(holds bool, x float64) float64 {
	if holds {
		return x
	}
	return 0
}

// TestWorkloadsOwnErrorsUnderAnSLO: they do not count in what every SLO asks, in
// none of the replications, and do where it speaks of errors itself.
func TestWorkloadsOwnErrorsUnderAnSLO(t *testing.T) {
	latency := Objective{Metric: "latency_p99_s", Limit: 2}
	asked := func(objectives ...Objective) SLO {
		slo, err := NewSLO(objectives)
		if err != nil {
			t.Fatal(err)
		}
		return slo
	}
	row := func(slo SLO, column string, lost ...float64) Row {
		r := fitRow(nil)
		for name, of := range map[string]func(lost float64) float64{
			"arrivals": func(float64) float64 { return 1e6 }, "latency_p99_s": func(float64) float64 { return 1.5 },
			"error_ratio": func(n float64) float64 { return n / 1e6 },
			"timed_out":   func(n float64) float64 { return where0(column == "timed_out", n) },
			"rejected":    func(n float64) float64 { return where0(column == "rejected", n) },
			"failed":      func(float64) float64 { return 0 },
		} {
			var values []float64
			for _, n := range lost {
				values = append(values, of(n))
			}
			r.Stats[metricIndex(name)] = statOf(metricIndex(name), values)
		}
		r.slo = slo
		r.Meets = slo.judge(&r)
		return r
	}
	silent, strict, lax := asked(latency), asked(latency, Objective{Metric: "error_ratio"}), asked(latency, Objective{Metric: "error_ratio", Limit: 15e-6})
	for _, c := range []struct {
		name string
		rows []Row
		want []Verdict
	}{
		{"ten of a million in each", []Row{row(silent, "timed_out", 10), row(silent, "timed_out", 10)}, []Verdict{Yes, Yes}},
		{"one more in one", []Row{row(silent, "timed_out", 10), row(silent, "timed_out", 11)}, []Verdict{Yes, No}},
		{"another number in each replication", []Row{row(silent, "timed_out", 10, 0, 30), row(silent, "timed_out", 10, 0, 30)}, []Verdict{Yes, Yes}},
		{"in other replications", []Row{row(silent, "timed_out", 10, 0, 0), row(silent, "timed_out", 0, 10, 0)}, []Verdict{Unsure, Unsure}},
		{"rejected", []Row{row(silent, "rejected", 10), row(silent, "rejected", 10)}, []Verdict{No, No}},
		{"written down", []Row{row(strict, "timed_out", 10), row(strict, "timed_out", 10)}, []Verdict{No, No}},
		{"written down, within it", []Row{row(lax, "timed_out", 10), row(lax, "timed_out", 16)}, []Verdict{Yes, No}},
	} {
		excuse(c.rows)
		for i, want := range c.want {
			ok, reason := c.rows[i].Fit()
			if c.rows[i].Meets != want || ok != (want == Yes) {
				t.Errorf("%s: row %d: got %q, %v, %q, want %q", c.name, i, c.rows[i].Meets, ok, reason, want)
			}
		}
	}
}

// TestAmountsInCSV: the digits of a decimal, neither cut at twelve nor with what
// adding floats leaves behind; a column of money only.
func TestAmountsInCSV(t *testing.T) {
	for x, want := range map[float64]string{22088.1434567891: "22088.1434567891", 0.1 + 0.2: "0.3", 1.2890320000000002: "1.289032", 0.000000123456789012: "0.000000123456789012", 42659.9: "42659.9", nan: ""} {
		if got := csvCell(x, moneyColumn); got != want {
			t.Errorf("%v: got %s, want %s", x, got, want)
		}
	}
	if got := csvCell(22088.1434567891, numberColumn); got != "22088.1434568" {
		t.Errorf("no money: got %s", got)
	}
}

// TestWorkloadsOwnErrors: what times out in every row alike, and rarely, tells no
// row from another. More in one row, many in all, and rejections count.
func TestWorkloadsOwnErrors(t *testing.T) {
	row := func(rate string, column string, lost float64) Row {
		r := fitRow(map[string]float64{"arrivals": 1e6, column: lost, "error_ratio": lost / 1e6})
		r.Values = append(r.Values, PathValue{Path: "workload.function.f.arrivals.rate", Label: rate})
		return r
	}
	bound := row("1/s", "timed_out", 0)
	bound.Bound = true
	for _, c := range []struct {
		name string
		rows []Row
		want []bool
	}{
		{"ten of a million in each", []Row{row("1/s", "timed_out", 10), row("1/s", "timed_out", 10), bound}, []bool{true, true, false}},
		{"one more in one", []Row{row("1/s", "timed_out", 10), row("1/s", "timed_out", 11)}, []bool{true, false}},
		{"none in one", []Row{row("1/s", "timed_out", 10), row("1/s", "timed_out", 0)}, []bool{false, true}},
		{"one of 10,000", []Row{row("1/s", "failed", 100), row("1/s", "failed", 100)}, []bool{true, true}},
		{"more of them", []Row{row("1/s", "failed", 101), row("1/s", "failed", 101)}, []bool{false, false}},
		{"rejected", []Row{row("1/s", "rejected", 10), row("1/s", "rejected", 10)}, []bool{false, false}},
		{"of two workloads", []Row{row("1/s", "timed_out", 10), row("2/s", "timed_out", 20)}, []bool{true, true}},
	} {
		excuse(c.rows)
		for i, want := range c.want {
			if ok, reason := c.rows[i].Fit(); ok != want {
				t.Errorf("%s: row %d: got %v, %q", c.name, i, ok, reason)
			}
		}
	}
}
