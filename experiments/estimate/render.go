package estimate

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/plain"
	"github.com/coldcurve/coldcurve/results"
)

// Formats returns the names that Render knows.
func Formats() []string { return []string{"text", "csv", "json"} }

// Render writes the estimate in one of Formats.
func (e *Estimate) Render(w io.Writer, format string) error {
	return render(w, "estimate", format, e.text, e.csv, e.json)
}

// render writes what there is in one of Formats.
func render(w io.Writer, what, format string, text, csv, json func(io.Writer) error) error {
	var err error
	switch format {
	case "text":
		err = text(plain.NewWriter(w)) // also in a file, which somebody may print
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

func percent(x float64) string {
	if math.IsNaN(x) {
		return dash
	}
	return digits(x*100, 3) + " %"
}

func seconds(x float64) string {
	if math.IsNaN(x) {
		return dash
	}
	return digits(x, 3) + " s"
}

// money writes an amount for a table.
func money(x float64) string {
	if math.IsNaN(x) {
		return dash
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

func (i *Interval) text() string {
	if i == nil {
		return dash
	}
	return money(i.Low) + "…" + money(i.High)
}

func (e *Estimate) text(w io.Writer) error {
	b := new(strings.Builder)
	if e.Title != "" {
		fmt.Fprintf(b, "%s\n\n", e.Title)
	}
	e.Today.write(b)
	if e.Load != "" {
		fmt.Fprintf(b, "Load: %s.\n", e.Load)
	}
	if len(e.Plans) > 0 {
		fmt.Fprintf(b, "%s\n\n", e.scope())
		t := &results.TextTable{Right: []bool{false, true}}
		for _, row := range e.planRows() {
			t.Add(row...)
		}
		fmt.Fprintf(b, "%s\n%s\n", t, strings.Join(e.legendLines(), "\n"))
	}
	e.writeServices(b)
	e.Crossings.write(b)
	writeAssumptions(b, e.Assumptions)
	for i := range e.Plans {
		p := &e.Plans[i]
		fmt.Fprintf(b, "\n%s: %s\n", p.Name, p.Title)
		writeBill(b, &p.Bill)
		for _, n := range p.Notes {
			fmt.Fprintf(b, "  note: %s\n", n)
		}
	}
	for _, s := range e.Skipped {
		fmt.Fprintf(b, "\n%s: no price: %s\n", s.Name, s.Reason)
	}
	if len(e.Notes) > 0 {
		b.WriteString("\n")
	}
	for _, n := range e.Notes {
		fmt.Fprintf(b, "note: %s\n", n)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// planRows are the header and a row a plan.
func (e *Estimate) planRows() [][]string {
	total := "total"
	if len(e.Services) > 0 {
		total = "total, without services"
	}
	rows := [][]string{{"plan", total, "low…high", "95 % random", "95 % days", "cold", "p50", "p90", "p95", "p99", "p99.9", "errors"}}
	for i := range e.Plans {
		p := &e.Plans[i]
		row := []string{p.Name, costmodel.Cents(&p.Bill.Total), costmodel.Cents(&p.Low) + "…" + costmodel.Cents(&p.High), p.Random.text(), p.Days.text(), percent(p.stat("cold_ratio"))}
		for _, m := range []string{"latency_p50_s", "latency_p90_s", "latency_p95_s", "latency_p99_s", "latency_p999_s"} {
			row = append(row, seconds(p.stat(m)))
		}
		rows = append(rows, append(row, percent(p.stat("error_ratio"))))
	}
	return rows
}

// legendLines say what the columns of planRows are.
func (e *Estimate) legendLines() []string {
	out := []string{"total: the bill of the replication with the median total. low…high: the bills at the ends of what is guessed."}
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
	t := &results.TextTable{Indent: "  "}
	t.Add("value", "low", "likely", "high", "basis")
	for _, a := range list {
		t.Add(a.Name, a.Low, a.Likely, a.High, a.Basis)
	}
	b.WriteString(t.String())
}

func writeBill(b *strings.Builder, bill *costmodel.Bill) {
	t := &results.TextTable{Indent: "  ", Right: []bool{false, true}}
	for i := range bill.Lines {
		l := &bill.Lines[i]
		if l.Quantity.IsZero() { // the CSV and the JSON have it
			continue
		}
		t.Add(l.Name, quantity(l)+" "+l.Unit, "× "+l.UnitPrice.Text('f'), "= "+costmodel.Cents(&l.Amount), "("+l.Grade+")")
	}
	t.Add("total", "", "", "= "+costmodel.Cents(&bill.Total)+" "+bill.Currency)
	b.WriteString(t.String())
}

// quantity writes how much a line is of, to six digits; the CSV has all of them.
func quantity(l *costmodel.Line) string { return digits(costmodel.Float(&l.Quantity), 6) }

var csvHeader = []string{"plan", "kind", "tariff", "line", "quantity", "unit", "unit_price", "amount", "currency", "grade",
	"low", "high", "random_low", "random_high", "days_low", "days_high",
	"cold_ratio", "latency_p50_s", "latency_p90_s", "latency_p95_s", "latency_p99_s", "latency_p999_s", "error_ratio"}

// csv writes a row a bill line, and one a total, which has the rest. The bills
// of services are the last.
func (e *Estimate) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{csvHeader}
	if e.Today != nil {
		rows = append(rows, billRows("today", "", e.Today.Bill)...)
	}
	for i := range e.Plans {
		p := &e.Plans[i]
		lines := billRows(p.Name, string(p.Kind), &p.Bill)
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
		lines[len(lines)-1] = total
		rows = append(rows, lines...)
	}
	for _, r := range append(rows, e.serviceRows()...) {
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
		out.Lines = append(out.Lines, jsonLine{l.Name, l.Quantity.Text('f'), l.Unit, l.UnitPrice.Text('f'), l.Amount.Text('f'), l.Grade})
	}
	return out
}

type jsonPlan struct {
	Name        string              `json:"name"`
	Title       string              `json:"title"`
	Kind        Kind                `json:"kind"`
	Bill        jsonBill            `json:"bill"`
	Low         string              `json:"low"`
	High        string              `json:"high"`
	Random      *Interval           `json:"random,omitempty"`
	Days        *Interval           `json:"days,omitempty"`
	Provisioned int                 `json:"always_ready"`
	Concurrency int                 `json:"concurrency"`
	Metrics     map[string]*float64 `json:"metrics"` // null where undefined
	Notes       []string            `json:"notes,omitempty"`
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
	Lines       int64    `json:"billed_lines"`
	Explained   int64    `json:"explained"`
	Statement   string   `json:"statement"`
	RequestsAll int64    `json:"requests"`
}

func (e *Estimate) json(w io.Writer) error {
	out := struct {
		Title       string           `json:"title,omitempty"`
		Load        string           `json:"load,omitempty"`
		Rate        float64          `json:"requests_per_second"`
		Today       *jsonToday       `json:"today,omitempty"`
		Plans       []jsonPlan       `json:"plans"`
		Services    *jsonServices    `json:"services,omitempty"`
		Skipped     []Skipped        `json:"skipped,omitempty"`
		BreakEven   *BreakEven       `json:"break_even,omitempty"`
		Assumptions []jsonAssumption `json:"assumptions"`
		Notes       []string         `json:"notes,omitempty"`
	}{Title: e.Title, Load: e.Load, Rate: e.Rate, Services: e.jsonServices(), Skipped: e.Skipped, BreakEven: e.Crossings, Notes: e.Notes}
	if t := e.Today; t != nil {
		out.Today = &jsonToday{newJSONBill(t.Bill), t.Billing.Lines, t.Billing.Lines - t.Billing.Unexplained, t.Statement, t.Requests}
	}
	for i := range e.Plans {
		p := &e.Plans[i]
		j := jsonPlan{p.Name, p.Title, p.Kind, newJSONBill(&p.Bill), p.Low.Text('f'), p.High.Text('f'), p.Random, p.Days,
			p.Provisioned, p.Concurrency, map[string]*float64{}, p.Notes}
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
