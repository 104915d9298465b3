package results

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// twoCurrencies is the small set whose second cell is billed in EUR: 2.50 and
// 2.75 USD in the first, 2.50 and 2.75 EUR in the second.
func twoCurrencies(t *testing.T, rates ...string) *Set {
	t.Helper()
	s := smallSet(t)
	inEuros(&s.Cells[1], "de")
	s.SLO = SLO{{Metric: "error_ratio", Limit: 1}}
	var err error
	if s.Rates, err = costmodel.ParseRates("USD", rates); err != nil {
		t.Fatal(err)
	}
	return s
}

// inEuros bills a cell, whose replications others may share, by a tariff in EUR.
func inEuros(c *Cell, tariff string) {
	c.Replications = slices.Clone(c.Replications)
	for i, r := range c.Replications {
		own := *r
		own.Bills = slices.Clone(r.Bills)
		own.Bills[0].Tariff, own.Bills[0].Currency = tariff, "EUR"
		c.Replications[i] = &own
	}
}

func rowsOf(t *testing.T, s *Set) []Row {
	t.Helper()
	rows, err := s.Rows()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestRowCurrency: without a rate a cost is in its tariff's currency; with one it
// is so many times as much in the other.
func TestRowCurrency(t *testing.T) {
	for _, c := range []struct {
		rates    []string
		currency string
		cost     float64
	}{{nil, "EUR", 2.75}, {[]string{"GBP=1.5"}, "EUR", 2.75}, {[]string{"EUR=2"}, "USD", 5.5}} {
		rows := rowsOf(t, twoCurrencies(t, c.rates...))
		if r := &rows[1]; r.Currency != c.currency || differ(r.mean("cost"), c.cost, 1e-12) {
			t.Errorf("%v: got %v %s, want %v %s", c.rates, r.mean("cost"), r.Currency, c.cost, c.currency)
		}
		if rows[0].Currency != "USD" || rows[0].mean("cost") != 2.625 || rows[2].Currency != "" {
			t.Errorf("%v: the others: %+v", c.rates, rows)
		}
	}
}

// TestApart: nothing is over two currencies: each has its column, its answer, its
// plots, its benchmark unit, and no difference from the other.
func TestApart(t *testing.T) {
	s := twoCurrencies(t)
	rows := rowsOf(t, s)
	var text bytes.Buffer
	if err := s.renderText(&text, rows); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"EUR a month", "USD a month", "2.75 ± 0.00", "2.63 ± 1.59", "costs are in EUR and USD, and compared within each currency only"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &text)
		}
	}
	if got, want := s.answer(rows), "of those in EUR the cheapest is “1h, de” (2.75 ± 0.00 EUR a month"; !strings.Contains(got, want) || !strings.Contains(got, "of those in USD the cheapest is “10m, t” ($2.63 ± 1.59 a month") {
		t.Errorf("got the answer %q", got)
	}
	for _, d := range s.Differences(rows) {
		if metrics[metricIndex(d.Metric)].Money {
			t.Errorf("a difference of EUR and USD: %+v", d)
		}
	}
	for _, plot := range plotMakers() {
		var got []string
		for _, part := range plot.parts(rows) {
			got = append(got, part.suffix+"="+strings.Join(currencies(part.rows), "+"))
		}
		want := []string{"=EUR+USD"}
		if strings.HasPrefix(plot.name, "cost") || strings.HasPrefix(plot.name, "bill") {
			want = []string{"-eur=EUR", "-usd=USD"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: figures of %q, want %q", plot.name, got, want)
		}
	}
	var bench bytes.Buffer
	if err := s.renderBench(&bench, rows); err != nil || !strings.Contains(bench.String(), " 2.75 cost-eur ") || !strings.Contains(bench.String(), " 2.5 cost-usd ") {
		t.Errorf("got %v\n%s", err, &bench)
	}
	for _, c := range s.summary(rows) {
		if !strings.HasSuffix(c.head, " a month") {
			continue
		}
		for i := range rows {
			if has := c.sort(&rows[i]) == c.sort(&rows[i]); has != (c.head == rows[i].Currency+" a month") {
				t.Errorf("%s sorts row %d by %v", c.head, i, c.sort(&rows[i]))
			}
		}
	}
}

// TestTogether: with a rate there is one column, one front, and the rate is said
// wherever the results are.
func TestTogether(t *testing.T) {
	s := twoCurrencies(t, "EUR=0.5", "GBP=1.27") // 2.75 EUR are 1.375 USD
	rows := rowsOf(t, s)
	var text, data bytes.Buffer
	if err := s.renderText(&text, rows); err != nil {
		t.Fatal(err)
	}
	if want := "costs are in USD, at 1 EUR = 0.5 USD\n"; !strings.Contains(text.String(), want) || strings.Contains(text.String(), "EUR a month") {
		t.Errorf("got\n%s", &text)
	}
	if got, want := s.answer(rows), "the cheapest of them cannot be told at 95 % confidence between “1h, de” and “10m, t” ($1.38 to $2.63 a month"; !strings.Contains(got, want) {
		t.Errorf("got the answer %q", got)
	}
	if err := s.renderJSON(&data, rows); err != nil {
		t.Fatal(err)
	}
	var out struct {
		Rates string
		Rows  []map[string]any
	}
	if err := json.Unmarshal(data.Bytes(), &out); err != nil || out.Rates != "1 EUR = 0.5 USD" || out.Rows[1]["currency"] != "USD" || out.Rows[1]["cost"] != 1.375 || out.Rows[2]["currency"] != "" {
		t.Errorf("got %+v, %v", out, err)
	}
	dir := written(t, s)
	report, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil || !bytes.Contains(report, []byte("costs are in USD, at 1 EUR = 0.5 USD")) {
		t.Errorf("the report does not say the rate: %v", err)
	}
	bill, err := os.ReadFile(filepath.Join(dir, "bill.csv"))
	if err != nil || !bytes.Contains(bill, []byte(",1.75000,EUR,")) {
		t.Errorf("the bill's lines are not in their own currency: %v\n%s", err, bill)
	}
}

// TestLoadsApart: break-even points are of curves of one currency.
func TestLoadsApart(t *testing.T) {
	row := func(platform, currency string, load, cost float64) Row {
		r := answerRow("1m", cost, 1, 0)
		r.Platform, r.Currency = platform, currency
		r.Values = append(r.Values, PathValue{Path: "workload.function.f.arrivals.rate", Number: load, Numeric: true, Unit: "1/s"})
		return r
	}
	rows := []Row{row("a", "USD", 1, 1), row("a", "USD", 10, 10), row("a", "USD", 100, 100), row("b", "EUR", 1, 5), row("b", "EUR", 10, 5), row("b", "EUR", 100, 5)}
	s := &Set{}
	for i := range rows {
		s.Cells = append(s.Cells, Cell{Values: rows[i].Values, Platform: rows[i].Platform})
	}
	if path, points := s.BreakEvens(rows); path != "workload.function.f.arrivals.rate" || len(points) != 0 {
		t.Errorf("of two currencies: got %q, %v", path, points)
	}
	for i := range rows {
		rows[i].Currency = "USD"
	}
	if _, points := s.BreakEvens(rows); len(points) != 1 {
		t.Errorf("of one currency: got %v", points)
	}
}

// TestCompareCurrencies: a row whose costs are in another currency after is
// compared in all else, and said so; a tolerance of its cost is refused.
func TestCompareCurrencies(t *testing.T) {
	before, after := written(t, smallSet(t)), smallSet(t)
	inEuros(&after.Cells[1], "t")
	c, err := Compare(before, written(t, after))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"keepalive=1h, memory_scale=2, lambda, t: USD before, EUR after"}; !slices.Equal(c.CostsApart, want) {
		t.Errorf("got %q, want %q", c.CostsApart, want)
	}
	if c.Rows[1].change("cost") != nil || c.change(t, 0, "cost").A != 2.625 || c.change(t, 1, "arrivals").A == 0 {
		t.Errorf("got %+v", c.Rows)
	}
	for _, format := range CompareFormats() {
		var b bytes.Buffer
		if err := c.Render(&b, format, nil); err != nil || format != "csv" && format != "bench" && !strings.Contains(b.String(), "USD before, EUR after") {
			t.Errorf("%s: %v\n%s", format, err, &b)
		}
	}
	if _, err := c.Check([]Tolerance{{"cost", 1, true, false}}); err == nil || err.Error() != "tolerance: cost cannot be compared: "+c.CostsApart[0] {
		t.Errorf("got %v", err)
	}
	if _, err := c.Check([]Tolerance{{"latency_p99_s", 1, true, false}}); err != nil {
		t.Errorf("of what is no money: %v", err)
	}
	// Of two currencies there is a panel each.
	c, err = Compare(written(t, twoCurrencies(t)), written(t, twoCurrencies(t)))
	if err != nil || len(c.CostsApart) != 0 {
		t.Fatalf("%v, %v", c, err)
	}
	if got := panelCurrencies(c.Rows, "cost"); !slices.Equal(got, []string{"EUR", "USD"}) {
		t.Errorf("got panels of %q", got)
	}
}

// TestCompareSpans: a month's costs are not compared with a run's, and said so; a
// tolerance of them is refused. A plot of a run's says that they are.
func TestCompareSpans(t *testing.T) {
	ofRun := func() *Set {
		s := smallSet(t)
		s.Span = costmodel.SpanRun
		return s
	}
	month, run := written(t, smallSet(t)), written(t, ofRun())
	c, err := Compare(month, run)
	if err != nil {
		t.Fatal(err)
	}
	if c.Rows[0].change("cost") != nil || c.Rows[0].change("cost_per_million") != nil || c.change(t, 0, "arrivals").A == 0 {
		t.Errorf("got %+v", c.Rows)
	}
	if want := []string{"they are a month before, of the run after"}; !slices.Equal(c.CostsApart, want) {
		t.Errorf("got %q, want %q", c.CostsApart, want)
	}
	if _, err := c.Check([]Tolerance{{"cost", 1, true, false}}); err == nil || err.Error() != "tolerance: cost cannot be compared: they are a month before, of the run after" {
		t.Errorf("got %v", err)
	}
	if c, err = Compare(run, written(t, ofRun())); err != nil || len(c.CostsApart) != 0 || c.change(t, 0, "cost").A != 2.625 {
		t.Errorf("of two runs: got %+v, %v", c, err)
	}
	if texts, _ := textsOf(c.Figure([]string{"cost"}), ScreenSize); !slices.ContainsFunc(texts, func(m measured) bool { return m.text == "cost, USD of the run" }) {
		t.Errorf("the plot of a run's costs says %v", texts)
	}
}
