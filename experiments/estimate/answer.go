package estimate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results/stat"
)

// answer is what one may act on, in a sentence or two: whether the simulation
// of today agrees with the log, and the cheapest plan of each currency that
// serves the load.
func (e *Estimate) answer() string {
	if t := e.Today; len(e.Plans) == 0 && t != nil {
		return strings.TrimSpace(e.taken+" "+fmt.Sprintf("The %d requests of the log were billed %s%s; it has no times, and so no rate for other plans to be priced at: --requests and --shape give a load.",
			t.Requests, Amount{t.Bill.Currency, t.Bill.Total}, spanText(t.Bill.Span))) + grantsClause(t.Grants)
	}
	if len(e.Plans) == 0 {
		return ""
	}
	var parts []string
	if e.taken != "" {
		parts = append(parts, e.taken)
	}
	if e.Check != nil && e.Check.Doubt != "" {
		parts = append(parts, e.Check.Doubt)
	}
	all := e.currencies()
	for _, currency := range all {
		own := slices.DeleteFunc(slices.Clone(e.Plans), func(p Plan) bool { return p.Currency != currency })
		of := ""
		if len(all) > 1 {
			of = " of those in " + currency
		}
		best := leading(own)
		if !best.sound() {
			parts = append(parts, fmt.Sprintf("No plan%s serves every request; of the nearest, %s, %s.", of, best.Name, best.Fault.text()))
			continue
		}
		if slices.ContainsFunc(own, func(p Plan) bool { return !p.sound() }) {
			of += " that serves every request"
		}
		s := fmt.Sprintf("The cheapest plan%s is %s, at %s%s", of, best.source.called(best.Name), Amount{currency, best.Total}, spanText(e.Span))
		if best.Low.Cmp(&best.High) != 0 {
			s += fmt.Sprintf(" (%s…%s at the ends of what is guessed)", costmodel.Cents(&best.Low), costmodel.Cents(&best.High))
		}
		s += best.asMuch(own)
		s += best.raised(own)
		s += fmt.Sprintf("; its p99 is %s and %s of requests are cold", best.headline("latency_p99_s"), Percent(best.stat("cold_ratio")))
		if t := e.Today; t != nil && t.Bill.Currency == currency && t.Bill.Span == e.Span {
			s += ". Today's bill is " + Amount{currency, t.Bill.Total}.String() + spanText(e.Span)
		}
		parts = append(parts, s+"."+grantsClause(best.Grants))
	}
	return strings.Join(parts, " ")
}

// leading is the plan that is named as the cheapest: the first of those that are
// sorted by their bills, unless another one that serves the load is for certain
// below it.
func leading(plans []Plan) *Plan {
	best := &plans[0]
	for i := range plans {
		if p := &plans[i]; p.sound() && stat.Below(p.totals(), best.totals()) {
			best = p
		}
	}
	return best
}

// raised names the plan that would be cheaper with a larger quota; "" where none is.
func (p *Plan) raised(plans []Plan) string {
	var best *Plan
	for i := range plans {
		q := &plans[i]
		if q.sound() || q.Fault.Quota == 0 || !stat.Below(q.Fault.totals, p.totals()) {
			continue
		}
		if best == nil || stat.Mean(q.Fault.totals) < stat.Mean(best.Fault.totals) {
			best = q
		}
	}
	if best == nil {
		return ""
	}
	return fmt.Sprintf("; with a quota of %d concurrent requests (--account-limit), %s at %s is cheaper", best.Fault.Quota, best.Name, best.Fault.Total)
}

// asMuch says of how many of the plans that serve the load it is not for certain
// that they cost more (stat.Below), or cost as much to the cent; "" where of none.
func (p *Plan) asMuch(plans []Plan) string {
	same, even := 0, 0
	for i := range plans {
		switch q := &plans[i]; {
		case q.Name == p.Name || !q.sound():
		case costmodel.Cents(&q.Total) == costmodel.Cents(&p.Total):
			same++
		case !stat.Below(p.totals(), q.totals()):
			even++
		}
	}
	switch {
	case same == 0 && even == 0:
		return ""
	case even == 0:
		return ", as much as " + plural(same, "other")
	case same == 0:
		return ", as much within what chance makes as " + plural(even, "other")
	}
	return fmt.Sprintf(", as much as %s, and within what chance makes as %d more", plural(same, "other"), even)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// faults says which plans do not serve the load.
func (e *Estimate) faults() (lines []string) {
	for i := range e.Plans {
		if p := &e.Plans[i]; !p.sound() {
			lines = append(lines, fmt.Sprintf("%s does not serve the load: %s.", p.Name, p.Fault.text()))
		}
	}
	return lines
}

// spanShort is what an amount is for, in a column's head.
func spanShort(s costmodel.Span) string {
	if s == costmodel.SpanMonth {
		return " a month"
	}
	return " in all"
}
