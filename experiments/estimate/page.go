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
	ServicesTotal       string // one amount a currency
	Today               *pageToday
	Check               *Check
	CheckHeader         []string
	CheckRows           [][]string
	Header              []string
	Plans               []pagePlan
	Legend              []string
	Figures             []pageFigure
	Crossings           []pageCrossing
	Skipped             []Skipped
	Assumptions         []Assumption
	Notes               []string
}

type pageToday struct {
	Statement string
	Bill      jsonBill
}

type pageFigure struct {
	SVG     template.HTML
	Caption string
}

type pagePlan struct {
	Name, Total string // with its currency
	Converted   string // the same in the currency of comparison, where that is another
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
	p := page{Page: results.NewPage(""), Title: e.Title, Load: e.Load, Scope: e.scope(), Services: e.pageServices(), ServicesTotal: amounts(e.ServicesSum), Skipped: e.Skipped, Assumptions: e.Assumptions, Notes: e.Notes}
	if p.Title == "" {
		p.Title = "What it costs a month"
	}
	if e.Today != nil {
		p.Today = &pageToday{e.Today.Statement, displayBill(e.Today.Bill)}
	}
	if e.Check != nil {
		p.Check, p.CheckRows, p.CheckHeader = e.Check, e.Check.table(), checkHeader
	}
	if len(e.Plans) > 0 {
		rows := e.planRows(true)
		p.Header, p.Legend = rows[0], slices.Concat(e.faults(), e.legendLines(true))
		for i := range e.Plans {
			plan := &e.Plans[i]
			shown := pagePlan{plan.Name, Amount{plan.Bill.Currency, plan.Bill.Total}.String(), "", rows[i+1], displayBill(&plan.Bill), plan.Notes}
			if plan.Currency != plan.Bill.Currency {
				shown.Converted = Amount{plan.Currency, plan.Total}.String()
			}
			p.Plans = append(p.Plans, shown)
		}
		p.Answer = e.answer()
	}
	if b := e.Crossings; b != nil && len(b.Curves) > 0 {
		for _, f := range b.figures() {
			svg, err := f.Inline()
			if err != nil {
				return fmt.Errorf("writing the page: %w", err)
			}
			p.Figures = append(p.Figures, pageFigure{svg, f.Caption})
		}
		for _, x := range b.Crossings {
			c := pageCrossing{x.Below, x.Above, digits(x.Load, 3), dash, money(x.Cost) + " " + x.Currency}
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
	out := jsonBill{Tariff: b.Tariff, Currency: b.Currency, Total: costmodel.Cents(&b.Total)}
	for i := range b.Lines {
		l := &b.Lines[i]
		if !l.Quantity.IsZero() {
			out.Lines = append(out.Lines, jsonLine{l.Name, quantity(l), l.Unit, l.UnitPrice.Text('f'), costmodel.Cents(&l.Amount), l.Grade})
		}
	}
	return out
}
