package apps

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

// Render writes the advice in one of estimate.Formats.
func (a *Advice) Render(w io.Writer, format string) error {
	return estimate.WriteAs(w, "advice", format, func(w io.Writer) error { return a.document().WriteText(w) }, a.csv, a.json)
}

// Write puts the advice into its folder, as a whole or not at all.
func (a *Advice) Write(ctx context.Context, f *results.SummaryFolder) error {
	return f.WriteAll(ctx, experiments.Version, func(w io.Writer) error { return a.Render(w, "json") }, append([]results.OutputFile{
		{Name: "optimize.html", Render: func(w io.Writer) error { return a.document().WritePage(w) }},
		{Name: "optimize.txt", Render: func(w io.Writer) error { return a.Render(w, "text") }},
		{Name: "candidates.csv", Render: func(w io.Writer) error { return a.Render(w, "csv") }},
	}, results.PlotFiles(a.PlotSize, a.figures()...)...))
}

func (a *Advice) answer() string {
	if a.Best == nil {
		return upper(a.Miss()) + "."
	}
	text := fmt.Sprintf("The cheapest way that meets the SLO: %s. It costs %s %s a month, %s %s %s, with p99 %s", a.Best.Name, money(a.Best.cost()), a.Currency,
		money(a.Best.value("cost_per_event")), a.Currency, a.Event, estimate.Seconds(a.Best.value(doneP99)))
	if a.Best != a.Now {
		text += fmt.Sprintf("; as it is, it costs %s with p99 %s", money(a.Now.cost()), estimate.Seconds(a.Now.value(doneP99)))
		if a.Now.Meets != results.Yes {
			text += ", and is not sure to meet the SLO"
		}
	}
	return text + ". " + a.searchedWords() + express(a.Best.Sets)
}

// searchedWords says how sure it is that no other way is cheaper.
func (a *Advice) searchedWords() string {
	tried := 0
	for _, c := range a.All {
		if c.Replications > 0 {
			tried++
		}
	}
	if tried+len(a.LeftOut) >= a.Ways {
		return "All combinations were tried."
	}
	return fmt.Sprintf("No change of one choice makes it cheaper; of %d combinations %d were tried.", a.Ways, tried)
}

func (a *Advice) table(list []*Candidate) estimate.Table {
	t := estimate.Table{Header: []string{"way", a.Currency + " a month", a.Currency + " each", "p50", "p99", "not well", "runs", "meets SLO"}}
	for _, c := range list {
		t.Rows = append(t.Rows, []string{c.Name, money(c.cost()), money(c.value("cost_per_event")), estimate.Seconds(c.value(doneP50)), estimate.Seconds(c.value(doneP99)), estimate.Percent(c.value(notWell)),
			fmt.Sprint(c.Replications), string(c.Meets)})
	}
	return t
}

// shownWays is how many ways a table shows.
const shownWays = 12

func (a *Advice) document() *estimate.Document {
	d := &estimate.Document{Title: "The cheapest way to run " + a.Title, Answer: a.answer()}
	best := a.ranked()
	best = best[:min(len(best), shownWays)]
	lines := []string{"Simulated: " + a.Load + "; scaled to a month of 30 days."}
	if len(a.Choices) > 0 {
		lines = append(lines, "Searched: "+strings.Join(a.Choices, ", ")+".")
	}
	d.Parts = append(d.Parts,
		estimate.Part{Heading: "The best ways", Lines: lines, Table: a.table(best), Left: 1, Words: true},
		estimate.Part{Heading: "Cost against p99", Lines: []string{"No other way is cheaper and as fast."}, Figures: a.figures(), Table: a.table(a.Front), Left: 1, Words: true},
	)
	part := estimate.Part{Heading: "Besides"}
	for _, r := range a.Rounds {
		part.Small = append(part.Small, fmt.Sprintf("%s, %s each.", plural(r.Plans, "way"), plural(r.Replications, "time")))
	}
	if a.Single > 0 {
		part.Small = append(part.Small, fmt.Sprintf("And %s that change one choice of the best that was found before.", plural(a.Single, "way")))
	}
	part.Small = append(part.Small, leftOutLines(a.LeftOut)...)
	for _, n := range a.Notes {
		part.Small = append(part.Small, "Note: "+n+".")
	}
	d.Parts = append(d.Parts, part)
	return d
}

func (a *Advice) csv(w io.Writer) error {
	rows := [][]string{{"way", "month", "currency", "each", "p50_s", "p99_s", "not_well_ratio", "replications", "meets_slo", "sets"}}
	for _, c := range a.All {
		rows = append(rows, []string{c.Name, exact(c.cost()), a.Currency, exact(c.value("cost_per_event")), exact(c.value(doneP50)), exact(c.value(doneP99)), exact(c.value(notWell)),
			fmt.Sprint(c.Replications), string(c.Meets), strings.Join(c.Sets, " and ")})
	}
	return writeCSV(w, rows)
}

type candidateJSON struct {
	Name   string          `json:"name"`
	Sets   []string        `json:"sets"`
	Month  number          `json:"month"`
	Each   number          `json:"each"`
	P50    number          `json:"p50_s"`
	P99    number          `json:"p99_s"`
	Errors number          `json:"not_well_ratio"`
	Runs   int             `json:"replications"`
	Meets  results.Verdict `json:"meets_slo"`
}

func (a *Advice) json(w io.Writer) error {
	of := func(list []*Candidate) (out []candidateJSON) {
		for _, c := range list {
			out = append(out, candidateJSON{c.Name, c.Sets, number(c.cost()), number(c.value("cost_per_event")), number(c.value(doneP50)), number(c.value(doneP99)), number(c.value(notWell)), c.Replications, c.Meets})
		}
		return out
	}
	best := []*Candidate{}
	if a.Best != nil {
		best = append(best, a.Best)
	}
	out := struct {
		Title    string          `json:"title"`
		Event    string          `json:"event"`
		Load     string          `json:"load"`
		Currency string          `json:"currency"`
		Best     []candidateJSON `json:"best"`
		Front    []candidateJSON `json:"front"`
		All      []candidateJSON `json:"all"`
		LeftOut  []LeftOut       `json:"left_out,omitempty"`
		Notes    []string        `json:"notes,omitempty"`
	}{a.Title, a.Event, a.Load, a.Currency, of(best), of(a.Front), of(a.All), a.LeftOut, a.Notes}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}

// leftOutLines say what is left out, a line for each reason: the first that has it, and
// how many others; JSON has all.
func leftOutLines(list []LeftOut) (lines []string) {
	var reasons []string
	first, others := map[string]string{}, map[string]int{}
	for _, l := range list {
		if _, seen := first[l.Reason]; seen {
			others[l.Reason]++
			continue
		}
		first[l.Reason] = l.Name
		reasons = append(reasons, l.Reason)
	}
	for _, reason := range reasons {
		text := "Left out: " + first[reason]
		switch n := others[reason]; {
		case n == 1:
			text += ", and 1 other"
		case n > 1:
			text += fmt.Sprintf(", and %d others", n)
		}
		lines = append(lines, text+": "+reason+".")
	}
	return lines
}
