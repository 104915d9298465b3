package apps

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
	"github.com/coldcurve/coldcurve/sim/flows"
)

// Render writes the estimate in one of estimate.Formats.
func (e *Estimate) Render(w io.Writer, format string) error {
	return estimate.WriteAs(w, "estimate", format, func(w io.Writer) error { return e.document(false).WriteText(w) }, e.csv, e.json)
}

// Write puts the estimate into its folder, as a whole or not at all.
func (e *Estimate) Write(ctx context.Context, f *results.SummaryFolder) error {
	files := []results.OutputFile{
		{Name: "estimate.html", Render: func(w io.Writer) error { return e.document(true).WritePage(w) }},
		{Name: "estimate.txt", Render: func(w io.Writer) error { return e.Render(w, "text") }},
		{Name: "costs.csv", Render: func(w io.Writer) error { return e.Render(w, "csv") }},
	}
	if e.Changes != nil {
		files = append(files, results.OutputFile{Name: "changes.csv", Render: func(w io.Writer) error { return writeCSV(w, e.changesCSV()) }})
	}
	if e.Limits != nil {
		files = append(files, results.OutputFile{Name: "limits.csv", Render: func(w io.Writer) error { return writeCSV(w, e.Limits.csv()) }})
	}
	return f.WriteAll(ctx, experiments.Version, func(w io.Writer) error { return e.Render(w, "json") }, files)
}

// answer says what an event costs, and how much of that is of no use.
func (e *Estimate) answer() string {
	text := upper(e.Event)
	if e.Errors.Mean > 0 {
		text += " that was begun, whether it ended well or not,"
	}
	text += fmt.Sprintf(" costs %s %s", money(e.Each.Mean), e.Currency)
	if e.Each.Half > 0 {
		text += " ± " + money(e.Each.Half)
	}
	text += fmt.Sprintf(" (%s a thousand); %s of them a month cost %s %s", money(e.Each.Mean*1000), count(e.Events), money(e.Month.Mean), e.Currency)
	if e.Month.Half > 0 {
		text += " ± " + money(e.Month.Half)
	}
	text += fmt.Sprintf(". Half of them are done after %s, 99 %% after %s", estimate.Seconds(e.P50.Mean), estimate.Seconds(e.P99.Mean))
	if e.Answered != nil {
		text += fmt.Sprintf(" (answered after %s and %s)", estimate.Seconds(e.Answered[0].Mean), estimate.Seconds(e.Answered[1].Mean))
	}
	if e.Errors.Mean > 0 {
		text += fmt.Sprintf("; %s do not end well", estimate.Percent(e.Errors.Mean))
		if !math.IsNaN(e.EachWell.Mean) {
			text += fmt.Sprintf(", so that one that does costs %s %s", money(e.EachWell.Mean), e.Currency)
		}
	}
	text += ". " + e.spoiled()
	if e.Behind != "" {
		text += " " + e.Behind + "."
	}
	if missed := e.Missed(); missed != "" {
		text += " " + upper(missed) + "."
	} else if len(e.SLO) > 0 {
		text += " It meets the SLO."
	}
	return text
}

// document is the estimate in parts; a page has all that it rests on.
func (e *Estimate) document(page bool) *estimate.Document {
	d := &estimate.Document{Title: "What " + e.Event + " costs: " + e.Title, Answer: e.answer()}
	each := e.Currency + " each"
	triggers := estimate.Part{Heading: "By what arrives", Lines: []string{"Simulated: " + e.Load + "; scaled to a month of 30 days."}, Left: 1,
		Table: estimate.Table{Header: []string{"trigger", "a month", each, "a thousand", e.Currency + " a month", "±", "p50", "p99", "not well"}}}
	for i := range e.Triggers {
		p := &e.Triggers[i]
		triggers.Table.Rows = append(triggers.Table.Rows, []string{p.Name, countOrDash(p.Arrived), money(p.Each), money(p.Each * 1000), money(p.Month.Mean), money(p.Month.Half), estimate.Seconds(p.P50), estimate.Seconds(p.P99), estimate.Percent(p.Failed)})
	}
	triggers.Small = []string{"Each: what followed from its arrivals, over them; what is billed by time whatever arrives is of none. p50, p99: from the arrival to the end of all that it began, what nobody waits for too, of what ended well; messages that it sends are of the triggers that they go to. ±: half of the 95 % interval of the mean over replications."}
	d.Parts = append(d.Parts, triggers)
	for _, part := range []struct {
		heading, what string
		list          []Priced
		times, grades bool
	}{{"What the money is spent on", "cause", e.Causes, false, false}, {"By service", "service", e.Services, false, true}, {"By step", "step", e.Steps, true, false}} {
		p := estimate.Part{Heading: part.heading, Left: 1, Table: estimate.Table{Header: []string{part.what, e.Currency + " a month", "±", "share", each, "a thousand"}}}
		switch {
		case part.times:
			p.Table.Header = append(p.Table.Header, "p50", "p99")
			p.Small = []string{"p50, p99: from entering the step to leaving it. What is of no step is of who used it: a trigger, function, service, or nobody."}
		case part.grades:
			p.Table.Header = append(p.Table.Header, "grade")
			p.Small = []string{costmodel.Grades}
		}
		for i := range part.list {
			x := &part.list[i]
			row := []string{x.Name, money(x.Month.Mean), money(x.Month.Half), estimate.Percent(x.Share), money(x.Each), money(x.Each * 1000)}
			switch {
			case part.times:
				row = append(row, estimate.Seconds(x.P50), estimate.Seconds(x.P99))
			case part.grades:
				row = append(row, x.Grade)
			}
			p.Table.Rows = append(p.Table.Rows, row)
		}
		d.Parts = append(d.Parts, p)
	}
	if e.Changes != nil || e.LeftOut != nil {
		d.Parts = append(d.Parts, e.changesPart())
	}
	if e.Limits != nil {
		d.Parts = append(d.Parts, e.Limits.part())
	}
	rests := estimate.Part{Heading: "What it rests on", Left: 3, Words: true, Collapsed: true, Table: estimate.Table{Header: []string{"of", "value", "grade", "source"}}}
	sure := 0
	for _, a := range e.Assumed {
		if !page && (a.Grade == "A" || a.Grade == "") {
			sure++
			continue
		}
		rests.Table.Rows = append(rests.Table.Rows, []string{a.Subject, a.Text, a.Grade, a.Source})
	}
	if sure > 0 {
		rests.Small = []string{fmt.Sprintf("And on %d values of grade A or that are not graded: the page (-o) and --format json have them.", sure)}
	}
	d.Parts = append(d.Parts, rests)
	d.Parts = append(d.Parts, estimate.Part{Heading: "The bill of a month", Bill: e.Bill, Grants: estimate.Amount{Currency: e.Bill.Currency}})
	if len(e.Notes) > 0 {
		part := estimate.Part{Heading: "Besides"}
		for _, n := range e.Notes {
			part.Small = append(part.Small, "Note: "+n+".")
		}
		d.Parts = append(d.Parts, part)
	}
	return d
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// money writes an amount with four digits.
func money(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return estimate.Digits(x, 4)
}

func count(x float64) string { return estimate.Digits(x, 4) }

func countOrDash(x float64) string {
	if x == 0 || math.IsNaN(x) {
		return "–"
	}
	return count(x)
}

// exact writes a number for a machine; "" where there is none.
func exact(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func writeCSV(w io.Writer, rows [][]string) error { return csv.NewWriter(w).WriteAll(rows) }

// csv writes the parts of the bill.
func (e *Estimate) csv(w io.Writer) error {
	rows := [][]string{{"by", "name", "month", "month_half", "currency", "share", "each", "arrived_month", "p50_s", "p99_s", "failed", "grade"}}
	rows = append(rows, []string{"all", e.Title, exact(e.Month.Mean), exact(e.Month.Half), e.Currency, "1", exact(e.Each.Mean), exact(e.Events), exact(e.P50.Mean), exact(e.P99.Mean), exact(e.Errors.Mean), ""})
	for _, part := range []struct {
		by   string
		list []Priced
	}{{"trigger", e.Triggers}, {"cause", e.Causes}, {"service", e.Services}, {"step", e.Steps}} {
		for i := range part.list {
			p := &part.list[i]
			rows = append(rows, []string{part.by, p.Name, exact(p.Month.Mean), exact(p.Month.Half), e.Currency, exact(p.Share), exact(p.Each), exact(p.Arrived), exact(p.P50), exact(p.P99), exact(p.Failed), p.Grade})
		}
	}
	return writeCSV(w, rows)
}

// number is one in JSON; null where there is none.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if s := exact(float64(n)); s != "" {
		return []byte(s), nil
	}
	return []byte("null"), nil
}

type meanJSON struct {
	Mean number `json:"mean"`
	Half number `json:"half"` // of the 95 % interval
}

func jsonOf(m Mean) meanJSON { return meanJSON{number(m.Mean), number(m.Half)} }

type pricedJSON struct {
	Name    string   `json:"name"`
	Month   meanJSON `json:"month"`
	Share   number   `json:"share"`
	Each    number   `json:"each"`
	Arrived number   `json:"arrived_month"`
	P50     number   `json:"p50_s"`
	P99     number   `json:"p99_s"`
	Failed  number   `json:"failed"`
	Grade   string   `json:"grade,omitempty"`
}

func pricedOf(list []Priced) (out []pricedJSON) {
	for i := range list {
		p := &list[i]
		out = append(out, pricedJSON{p.Name, jsonOf(p.Month), number(p.Share), number(p.Each), number(p.Arrived), number(p.P50), number(p.P99), number(p.Failed), p.Grade})
	}
	return out
}

type assumedJSON struct {
	Of     string `json:"of"`
	Value  string `json:"value"`
	Grade  string `json:"grade"`
	Source string `json:"source"`
}

func (e *Estimate) json(w io.Writer) error {
	var assumed []assumedJSON
	for _, a := range e.Assumed {
		assumed = append(assumed, assumedJSON{a.Subject, a.Text, a.Grade, a.Source})
	}
	out := struct {
		Title    string          `json:"title"`
		Event    string          `json:"event"`
		Load     string          `json:"load"`
		Currency string          `json:"currency"`
		Month    meanJSON        `json:"month"`
		Each     meanJSON        `json:"each"`
		EachWell meanJSON        `json:"each_well"`
		Events   number          `json:"events_month"`
		P50      meanJSON        `json:"p50_s"`
		P99      meanJSON        `json:"p99_s"`
		Answered []meanJSON      `json:"answered_p50_p99_s,omitempty"`
		Errors   meanJSON        `json:"not_well_ratio"`
		Meets    results.Verdict `json:"meets_slo,omitempty"`
		Triggers []pricedJSON    `json:"triggers"`
		Causes   []pricedJSON    `json:"causes"`
		Services []pricedJSON    `json:"services"`
		Steps    []pricedJSON    `json:"steps"`
		Changes  []changeJSON    `json:"changes,omitempty"`
		LeftOut  []LeftOut       `json:"left_out,omitempty"`
		Limits   *limitsJSON     `json:"limits,omitempty"`
		Assumed  []assumedJSON   `json:"assumptions"`
		Notes    []string        `json:"notes,omitempty"`
	}{
		e.Title, e.Event, e.Load, e.Currency, jsonOf(e.Month), jsonOf(e.Each), jsonOf(e.EachWell), number(e.Events), jsonOf(e.P50), jsonOf(e.P99), e.answeredJSON(), jsonOf(e.Errors), e.Meets,
		pricedOf(e.Triggers), pricedOf(e.Causes), pricedOf(e.Services), pricedOf(e.Steps), e.changesJSON(), e.LeftOut, e.Limits.json(), assumed, e.Notes,
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}

func dashed(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// eventWords names one event: the file's unit, with a word before it where it has none.
func eventWords(unit string) string {
	if unit == "" {
		return "an execution"
	}
	for _, article := range []string{"a ", "an ", "one "} {
		if strings.HasPrefix(strings.ToLower(unit), article) {
			return unit
		}
	}
	return "one " + unit
}

// spoiled says what retries cost, each attempt after the first with what it calls, and what first
// tries did that failed; and what was delivered twice, and polls of what is empty.
func (e *Estimate) spoiled() string {
	of := func(c flows.Cause) string {
		return fmt.Sprintf("%s %s (%s)", money(e.Causes[c].Month.Mean), e.Currency, estimate.Percent(e.Causes[c].Share))
	}
	return fmt.Sprintf("Of a month's bill retries add %s, and %s is of first tries that failed; duplicates and polls of what is empty, which are of no use, cost %s %s.", of(flows.Again), of(flows.Failure), money(e.Causes[flows.Duplicate].Month.Mean+e.Causes[flows.Empty].Month.Mean), e.Currency)
}
