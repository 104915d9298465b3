package results

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results/pages"
)

// templates are those of report.html and compare.html.
//
//go:embed templates/*.tmpl
var templates embed.FS

// reportPage is what the template of report.html is given. All text is
// escaped by html/template; only the figures, which we drew, are not.
type reportPage struct {
	pages.Page
	Title          string
	Answer         string
	Caveats        []string
	FoldedCaveats  []string
	Metrics        reportMetrics
	Parts          bool // the table has what the parts of the time of instances cost
	Header         []reportHead
	Rows           []reportRow
	Notes          []string
	Legends        []string
	Figures        []pages.Figure
	Bills          []reportBill
	BillPicture    *pages.Stack
	Starts         []reportStarts
	Phases, Causes *pages.Stack
	Apps           []reportApplication
	Phased         bool // a request has waited for a start
	Loads          bool // a start has loaded from stores
	Worst          []reportWorst
	Differences    []reportDifference
	Reference      string
	Assumptions    []Assumption
	Manifest       Manifest
	Objectives     []string
	BreakEvens     reportTableText
	Grades         string // what the grades mean
	// These say which rows the table, and which rows or cells the sections after
	// it show, where that is not all.
	TableNote, RowNote, CellNote string
}

// reportTableText is a table of plain text.
type reportTableText struct {
	Title  string
	Header []reportHead
	Rows   [][]reportCell
}

func newReportTableText(head []string, right []bool, lines [][]string) (t reportTableText) {
	for i, text := range head {
		t.Header = append(t.Header, reportHead{Text: text, Num: right[i]})
	}
	for _, line := range lines {
		var cells []reportCell
		for i, text := range line {
			cells = append(cells, reportCell{Text: text, Num: right[i]})
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

type reportHead struct {
	Text string
	Num  bool
	Key  bool // rows are chosen and grouped by it
}

type reportRow struct {
	Class    string // bound, out (not fit), or none
	Meets    string
	Name     string // among all rows
	CellName string // among all cells, without the tariff; "": it is Name
	Cell     int
	Currency string
	Cells    []reportCell
}

type reportCell struct {
	Text string
	Num  bool
	Sort string // what the script sorts by; empty: the text
}

type reportBill struct {
	Name, Total string
	Row         int
	Lines       []reportLine
	currency    string
}

type reportLine struct {
	Name, Quantity, Unit, Price, Amount, Grade string
	amount                                     float64
}

type reportWorst struct {
	Name      string
	Cell      int
	Functions []reportFunction
}

type reportFunction struct{ Name, Invocations, Cold, Ratio, Mean, P99 string }

type reportDifference struct{ Name, Metric, Reference, Value, Change, CI string }

// report writes report.html: one file that needs nothing else.
func (s *Set) report(w io.Writer, rows []Row, figures []*Figure, worst *worstFunctions) error {
	t, look, err := ownPage("report.html.tmpl", "sections.html.tmpl")
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	breakEvens := newReportTableText(s.breakEvenTable(rows))
	breakEvens.Title = "Break-even"
	byRow, byCell := s.detail(rows), s.detailOfCells(rows)
	page := reportPage{
		Page: look, Title: oneLine(s.Title), Answer: s.answer(rows), Caveats: s.caveats(rows), Notes: s.notes(rows), Legends: s.Legends, Assumptions: s.Assumptions,
		Manifest: s.Manifest, Objectives: s.SLO.strings(), BreakEvens: breakEvens, Grades: costmodel.Grades,
	}
	if page.Title == "" {
		page.Title = "Results"
	}
	if len(page.Caveats) > mostCaveats {
		page.Caveats, page.FoldedCaveats = page.Caveats[:mostCaveats], page.Caveats[mostCaveats:]
	}
	page.Header, page.Rows = s.reportTable(rows, byRow, byCell)
	page.Metrics = s.reportMetrics(rows[:len(page.Rows)])
	page.Parts = len(partColumns(rows)) > 0
	if len(page.Rows) < len(rows) {
		page.TableNote = fmt.Sprintf("The first %s of %s rows; cells.csv has all of them.", thousands(float64(len(page.Rows))), thousands(float64(len(rows))))
	}
	page.RowNote, page.CellNote = byRow.note("Shown are", "rows"), byCell.note("Shown are", "cells")
	if page.Bills, err = s.reportBills(byRow); err != nil {
		return err
	}
	page.BillPicture = billPicture(page.Bills)
	page.Apps = s.reportApplications(byCell, &page.Page)
	page.Worst = s.reportWorst(byCell, worst)
	page.Starts = s.reportStarts(byCell)
	page.Phases, page.Causes = phasePicture(page.Starts), s.causePicture(byCell)
	page.Phased = slices.ContainsFunc(page.Starts, func(l reportStarts) bool { return l.Phases != nil })
	page.Loads = slices.ContainsFunc(page.Starts, func(l reportStarts) bool { return l.Loads != nil })
	page.Reference, page.Differences = s.reportDifferences(byRow)
	if page.Figures, err = onPage(figures); err != nil {
		return err
	}
	if err := t.ExecuteTemplate(w, "report.html.tmpl", page); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// ownPage is a page of these templates, of which the first is the page's.
func ownPage(names ...string) (*template.Template, pages.Page, error) {
	folder, err := fs.Sub(templates, "templates")
	if err != nil {
		return nil, pages.Page{}, err
	}
	t, err := pages.Parse(folder, nil, names...)
	if err != nil {
		return nil, pages.Page{}, err
	}
	look, err := pages.New()
	return t, look, err
}

const (
	// mostDetailed is how many rows have a bill, a breakdown of cold starts and
	// differences of their own in the report.
	mostDetailed = 100
	// mostInTable is how many rows the table has: a browser sorts and filters so
	// many at once, and they are less than 2 MB.
	mostInTable = 4000
)

func (s *Set) reportTable(rows []Row, byRow, byCell detail) ([]reportHead, []reportRow) {
	columns := s.reportColumns(rows)
	rows = rows[:min(len(rows), mostInTable)]
	var head []reportHead
	for _, c := range columns {
		head = append(head, reportHead{c.head, c.num, c.kind == ofName})
	}
	cellNames := make(map[int]string, len(byCell.all))
	for i := range byCell.all {
		cellNames[byCell.all[i].Cell] = byCell.names[i]
	}
	var out []reportRow
	for i := range rows {
		r := &rows[i]
		line := reportRow{Class: rowClass(r), Meets: string(r.Meets), Name: byRow.names[i], Cell: r.Cell, Currency: r.Currency}
		if name := cellNames[r.Cell]; name != line.Name {
			line.CellName = name
		}
		for _, c := range columns {
			cell := reportCell{Text: c.cell(&rows[i]), Num: c.num}
			if c.sort != nil {
				cell.Sort = number(c.sort(&rows[i]))
			}
			line.Cells = append(line.Cells, cell)
		}
		out = append(out, line)
	}
	return head, out
}

func rowClass(r *Row) string {
	fit, _ := r.Fit()
	switch {
	case r.Bound:
		return "bound"
	case !fit:
		return "out"
	}
	return ""
}

// detail is the rows that a section of the report describes one by one, with
// the names that they have among all.
type detail struct {
	all   []Row
	names []string
	selection
}

func (s *Set) detail(rows []Row) detail {
	return detail{rows, labels(rows, true), s.choose(rows, mostDetailed)}
}

// detailOfCells is the same of cells, for what tariffs do not change.
func (s *Set) detailOfCells(rows []Row) detail {
	cells := cellRows(rows)
	return detail{cells, labels(cells, false), s.choose(cells, mostDetailed)}
}

// reportBills are the bills by line, of some rows' first replication: a mean of
// bills is a statistic and no bill.
func (s *Set) reportBills(d detail) (out []reportBill, err error) {
	for _, i := range d.rows {
		cell := d.all[i].Cell
		t := 0 // which of the cell's bills: its rows stand together
		for t < i && d.all[i-t-1].Cell == cell {
			t++
		}
		c := &s.Cells[cell]
		if t >= c.tariffs() {
			continue
		}
		r, err := s.unit(cell, 0)
		if err != nil {
			return nil, err
		}
		b := c.bill(r, t)
		bill := reportBill{Name: d.names[i], Row: i, currency: b.Currency, Total: decimalMoney(&b.Total) + " " + b.Currency + spanWords(b.Span)}
		for j := range b.Lines {
			l := &b.Lines[j]
			bill.Lines = append(bill.Lines, reportLine{l.Name, l.Quantity.Text('f'), l.Unit, l.UnitPrice.Text('f'), decimalMoney(&l.Amount), l.Grade, amountOf(l)})
		}
		out = append(out, bill)
	}
	return out, nil
}

// decimalMoney writes an amount as money does, rounded as a decimal.
func decimalMoney(d *apd.Decimal) string {
	cents := costmodel.Cents(d)
	x := costmodel.Float(d)
	if math.Abs(x) < 0.01 || math.IsNaN(x) {
		return money(x)
	}
	whole, rest, _ := strings.Cut(strings.TrimPrefix(cents, "-"), ".")
	if d.Negative {
		whole = "−" + commas(whole)
		return whole + "." + rest
	}
	return commas(whole) + "." + rest
}

// reportWorst are the functions with the most cold starts of some cells.
func (s *Set) reportWorst(d detail, worst *worstFunctions) []reportWorst {
	worst.finish()
	var out []reportWorst
	for _, i := range d.rows {
		cell := d.all[i].Cell
		list := worst.cells[cell]
		if len(list) == 0 {
			continue
		}
		c := &s.Cells[cell]
		w := reportWorst{Name: d.names[i], Cell: cell}
		for _, f := range list {
			mean, p99 := dash, dash // where no request completed
			if f.completed > 0 {
				mean, p99 = seconds3(over(f.latency, f.completed)), seconds3(float64(f.p99)/second)
			}
			w.Functions = append(w.Functions, reportFunction{
				truncate(c.Functions[f.function].ID(), 60), thousands(float64(f.invocations)), thousands(float64(f.coldStarts)),
				percent(Ratio{f.coldStarts, f.invocations}.Float()), mean, p99})
		}
		out = append(out, w)
	}
	return out
}

// reportDifferences are the paired differences of some rows, in the metrics that
// people look at first.
func (s *Set) reportDifferences(detail detail) (reference string, out []reportDifference) {
	var words []string
	for _, k := range sortedKeys(s.Reference) {
		words = append(words, k+" = "+s.Reference[k])
	}

	for _, d := range s.Differences(detail.all) {
		if _, chosen := slices.BinarySearch(detail.rows, d.Row); !chosen || !slices.Contains(keyMetrics, d.Metric) {
			continue
		}
		currency := detail.all[d.Row].Currency
		reference, value := valueTexts(d.Metric, currency, d.ReferenceValue, d.Value)
		name := d.Metric
		if c := unitOf(d.Metric, currency); c != "" {
			name += ", " + c + spanWords(s.Span)
		}
		line := reportDifference{Name: detail.names[d.Row], Metric: name, Change: dash,
			Reference: reference, Value: value, CI: differenceText(d.Metric, currency, d.Mean, d.Half)}
		if !math.IsNaN(d.Relative) {
			line.Change = signed(percent(d.Relative), d.Relative)
		}
		out = append(out, line)
	}
	return strings.Join(words, ", "), out
}

// signed puts a plus before what is positive, and a proper minus before what
// is negative.
func signed(text string, x float64) string {
	if x > 0 {
		return "+" + text
	}
	return strings.Replace(text, "-", "−", 1)
}

// strings writes the objectives as people read them.
func (s SLO) strings() []string {
	var out []string
	for _, o := range s {
		sign := " ≤ "
		if o.Min {
			sign = " ≥ "
		}
		out = append(out, o.Metric+sign+number(o.Limit))
	}
	return out
}
