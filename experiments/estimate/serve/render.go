package serve

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

// Render writes the estimate in one of estimate.Formats.
func (e *Estimate) Render(w io.Writer, format string) error {
	return estimate.WriteAs(w, "estimate", format, func(w io.Writer) error { return e.document(false).WriteText(w) }, e.csv, e.json)
}

// Write puts the estimate into its folder, as a whole or not at all.
func (e *Estimate) Write(ctx context.Context, f *results.SummaryFolder) error {
	return f.WriteAll(ctx, experiments.Version, func(w io.Writer) error { return e.Render(w, "json") }, append([]results.OutputFile{
		{Name: "estimate.html", Render: func(w io.Writer) error { return e.document(true).WritePage(w) }},
		{Name: "estimate.txt", Render: func(w io.Writer) error { return e.Render(w, "text") }},
		{Name: "plans.csv", Render: func(w io.Writer) error { return e.Render(w, "csv") }},
		{Name: "bills.csv", Render: func(w io.Writer) error { return billsCSV(w, e.Plans) }},
		{Name: "breakeven.csv", Render: func(w io.Writer) error { return estimate.CurvesCSV(w, e.Crossings) }},
	}, results.PlotFiles(e.PlotSize, e.figures()...)...))
}

func (e *Estimate) figures() []*results.Figure {
	if e.Crossings == nil {
		return nil
	}
	return e.Crossings.Figures()
}

// document is the estimate in parts; a page has the bills of all plans, a text that
// of the best.
func (e *Estimate) document(page bool) *estimate.Document {
	d := &estimate.Document{Title: "What it costs to serve " + e.Model, Answer: e.answer()}
	listed, more := e.listed(!page && e.Wide)
	plans := estimate.Part{Heading: "Plans", Lines: []string{"Load: " + e.Load + "."}, Table: planTable(listed, e.columns()), Left: 1, Words: true, Small: append(faults(listed), more...)}
	plans.Small = append(plans.Small, "Money a million tokens, in and out: where GPUs are paid, their cost split by the step time that prompts and answers take. GPU: part of the time of instances in which steps ran.", costmodel.Grades)
	d.Parts = append(d.Parts, plans)
	if page {
		d.Parts = append(d.Parts, estimate.Part{Heading: "All plans", Table: planTable(e.Plans, e.columns()), Small: faults(e.Plans), Collapsed: true})
	}
	if b := e.Crossings; b != nil {
		part := estimate.Part{Heading: "Break-even over the load", Figures: b.Figures(), Table: b.Table(), Left: 2}
		part.Lines = []string{e.crossingText(), e.curveText()}
		d.Parts = append(d.Parts, part)
	}
	d.Parts = append(d.Parts, estimate.Part{Heading: "What it rests on", Assumed: e.Assumed})
	for i := range e.Plans {
		p := &e.Plans[i]
		if i > 0 && !page {
			break
		}
		d.Parts = append(d.Parts, estimate.Part{
			Heading: fmt.Sprintf("%s: %s", p.Name, amount(p)), Lines: []string{p.Setting + "."},
			Bill: p.Bill, Grants: p.Grants, Small: p.Notes, Collapsed: i > 0,
		})
	}
	if small := besides(e.LeftOut, e.Notes); len(small) > 0 {
		d.Parts = append(d.Parts, estimate.Part{Heading: "Besides", Small: small})
	}
	return d
}

// besides says what was left out, and of what a reader must know.
func besides(left []LeftOut, notes []string) (lines []string) {
	for _, l := range left {
		lines = append(lines, fmt.Sprintf("Left out: %s: %s.", strings.Join(l.Names, ", "), l.Reason))
	}
	for _, n := range notes {
		lines = append(lines, "Note: "+n+".")
	}
	return lines
}

// assumptionJSON is an assumption in JSON.
type assumptionJSON struct {
	Name   string `json:"name"`
	Low    string `json:"low"`
	Likely string `json:"likely"`
	High   string `json:"high"`
	Basis  string `json:"basis"`
}

func assumptions(list []estimate.Assumption) (out []assumptionJSON) {
	for _, a := range list {
		out = append(out, assumptionJSON(a))
	}
	return out
}

func writeCSV(w io.Writer, rows [][]string) error {
	c := csv.NewWriter(w)
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	return c.Error()
}

// crossingText says where today's load stands.
func (e *Estimate) crossingText() string {
	b := e.Crossings
	today := fmt.Sprintf("Today: %s requests an hour.", estimate.Digits(b.Today*3600, 4))
	if len(b.Crossings) == 0 {
		if len(b.Curves) < 2 {
			return today + " Plans of one kind alone serve it, which cross no other."
		}
		l := b.Curves[0].Load
		return fmt.Sprintf("%s The cheapest stays of the same kind from %s to %s requests an hour.", today, estimate.Digits(l[0]*3600, 3), estimate.Digits(l[len(l)-1]*3600, 3))
	}
	var parts []string
	for _, x := range b.Crossings {
		parts = append(parts, fmt.Sprintf("at %s an hour %s becomes cheaper than %s", estimate.Digits(x.Load*3600, 4), x.Above, x.Below))
	}
	return today + " As the load grows, " + strings.Join(parts, "; ") + "."
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// column is one of the table of plans.
type column struct {
	name string
	of   func(p *Plan) string
}

func (e *Estimate) columns() []column {
	of := func(name string, write func(float64) string) func(*Plan) string {
		return func(p *Plan) string { return write(p.value(name)) }
	}
	list := []column{
		{"plan", func(p *Plan) string { return p.Name }},
		{"a month", amount},
	}
	if c := e.currency(); c != "" {
		list[1] = column{c + " a month", func(p *Plan) string { return costmodel.Cents(&p.Total) }}
	}
	if e.ranged {
		list = append(list, column{"low…high", func(p *Plan) string { return costmodel.Cents(&p.Low) + "…" + costmodel.Cents(&p.High) }})
	}
	return append(list,
		column{"1M in", of("cost_per_million_input_tokens", rounded)},
		column{"1M out", of("cost_per_million_output_tokens", rounded)},
		column{"cold", of("cold_ratio", estimate.Percent)},
		column{"TTFT p50", of("ttft_p50_s", short)},
		column{"p99", of("ttft_p99_s", short)},
		column{"TPOT p50", of("tpot_p50_s", short)},
		column{"p99", of("tpot_p99_s", short)},
		column{"GPU", of("gpu_utilization", estimate.Percent)},
		column{"rests on", func(p *Plan) string { return p.Rests }},
	)
}

// currency is that of all plans; "" where there are several.
func (e *Estimate) currency() string {
	of := e.Plans[0].Bill.Currency
	for i := range e.Plans {
		if e.Plans[i].Bill.Currency != of {
			return ""
		}
	}
	return of
}

const dash = "–"

// rounded writes an amount to three digits.
func rounded(x float64) string {
	if math.IsNaN(x) {
		return dash
	}
	return estimate.Digits(x, 3)
}

// short writes seconds, and below one of them milliseconds.
func short(x float64) string {
	switch {
	case math.IsNaN(x):
		return dash
	case x < 1:
		return estimate.Digits(x*1000, 3) + " ms"
	}
	return estimate.Digits(x, 3) + " s"
}

// In a text the cheapest plans that serve are listed, and few of those that do not.
const (
	listedSound  = 15
	listedOthers = 5
)

// listed are the plans of the table, all of them or the first of each kind too, and
// what is said of the rest.
func (e *Estimate) listed(all bool) (plans []Plan, more []string) {
	if all {
		return e.Plans, nil
	}
	sound, others := 0, 0
	seen := map[Kind]bool{}
	left := 0
	for _, p := range e.Plans {
		switch {
		case p.sound() && (sound < listedSound || !seen[p.Kind]):
			sound++
			seen[p.Kind] = true
		case !p.sound() && others < listedOthers:
			others++
		default:
			left++
			continue
		}
		plans = append(plans, p)
	}
	if left > 0 {
		more = []string{fmt.Sprintf("%d more plans, dearer or not serving the load: --wide, the CSV and the page have them.", left)}
	}
	return plans, more
}

// planTable is a row a plan; those that do not serve stand below.
func planTable(plans []Plan, columns []column) (t estimate.Table) {
	for _, c := range columns {
		t.Header = append(t.Header, c.name)
	}
	for i := range plans {
		row := make([]string, len(columns))
		for k, c := range columns {
			row[k] = c.of(&plans[i])
		}
		switch p := &plans[i]; {
		case !p.sound():
			row[0] += " *"
		case p.Beyond != "":
			row[0] += " †"
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// faults says why plans do not serve, or miss what is assumed, a line a reason.
func faults(plans []Plan) (lines []string) {
	for i := range plans {
		if p := &plans[i]; !p.sound() {
			lines = append(lines, fmt.Sprintf("* %s does not serve the load: %s.", p.Name, p.Fault))
		} else if p.Beyond != "" {
			lines = append(lines, fmt.Sprintf("† %s: %s.", p.Name, p.Beyond))
		}
	}
	return lines
}

// shown are the columns of files, beside the cost.
var shown = []string{"cost_per_million_input_tokens", "cost_per_million_output_tokens", "cold_ratio", "ttft_p50_s", "ttft_p99_s", "tpot_p50_s", "tpot_p99_s",
	"latency_p50_s", "latency_p99_s", "gpu_utilization", "kv_utilization", "prefix_hit_ratio", "extrapolated_ratio", "instances_mean", "error_ratio"}

func (e *Estimate) csv(w io.Writer) error { return plansCSV(w, e.Plans) }

// plansCSV writes a row a plan.
func plansCSV(w io.Writer, plans []Plan) error {
	header := append([]string{"plan", "kind", "tariff", "board", "gpus", "instances", "cost", "currency", "low", "high"}, shown...)
	rows := [][]string{append(header, "serves", "why_not", "beyond_assumed", "rests_on")}
	for i := range plans {
		p := &plans[i]
		board, gpus := "", ""
		if e := p.choice.engine; e != nil {
			board, gpus = e.board, strconv.FormatInt(e.count, 10)
		}
		instances := ""
		if n := max(p.choice.fixed, p.choice.floor); n > 0 {
			instances = strconv.Itoa(n)
		}
		row := []string{p.Name, string(p.Kind), p.Bill.Tariff, board, gpus, instances, p.Total.Text('f'), p.Bill.Currency, p.Low.Text('f'), p.High.Text('f')}
		for _, name := range shown {
			row = append(row, cell(p.value(name)))
		}
		rows = append(rows, append(row, strconv.FormatBool(p.sound()), p.Fault, p.Beyond, p.Rests))
	}
	return writeCSV(w, rows)
}

func cell(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// billsCSV writes a row a line of each bill, to the last digit.
func billsCSV(w io.Writer, plans []Plan) error {
	rows := [][]string{{"plan", "tariff", "line", "quantity", "unit", "unit_price", "amount", "currency", "grade"}}
	for i := range plans {
		p := &plans[i]
		for k := range p.Bill.Lines {
			l := &p.Bill.Lines[k]
			rows = append(rows, []string{p.Name, p.Bill.Tariff, l.Name, l.Quantity.Text('f'), l.Unit, l.UnitPrice.Text('f'), l.Amount.Text('f'), p.Bill.Currency, l.Grade})
		}
		rows = append(rows, []string{p.Name, p.Bill.Tariff, "total", "", "", "", p.Bill.Total.Text('f'), p.Bill.Currency, ""})
	}
	return writeCSV(w, rows)
}

// planJSON is a plan in JSON.
type planJSON struct {
	Name     string             `json:"plan"`
	Setting  string             `json:"setting"`
	Kind     Kind               `json:"kind"`
	Tariff   string             `json:"tariff"`
	Cost     string             `json:"cost_per_month"`
	Low      string             `json:"low"`
	High     string             `json:"high"`
	Currency string             `json:"currency"`
	Columns  map[string]float64 `json:"columns"`
	Serves   bool               `json:"serves"`
	WhyNot   string             `json:"why_not,omitempty"`
	Beyond   string             `json:"beyond_assumed,omitempty"`
	Rests    string             `json:"rests_on"`
	Bill     []lineJSON         `json:"bill"`
	Notes    []string           `json:"notes,omitempty"`
}

type lineJSON struct {
	Name     string `json:"line"`
	Quantity string `json:"quantity"`
	Unit     string `json:"unit"`
	Price    string `json:"unit_price"`
	Amount   string `json:"amount"`
	Grade    string `json:"grade"`
}

func toJSON(p *Plan) planJSON {
	out := planJSON{Name: p.Name, Setting: p.Setting, Kind: p.Kind, Tariff: p.Bill.Tariff, Cost: p.Total.Text('f'), Low: p.Low.Text('f'), High: p.High.Text('f'),
		Currency: p.Bill.Currency, Columns: map[string]float64{}, Serves: p.sound(), WhyNot: p.Fault, Beyond: p.Beyond, Rests: p.Rests, Notes: p.Notes}
	for _, name := range shown {
		if x := p.value(name); !math.IsNaN(x) && !math.IsInf(x, 0) {
			out.Columns[name] = x
		}
	}
	for i := range p.Bill.Lines {
		l := &p.Bill.Lines[i]
		out.Bill = append(out.Bill, lineJSON{l.Name, l.Quantity.Text('f'), l.Unit, l.UnitPrice.Text('f'), l.Amount.Text('f'), l.Grade})
	}
	return out
}

func (e *Estimate) json(w io.Writer) error {
	out := struct {
		Model     string              `json:"model"`
		Answer    string              `json:"answer"`
		Load      string              `json:"load"`
		Plans     []planJSON          `json:"plans"`
		LeftOut   []LeftOut           `json:"left_out,omitempty"`
		BreakEven *estimate.BreakEven `json:"break_even,omitempty"`
		Assumed   []assumptionJSON    `json:"assumptions"`
		Notes     []string            `json:"notes,omitempty"`
	}{Model: e.Model, Answer: e.answer(), Load: e.Load, LeftOut: e.LeftOut, BreakEven: e.Crossings, Assumed: assumptions(e.Assumed), Notes: e.Notes}
	for i := range e.Plans {
		out.Plans = append(out.Plans, toJSON(&e.Plans[i]))
	}
	return writeJSON(w, out)
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// curveText says what the curves are.
func (e *Estimate) curveText() string {
	return fmt.Sprintf("A curve is, at each load, the cheapest plan of its kind that serves it: of those that are the cheapest today, or by the time in which their GPUs are busy at a low, today's or a high load. Instances that always run are as many as the load takes. Where none serves, the curve has a gap. Crossings between the same two kinds that are nearer than %s of the load are not told apart; kinds within %s of each other cost the same.", estimate.Percent(narrowest), estimate.Percent(alike))
}
