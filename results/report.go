package results

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/sim"
)

//go:embed report.html.tmpl
var reportTemplate string

// reportScript sorts and filters the table.
//
//go:embed report.js
var reportScript string

// reportPage is what the template of report.html is given. All text is
// escaped by html/template; only the figures, which we drew, are not.
type reportPage struct {
	Page
	Title       string
	Answer      string
	Header      []reportHead
	Rows        []reportRow
	Notes       []string
	Figures     []reportFigure
	Bills       []reportBill
	Phases      []string
	Starts      []reportStarts
	Worst       []reportWorst
	Differences []reportDifference
	Reference   string
	Assumptions []Assumption
	Warnings    []string
	Manifest    Manifest
	Objectives  []string
	// These say which rows the table, and which rows or cells the sections after
	// it show, where that is not all.
	TableNote, RowNote, CellNote string
}

type reportHead struct {
	Text string
	Num  bool
}

type reportRow struct {
	Bound bool
	Meets string
	Cells []reportCell
}

type reportCell struct {
	Text string
	Num  bool
	Sort string // what the script sorts by; empty: the text
}

type reportFigure struct {
	Title, Caption, Name string
	SVG                  template.HTML
}

type reportBill struct {
	Name, Total, Note string
	Lines             []reportLine
}

type reportLine struct{ Name, Quantity, Unit, Price, Amount, Grade string }

type reportStarts struct {
	Name   string
	Mean   string
	Phases []reportPhase
}

type reportPhase struct {
	Text  string
	Share int // of the whole, in %
}

type reportWorst struct {
	Name      string
	Functions []reportFunction
}

type reportFunction struct{ Name, Invocations, Cold, Ratio, Mean, P99 string }

type reportDifference struct{ Name, Metric, Reference, Value, Change, CI string }

// report writes report.html: one file that needs nothing else.
func (s *Set) report(w io.Writer, rows []Row, figures []*Figure, worst *worstFunctions) error {
	t, err := template.New("report").Parse(reportTemplate)
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	page := reportPage{
		Page: NewPage(reportScript), Title: s.Title, Answer: s.answer(rows), Notes: s.notes(rows), Assumptions: s.Assumptions,
		Manifest: s.Manifest, Objectives: s.SLO.strings(),
	}
	page.Header, page.Rows = s.reportTable(rows)
	if len(page.Rows) < len(rows) {
		page.TableNote = fmt.Sprintf("The first %s of %s rows; cells.csv has all of them.", thousands(float64(len(page.Rows))), thousands(float64(len(rows))))
	}
	byRow, byCell := s.detail(rows), s.detailOfCells(rows)
	page.RowNote, page.CellNote = byRow.note("Shown are", "rows"), byCell.note("Shown are", "cells")
	if page.Bills, err = s.reportBills(byRow); err != nil {
		return err
	}
	page.Worst = s.reportWorst(byCell, worst)
	page.Phases, page.Starts = s.reportStarts(byCell)
	page.Reference, page.Differences = s.reportDifferences(byRow)
	for _, f := range figures {
		svg, err := f.Inline()
		if err != nil {
			return err
		}
		page.Figures = append(page.Figures, reportFigure{f.Title, f.Caption, f.Name, svg})
	}
	if err := t.Execute(w, page); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

const (
	// mostDetailed is how many rows have a bill, a breakdown of cold starts and
	// differences of their own in the report.
	mostDetailed = 100
	// mostInTable is how many rows the table has: a browser sorts and filters so
	// many at once, and they are less than 2 MB.
	mostInTable = 4000
)

func (s *Set) reportTable(rows []Row) ([]reportHead, []reportRow) {
	columns := s.summary(rows)
	rows = rows[:min(len(rows), mostInTable)]
	var head []reportHead
	for _, c := range columns {
		head = append(head, reportHead{c.head, c.num})
	}
	var out []reportRow
	for i := range rows {
		line := reportRow{Bound: rows[i].Bound, Meets: string(rows[i].Meets)}
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

// answer says in a sentence what the table comes to.
func (s *Set) answer(rows []Row) string {
	names := labels(rows, true)
	var policies []int
	for i := range rows {
		if !rows[i].Bound {
			policies = append(policies, i)
		}
	}
	if len(policies) == 0 {
		return ""
	}
	if len(s.SLO) > 0 {
		return sloAnswer(rows, policies, names)
	}
	if loads(rows) {
		return "" // the least load is the cheapest
	}
	if all := currencies(rows); len(all) > 1 {
		return currencyAnswer(rows, policies, names, all)
	}
	cheapest, fastest := best(rows, policies, "cost"), best(rows, policies, "latency_p99_s")
	level := asFast(rows, policies, fastest)
	switch {
	case cheapest >= 0 && cheapest != fastest && slices.Contains(level, cheapest):
		return fmt.Sprintf("%s is the cheapest (%s), and none is faster at p99 (%s) by more than a quantile's error.",
			names[cheapest], costCell(&rows[cheapest]), seconds3(rows[cheapest].mean("latency_p99_s")))
	case cheapest < 0 && len(level) > 1:
		warmest := best(rows, level, "cold_ratio")
		return fmt.Sprintf("At p99, %d of %d rows are equally fast (%s) within a quantile's error; of these, %s has the fewest cold starts (%s).",
			len(level), len(policies), seconds3(rows[warmest].mean("latency_p99_s")), names[warmest], percent(rows[warmest].mean("cold_ratio")))
	case cheapest >= 0 && cheapest == fastest:
		return fmt.Sprintf("%s is both the cheapest (%s) and the fastest at p99 (%s).", names[cheapest], costCell(&rows[cheapest]), seconds3(rows[cheapest].mean("latency_p99_s")))
	case cheapest >= 0 && fastest >= 0:
		return fmt.Sprintf("%s is the cheapest (%s, p99 %s); %s is the fastest at p99 (%s, %s).",
			names[cheapest], costCell(&rows[cheapest]), seconds3(rows[cheapest].mean("latency_p99_s")),
			names[fastest], seconds3(rows[fastest].mean("latency_p99_s")), costCell(&rows[fastest]))
	case fastest >= 0:
		return fmt.Sprintf("%s is the fastest at p99 (%s, %s cold).", names[fastest], seconds3(rows[fastest].mean("latency_p99_s")), percent(rows[fastest].mean("cold_ratio")))
	}
	return ""
}

func sloAnswer(rows []Row, policies []int, names []string) string {
	var meet []int
	unsure := 0
	for _, i := range policies {
		switch rows[i].Meets {
		case Yes:
			meet = append(meet, i)
		case Unsure:
			unsure++
		}
	}
	text := fmt.Sprintf("%d of %d rows meet the objective", len(meet), len(policies))
	if unsure > 0 {
		text += fmt.Sprintf(" (%d more cannot be told)", unsure)
	}
	if all := currencies(rows); len(all) > 1 {
		return strings.Join(append([]string{text}, cheapestOf(rows, meet, names, all)...), "; ") + "."
	}
	if i := best(rows, meet, "cost"); i >= 0 {
		return fmt.Sprintf("%s; the cheapest of them is %s: %s, p99 %s.", text, names[i], costCell(&rows[i]), seconds3(rows[i].mean("latency_p99_s")))
	}
	return text + "."
}

// currencyAnswer names the cheapest row of each currency, and the fastest.
func currencyAnswer(rows []Row, policies []int, names, all []string) string {
	words := cheapestOf(rows, policies, names, all)
	if i := best(rows, policies, "latency_p99_s"); i >= 0 {
		words = append(words, fmt.Sprintf("%s is the fastest at p99 (%s)", names[i], seconds3(rows[i].mean("latency_p99_s"))))
	}
	return strings.Join(words, "; ") + "."
}

// cheapestOf names the cheapest row of each currency.
func cheapestOf(rows []Row, among []int, names, all []string) (words []string) {
	for _, currency := range all {
		own := slices.DeleteFunc(slices.Clone(among), func(i int) bool { return rows[i].Currency != currency })
		if i := best(rows, own, "cost"); i >= 0 {
			words = append(words, fmt.Sprintf("of those in %s the cheapest is %s (%s, p99 %s)", currency, names[i], costCell(&rows[i]), seconds3(rows[i].mean("latency_p99_s"))))
		}
	}
	return words
}

// best returns the row of the least mean of a metric, −1 where none has it.
func best(rows []Row, among []int, metric string) int {
	out := -1
	for _, i := range among {
		if x := rows[i].mean(metric); !math.IsNaN(x) && (out < 0 || x < rows[out].mean(metric)) {
			out = i
		}
	}
	return out
}

// loads reports whether the rows are of different workloads.
func loads(rows []Row) bool {
	for i := range rows {
		for j, v := range rows[i].Values {
			if strings.HasPrefix(v.Path, "workload.") && v.Label != rows[0].Values[j].Label {
				return true
			}
		}
	}
	return false
}

// asFast returns the rows whose p99 cannot be told from that of the fastest:
// each of the two is off by RelativeError at most.
func asFast(rows []Row, among []int, fastest int) (level []int) {
	for _, i := range among {
		if fastest >= 0 && rows[i].mean("latency_p99_s")*(1-RelativeError) <= rows[fastest].mean("latency_p99_s")*(1+RelativeError) {
			level = append(level, i)
		}
	}
	return level
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
		bill := reportBill{Name: d.names[i], Total: b.Total.Text('f') + " " + b.Currency, Note: b.Span.String()}
		for j := range b.Lines {
			l := &b.Lines[j]
			bill.Lines = append(bill.Lines, reportLine{l.Name, l.Quantity.Text('f'), l.Unit, l.UnitPrice.Text('f'), l.Amount.Text('f'), l.Grade})
		}
		out = append(out, bill)
	}
	return out, nil
}

// reportStarts are what the initialisations of some cells were made of, those
// that a request waited for.
func (s *Set) reportStarts(d detail) (phases []string, out []reportStarts) {
	used := [sim.NumPhases]bool{}
	sums := make([][sim.NumPhases]sim.Wide, len(d.rows))
	counts := make([]uint64, len(d.rows))
	for k, i := range d.rows {
		for _, r := range s.Cells[d.all[i].Cell].Replications {
			counts[k] += r.Lives.Created - r.Lives.Prewarmed
			for p := range sums[k] {
				sums[k][p].AddWide(r.Lives.Phases[p])
				used[p] = used[p] || !r.Lives.Phases[p].IsZero()
			}
		}
	}
	for _, p := range sim.Phases() {
		if used[p] {
			phases = append(phases, p.String())
		}
	}
	for k, i := range d.rows {
		if line, ok := startsLine(d.names[i], sums[k], counts[k], used); ok && len(phases) > 0 {
			out = append(out, line)
		}
	}
	return phases, out
}

func startsLine(name string, sums [sim.NumPhases]sim.Wide, n uint64, used [sim.NumPhases]bool) (reportStarts, bool) {
	var total sim.Wide
	for p := range sums {
		total.AddWide(sums[p])
	}
	if n == 0 || total.IsZero() {
		return reportStarts{}, false
	}
	line := reportStarts{Name: name, Mean: seconds3(over(total, n))}
	for p := range sums {
		if used[p] {
			line.Phases = append(line.Phases, reportPhase{seconds3(over(sums[p], n)), int(math.Round(100 * sums[p].Float() / total.Float()))})
		}
	}
	return line, true
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
		w := reportWorst{Name: d.names[i]}
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
// the summary shows.
func (s *Set) reportDifferences(detail detail) (reference string, out []reportDifference) {
	var words []string
	for _, k := range sortedKeys(s.Reference) {
		words = append(words, k+" = "+s.Reference[k])
	}
	shown := map[string]bool{"cold_ratio": true, "latency_p50_s": true, "latency_p99_s": true, "wasted_gib_s": true, "cost": true}
	for _, d := range s.Differences(detail.all) {
		if _, chosen := slices.BinarySearch(detail.rows, d.Row); !chosen || !shown[d.Metric] {
			continue
		}
		currency := detail.all[d.Row].Currency
		line := reportDifference{Name: detail.names[d.Row], Metric: d.Metric, Change: dash,
			Reference: valueText(d.Metric, currency, d.ReferenceValue), Value: valueText(d.Metric, currency, d.Value),
			CI: differenceText(d.Metric, currency, d.Mean, d.Half)}
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
