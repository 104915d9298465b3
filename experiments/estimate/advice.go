package estimate

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/results"
)

// Render writes the advice in one of Formats.
func (a *Advice) Render(w io.Writer, format string) error {
	text := func(w io.Writer) error {
		_, err := io.WriteString(w, a.text())
		return err
	}
	return WriteAs(w, "advice", format, text, a.csv, a.json)
}

// objectiveText writes a bound, and valueText a value of a column.
func (a *Advice) objectiveText(o results.Objective) string { return ObjectiveText(o, a.Currency) }

func (a *Advice) valueText(metric string, x float64) string { return valueText(metric, a.Currency, x) }

func (a *Advice) text() string {
	b := new(strings.Builder)
	if a.Title != "" {
		fmt.Fprintf(b, "%s\n\n", a.Title)
	}
	fmt.Fprintf(b, "%s\n\nSLO: %s.\nLoad: %s.\n%s\n", a.answer(), a.asked(), a.load(), a.scope())
	b.WriteString("\n")
	a.Today.write(b)
	a.Check.write(b)
	if a.Best != nil {
		a.writeBest(b)
	}
	writeServices(b, a.Services, a.ServicesSum)
	if len(a.Together) > 0 {
		fmt.Fprintf(b, "The plan and the services: %s.\n", amounts(a.Together))
	}
	b.WriteString("\nThe search:\n")
	writeTable(b, a.rounds())
	fmt.Fprintf(b, "\nThe front of cost and %s:\n", a.FrontOf)
	writeTable(b, a.table(a.Front, a.Wide))
	writeAssumptions(b, a.Assumed)
	writeFoot(b, a.Skipped, a.Notes)
	return b.String()
}

// asked are the bounds.
func (a *Advice) asked() string {
	var bounds []string
	for _, o := range a.SLO {
		bounds = append(bounds, a.objectiveText(o))
	}
	return strings.Join(bounds, ", ")
}

func (a *Advice) load() string { return strings.TrimSuffix(a.Load, "; simulated once") }

// scope says what amounts hold.
func (a *Advice) scope() string {
	var plans []*alternative
	for _, c := range a.All {
		plans = append(plans, &c.choice.alternative)
	}
	return scopeOf(a.Span, a.FreeTier, a.Currency, a.ServicesSum) + elsewhereText(plans)
}

func writeTable(b *strings.Builder, of Table) {
	t := &results.TextTable{Indent: "  ", Right: []bool{false, true}}
	t.Add(of.Header...)
	for _, r := range of.Rows {
		t.Add(r...)
	}
	b.WriteString(t.String())
}

// rounds are those of the search.
func (a *Advice) rounds() Table {
	t := Table{Header: []string{"plans", "replications", "kept"}}
	for _, r := range a.Rounds {
		t.Rows = append(t.Rows, []string{fmt.Sprint(r.Plans), fmt.Sprint(r.Replications), fmt.Sprint(r.Kept)})
	}
	return t
}

// table lists candidates.
func (a *Advice) table(list []*Candidate, wide bool) Table {
	t := Table{Header: []string{"plan", a.Currency + spanShort(a.Span), shortName(a.FrontOf), ""}}
	if wide {
		t.Header = append(t.Header, "cold", "p50", "p99", "p99.9", "errors", "replications")
	}
	for _, c := range list {
		row := []string{c.choice.marked(c.Name), Money(c.Cost), a.valueText(a.FrontOf, c.value(a.FrontOf)), a.verdict(c)}
		if wide {
			for _, m := range []string{"cold_ratio", "latency_p50_s", "latency_p99_s", "latency_p999_s", "error_ratio"} {
				row = append(row, a.valueText(m, c.value(m)))
			}
			row = append(row, fmt.Sprint(c.Replications))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// shortName is what one may write for a column.
func shortName(metric string) string {
	for _, s := range shortNames {
		if s[1] == metric {
			return s[0]
		}
	}
	return metric
}

// verdict says how a candidate stands to the SLO.
func (a *Advice) verdict(c *Candidate) string {
	switch {
	case c == a.Best:
		return "chosen"
	case c.Fault != "":
		return "fails requests"
	case c.worst > 0:
		return "misses the SLO"
	case c.Meets != results.Yes:
		return "unsure"
	}
	return "meets the SLO"
}

func (a *Advice) writeBest(b *strings.Builder) {
	best := a.Best
	fmt.Fprintf(b, "Plan: %s (%s)\n", best.Name, best.setting())
	writeTable(b, a.boundTable(best))
	writeBill(b, &best.Plan.Bill, best.Plan.Grants)
	for _, text := range a.billLines(best.Plan) {
		fmt.Fprintf(b, "  %s\n", text)
	}
	for _, n := range best.choice.Notes {
		fmt.Fprintf(b, "  note: %s\n", n)
	}
	b.WriteString("\n")
	for _, text := range a.sure() {
		fmt.Fprintf(b, "%s\n", text)
	}
}

// billLines say below a plan's bill how it stands to the plan's cost.
func (a *Advice) billLines(p *Plan) (lines []string) {
	if p.Currency != p.Bill.Currency {
		lines = append(lines, "that is "+Amount{p.Currency, p.Total}.String())
	}
	if p.Random == nil {
		return lines
	}
	return append(lines,
		"The bill is that of the replication with the median total; costs of plans are means over replications.",
		fmt.Sprintf("95 %%: %s %s, %s.", p.Random.text(), a.Currency, p.Random.Covers))
}

// boundTable sets a plan beside each bound.
func (a *Advice) boundTable(c *Candidate) Table {
	t := Table{Header: []string{"bound", "found", "95 %"}}
	for _, o := range a.SLO {
		s := c.Row.Bounded(o.Metric)
		half := dash
		if !math.IsNaN(s.Half) {
			half = "± " + a.valueText(o.Metric, s.Half)
		}
		t.Rows = append(t.Rows, []string{a.objectiveText(o), a.valueText(o.Metric, s.Mean), half})
	}
	return t
}

// sure says how sure the answer is, and what binds.
func (a *Advice) sure() []string {
	out := []string{fmt.Sprintf("How sure: each bound is met by its one-sided 95 %% bound over %d replications. Plans that were dropped earlier had fewer. What is assumed below is not part of this.", a.Best.Replications)}
	if n := a.Next; n != nil {
		out = append(out, fmt.Sprintf("The next, %s, costs %s more (95 %%: ± %s); the plan is cheaper in %d of %d replications, and on average so with %s certainty.",
			n.Other.Name, MoneyText(n.Saving, a.Currency), Money(n.Half), n.Wins, n.Of, certainty(n.Certain)))
	}
	if a.Turn != nil {
		out = append(out, a.Turn.text(a.Currency))
	}
	return append(out, a.binding())
}

// binding says what keeps cheaper plans from being the answer.
func (a *Advice) binding() string {
	unsure := ""
	if c := a.Unsure; c != nil {
		unsure = fmt.Sprintf("%s costs %s less and meets the SLO in the mean, but is not sure to.", c.Name, MoneyText(a.Best.Cost-c.Cost, a.Currency))
	}
	says := ""
	switch c := a.Cheaper; {
	case c == nil && unsure != "":
		says = "What binds: that a plan has to be sure to meet the SLO."
	case c == nil:
		says = "What binds: nothing; no cheaper plan misses the SLO."
	case c.Fault != "":
		says = fmt.Sprintf("What binds: the nearest cheaper plan that misses the SLO, %s at %s, does not serve the load: %s.", c.Name, MoneyText(c.Cost, a.Currency), c.Fault)
	default:
		says = fmt.Sprintf("What binds: %s. The nearest cheaper plan that misses it, %s at %s, has %s.",
			a.objectiveText(*a.Binds), c.Name, MoneyText(c.Cost, a.Currency), a.valueText(a.Binds.Metric, c.value(a.Binds.Metric)))
	}
	return strings.TrimSpace(says + " " + unsure)
}

// certainty writes a probability, which is never shown as one.
func certainty(p float64) string {
	if p > 0.999 {
		return "more than 99.9 %"
	}
	return Percent(p)
}

// csv writes all plans that were looked at, the best first.
func (a *Advice) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	columns := []string{"cold_ratio", "latency_p50_s", "latency_p99_s", "latency_p999_s", "error_ratio"}
	for _, o := range a.SLO {
		if !slices.Contains(columns, o.Metric) && o.Metric != "cost" {
			columns = append(columns, o.Metric)
		}
	}
	rows := [][]string{append([]string{"role", "plan", "cost", "currency", "replications", "meets_slo", "front", "does_not_serve"}, columns...)}
	for _, x := range a.ranked() {
		row := []string{a.role(x), x.Name, cell(x.Cost), a.Currency, strconv.Itoa(x.Replications), string(x.Meets), "no", x.Fault}
		if slices.Contains(a.Front, x) {
			row[6] = "yes"
		}
		for _, m := range columns {
			row = append(row, cell(x.value(m)))
		}
		rows = append(rows, row)
	}
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	return c.Error()
}

// role is what a plan is to the question.
func (a *Advice) role(c *Candidate) string {
	switch {
	case c == a.Best:
		return "best"
	case c == a.Now:
		return "now"
	case a.Next != nil && c == a.Next.Other:
		return "next"
	}
	return ""
}

// ranked are all candidates, the chosen one first.
func (a *Advice) ranked() []*Candidate {
	out := make([]*Candidate, 0, len(a.All))
	if a.Best != nil {
		out = append(out, a.Best)
	}
	for _, c := range a.All {
		if c != a.Best {
			out = append(out, c)
		}
	}
	return out
}

type jsonCandidate struct {
	Name         string              `json:"name"`
	Cost         float64             `json:"cost"` // in the advice's currency
	Replications int                 `json:"replications"`
	Meets        results.Verdict     `json:"meets_slo"`
	Fault        string              `json:"does_not_serve,omitempty"`
	Grants       string              `json:"free_grants,omitempty"` // taken off the bill
	Metrics      map[string]*float64 `json:"metrics"`
	Bill         *jsonBill           `json:"bill,omitempty"`
}

func newJSONCandidate(c *Candidate) *jsonCandidate {
	if c == nil {
		return nil
	}
	out := &jsonCandidate{c.Name, c.Cost, c.Replications, c.Meets, c.Fault, "", map[string]*float64{}, nil}
	for _, m := range reported {
		out.Metrics[m] = nil
		if x := c.value(m); !math.IsNaN(x) {
			out.Metrics[m] = &x
		}
	}
	if c.Plan != nil {
		bill := newJSONBill(&c.Plan.Bill)
		out.Bill = &bill
		out.Grants = c.Plan.Grants.Sum.Text('f')
	}
	return out
}

func (a *Advice) json(w io.Writer) error {
	out := struct {
		Title       string           `json:"title,omitempty"`
		Answer      string           `json:"answer"`
		SLO         []string         `json:"slo"`
		Currency    string           `json:"currency"`
		Best        *jsonCandidate   `json:"best"`
		Now         *jsonCandidate   `json:"now"`
		Today       *jsonToday       `json:"today,omitempty"`
		Check       *Check           `json:"check,omitempty"`
		Binds       string           `json:"binds,omitempty"`
		Services    *jsonServices    `json:"services,omitempty"`
		Together    []jsonAmount     `json:"plan_and_services,omitempty"`
		Skipped     []Skipped        `json:"skipped,omitempty"`
		Miss        string           `json:"infeasible,omitempty"`
		Next        string           `json:"next,omitempty"`
		Certain     *float64         `json:"cheaper_than_next_certainty,omitempty"`
		Even        []string         `json:"not_certainly_dearer,omitempty"`
		Unsure      string           `json:"cheaper_not_sure,omitempty"`
		Rounds      []Round          `json:"rounds"`
		FrontOf     string           `json:"front_of"`
		Front       []*jsonCandidate `json:"front"`
		All         []*jsonCandidate `json:"candidates"`
		Assumptions []jsonAssumption `json:"assumptions"`
		Notes       []string         `json:"notes,omitempty"`
	}{Title: a.Title, Answer: a.answer(), Check: a.Check, Services: newJSONServices(a.Services, a.ServicesSum), Skipped: a.Skipped, FrontOf: a.FrontOf, Currency: a.Currency, Best: newJSONCandidate(a.Best), Now: newJSONCandidate(a.Now), Today: newJSONToday(a.Today), Miss: a.Miss(), Rounds: a.Rounds, Notes: a.Notes}
	for _, o := range a.SLO {
		out.SLO = append(out.SLO, a.objectiveText(o))
	}
	if a.Binds != nil {
		out.Binds = a.objectiveText(*a.Binds)
	}
	for _, c := range a.Even {
		out.Even = append(out.Even, c.Name)
	}
	if a.Unsure != nil {
		out.Unsure = a.Unsure.Name
	}
	if a.Next != nil {
		out.Next = a.Next.Other.Name
		if c := a.Next.Certain; !math.IsNaN(c) {
			out.Certain = &c
		}
	}
	for _, c := range a.Front {
		out.Front = append(out.Front, newJSONCandidate(c))
	}
	for _, c := range a.ranked() {
		out.All = append(out.All, newJSONCandidate(c))
	}
	for _, x := range a.Assumed {
		out.Assumptions = append(out.Assumptions, jsonAssumption(x))
	}
	for _, s := range a.Together {
		out.Together = append(out.Together, jsonAmount{s.Sum.Text('f'), s.Currency})
	}
	return writeJSON(w, out)
}
