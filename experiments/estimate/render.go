package estimate

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/plain"
	"github.com/coldcurve/coldcurve/results"
)

// Formats returns the names that Render knows.
func Formats() []string { return []string{"text", "csv", "json"} }

// Render writes the estimate in one of Formats.
func (e *Estimate) Render(w io.Writer, format string) error {
	return WriteAs(w, "estimate", format, e.text, e.csv, e.json)
}

// WriteAs writes what there is in one of Formats.
func WriteAs(w io.Writer, what, format string, text, csv, json func(io.Writer) error) error {
	var err error
	switch format {
	case "text":
		p := plain.NewWriter(w) // also in a file, which somebody may print
		if err = text(p); err == nil {
			err = p.Flush()
		}
	case "csv":
		err = csv(w)
	case "json":
		err = json(w)
	default:
		err = fmt.Errorf("unknown format %q", format)
	}
	if err != nil {
		return fmt.Errorf("writing the %s: %w", what, err)
	}
	return nil
}

const dash = "–"

func Percent(x float64) string {
	if math.IsNaN(x) {
		return dash
	}
	return Digits(x*100, 3) + " %"
}

func Seconds(x float64) string {
	if math.IsNaN(x) {
		return dash
	}
	return Digits(x, 3) + " s"
}

// Money writes an amount for a table.
func Money(x float64) string {
	if math.IsNaN(x) {
		return dash
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

// MoneyText writes an amount with its currency, for a sentence: in cents, and
// what cents would be more than 1 % off from to three digits.
func MoneyText(x float64, currency string) string {
	text := Money(x)
	if math.Abs(math.Round(x*100)/100-x) > 0.01*math.Abs(x) {
		text = Digits(x, 3)
	}
	return strings.TrimSuffix(text+" "+currency, " ")
}

func (i *Interval) text() string {
	if i == nil {
		return dash
	}
	return Money(i.Low) + "…" + Money(i.High)
}

func (e *Estimate) text(w io.Writer) error {
	b := new(strings.Builder)
	if e.Title != "" {
		fmt.Fprintf(b, "%s\n\n", e.Title)
	}
	if a := e.answer(); a != "" {
		fmt.Fprintf(b, "%s\n\n", a)
	}
	e.Today.write(b)
	e.Check.write(b)
	if e.Load != "" {
		fmt.Fprintf(b, "Load: %s.\n", e.Load)
	}
	if len(e.Plans) > 0 {
		fmt.Fprintf(b, "%s\n\n", e.scope())
		t := &results.TextTable{Right: []bool{false, true, true}}
		for _, row := range e.planRows(e.Wide) {
			t.Add(row...)
		}
		fmt.Fprintf(b, "%s\n%s\n", t, strings.Join(slices.Concat(e.faults(), e.legendLines(e.Wide)), "\n"))
	}
	writeServices(b, e.Services, e.ServicesSum)
	e.Crossings.Write(b)
	writeAssumptions(b, e.Assumptions)
	for i := range e.Plans {
		p := &e.Plans[i]
		fmt.Fprintf(b, "\n%s: %s\n", p.Name, p.Title)
		writeBill(b, &p.Bill, p.Grants)
		if p.Currency != p.Bill.Currency {
			fmt.Fprintf(b, "  that is %s %s\n", costmodel.Cents(&p.Total), p.Currency)
		}
		for _, n := range p.Notes {
			fmt.Fprintf(b, "  note: %s\n", n)
		}
	}
	writeFoot(b, e.Skipped, e.Notes)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeFoot ends a text: what has no price, what the grades mean, and notes.
func writeFoot(b *strings.Builder, skipped []Skipped, notes []string) {
	for _, s := range skipped {
		fmt.Fprintf(b, "\n%s: no price: %s\n", s.Name, s.Reason)
	}
	fmt.Fprintf(b, "\n%s\n", costmodel.Grades)
	if len(notes) > 0 {
		b.WriteString("\n")
	}
	for _, n := range notes {
		fmt.Fprintf(b, "note: %s\n", n)
	}
}

// planRows are the header and a row a plan: what fits a terminal, or all there is.
func (e *Estimate) planRows(wide bool) [][]string {
	several := len(e.currencies()) > 1
	unit := ""
	if !several {
		unit = e.in() + spanShort(e.Span)
	}
	type column struct {
		name string
		of   func(p *Plan) string
		wide bool
	}
	latency := func(name string) func(*Plan) string {
		return func(p *Plan) string { return p.latency(name, wide) }
	}
	columns := []column{
		{"plan", func(p *Plan) string { return p.source.marked(p.Name) }, false},
		{"", func(p *Plan) string { return p.Currency }, !several},
		{unit, func(p *Plan) string { return costmodel.Cents(&p.Total) }, false},
		{"low…high", (*Plan).ends, false},
		{"95 % random", func(p *Plan) string { return p.Random.text() }, true},
		{"95 % days", func(p *Plan) string { return p.Days.text() }, true},
		{"cold", func(p *Plan) string { return Percent(p.stat("cold_ratio")) }, false},
		{"p50", latency("latency_p50_s"), false},
		{"p90", latency("latency_p90_s"), true},
		{"p95", latency("latency_p95_s"), true},
		{"p99", latency("latency_p99_s"), false},
		{"p99.9", latency("latency_p999_s"), true},
		{"errors", func(p *Plan) string { return Percent(p.stat("error_ratio")) }, false},
	}
	if several {
		columns[2].name = strings.TrimSpace(spanShort(e.Span))
	} else {
		columns = slices.Delete(columns, 1, 2)
	}
	columns = slices.DeleteFunc(columns, func(c column) bool { return c.wide && !wide })
	rows := make([][]string, 1+len(e.Plans))
	for _, c := range columns {
		rows[0] = append(rows[0], c.name)
		for i := range e.Plans {
			rows[i+1] = append(rows[i+1], c.of(&e.Plans[i]))
		}
	}
	return rows
}

// From which amount on a range is written without cents, and in millions.
const (
	withoutCents = 100_000
	inMillions   = 10_000_000
)

// ends writes what the bill is at the ends of what is guessed.
func (p *Plan) ends() string {
	low, high := costmodel.Float(&p.Low), costmodel.Float(&p.High)
	switch {
	case high >= inMillions:
		return Digits(low/1e6, 4) + "…" + Digits(high/1e6, 4) + "M"
	case high >= withoutCents:
		return fmt.Sprintf("%.0f…%.0f", low, high)
	}
	return costmodel.Cents(&p.Low) + "…" + costmodel.Cents(&p.High)
}

// latency writes a quantile, and where all is shown what it is at the ends of
// what is guessed.
func (p *Plan) latency(name string, wide bool) string {
	s := Seconds(p.stat(name))
	if ends, ok := p.Ends[name]; ok && wide && ends[0] != ends[1] {
		s += " (" + Digits(ends[0], 3) + "…" + Digits(ends[1], 3) + ")"
	}
	return s
}

// headline is a quantile in a sentence, with what it is at the ends of what is guessed.
func (p *Plan) headline(name string) string {
	text := p.latency(name, true)
	if strings.HasSuffix(text, ")") {
		text = strings.TrimSuffix(text, ")") + " at the ends of what is guessed)"
	}
	return text
}

// legendLines say what the columns of planRows are.
func (e *Estimate) legendLines(wide bool) []string {
	out := []string{"The bill is that of the replication with the median total. low…high: the bills at the ends of what is guessed."}
	if !wide {
		return out
	}
	for _, p := range e.Plans {
		if len(p.Ends) > 0 {
			out = append(out, "p50 to p99.9: of the likely load, and in parentheses at the ends of what is guessed.")
			break
		}
	}
	for _, p := range e.Plans {
		if p.Random != nil {
			out = append(out, fmt.Sprintf("95 %% random: %s.", p.Random.Covers))
			break
		}
	}
	for _, p := range e.Plans {
		if p.Days != nil {
			out = append(out, fmt.Sprintf("95 %% days: %s.", p.Days.Covers))
			break
		}
	}
	return out
}

func writeAssumptions(b *strings.Builder, list []Assumption) {
	if len(list) == 0 {
		return
	}
	b.WriteString("\nWhat it rests on:\n")
	of := assumptionTable(list)
	last := len(of.Header) - 1
	width := 2
	for i := range last {
		column := len(of.Header[i])
		for _, row := range of.Rows {
			column = max(column, utf8.RuneCountInString(row[i]))
		}
		width += column + 2
	}
	t := &results.TextTable{Indent: "  "}
	t.Add(of.Header...)
	for _, row := range of.Rows {
		for i, line := range wrapped(row[last], max(leastBasis, tableWidth-width)) {
			cells := make([]string, last, last+1)
			if i == 0 {
				copy(cells, row)
			}
			t.Add(append(cells, line)...)
		}
	}
	b.WriteString(t.String())
}

// tableWidth is what tables fit into, in characters; leastBasis what the last
// column of assumptions has at least.
const (
	tableWidth = 100
	leastBasis = 24
)

// wrapped breaks a text at spaces into lines of at most a width.
func wrapped(text string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && utf8.RuneCountInString(longer) > width {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	return append(lines, line)
}

// writeBill writes the lines, and what of free grants is in them.
func writeBill(b *strings.Builder, bill *costmodel.Bill, grants Amount) {
	t := &results.TextTable{Indent: "  ", Right: []bool{false, true}}
	for i := range bill.Lines {
		l := &bill.Lines[i]
		if l.Quantity.IsZero() { // the CSV and the JSON have it
			continue
		}
		t.Add(l.Name, measured(l), "× "+l.UnitPrice.Text('f'), "= "+costmodel.Cents(&l.Amount), "("+l.Grade+")")
	}
	t.Add("total", "", "", "= "+costmodel.Cents(&bill.Total)+" "+bill.Currency)
	b.WriteString(t.String())
	if text := grantsOf(grants); text != "" {
		fmt.Fprintf(b, "  %s\n", text)
	}
}

// measured writes a line's quantity with its unit. Units that begin with a number are
// multiples: 0.13 of 1M are 0.13 million.
func measured(l *costmodel.Line) string {
	number, unit := l.Unit[:len(l.Unit)-len(strings.TrimLeft(l.Unit, "0123456789"))], strings.TrimLeft(l.Unit, "0123456789")
	factor, rest, _ := strings.Cut(unit, " ")
	for _, f := range []struct{ mark, name string }{{"M", "million"}, {"k", "thousand"}} {
		if number == "1" && factor == f.mark {
			number, unit = "", strings.TrimSpace(f.name+" "+rest)
		}
	}
	switch number {
	case "", "1":
		return strings.TrimSpace(quantity(l) + " " + unit)
	}
	return quantity(l) + " of " + number + " " + unit
}

// quantity writes how much a line is of, to six digits; the CSV has all of them.
func quantity(l *costmodel.Line) string { return Digits(costmodel.Float(&l.Quantity), 6) }

var csvHeader = []string{"plan", "kind", "tariff", "line", "quantity", "unit", "unit_price", "amount", "currency", "grade",
	"low", "high", "random_low", "random_high", "days_low", "days_high",
	"cold_ratio", "latency_p50_s", "latency_p90_s", "latency_p95_s", "latency_p99_s", "latency_p999_s", "error_ratio", "free_grants"}

// csv writes a row a bill line, and one a total, which has the rest: the last of
// a plan's, which is that in the currency of comparison. The bills of services
// are the last.
func (e *Estimate) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{csvHeader}
	if e.Today != nil {
		rows = append(rows, billRows("today", "", e.Today.Bill)...)
	}
	for i := range e.Plans {
		p := &e.Plans[i]
		lines := billRows(p.Name, string(p.Kind), &p.Bill)
		if p.Currency != p.Bill.Currency {
			lines = append(lines, billRows(p.Name, string(p.Kind), &costmodel.Bill{Tariff: p.Bill.Tariff, Currency: p.Currency, Total: p.Total})...)
		}
		total := lines[len(lines)-1][:10]
		total = append(total, p.Low.Text('f'), p.High.Text('f'))
		for _, in := range []*Interval{p.Random, p.Days} {
			if in == nil {
				total = append(total, "", "")
				continue
			}
			total = append(total, cell(in.Low), cell(in.High))
		}
		for _, name := range reported[:7] {
			total = append(total, cell(p.stat(name)))
		}
		total = append(total, p.Grants.Sum.Text('f'))
		lines[len(lines)-1] = total
		rows = append(rows, lines...)
	}
	for _, r := range append(rows, serviceRows(e.Services, e.ServicesSum)...) {
		if err := c.Write(r); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func cell(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// billRows are a bill's lines and its total, to the last digit.
func billRows(plan, kind string, b *costmodel.Bill) [][]string {
	var rows [][]string
	add := func(cells ...string) {
		row := make([]string, len(csvHeader))
		copy(row, append([]string{plan, kind, b.Tariff}, cells...))
		rows = append(rows, row)
	}
	for i := range b.Lines {
		l := &b.Lines[i]
		add(l.Name, l.Quantity.Text('f'), l.Unit, l.UnitPrice.Text('f'), l.Amount.Text('f'), b.Currency, l.Grade)
	}
	add("total", "", "", "", b.Total.Text('f'), b.Currency)
	return rows
}

// The JSON has amounts as text, since they are exact.
type jsonLine struct {
	Name      string `json:"name"`
	Part      string `json:"part,omitempty"`
	Quantity  string `json:"quantity"`
	Unit      string `json:"unit"`
	UnitPrice string `json:"unit_price"`
	Amount    string `json:"amount"`
	Grade     string `json:"grade"`
}

type jsonBill struct {
	Tariff   string     `json:"tariff"`
	Currency string     `json:"currency"`
	Span     string     `json:"span"`
	Lines    []jsonLine `json:"lines"`
	Total    string     `json:"total"`
}

func newJSONBill(b *costmodel.Bill) jsonBill {
	out := jsonBill{b.Tariff, b.Currency, b.Span.String(), nil, b.Total.Text('f')}
	for i := range b.Lines {
		l := &b.Lines[i]
		out.Lines = append(out.Lines, jsonLine{l.Name, l.Part, l.Quantity.Text('f'), l.Unit, l.UnitPrice.Text('f'), l.Amount.Text('f'), l.Grade})
	}
	return out
}

type jsonPlan struct {
	Name        string              `json:"name"`
	Title       string              `json:"title"`
	Kind        Kind                `json:"kind"`
	Bill        jsonBill            `json:"bill"`
	Currency    string              `json:"currency"` // of total, low and high
	Total       string              `json:"total"`
	Low         string              `json:"low"`
	High        string              `json:"high"`
	Grants      string              `json:"free_grants"` // taken off, in currency
	Random      *Interval           `json:"random,omitempty"`
	Days        *Interval           `json:"days,omitempty"`
	Provisioned int                 `json:"always_ready"`
	Concurrency int                 `json:"concurrency"`
	Metrics     map[string]*float64 `json:"metrics"` // null where undefined
	// Ends are the least and the largest of a latency at the ends of what is guessed.
	Ends  map[string][2]float64 `json:"ends,omitempty"`
	Fault *Fault                `json:"does_not_serve,omitempty"`
	Notes []string              `json:"notes,omitempty"`
}

type jsonAssumption struct {
	Name   string `json:"name"`
	Low    string `json:"low"`
	Likely string `json:"likely"`
	High   string `json:"high"`
	Basis  string `json:"basis"`
}

type jsonToday struct {
	Bill        jsonBill `json:"bill"`
	Grants      string   `json:"free_grants"`
	Lines       int64    `json:"billed_lines"`
	Explained   int64    `json:"explained"`
	Statement   string   `json:"statement"`
	RequestsAll int64    `json:"requests"`
}

func newJSONToday(t *Today) *jsonToday {
	if t == nil {
		return nil
	}
	return &jsonToday{newJSONBill(t.Bill), t.Grants.Sum.Text('f'), t.Billing.Lines, t.Billing.Lines - t.Billing.Unexplained, t.Statement, t.Requests}
}

func (e *Estimate) json(w io.Writer) error {
	out := struct {
		Title       string           `json:"title,omitempty"`
		Answer      string           `json:"answer,omitempty"`
		Load        string           `json:"load,omitempty"`
		Rate        float64          `json:"requests_per_second"`
		Today       *jsonToday       `json:"today,omitempty"`
		Check       *Check           `json:"check,omitempty"`
		Plans       []jsonPlan       `json:"plans"`
		Services    *jsonServices    `json:"services,omitempty"`
		Skipped     []Skipped        `json:"skipped,omitempty"`
		BreakEven   *BreakEven       `json:"break_even,omitempty"`
		Assumptions []jsonAssumption `json:"assumptions"`
		Notes       []string         `json:"notes,omitempty"`
	}{Title: e.Title, Answer: e.answer(), Load: e.Load, Check: e.Check, Rate: e.Rate, Services: newJSONServices(e.Services, e.ServicesSum), Skipped: e.Skipped, BreakEven: e.Crossings, Notes: e.Notes}
	out.Today = newJSONToday(e.Today)
	for i := range e.Plans {
		p := &e.Plans[i]
		j := jsonPlan{p.Name, p.Title, p.Kind, newJSONBill(&p.Bill), p.Currency, p.Total.Text('f'), p.Low.Text('f'), p.High.Text('f'), p.Grants.Sum.Text('f'), p.Random, p.Days,
			p.Provisioned, p.Concurrency, map[string]*float64{}, p.Ends, p.Fault, p.Notes}
		for name, s := range p.Stats {
			j.Metrics[name] = nil
			if mean := s.Mean; !math.IsNaN(mean) {
				j.Metrics[name] = &mean
			}
		}
		out.Plans = append(out.Plans, j)
	}
	for _, a := range e.Assumptions {
		out.Assumptions = append(out.Assumptions, jsonAssumption(a))
	}
	return writeJSON(w, out)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
