package estimate

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// candidate is a plan whose bills have these totals and whose p99 has these
// values, a replication.
func candidate(t *testing.T, name string, slo results.SLO, p99 []float64, cost ...float64) *Candidate {
	t.Helper()
	c := &Candidate{Name: name, outcomes: totals(t, cost...), Replications: len(cost)}
	for i, o := range c.outcomes {
		for _, m := range results.Metrics() {
			x := math.NaN()
			switch m.Name {
			case "cost":
				x = cost[i]
			case "latency_p99_s":
				x = p99[i]
			case "error_ratio":
				x = 0
			}
			o.columns = append(o.columns, x)
		}
	}
	c.subject = &subject{tariff: new(costmodel.Tariff), platform: new(experiments.Platform), functions: make([]sim.Function, 1)}
	c.Row = rowOf(c.outcomes, slo)
	c.Cost, c.Meets, c.worst = c.value("cost"), c.Row.Meets, math.Inf(-1)
	for _, o := range slo {
		if o.Limit > 0 {
			c.worst = max(c.worst, Excess(o, c.value(o.Metric)))
		}
	}
	total := *median(c.outcomes)
	c.Plan = &Plan{Name: name, Currency: "USD", Total: total.total, Bill: costmodel.Bill{Currency: "USD", Total: total.total}, Random: &Interval{1, 2, "chance"}}
	return c
}

func slo(t *testing.T, texts ...string) results.SLO {
	t.Helper()
	s, err := ParseSLO(texts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func flat(x float64) []float64 { return []float64{x, x, x} }

// What is saved is told by the paired differences, of which the half-width is
// t(2, 0.975)·s ÷ √3 = 2.484·s, and by the interval of the plan's own mean; else
// it costs as much. A bill is the same in each replication.
func TestSavingByHand(t *testing.T) {
	bounds := slo(t, "p99 <= 1s")
	for name, c := range map[string]struct {
		best, now []float64
		bill      string // of the log; "": none
		want      string
	}{
		"sure":            {[]float64{9, 10, 11}, []float64{14, 15, 16}, "", "It saves 5.00 USD a month (33.3 %) against now as it is today, simulated, 15.00 USD."},
		"not sure":        {[]float64{9, 10, 11}, []float64{14, 10, 9}, "", "Within what chance makes it costs as much as now as it is today, simulated, 11.00 USD."},
		"not sure, more":  {[]float64{14, 10, 9}, []float64{9, 10, 11}, "", "Within what chance makes it costs as much as now as it is today, simulated, 10.00 USD."},
		"more":            {[]float64{15, 15, 15}, []float64{9.9, 10, 10.1}, "", "It costs 5.00 USD a month (50 %) more against now as it is today, simulated, 10.00 USD."},
		"the same":        {[]float64{15, 15, 15}, []float64{15, 15, 15}, "", "It costs as much as now as it is today, simulated, 15.00 USD."},
		"a bill":          {[]float64{9, 10, 11}, nil, "13", "It saves 3.00 USD a month (23.1 %) against today's bill as logged, 13.00 USD."},
		"a bill, by hand": {[]float64{9, 10, 11}, nil, "12", "Within what chance makes it costs as much as today's bill as logged, 12.00 USD."},
	} {
		a := &Advice{SLO: bounds, Currency: "USD", Span: costmodel.SpanMonth, Best: candidate(t, "best", bounds, flat(0.5), c.best...)}
		if c.now != nil {
			a.Now = candidate(t, "now", bounds, flat(0.5), c.now...)
		}
		if c.bill != "" {
			bill := &costmodel.Bill{Currency: "USD", Span: costmodel.SpanMonth}
			if _, _, err := bill.Total.SetString(c.bill); err != nil {
				t.Fatal(err)
			}
			a.Today = &Today{Bill: bill}
		}
		if got := a.saving(); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
}

// A plan that runs today is not compared with itself.
func TestTodayIsTheBest(t *testing.T) {
	bounds := slo(t, "p99 <= 1s")
	a := &Advice{SLO: bounds, Currency: "USD", Span: costmodel.SpanMonth, Best: candidate(t, "best", bounds, flat(0.5), 9, 10, 11)}
	a.Now = a.Best
	if got := a.saving(); got != "It is what runs today." {
		t.Error(got)
	}
	bill := &costmodel.Bill{Currency: "USD", Span: costmodel.SpanMonth}
	bill.Total.SetInt64(12)
	a.Today = &Today{Bill: bill}
	if got, want := a.saving(), "It is what runs today; against today's bill as logged, 12.00 USD, it differs by what is simulated."; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// All plans that are not for certain dearer are named, and no others: of flat
// costs of 10 those of 10 to 13 are not, by 2 ± 2.484·1.5; those of 12 are.
func TestNotCertainlyDearer(t *testing.T) {
	bounds := slo(t, "p99 <= 1s")
	best := candidate(t, "best", bounds, flat(0.5), 10, 10, 10)
	near := candidate(t, "near", bounds, flat(0.5), 10, 12, 13)
	sure := candidate(t, "sure", bounds, flat(0.5), 12, 12, 12)
	far := candidate(t, "far", bounds, flat(0.5), 9, 12, 20)
	late := candidate(t, "late", bounds, flat(2), 9, 9, 9)
	for _, c := range []struct {
		finals []*Candidate
		want   string
	}{
		{[]*Candidate{best, sure}, ""},
		{[]*Candidate{late, best, near, sure}, "The next, near, costs as much within what chance makes: either will do."},
		{[]*Candidate{best, near, sure, far}, "The next, near, and 1 other cost as much within what chance makes: any will do."},
		{[]*Candidate{best, near, sure, far, near}, "The next, near, and 2 others cost as much within what chance makes: any will do."},
	} {
		a := &Advice{SLO: bounds, Currency: "USD", Span: costmodel.SpanMonth, All: c.finals}
		a.choose(c.finals)
		if got := a.answer(); a.Best != best || a.evenText() != c.want || !strings.HasSuffix(got, c.want) {
			t.Errorf("the best is %s: %s\nwant %s", a.Best.Name, got, c.want)
		}
	}
}

// A cheaper plan that meets the SLO in the mean and not for certain is said: a
// p99 of 0.8, 0.9 and 1 s is 0.9 ± 0.169 (t(2, 0.95) = 2.92) to one side.
func TestCheaperButUnsure(t *testing.T) {
	bounds := slo(t, "p99 <= 1s")
	best := candidate(t, "best", bounds, flat(0.5), 10, 10, 10)
	unsure := candidate(t, "unsure", bounds, []float64{0.8, 0.9, 1}, 8, 8, 8)
	nearer := candidate(t, "nearer", bounds, []float64{0.8, 0.9, 1}, 9, 9, 9)
	late := candidate(t, "late", bounds, flat(2), 6, 6, 6)
	dear := candidate(t, "dear", bounds, flat(2), 16, 16, 16)
	const says = "unsure costs 2.00 USD less and meets the SLO in the mean, but is not sure to."
	for _, c := range []struct {
		all  []*Candidate
		want string
	}{
		{[]*Candidate{best, dear}, "What binds: nothing; no cheaper plan misses the SLO."},
		{[]*Candidate{best, nearer, unsure}, "What binds: that a plan has to be sure to meet the SLO. " + says},
		{[]*Candidate{best, late}, "What binds: latency_p99_s ≤ 1 s. The nearest cheaper plan that misses it, late at 6.00 USD, has 2 s."},
		{[]*Candidate{best, late, unsure}, "What binds: latency_p99_s ≤ 1 s. The nearest cheaper plan that misses it, late at 6.00 USD, has 2 s. " + says},
	} {
		a := &Advice{SLO: bounds, Currency: "USD", Best: best}
		a.bind(c.all)
		if got := a.binding(); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

// The cost of a plan is its mean, wherever it stands, but in a bill, which says
// which one it is: of 9, 9 and 12 the mean is 10 and the median 9.
func TestOneCostOfAPlan(t *testing.T) {
	bounds := slo(t, "p99 <= 1s", "cost <= 40")
	best := candidate(t, "best", bounds, flat(0.5), 9, 9, 12)
	a := &Advice{SLO: bounds, Currency: "USD", Span: costmodel.SpanMonth, All: []*Candidate{best}, Best: best, Services: make([]Service, 1), ServicesSum: []Amount{{Currency: "USD"}}}
	a.ServicesSum[0].Sum.SetInt64(1)
	if err := a.sumServices(); err != nil {
		t.Fatal(err)
	}
	a.front(a.All)
	var page bytes.Buffer
	if err := a.Page(&page); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"text": a.text(), "page": page.String()} {
		for _, want := range []string{
			"is best, at 10.00 USD a month: its p99 is 0.5 s, and at most 1 s is asked; its cost is 10.00 USD, and at most 40.00 USD is asked.",
			"With the services it is 11.00 USD a month.", "cost ≤ 40.00 USD",
			"The bill is that of the replication with the median total; costs of plans are means over replications.",
			"95 %: 1.00…2.00 USD, chance.",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the %s lacks %q:\n%s", name, want, text)
			}
		}
	}
}

// A converted bill says what it is in the currency of comparison, on the page as
// in the text.
func TestPageHasTheConvertedTotal(t *testing.T) {
	in := lambdas(t, "EUR=2")
	in.Within = []string{"aws-lambda-arm"}
	a, err := Optimize(context.Background(), in, slo(t, "p99 <= 1s"), Options{Tariffs: []string{inEuros(t)}, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := a.Page(&page); err != nil {
		t.Fatal(err)
	}
	if want := "that is " + (Amount{"USD", a.Best.Plan.Total}).String(); a.Best.Plan.Bill.Currency != "EUR" || !strings.Contains(page.String(), want) || !strings.Contains(a.text(), want) {
		t.Errorf("no %q of a bill in %s:\n%s", want, a.Best.Plan.Bill.Currency, a.text())
	}
}

// What the front is of besides the cost is neither money nor errors.
func TestFrontIsOfNoMoney(t *testing.T) {
	for _, c := range []struct {
		bounds []string
		want   string
	}{
		{[]string{"cost <= 40", "p99.9 <= 2s"}, "latency_p999_s"},
		{[]string{"cost_per_million <= 40", "errors <= 1%", "cold <= 1%"}, "cold_ratio"},
		{[]string{"cost <= 40"}, "latency_p99_s"},
		{[]string{"errors <= 1%"}, "latency_p99_s"},
	} {
		a := &Advice{SLO: slo(t, c.bounds...)}
		a.front(nil)
		if a.FrontOf != c.want {
			t.Errorf("%v: a front of cost and %s, want %s", c.bounds, a.FrontOf, c.want)
		}
	}
}

// Money has its currency wherever a bound or a value stands, and as many digits
// as tell it from nothing.
func TestMoneyText(t *testing.T) {
	for _, c := range []struct {
		metric string
		x      float64
		want   string
	}{
		{"cost", 40, "40.00 EUR"}, {"cost", 2.297, "2.30 EUR"}, {"cost", 0.01164, "0.0116 EUR"}, {"cost", 0, "0.00 EUR"},
		{"cost_per_million", 0.0004, "0.0004 EUR"}, {"latency_p99_s", 2, "2 s"}, {"cold_ratio", 0.01, "1 %"}, {"cost", math.NaN(), "–"},
	} {
		if got := valueText(c.metric, "EUR", c.x); got != c.want {
			t.Errorf("%s of %v: %s, want %s", c.metric, c.x, got, c.want)
		}
	}
	if got, want := ObjectiveText(results.Objective{Metric: "cost", Limit: 40}, "EUR"), "cost ≤ 40.00 EUR"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Today has one shape in the JSON of an estimate and of an advice.
func TestTodayInJSON(t *testing.T) {
	bill := &costmodel.Bill{Tariff: "t@2026-01-01", Currency: "USD", Span: costmodel.SpanRun}
	today := &Today{Bill: bill, Requests: 7, Statement: "all of them"}
	var got [2]struct {
		Today map[string]any `json:"today"`
	}
	bounds := slo(t, "p99 <= 1s")
	for i, render := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return (&Estimate{Today: today}).Render(b, "json") },
		func(b *bytes.Buffer) error {
			c := candidate(t, "late", bounds, flat(2), 1, 1, 1)
			return (&Advice{Today: today, SLO: bounds, All: []*Candidate{c}}).Render(b, "json")
		},
	} {
		var b bytes.Buffer
		if err := render(&b); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &got[i]); err != nil {
			t.Fatal(err)
		}
	}
	for i := range got {
		today := got[i].Today
		if bill, ok := today["bill"].(map[string]any); !ok || bill["tariff"] != "t@2026-01-01" || today["requests"] != 7.0 || today["statement"] != "all of them" {
			t.Errorf("%d: today is %v", i, today)
		}
	}
}

// A sentence begins with a capital, whatever its first letter is.
func TestUpperFirst(t *testing.T) {
	for s, want := range map[string]string{"no plan": "No plan", "éclair": "Éclair", "“x”": "“x”", "": ""} {
		if got := upperFirst(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// Who is the cheapest of an estimate is told by the same rule.
func TestCheapestOfAnEstimate(t *testing.T) {
	plan := func(name string, cost ...float64) Plan {
		list := totals(t, cost...)
		for i, o := range list {
			for _, m := range results.Metrics() {
				x := math.NaN()
				if m.Name == "cost" {
					x = cost[i]
				}
				o.columns = append(o.columns, x)
			}
		}
		row := rowOf(list, nil)
		p := Plan{Name: name, Currency: "USD", Total: median(list).total, Stats: map[string]results.Stat{}}
		p.Low, p.High = p.Total, p.Total
		p.Stats["cost"], _ = row.Stat("cost")
		return p
	}
	first := plan("first", 10, 10, 10)
	for _, c := range []struct {
		others []Plan
		want   string
	}{
		{[]Plan{plan("sure", 12, 12, 12)}, "first, at 10.00 USD a month; its"},
		{[]Plan{plan("same", 10, 10, 10), plan("sure", 12, 12, 12)}, "first, at 10.00 USD a month, as much as 1 other; its"},
		{[]Plan{plan("near", 9, 12, 13)}, "first, at 10.00 USD a month, as much within what chance makes as 1 other; its"},
		{[]Plan{plan("same", 10, 10, 10), plan("near", 9, 12, 13), plan("far", 9, 12, 19)}, "first, at 10.00 USD a month, as much as 1 other, and within what chance makes as 2 more; its"},
	} {
		e := &Estimate{Span: costmodel.SpanMonth, Plans: append([]Plan{first}, c.others...)}
		for i := range e.Plans {
			e.Plans[i].Stats["latency_p99_s"], e.Plans[i].Stats["cold_ratio"] = results.Stat{Mean: 1}, results.Stat{}
		}
		if got := e.answer(); !strings.HasPrefix(got, "The cheapest plan is "+c.want) {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
	// Its median is the least, and another one is for certain below it in the mean.
	if got := leading([]Plan{plan("median", 10, 10, 50, 50, 50, 10.1), plan("mean", 9.9, 9.9, 12, 12, 12, 11)}); got.Name != "median" {
		t.Errorf("%s leads, with differences that chance makes", got.Name)
	}
	if got := leading([]Plan{plan("first", 10, 10, 10), plan("below", 9, 9, 9)}); got.Name != "below" {
		t.Errorf("%s leads", got.Name)
	}
}
