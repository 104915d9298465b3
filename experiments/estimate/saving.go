package estimate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results/stat"
)

// present is what runs now and costs.
type present struct {
	cost      float64   // in the advice's currency
	totals    []float64 // the same a replication; of a bill the bill
	what      string
	simulated bool
}

// today is what runs now and costs, in the advice's currency: the log's own
// bill where it is of as much time and in that currency, else the plan that
// stands for it. nil where nobody knows what runs now.
func (a *Advice) today() *present {
	if a.Today != nil && a.Today.Bill.Span == a.Span {
		if total, currency := a.Rates.In(&a.Today.Bill.Total, a.Today.Bill.Currency); currency == a.Currency {
			bill := costmodel.Float(total)
			return &present{bill, slices.Repeat([]float64{bill}, len(a.Best.outcomes)), "today's bill as logged", false}
		}
	}
	if a.Now != nil {
		return &present{a.Now.Cost, a.Now.totals(), a.Now.Name + " as it is today, simulated", true}
	}
	return nil
}

// saving says what the plan saves against today; "" where there is no today.
func (a *Advice) saving() string {
	now := a.today()
	if now == nil {
		return ""
	}
	best := a.Best.totals()
	saved := now.cost - a.Best.Cost
	what := fmt.Sprintf("%s, %s", now.what, MoneyText(now.cost, a.Currency))
	part := ""
	if now.cost > 0 {
		part = fmt.Sprintf(" (%s)", Percent(max(saved, -saved)/now.cost))
	}
	switch {
	case a.Best == a.Now && now.simulated:
		return "It is what runs today."
	case a.Best == a.Now:
		return fmt.Sprintf("It is what runs today; against %s, it differs by what is simulated.", what)
	case Money(now.cost) == Money(a.Best.Cost):
		return fmt.Sprintf("It costs as much as %s.", what)
	case stat.Below(best, now.totals):
		return fmt.Sprintf("It saves %s%s%s against %s.", MoneyText(saved, a.Currency), spanText(a.Span), part, what)
	case stat.Below(now.totals, best):
		return fmt.Sprintf("It costs %s%s%s more against %s.", MoneyText(-saved, a.Currency), spanText(a.Span), part, what)
	}
	return fmt.Sprintf("Within what chance makes it costs as much as %s.", what)
}

// sumServices says what the plan and the services cost together; nothing without any.
func (a *Advice) sumServices() (err error) {
	if len(a.Services) == 0 || a.Best == nil {
		return nil
	}
	total := Amount{Currency: a.Currency}
	if _, err = total.Sum.SetFloat64(a.Best.Cost); err != nil {
		return fmt.Errorf("adding the services to plan %s: %w", a.Best.Name, err)
	}
	if a.Together, err = addTo(slices.Clone(a.ServicesSum), &total.Sum, total.Currency); err != nil {
		return fmt.Errorf("adding the services to plan %s: %w", a.Best.Name, err)
	}
	return nil
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
		return strings.Join(append(parts, upperFirst(a.Miss())+"."), " ")
	}
	best := a.Best
	of := ""
	if len(a.Notes) > 0 && len(a.All) == 1 {
		of = ", the only one that was looked at,"
	}
	parts = append(parts, fmt.Sprintf("The cheapest plan%s that meets the SLO is %s, at %s%s: %s.", of, best.choice.called(best.Name), MoneyText(best.Cost, a.Currency), spanText(a.Span), a.bounds(best)))
	if text := a.saving(); text != "" {
		parts = append(parts, text)
	}
	if f := a.Raised; f != nil {
		parts = append(parts, fmt.Sprintf("With a quota of %d concurrent requests (--account-limit), %s would serve all of them for %s.", f.Quota, a.RaisedPlan, f.Total))
	}
	if len(a.Together) > 0 {
		parts = append(parts, fmt.Sprintf("With the services it is %s%s.", amounts(a.Together), spanText(a.Span)))
	}
	if text := a.evenText(); text != "" {
		parts = append(parts, text)
	}
	if a.Turn != nil && !a.Turn.Holds {
		parts = append(parts, a.Turn.text(a.Currency))
	}
	return strings.Join(parts, " ") + grantsClause(best.Plan.Grants)
}

// evenText names the plans that the chosen one is not for certain cheaper than;
// "" where there is none.
func (a *Advice) evenText() string {
	if len(a.Even) == 0 {
		return ""
	}
	name := a.Even[0].Name
	switch more := len(a.Even) - 1; more {
	case 0:
		return fmt.Sprintf("The next, %s, costs as much within what chance makes: either will do.", name)
	case 1:
		return fmt.Sprintf("The next, %s, and 1 other cost as much within what chance makes: any will do.", name)
	default:
		return fmt.Sprintf("The next, %s, and %d others cost as much within what chance makes: any will do.", name, more)
	}
}

// bounds says how a plan stands to each bound that was asked for.
func (a *Advice) bounds(c *Candidate) string {
	var words []string
	for _, o := range a.SLO {
		if o.Implied() && len(a.SLO) > 1 {
			continue
		}
		word := "at most"
		if o.Min {
			word = "at least"
		}
		words = append(words, fmt.Sprintf("its %s is %s, and %s %s is asked", metricWord(o.Metric), a.valueText(o.Metric, c.value(o.Metric)), word, a.valueText(o.Metric, o.Limit)))
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
