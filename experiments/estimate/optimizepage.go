package estimate

import (
	"io"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/results"
)

// advicePage is that of an advice.
type advicePage struct {
	page
	SLO, Scope, FrontOf string
	Plan                *bestPlan
	Together            string // what plan and services cost
	Sure                []string
	Front, All, Rounds  Table
}

type bestPlan struct {
	Name, Setting string
	Bounds        Table
	Bill          pageBill
	Lines, Notes  []string // below the bill
}

// Page writes the advice as one HTML file that needs nothing else.
func (a *Advice) Page(w io.Writer) error {
	title := a.Title
	if title == "" {
		title = "The cheapest plan that meets the SLO"
		if a.Best == nil {
			title = "No plan is sure to meet the SLO"
		}
	}
	common, err := newPage(title, a.answer(), a.load(), a.Services, a.ServicesSum, a.Today, a.Check, a.figures())
	if err != nil {
		return err
	}
	p := advicePage{page: common, SLO: a.asked(), Scope: a.scope(), FrontOf: frontAxis(a.FrontOf), Front: a.table(a.Front, true), All: a.table(a.ranked(), true), Rounds: a.rounds()}
	p.Skipped, p.Assumptions, p.Notes = a.Skipped, assumptionTable(a.Assumed), a.Notes
	if best := a.Best; best != nil {
		p.Plan = &bestPlan{best.Name, best.setting(), a.boundTable(best), newPageBill(&best.Plan.Bill, best.Plan.Grants), a.billLines(best.Plan), best.choice.Notes}
		p.Sure = a.sure()
	}
	p.Together = amounts(a.Together)
	return writePage(w, "optimize.html.tmpl", p)
}

// figures is the plot of cost over the column of the front.
func (a *Advice) figures() []*results.Figure {
	o := results.CostFront{
		Metric: a.FrontOf, Axis: frontAxis(a.FrontOf), CostAxis: "cost, " + a.Currency + spanShort(a.Span), Bound: math.NaN(),
		Caption: "Each mark is a plan that was looked at; down is cheaper. The dashed steps join those that serve every request and of which none is both cheaper and better; bars are their 95 % intervals over the replications, of which plans that were dropped early have one.",
	}
	for _, b := range a.SLO {
		if b.Metric == a.FrontOf {
			o.Bound = b.Limit
		}
	}
	for _, c := range a.All {
		s, _ := c.Row.Stat(a.FrontOf)
		p := results.FrontPoint{Label: c.Name, X: s.Mean, Half: s.Half, Cost: c.Cost, Is: results.FrontMeets, Front: slices.Contains(a.Front, c)}
		switch {
		case c == a.Best:
			p.Is = results.FrontChosen
		case c == a.Now:
			p.Is = results.FrontToday
		case c.Fault != "":
			p.Is = results.FrontFails
		case c.worst > 0:
			p.Is = results.FrontMisses
		}
		p.Named = p.Front || c == a.Best || c == a.Now || c == a.Cheaper || a.Next != nil && c == a.Next.Other
		o.Points = append(o.Points, p)
	}
	if f := o.Figure(); f != nil {
		return []*results.Figure{f}
	}
	return nil
}

// frontAxis is a column in words.
func frontAxis(metric string) string {
	switch metric {
	case "latency_p50_s":
		return "median of latency"
	case "latency_p90_s", "latency_p95_s", "latency_p99_s":
		return metric[len("latency_p"):len(metric)-len("_s")] + "th percentile of latency"
	case "latency_p999_s":
		return "99.9th percentile of latency"
	}
	return metricWord(metric)
}
