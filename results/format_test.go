package results

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// TestNumbersForPeople: numbers as the tables have them, by the words of the
// functions' comments.
func TestNumbersForPeople(t *testing.T) {
	three := func(x float64) string { return digits(x, 3) }
	four := func(x float64) string { return digits(x, 4) }
	for _, c := range []struct {
		name string
		f    func(float64) string
		x    float64
		want string
	}{
		{"digits", three, 0, "0"}, {"digits", three, 12.345, "12.3"}, {"digits", three, 1.5, "1.50"}, {"digits", three, 0.00012345, "0.000123"},
		{"digits", three, 0.000001, "0.00000100"}, {"digits", three, 9.9e-7, "0.000000990"}, {"digits", three, 3.28e-8, "0.0000000328"}, {"digits", three, 9.9e-13, "9.90e-13"}, {"digits", three, -0.25, "-0.250"},
		{"digits", three, 100, "100"}, {"digits", three, 12345.6, "12,346"}, {"digits", four, 1234, "1,234"}, {"digits", four, 123.45, "123.5"},
		{"thousands", thousands, 0, "0"}, {"thousands", thousands, -0.4, "0"}, {"thousands", thousands, 999, "999"}, {"thousands", thousands, 1000, "1,000"},
		{"thousands", thousands, 1234567.5, "1,234,568"}, {"thousands", thousands, -1234, "−1,234"},
		{"seconds", seconds3, 0, "0 s"}, {"seconds", seconds3, 0.000002, "2.00 µs"}, {"seconds", seconds3, 0.0005, "500 µs"}, {"seconds", seconds3, 0.001, "1.00 ms"},
		{"seconds", seconds3, 0.25, "250 ms"}, {"seconds", seconds3, 1, "1.00 s"}, {"seconds", seconds3, 599, "599 s"}, {"seconds", seconds3, 600, "10.0 min"},
		{"seconds", seconds3, 5400, "90.0 min"},

		{"percent", percent, 0, "0 %"}, {"percent", percent, 0.25, "25.0 %"}, {"percent", percent, 0.00123, "0.123 %"},
		{"money", money, 0, "0.00"}, {"money", money, 0.05, "0.05"}, {"money", money, 0.01, "0.01"}, {"money", money, 0.00234, "0.0023"}, {"money", money, -0.0042, "−0.0042"}, {"money", money, -1234.5, "−1,234.50"}, {"money", money, 0.1, "0.10"}, {"money", money, 2.625, "2.63"}, {"money", money, 12.345678, "12.35"},
		{"money", money, 999.99, "999.99"}, {"money", money, 1000, "1,000.00"}, {"money", money, 1234567, "1,234,567.00"},
		{"CSV", number, 0.000001, "0.000001"}, {"CSV", number, 1e15, "1e+15"},
	} {
		if got := c.f(c.x); got != c.want {
			t.Errorf("%s of %v: got %q, want %q", c.name, c.x, got, c.want)
		}
	}
}

// TestTwoValuesForPeople: two values that differ read differently, with as many
// digits as that takes; two that do not have no more than one alone.
func TestTwoValuesForPeople(t *testing.T) {
	for _, c := range []struct {
		metric         string
		a, b           float64
		before, behind string
	}{
		{"cost", 0.05, 0.050067, "$0.0500", "$0.0501"}, {"cost", 0.05, 0.05, "$0.05", "$0.05"}, {"cost", 2, 3, "$2.00", "$3.00"},
		{"cost", 1234.561, 1234.562, "$1,234.561", "$1,234.562"}, {"cost", -0.00231, -0.00232, "$−0.00231", "$−0.00232"},
		{"latency_p99_s", 1, 1.0004, "1.0000 s", "1.0004 s"}, {"latency_p99_s", 0.25, 0.2501, "250.0 ms", "250.1 ms"}, {"latency_p99_s", 6000, 6000.6, "100.00 min", "100.01 min"},
		{"cold_ratio", 0.25, 0.25004, "25.000 %", "25.004 %"}, {"busy_mean", 1.2341, 1.23412, "1.23410", "1.23412"}, {"arrivals", 1234567, 1234568, "1,234,567", "1,234,568"},
		{"cost", nan, 3, "–", "$3.00"}, {"cost", nan, nan, "–", "–"},
	} {
		if a, b := valueTexts(c.metric, "USD", c.a, c.b); a != c.before || b != c.behind {
			t.Errorf("%s of %v and %v: got %q and %q, want %q and %q", c.metric, c.a, c.b, a, b, c.before, c.behind)
		}
	}
}

// TestValuesForPeople: a metric's value in its unit, and how it changed.
func TestValuesForPeople(t *testing.T) {
	for _, c := range []struct {
		metric string
		x      float64
		want   string
	}{
		{"cold_ratio", 0.25, "25.0 %"}, {"app_cold_ratio_p75", 0.5, "50.0 %"}, {"error_ratio", 0.01, "1.00 %"}, {"arrivals", 1234, "1,234"},
		{"latency_p99_s", 0.25, "250 ms"}, {"latency_p99_s", nan, "–"}, {"cost", 2.5, "$2.50"}, {"busy_mean", 1.2345, "1.234"}, {"wasted_gib_s", 12345, "12,345"},
	} {
		if got := valueText(c.metric, "USD", c.x); got != c.want {
			t.Errorf("%s of %v: got %q, want %q", c.metric, c.x, got, c.want)
		}
	}
	for _, c := range []struct {
		change         Change
		text, interval string
		same           bool
	}{
		{Change{Metric: "cost", A: 2, B: 2, Half: 0}, "same", "0.00 EUR ± 0.00 EUR", true},
		{Change{Metric: "cost", A: nan, B: nan, Difference: nan, Half: nan}, "same", "–", true},
		{Change{Metric: "latency_p99_s", A: 2, B: 3, Difference: 1, Relative: 0.5, Half: 0.25}, "+50.0 %", "+1.00 s ± 250 ms", false},
		{Change{Metric: "cost", A: 4, B: 3, Difference: -1, Relative: -0.25, Half: nan}, "−25.0 %", "−1.00 EUR", false},
		{Change{Metric: "cold_ratio", A: 0, B: 0.03, Difference: 0.03, Relative: nan, Half: 0.0025}, "–", "+3.00 ± 0.25 pp", false},
		{Change{Metric: "wasted_gib_s", A: 1, B: 4321, Difference: 4320, Relative: 4320, Half: nan}, "+432,000 %", "+4,320 GiB·s", false},
		{Change{Metric: "busy_mean", A: 2, B: 1, Difference: -1, Relative: -0.5, Half: 1}, "−50.0 %", "≈ −1.00 ± 1.0 instances", false},
		{Change{Metric: "cost", A: nan, B: 3, Difference: nan, Relative: nan, Half: 1}, "–", "–", false},
		{Change{Metric: "cost", A: 3, B: nan, Difference: nan, Relative: nan, Half: nan}, "–", "–", false},
	} {
		if got, interval, same := changeText(&c.change), intervalText(&c.change, "EUR"), c.change.Same(); got != c.text || interval != c.interval || same != c.same {
			t.Errorf("%+v: got %q, %q, same %v; want %q, %q, %v", c.change, got, interval, same, c.text, c.interval, c.same)
		}
	}
}

func TestTexts(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{truncate("abcd", 4), "abcd"}, {truncate("abcde", 4), "abc…"}, {truncate("äöüß!", 4), "äöü…"},
		{oneLine("a\tb\x7fc\u0080d\u009fe\u00a0f"), "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\u00a0f"},
		{escapeMarkdown("<a href=\"x\"> & b|c*d`e[f]g\\h!i#j@k~l_m\n"), "&lt;a href=\"x\"&gt; &amp; b\\|c\\*d\\`e\\[f\\]g\\\\h\\!i\\#j\\@k\\~l_m\uFFFD"},
		{strings.Join(sortedKeys(map[string]string{"b": "", "c": "", "a": "", "e": "", "d": ""}), ""), "abcde"},
		{strings.Join((SLO{{Metric: "latency_p99_s", Limit: 0.8}, {Metric: "completed", Limit: 100, Min: true}}).strings(), "; "), "latency_p99_s ≤ 0.8; completed ≥ 100"},
		{strings.Join(shortPaths([]column{{name: "a.b.c"}, {name: "x.b.c"}, {name: "y.c"}, {name: "platform.keepalive"}, {name: "rate"}, {name: "workload.rate"}}), " "),
			"a.b.c x.b.c y.c keepalive rate workload.rate"},
		{strings.Join(shortPaths([]column{{name: `app.overhead."tls-1.3".enabled`}, {name: `app.overhead."tls-1.2".enabled`}, {name: `app.function.'gpt-4.1'.memory`}}), " "),
			`"tls-1.3".enabled "tls-1.2".enabled memory`},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	for _, c := range []struct {
		values []float64
		lo, hi float64
		ok     bool
	}{
		{[]float64{nan, 2, math.Inf(1), -1, math.Inf(-1), 1}, -1, 2, true},
		{[]float64{5}, 5, 5, true},
		{[]float64{nan, math.Inf(1)}, math.Inf(1), math.Inf(-1), false},
		{nil, math.Inf(1), math.Inf(-1), false},
	} {
		if lo, hi, ok := span(c.values); lo != c.lo || hi != c.hi || ok != c.ok {
			t.Errorf("%v spans %v to %v (%v), want %v to %v (%v)", c.values, lo, hi, ok, c.lo, c.hi, c.ok)
		}
	}
}

// TestLabelsTellRowsApart: what is the same in all rows is left out; where that
// is everything, the platform's name stands.
func TestLabelsTellRowsApart(t *testing.T) {
	row := func(platform, tariff string, bound bool, values ...string) Row {
		r := Row{Platform: platform, Tariff: tariff, Bound: bound}
		for i, v := range values {
			r.Values = append(r.Values, PathValue{Path: strings.Repeat("p", i+1), Label: v})
		}
		return r
	}
	for _, c := range []struct {
		rows []Row
		want []string
	}{
		{[]Row{row("lambda", "x", false, "1m")}, []string{"lambda"}},
		{[]Row{row("lambda", "x", false, "1m", "a"), row("lambda", "y", false, "9m", "a")}, []string{"1m, x", "9m, y"}},
		{[]Row{row("lambda", "x", false, "1m"), row("run", "x", false, "1m"), row("run", "x", true, "1m")}, []string{"lambda", "run", "run (bound)"}},
		{[]Row{row("lambda", "x", false, "1m"), row("run", "x", false, "9m")}, []string{"1m, lambda", "9m, run"}},
		{[]Row{row("p", "x", false, "same", "same"), row("p", "x", false, "same", "other")}, []string{"same", "other"}},
	} {
		if got := labels(c.rows, true); !slices.Equal(got, c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	rows := []Row{row("lambda", "x", false), row("lambda", "y", false)}
	if got := labels(rows, false); !slices.Equal(got, []string{"lambda", "lambda"}) {
		t.Errorf("without tariffs: got %q", got)
	}
}
