package estimate

import (
	"fmt"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
)

// today is what runs now and costs, in the advice's currency: the log's own
// bill where it is of as much time and in that currency, else the plan that
// stands for it. ok is false where nobody knows what runs now.
func (a *Advice) today() (total *apd.Decimal, what string, ok bool) {
	if a.Today != nil && a.Today.Bill.Span == a.Span {
		if total, currency := a.Rates.In(&a.Today.Bill.Total, a.Today.Bill.Currency); currency == a.Currency {
			return total, "today's bill as logged", true
		}
	}
	if a.Now != nil {
		return &a.Now.Plan.Total, a.Now.Name + " as it is today, simulated", true
	}
	return nil, "", false
}

// saving says what the plan saves against today; "" where there is no today.
func (a *Advice) saving() string {
	total, what, ok := a.today()
	if !ok {
		return ""
	}
	from, to := costmodel.Float(total), costmodel.Float(&a.Best.Plan.Total)
	per := spanText(a.Span)
	part := ""
	if from > 0 {
		part = fmt.Sprintf(" (%s)", percent(max(from-to, to-from)/from))
	}
	against := fmt.Sprintf("against %s, %s", what, Amount{a.Currency, *total})
	switch {
	case a.Best == a.Now:
		return fmt.Sprintf("It is what runs today; %s, it differs by what is simulated.", against)
	case money(from) == money(to):
		return fmt.Sprintf("It costs as much %s.", strings.Replace(against, "against", "as", 1))
	case to > from:
		return fmt.Sprintf("It costs %s %s%s%s more %s.", money(to-from), a.Currency, per, part, against)
	}
	return fmt.Sprintf("It saves %s %s%s%s %s.", money(from-to), a.Currency, per, part, against)
}

// withServices says what the plan and the services cost together; "" without any.
func (a *Advice) withServices() (sums []Amount, err error) {
	if len(a.Services) == 0 || a.Best == nil {
		return nil, nil
	}
	for _, s := range a.ServicesSum {
		sums = append(sums, s)
	}
	return addTo(sums, &a.Best.Plan.Total, a.Currency)
}

// answer is what one may act on, in a few sentences.
func (a *Advice) answer() string {
	var parts []string
	if a.taken != "" {
		parts = append(parts, a.taken)
	}
	if a.Check != nil && a.Check.Doubt != "" {
		parts = append(parts, a.Check.Doubt)
	}
	if a.Best == nil {
		miss := a.Miss()
		return strings.Join(append(parts, strings.ToUpper(miss[:1])+miss[1:]+"."), " ")
	}
	best := a.Best
	of := ""
	if len(a.Notes) > 0 && len(a.All) == 1 {
		of = ", the only one that was looked at,"
	}
	parts = append(parts, fmt.Sprintf("The cheapest plan%s that meets the SLO is %s, at %s%s: %s.", of, best.Name, Amount{a.Currency, best.Plan.Total}, spanText(a.Span), a.bounds(best)))
	if text := a.saving(); text != "" {
		parts = append(parts, text)
	}
	if f := a.Raised; f != nil {
		parts = append(parts, fmt.Sprintf("With a quota of %d concurrent requests (--account-limit), %s would serve all of them for %s.", f.Quota, a.RaisedPlan, f.Total))
	}
	if sums, err := a.withServices(); err == nil && len(sums) > 0 {
		parts = append(parts, fmt.Sprintf("With the services it is %s%s.", amounts(sums), spanText(a.Span)))
	}
	if n := a.Next; n != nil && n.Certain < 0.95 && n.Other.choice.Name != best.choice.Name {
		parts = append(parts, fmt.Sprintf("The next, %s, costs as much within what chance makes: either will do.", n.Other.Name))
	}
	if a.Turn != nil && !a.Turn.Holds {
		parts = append(parts, a.Turn.text())
	}
	return strings.Join(parts, " ") + grantsClause(best.Plan.Grants)
}

// bounds says how a plan stands to each bound that was asked for.
func (a *Advice) bounds(c *Candidate) string {
	var words []string
	for _, o := range a.SLO {
		if o == (results.Objective{Metric: "error_ratio"}) && len(a.SLO) > 1 {
			continue
		}
		word := "at most"
		if o.Min {
			word = "at least"
		}
		found, limit := valueText(o.Metric, c.value(o.Metric)), valueText(o.Metric, o.Limit)
		if strings.HasPrefix(o.Metric, "cost") {
			found, limit = money(c.value(o.Metric))+" "+a.Currency, money(o.Limit)+" "+a.Currency
		}
		words = append(words, fmt.Sprintf("its %s is %s, and %s %s is asked", metricWord(o.Metric), found, word, limit))
	}
	return strings.Join(words, "; ")
}

// metricWord is a column's name in a sentence.
func metricWord(metric string) string {
	if q, ok := strings.CutPrefix(metric, "latency_"); ok {
		q = strings.TrimSuffix(q, "_s")
		switch q {
		case "mean":
			return "mean latency"
		case "max":
			return "largest latency"
		case "p999":
			return "p99.9"
		}
		return q
	}
	switch metric {
	case "cold_ratio":
		return "share of cold requests"
	case "error_ratio":
		return "share of failed requests"
	case "cost":
		return "cost"
	}
	return strings.ReplaceAll(metric, "_", " ")
}

// spanText is what an amount is for.
func spanText(s costmodel.Span) string {
	if s == costmodel.SpanMonth {
		return " a month"
	}
	return " for the log as it is"
}
