package results

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestRowsThatAreGone: a row without a partner after is beyond any tolerance, by its
// name; one without a partner before is not; and nothing is beyond none.
func TestRowsThatAreGone(t *testing.T) {
	one := []ComparedRow{{Label: "r", Currency: "USD", Changes: []Change{{"cost", 2, 2, 0, 0, 0, nan}}}}
	cost := []Tolerance{{"cost", 0, true, false}}
	for _, c := range []struct {
		name string
		c    Comparison
		held []Tolerance
		want string
	}{
		{"none is", Comparison{Rows: one}, cost, ""},
		{"one is", Comparison{Rows: one, OnlyA: []string{"x"}}, cost, "1 row is gone, the first: x"},
		{"all are", Comparison{OnlyA: []string{"x", "y"}, OnlyB: []string{"z"}}, cost, "2 rows are gone, the first: x"},
		{"one is new", Comparison{Rows: one, OnlyB: []string{"x"}}, cost, ""},
		{"one is, and no tolerance", Comparison{Rows: one, OnlyA: []string{"x"}}, nil, ""},
		{"one is, and another is dearer", Comparison{Rows: []ComparedRow{{Label: "r", Currency: "EUR", Changes: []Change{{"cost", 2, 3, 1, nan, 0.5, nan}}}}, OnlyA: []string{"x"}}, cost,
			"1 change exceeds its tolerance, the first: r: cost went from 2.00 EUR to 3.00 EUR (+1.00 EUR, +50.0 %), allowed is cost=0%; 1 row is gone, the first: x"},
	} {
		j, err := c.c.Check(c.held)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if j.Err() != nil {
			got = j.Err().Error()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		var brief, text bytes.Buffer
		if err := j.Brief(&brief); err != nil || strings.Count(brief.String(), "\n") != len(j.Excesses) || (brief.Len() == 0) != (c.want == "") {
			t.Errorf("%s: in brief %q, %v", c.name, &brief, err)
		}
		var beyond bytes.Buffer
		if err := c.c.RenderBeyond(&beyond, "json", j); err != nil || (beyond.Len() == 0) != (c.want == "") {
			t.Errorf("%s: beyond is %q, %v", c.name, &beyond, err)
		}
		if err := c.c.Render(&text, "text", j); err != nil || strings.HasPrefix(text.String(), "Beyond tolerance: ") != (c.want != "") {
			t.Errorf("%s: got\n%s", c.name, &text)
		}
	}
}

// TestBeyond: of the changes, those within are left out; what is said of the whole
// (how much moved, what inputs differ, what is gone) is not of the rest alone.
func TestBeyond(t *testing.T) {
	c := Comparison{Inputs: []InputChange{{"seed", "1", "2"}}, OnlyA: []string{"gone"}, OnlyB: []string{"new"}, Rows: []ComparedRow{
		{Label: "a", Currency: "USD", Changes: []Change{{"cost", 2, 3, 1, nan, 0.5, nan}, {"cold_ratio", 0, 0, 0, 0, nan, nan}}}, {Label: "b", Currency: "USD", Changes: []Change{{"cost", 2, 2, 0, 0, 0, nan}, {"cold_ratio", 0, 0, 0, 0, nan, nan}}}}}
	j, err := c.Check([]Tolerance{{"cost", 0.1, false, false}, {"cold_ratio", 0, false, false}})
	if err != nil {
		t.Fatal(err)
	}
	c.before = []*readRow{{key: "1", label: "a", currency: "USD", platform: "p", values: map[string][]float64{"cost": {2}, "cold_ratio": {0}}},
		{key: "2", label: "b", currency: "USD", platform: "q", values: map[string][]float64{"cost": {2}}}}
	c.after = []*readRow{{key: "1", label: "a", currency: "USD", platform: "p", values: map[string][]float64{"cost": {3}, "cold_ratio": {0}}},
		{key: "2", label: "b", currency: "USD", platform: "q", values: map[string][]float64{"cost": {2}}}}
	const whole = "Beyond tolerance: 1 number, 1 row that is gone. 2 rows in both, 1 of 4 numbers moved"
	for format, want := range map[string][2][]string{
		"csv":      {{"a,cost,USD,USD,2,3,1,,0.5,,yes"}, {"cold_ratio", "\nb,"}},
		"json":     {{whole, `"name": "seed"`, `"gone"`, `"new"`, `"metric": "cost"`, `"not_compared": []`}, {"cold_ratio\",", `"row": "b"`}},
		"markdown": {{whole, "| seed | 1 | 2 |", "| a | cost |", "only after: new"}, {"| b |", "no value", "cold\\_ratio |"}},
		"text":     {{whole, "Input differs: seed", "only after: new"}, {"not compared"}},
		"bench":    {{"Unit cost-usd better=lower\nrun: before\nBenchmarkRun/platform=p 1 2 cost-usd\nrun: after\nBenchmarkRun/platform=p 1 3 cost-usd\n"}, {"cold-ratio", "platform=q"}},
	} {
		var b bytes.Buffer
		if err := c.RenderBeyond(&b, format, j); err != nil {
			t.Fatal(err)
		}
		for _, text := range want[0] {
			if !strings.Contains(b.String(), text) {
				t.Errorf("%s: want %q in\n%s", format, text, &b)
			}
		}
		for _, text := range want[1] {
			if strings.Contains(b.String(), text) {
				t.Errorf("%s: want no %q in\n%s", format, text, &b)
			}
		}
	}
}

// TestUpdated: where the baseline is written anew, what is beyond the old one's tolerances
// is said in all forms, and is an error or a failure in none.
func TestUpdated(t *testing.T) {
	c := Comparison{OnlyA: []string{"gone"}, Rows: []ComparedRow{{Label: "a", Currency: "USD", Changes: []Change{{"cost", 2, 3, 1, nan, 0.5, nan}}}}}
	j, err := c.Check([]Tolerance{{"cost", 0.1, false, false}})
	if err != nil {
		t.Fatal(err)
	}
	const head = "Baseline updated, beyond the old tolerance"
	for format, want := range map[string][2]string{
		"text":     {head + ": 1 number, 1 row that is gone. ", "Beyond tolerance"},
		"json":     {`"baseline_updated": true`, "Beyond tolerance"},
		"markdown": {"**" + head + ": 2**", "Beyond tolerance"},
		"junit":    {"a: cost went from $2.00 to $3.00", "<failure"},
		"github":   {"::notice file=e.toml,title=Baseline updated%2C beyond the old tolerance::a: cost went from", "::error"},
	} {
		var fails, updated bytes.Buffer
		j.Updated = false
		if err := c.RenderCheck(&fails, format, "e.toml", j); err != nil || !strings.Contains(fails.String(), want[1]) || strings.Contains(fails.String(), want[0]) && format != "junit" {
			t.Errorf("%s of a gate: %v\n%s", format, err, &fails)
		}
		j.Updated = true
		if err := c.RenderCheck(&updated, format, "e.toml", j); err != nil || !strings.Contains(updated.String(), want[0]) || strings.Contains(updated.String(), want[1]) {
			t.Errorf("%s of an update: %v\n%s", format, err, &updated)
		}
	}
	var page bytes.Buffer
	if err := c.page(&page, j, nil); err != nil || !strings.Contains(page.String(), "<h2>"+head+"</h2>") || strings.Contains(page.String(), "<h2>Beyond tolerance</h2>") {
		t.Errorf("the page: %v\n%s", err, &page)
	}
}

// TestMermaidOfOneRow: a chart of one row is two bars, and its title speaks of no line.
func TestMermaidOfOneRow(t *testing.T) {
	row := func(label string) ComparedRow {
		return ComparedRow{Label: label, Currency: "USD", Changes: []Change{{"cost", 2, 3, 1, nan, 0.5, nan}}}
	}
	for _, c := range []struct {
		rows  []ComparedRow
		title string
		lines int
	}{
		{[]ComparedRow{row("a")}, `title "cost, USD a month: before and after"`, 0},
		{[]ComparedRow{row("a"), row("b")}, `title "cost, USD a month: before (bars), after (line)"`, 1},
	} {
		comparison := Comparison{Rows: c.rows}
		j, err := comparison.Check([]Tolerance{{"cost", 0.1, false, false}})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := comparison.RenderCheck(&b, "markdown", "e.toml", j); err != nil || !strings.Contains(b.String(), c.title) || strings.Count(b.String(), "    line [") != c.lines {
			t.Errorf("%d rows: %v, want %s and %d lines\n%s", len(c.rows), err, c.title, c.lines, &b)
		}
	}
}

// TestToleranceIsEchoed: in a form that is read again as the same, a ratio's amount in
// percentage points, as its differences are.
func TestToleranceIsEchoed(t *testing.T) {
	for _, c := range []struct{ item, want string }{
		{"cold_ratio=0.1pp", "cold_ratio=0.1pp"},
		{"cold_ratio=±0.07pp", "cold_ratio=±0.07pp"},
		{"cold_ratio=0.01", "cold_ratio=1pp"},
		{"cold_ratio=2%", "cold_ratio=2%"},
		{"cost=0.5", "cost=0.5"},
		{"latency_p99_s=50ms", "latency_p99_s=0.05"},
	} {
		first, err := ParseTolerances(c.item)
		if err != nil || first[0].String() != c.want {
			t.Fatalf("%s: got %v, %v, want %s", c.item, first, err, c.want)
		}
		if again, err := ParseTolerances(c.want); err != nil || again[0] != first[0] {
			t.Errorf("%s again: got %v, %v", c.want, again, err)
		}
	}
}

// TestToleranceOfNothing: a tolerance that no row can break is a slip, not a pass.
func TestToleranceOfNothing(t *testing.T) {
	c := Comparison{Rows: []ComparedRow{{Label: "r", Currency: "", Changes: []Change{{"cold_ratio", 1, 1, 0, 0, 0, nan}}}}}
	const want = "tolerance: cost has no value in either folder, in any row: nothing can be held to it"
	if _, err := c.Check([]Tolerance{{"cold_ratio", 0, true, false}, {"cost", 0, true, false}}); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestToleranceLimits: a limit in percent is of the value before, without regard to
// its sign; times may have a unit; a rise from nothing is beyond any percentage.
func TestToleranceLimits(t *testing.T) {
	for _, c := range []struct {
		item   string
		a, b   float64
		beyond bool
	}{
		{"latency_p99_s=50ms", 1, 1.05, false},
		{"latency_p99_s=50ms", 1, 1.051, true},
		{"latency_p99_s=0.05", 1, 1.051, true},
		{"latency_p99_s=1m", 1, 60.9, false},
		{"latency_p99_s=5%", 1, 1.05, false},
		{"latency_p99_s=5%", 1, 0, false},
		{"cost=100%", 0, 1e-9, true},
		{"cost=1", 0, 1, false},
		{"completed=1", 10, 8, true},
		{"completed=2", 10, 8, false},
		{"completed=0", 10, 12, false},
		{"cost=0", math.NaN(), 1, false},
		{"cost=1e9", 1, math.NaN(), true},
	} {
		tolerances, err := ParseTolerances(c.item)
		if err != nil {
			t.Fatal(err)
		}
		ch := Change{Metric: tolerances[0].Metric, A: c.a, B: c.b, Difference: c.b - c.a}
		if got := tolerances[0].exceeded(&ch, false); got != c.beyond {
			t.Errorf("%s from %v to %v: beyond is %v, want %v", c.item, c.a, c.b, got, c.beyond)
		}
	}
	if _, err := ParseTolerances("cost=50ms"); err == nil || err.Error() != `tolerance: cost: found "50ms", want an amount ≥ 0 such as 2% or 0.5` {
		t.Errorf("a cost in ms: %v", err)
	}
}

// TestParseMetrics: in the order of the columns, each once.
func TestParseMetrics(t *testing.T) {
	if got, err := ParseMetrics(" cost,latency_p99_s ,cost"); err != nil || !slices.Equal(got, []string{"latency_p99_s", "cost"}) {
		t.Errorf("got %q, %v", got, err)
	}
	for _, list := range []string{"", "cost,", "price"} {
		if _, err := ParseMetrics(list); err == nil || !strings.Contains(err.Error(), "is no metric; these are: arrivals, invocations, ") {
			t.Errorf("%q: got %v", list, err)
		}
	}
}

// TestChosenMetrics: what is printed has these and no other, the folder has all.
func TestChosenMetrics(t *testing.T) {
	set := smallSet(t)
	set.Metrics = []string{"latency_p99_s", "cost"}
	dir := written(t, set)
	for format, want := range map[string]string{
		"csv": "platform.lambda.keepalive,platform.*.memory_scale,platform,tariff,counterfactual,currency,replications,latency_p99_s,latency_p99_s_ci95,cost,cost_ci95,meets_slo\n",
		"bench": "Unit p99-s better=lower\nUnit cost-usd better=lower\n" +
			"BenchmarkRun/platform.lambda.keepalive=10m/platform.*.memory_scale=2/platform=lambda/tariff=t 1 3 p99-s 2.5 cost-usd\n",
		"json": `"replications": 2, "latency_p99_s": 3, "latency_p99_s_ci95": 0.0234375, "cost": 2.625, "cost_ci95": 1.58827559202184, "meets_slo": `,
	} {
		var b bytes.Buffer
		if err := set.Render(&b, format); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%s: %v\n%s\nwant in it\n%s", format, err, &b, want)
		}
	}
	c, err := Compare(dir, written(t, smallSet(t)))
	if err != nil || len(c.Rows[0].Changes) < 20 {
		t.Fatalf("the folder has %d metrics, %v", len(c.Rows[0].Changes), err)
	}
	c.Metrics = []string{"cost"}
	for format, want := range map[string]string{
		"csv":  "row,metric,unit,currency,before,after,difference,difference_ci95,relative,pairing_saved,beyond_tolerance\n\"keepalive=10m, memory_scale=2, lambda, t\",cost,USD,USD,2.625,2.625,0,0,0,1,no\n\"keepalive=1h, memory_scale=2, lambda, t\",cost,USD,USD,2.75,2.75,0,0,0,,no\n",
		"text": "not compared: cost has no value before and after in keepalive=offline, memory_scale=2, lambda\n",
		"bench": "run: after\nBenchmarkRun/platform.lambda.keepalive=10m/platform.*.memory_scale=2/platform=lambda/tariff=t 1 2.5 cost-usd\n" +
			"BenchmarkRun/platform.lambda.keepalive=10m/platform.*.memory_scale=2/platform=lambda/tariff=t 1 2.75 cost-usd\n",
	} {
		var b bytes.Buffer
		if err := c.Render(&b, format, nil); err != nil || !strings.Contains(b.String(), want) || format == "csv" && b.String() != want {
			t.Errorf("%s: %v\n%s\nwant in it\n%s", format, err, &b, want)
		}
	}
}
