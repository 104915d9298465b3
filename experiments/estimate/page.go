package estimate

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/pages"
)

//go:embed page.html.tmpl optimize.html.tmpl document.html.tmpl answers.html.tmpl
var pageTemplates embed.FS

// page is what both pages have; html/template escapes all but figures.
type page struct {
	pages.Page
	Title, Answer, Load string
	Services            []pageService
	ServicesTotal       string // one amount a currency
	Today               *pageToday
	Check               *Check
	CheckTable          Table
	Figures             []pages.Figure
	Skipped             []Skipped
	Assumptions         Table
	Notes               []string
	Grades              string // what the grades of prices mean
}

// estimatePage is that of an estimate.
type estimatePage struct {
	page
	Scope     string
	Table     Table
	Plans     []pagePlan
	Legend    []string
	Crossings Table
	LeftOut   []string // of the break-even
}

// Table is a table, its header apart.
type Table struct {
	Header []string
	Rows   [][]string
}

type pageToday struct {
	Statement string
	Bill      pageBill
}

type pagePlan struct {
	Name, Total string // with its currency
	Converted   string // the same in the currency of comparison, where that is another
	Bill        pageBill
	Notes       []string
}

// newPage returns what an estimate and an advice have in common.
func newPage(title, answer, load string, services []Service, sums []Amount, today *Today, check *Check, figures []*results.Figure) (page, error) {
	look, err := pages.New()
	if err != nil {
		return page{}, fmt.Errorf("writing the page: %w", err)
	}
	p := page{Page: look, Grades: costmodel.Grades, Title: title, Answer: answer, Load: load, Services: pageServices(services), ServicesTotal: amounts(sums)}
	if today != nil {
		p.Today = &pageToday{today.Statement, newPageBill(today.Bill, today.Grants)}
	}
	if check != nil {
		p.Check, p.CheckTable = check, Table{checkHeader, check.table()}
	}
	p.Figures, err = onPage(figures)
	return p, err
}

// onPage returns figures for a page.
func onPage(figures []*results.Figure) (out []pages.Figure, err error) {
	for _, f := range figures {
		shown, err := f.OnPage()
		if err != nil {
			return nil, fmt.Errorf("writing the page: %w", err)
		}
		out = append(out, shown)
	}
	return out, nil
}

// writePage fills one of the templates.
func writePage(w io.Writer, name string, data any) error {
	t, err := pages.Parse(pageTemplates, template.FuncMap{"unbroken": unbroken}, name, "answers.html.tmpl")
	if err == nil {
		err = t.ExecuteTemplate(w, name, data)
	}
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// Page writes the estimate as one HTML file that needs nothing else.
func (e *Estimate) Page(w io.Writer) error {
	title := e.Title
	if title == "" {
		title = "What it costs" + spanText(e.Span)
	}
	common, err := newPage(title, e.answer(), e.Load, e.Services, e.ServicesSum, e.Today, e.Check, e.figures())
	if err != nil {
		return err
	}
	p := estimatePage{page: common, Scope: e.scope()}
	p.Skipped, p.Assumptions, p.Notes = e.Skipped, assumptionTable(e.Assumptions), e.Notes
	if len(e.Plans) > 0 {
		rows := e.planRows(true)
		p.Table, p.Legend = Table{rows[0], rows[1:]}, slices.Concat(e.faults(), e.legendLines(true))
	}
	for i := range e.Plans {
		plan := &e.Plans[i]
		shown := pagePlan{plan.Name, Amount{plan.Bill.Currency, plan.Bill.Total}.String(), "", newPageBill(&plan.Bill, plan.Grants), plan.Notes}
		if plan.Currency != plan.Bill.Currency {
			shown.Converted = Amount{plan.Currency, plan.Total}.String()
		}
		p.Plans = append(p.Plans, shown)
	}
	if b := e.Crossings; b != nil {
		p.Crossings = b.Table()
		p.LeftOut = b.LeftOutWords()
	}
	return writePage(w, "page.html.tmpl", p)
}

// figures are the plots of an estimate.
func (e *Estimate) figures() []*results.Figure {
	if e.Crossings == nil {
		return nil
	}
	return e.Crossings.Figures()
}

// pageBill is a bill with amounts in cents and short quantities, less the lines
// of nothing, and what free grants have taken off.
type pageBill struct {
	Table                   Table
	Total, Currency, Grants string
}

func newPageBill(b *costmodel.Bill, grants Amount) pageBill {
	out := pageBill{Total: costmodel.Cents(&b.Total), Currency: b.Currency, Grants: grantsOf(grants)}
	out.Table.Header = []string{"line", "quantity", "price", "amount", "grade"}
	for i := range b.Lines {
		l := &b.Lines[i]
		if !l.Quantity.IsZero() {
			out.Table.Rows = append(out.Table.Rows, []string{l.Name, measured(l), l.UnitPrice.Text('f'), costmodel.Cents(&l.Amount), l.Grade})
		}
	}
	out.Table.Rows = append(out.Table.Rows, []string{"total", "", "", out.Total + " " + out.Currency, ""})
	return out
}

// assumptionTable is what an answer rests on.
func assumptionTable(list []Assumption) Table {
	t := Table{Header: []string{"value", "low", "likely", "high", "basis"}}
	for _, a := range list {
		if a.Low == a.High { // it is known
			a.Low, a.High = "", ""
		}
		t.Rows = append(t.Rows, []string{a.Name, a.Low, a.Likely, a.High, a.Basis})
	}
	return t
}
