package serve

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
)

// answer says first what to buy, how sure that is, and what binds.
func (a *Advice) answer() string {
	best := a.Best
	if best == nil {
		return upper(a.Miss()) + "."
	}
	text := fmt.Sprintf("The cheapest plan that meets the SLO is %s (%s): %s a month, with %s.", best.Name, best.choice.setting(), a.money(best.Cost), a.kept(best))
	if a.Next != nil {
		sure := "for certain dearer"
		if !stat.Below(best.totals(), a.Next.totals()) {
			sure = "dearer by no more than chance may make"
		}
		text += fmt.Sprintf(" The next, %s, is %s at %s.", a.Next.Name, sure, a.money(a.Next.Cost))
	}
	if c := a.Cheaper; c != nil {
		text += fmt.Sprintf(" What binds is %s: %s would cost %s, and has %s.", boundWords(*a.Binds, a.Currency), c.Name, a.money(c.Cost), valueText(a.Binds.Metric, c.value(a.Binds.Metric)))
	}
	text += fmt.Sprintf(" How sure: each bound is met by its one-sided 95 %% bound over %s; it rests on %s.", times(best.Replications), best.Plan.Rests)
	if best.choice.kind == API && strings.Contains(best.Plan.Rests, "times U") {
		text += " No times of such an interface are known, those taken are an assumption: measure yours before you buy."
		if own := a.own(); own != nil {
			text += fmt.Sprintf(" On GPUs of one's own choice: %s, %s a month.", own.Name, a.money(own.Cost))
		}
	}
	return text
}

func times(n int) string {
	if n == 1 {
		return "one replication"
	}
	return fmt.Sprintf("%d replications", n)
}

// own is the cheapest candidate on GPUs that meets the SLO in the mean; nil: none does.
func (a *Advice) own() *Candidate {
	for _, c := range a.All {
		if c.choice.kind != API && c.worst <= 0 {
			return c
		}
	}
	return nil
}

// kept is how a candidate stands to the bounds.
func (a *Advice) kept(c *Candidate) string {
	var parts []string
	for _, o := range a.SLO {
		if !o.Implied() {
			parts = append(parts, fmt.Sprintf("a %s of %s against %s", metricWords(o.Metric), valueText(o.Metric, c.value(o.Metric)), limitWords(o, a.Currency)))
		}
	}
	return strings.Join(parts, " and ")
}

// document is the advice in parts.
func (a *Advice) document(page bool) *estimate.Document {
	d := &estimate.Document{Title: "The cheapest way to serve " + a.Model, Answer: a.answer()}
	var asked []string
	for _, o := range a.SLO {
		asked = append(asked, boundWords(o, a.Currency))
	}
	d.Parts = append(d.Parts, estimate.Part{Heading: "Plans", Lines: []string{"SLO: " + strings.Join(asked, ", ") + ".", "Load: " + a.Load + "."}, Table: a.table(a.first(page || a.Wide)), Left: 1, Small: a.small()})
	d.Parts = append(d.Parts, estimate.Part{Heading: "The front of cost and " + metricWords(a.FrontOf), Table: a.table(a.Front), Left: 1, Figures: a.figures()})
	search := estimate.Table{Header: []string{"plans", "replications", "kept"}}
	for _, r := range a.Rounds {
		search.Rows = append(search.Rows, []string{strconv.Itoa(r.Plans), strconv.Itoa(r.Replications), strconv.Itoa(r.Kept)})
	}
	d.Parts = append(d.Parts, estimate.Part{Heading: "The search", Table: search})
	d.Parts = append(d.Parts, estimate.Part{Heading: "What it rests on", Assumed: a.Assumed})
	if best := a.Best; best != nil {
		d.Parts = append(d.Parts, estimate.Part{Heading: best.Name, Lines: []string{best.Plan.Setting + ". The bill is that of the replication with the median total."}, Bill: best.Plan.Bill, Grants: best.Plan.Grants, Small: best.Plan.Notes})
	}
	if small := besides(a.LeftOut, a.Notes); len(small) > 0 {
		d.Parts = append(d.Parts, estimate.Part{Heading: "Besides", Small: small})
	}
	return d
}

// small says what stands below the table.
func (a *Advice) small() (lines []string) {
	if a.Dear > 0 {
		lines = append(lines, fmt.Sprintf("%d more plans were not simulated: the time in which their GPUs are busy, or what always stands of them, alone costs more than the cheapest instances that always run and keep the bounds; of others that always run, over %s times as much.", a.Dear, estimate.Digits(dearer, 2)))
	}
	if n := len(a.All) - len(a.first(false)); n > 0 && !a.Wide {
		lines = append(lines, fmt.Sprintf("%d more were: --wide, the CSV and the page have them.", n))
	}
	return append(lines, costmodel.Grades)
}

// first are the candidates of the table.
func (a *Advice) first(all bool) []*Candidate {
	if all {
		return a.All
	}
	return a.All[:min(len(a.All), listedSound)]
}

// verdict is what a candidate is to the SLO.
func (a *Advice) verdict(c *Candidate) string {
	switch {
	case c.Fault != "":
		return "does not serve"
	case c.worst > 0:
		return "misses " + metricWords(a.missed(c).Metric)
	case c.Meets == results.Yes:
		return "yes"
	}
	return "in the mean"
}

func (a *Advice) table(list []*Candidate) estimate.Table {
	t := estimate.Table{Header: []string{"plan", a.Currency + " a month", "meets", "cold", "TTFT p50", "p99", "TPOT p50", "p99", "GPU", "runs"}}
	for _, c := range list {
		t.Rows = append(t.Rows, []string{c.Name, estimate.Money(c.Cost), a.verdict(c), estimate.Percent(c.value("cold_ratio")),
			short(c.value("ttft_p50_s")), short(c.value("ttft_p99_s")), short(c.value("tpot_p50_s")), short(c.value("tpot_p99_s")), estimate.Percent(c.value("gpu_utilization")), strconv.Itoa(c.Replications)})
	}
	return t
}

// figures is the plot of cost over the column of the front.
func (a *Advice) figures() []*results.Figure {
	o := results.CostFront{
		Metric: a.FrontOf, Axis: a.FrontOf, CostAxis: "cost, " + a.Currency + " a month", Bound: math.NaN(),
		Caption: "Each mark is a plan that was looked at; down is cheaper. The dashed steps join those of which none is both cheaper and better; bars are their 95 % intervals over the replications, of which plans that were dropped early have one.",
	}
	for _, b := range a.SLO {
		if b.Metric == a.FrontOf {
			o.Bound = b.Limit
		}
	}
	for _, c := range a.All {
		s, _ := c.Row.Stat(a.FrontOf)
		p := results.FrontPoint{Label: c.Name, X: s.Mean, Half: s.Half, Cost: c.Cost, Is: results.FrontMeets, Front: slices.Contains(a.Front, c)}
		switch {
		case c == a.Best:
			p.Is = results.FrontChosen
		case c.Fault != "":
			p.Is = results.FrontFails
		case c.worst > 0:
			p.Is = results.FrontMisses
		}
		p.Named = p.Front || c == a.Best || c == a.Cheaper || c == a.Next
		o.Points = append(o.Points, p)
	}
	if f := o.Figure(); f != nil {
		return []*results.Figure{f}
	}
	return nil
}

// Render writes the advice in one of estimate.Formats.
func (a *Advice) Render(w io.Writer, format string) error {
	return estimate.WriteAs(w, "advice", format, func(w io.Writer) error { return a.document(false).WriteText(w) }, a.csv, a.json)
}

// Write puts the advice into its folder, as a whole or not at all.
func (a *Advice) Write(ctx context.Context, f *results.SummaryFolder) error {
	return f.WriteAll(ctx, experiments.Version, func(w io.Writer) error { return a.Render(w, "json") }, append([]results.OutputFile{
		{Name: "optimize.html", Render: func(w io.Writer) error { return a.document(true).WritePage(w) }},
		{Name: "optimize.txt", Render: func(w io.Writer) error { return a.Render(w, "text") }},
		{Name: "candidates.csv", Render: func(w io.Writer) error { return a.Render(w, "csv") }},
		{Name: "bills.csv", Render: func(w io.Writer) error { return billsCSV(w, a.plans()) }},
	}, results.PlotFiles(a.PlotSize, a.figures()...)...))
}

// plans are those of the candidates that were simulated most.
func (a *Advice) plans() (out []Plan) {
	for _, c := range a.All {
		if c.Plan != nil {
			out = append(out, *c.Plan)
		}
	}
	return out
}

func (a *Advice) csv(w io.Writer) error {
	rows := [][]string{append([]string{"plan", "kind", "tariff", "cost", "currency", "replications", "meets", "worst_excess"}, shown...)}
	for _, c := range a.All {
		row := []string{c.Name, string(c.choice.kind), c.choice.tariff.Name, cell(c.Cost), a.Currency, strconv.Itoa(c.Replications), a.verdict(c), finite(c.worst)}
		for _, name := range shown {
			row = append(row, cell(c.value(name)))
		}
		rows = append(rows, row)
	}
	return writeCSV(w, rows)
}

// finite writes a number that may be none.
func finite(x float64) string {
	if math.IsInf(x, 0) {
		return ""
	}
	return cell(x)
}

func (a *Advice) json(w io.Writer) error {
	name := func(c *Candidate) string {
		if c == nil {
			return ""
		}
		return c.Name
	}
	out := struct {
		Model   string           `json:"model"`
		Answer  string           `json:"answer"`
		Load    string           `json:"load"`
		SLO     []string         `json:"slo"`
		Best    string           `json:"best,omitempty"`
		Next    string           `json:"next,omitempty"`
		Cheaper string           `json:"cheaper_but_misses,omitempty"`
		Binds   string           `json:"binds,omitempty"`
		Miss    string           `json:"miss,omitempty"`
		FrontOf string           `json:"front_of"`
		Front   []string         `json:"front"`
		Plans   []planJSON       `json:"plans"`
		Rounds  []estimate.Round `json:"rounds"`
		Assumed []assumptionJSON `json:"assumptions"`
		LeftOut []LeftOut        `json:"left_out,omitempty"`
		Notes   []string         `json:"notes,omitempty"`
	}{Model: a.Model, Answer: a.answer(), Load: a.Load, Best: name(a.Best), Next: name(a.Next), Cheaper: name(a.Cheaper), Miss: a.Miss(), FrontOf: a.FrontOf,
		Rounds: a.Rounds, Assumed: assumptions(a.Assumed), LeftOut: a.LeftOut, Notes: a.Notes, Front: []string{}}
	for _, o := range a.SLO {
		out.SLO = append(out.SLO, estimate.ObjectiveText(o, a.Currency))
	}
	if a.Binds != nil {
		out.Binds = estimate.ObjectiveText(*a.Binds, a.Currency)
	}
	for _, c := range a.Front {
		out.Front = append(out.Front, c.Name)
	}
	for _, p := range a.plans() {
		out.Plans = append(out.Plans, toJSON(&p))
	}
	return writeJSON(w, out)
}
