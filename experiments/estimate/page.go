package estimate

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
)

//go:embed page.html.tmpl
var pageTemplate string

// page is what the template is given; html/template escapes all but the figure.
type page struct {
	results.Page
	Title, Answer, Load string
	Scope               string
	Services            []jsonService
	ServicesTotal       string
	Today               *pageToday
	Header              []string
	Plans               []pagePlan
	Legend              []string
	Figure              template.HTML
	Caption             string
	Crossings           []pageCrossing
	Skipped             []Skipped
	Assumptions         []Assumption
	Notes               []string
}

type pageToday struct {
	Statement string
	Bill      jsonBill
}

type pagePlan struct {
	Name, Total string
	Cells       []string
	Bill        jsonBill
	Notes       []string
}

type pageCrossing struct{ Below, Above, Load, Interval, Cost string }

// Page writes the estimate as one HTML file that needs nothing else.
func (e *Estimate) Page(w io.Writer) error {
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	p := page{Page: results.NewPage(""), Title: e.Title, Load: e.Load, Scope: e.scope(), Services: e.pageServices(), ServicesTotal: costmodel.Cents(&e.ServicesSum), Skipped: e.Skipped, Assumptions: e.Assumptions, Notes: e.Notes}
	if p.Title == "" {
		p.Title = "What it costs a month"
	}
	if e.Today != nil {
		p.Today = &pageToday{e.Today.Statement, displayBill(e.Today.Bill)}
	}
	if len(e.Plans) > 0 {
		rows := e.planRows()
		p.Header, p.Legend = rows[0], e.legendLines()
		for i := range e.Plans {
			plan := &e.Plans[i]
			p.Plans = append(p.Plans, pagePlan{plan.Name, costmodel.Cents(&plan.Bill.Total), rows[i+1], displayBill(&plan.Bill), plan.Notes})
		}
		best := &e.Plans[max(0, slices.IndexFunc(e.Plans, func(p Plan) bool { return p.sound() }))]
		what := "The cheapest plan"
		if !best.sound() {
			what = "No plan serves every request. The cheapest"
		}
		p.Answer = fmt.Sprintf("%s is %s, at %s USD a month; its p99 is %s and %s of requests are cold.", what, best.Name,
			costmodel.Cents(&best.Bill.Total), seconds(best.stat("latency_p99_s")), percent(best.stat("cold_ratio")))
	}
	if b := e.Crossings; b != nil && len(b.Curves) > 0 {
		if f := b.figure(); f != nil {
			p.Caption = f.Caption
			if p.Figure, err = f.Inline(); err != nil {
				return fmt.Errorf("writing the page: %w", err)
			}
		}
		for _, x := range b.Crossings {
			c := pageCrossing{x.Below, x.Above, digits(x.Load, 3), dash, money(x.Cost)}
			if x.Interval != nil {
				c.Interval = digits(x.Interval.Low, 3) + "…" + digits(x.Interval.High, 3)
			}
			p.Crossings = append(p.Crossings, c)
		}
	}
	if err := t.Execute(w, p); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// displayBill is a bill with amounts in cents and short quantities, less the
// lines of nothing.
func displayBill(b *costmodel.Bill) jsonBill {
	out := jsonBill{Tariff: b.Tariff, Total: costmodel.Cents(&b.Total)}
	for i := range b.Lines {
		l := &b.Lines[i]
		if !l.Quantity.IsZero() {
			out.Lines = append(out.Lines, jsonLine{l.Name, quantity(l), l.Unit, l.UnitPrice.Text('f'), costmodel.Cents(&l.Amount), l.Grade})
		}
	}
	return out
}
