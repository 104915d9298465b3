package estimate

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
)

// Render writes the advice in one of Formats.
func (a *Advice) Render(w io.Writer, format string) error {
	text := func(w io.Writer) error {
		_, err := io.WriteString(w, a.text())
		return err
	}
	return render(w, "advice", format, text, a.csv, a.json)
}

// Miss says why there is no plan; "" where there is one.
func (a *Advice) Miss() string {
	if a.Best != nil {
		return ""
	}
	var parts []string
	for _, s := range a.Infeasible {
		o := s.Objective
		text := fmt.Sprintf("%s: the best is %s, with %s", objectiveText(o), valueText(o.Metric, s.Value), s.Plan)
		if s.Attainable {
			text = fmt.Sprintf("%s: not together with the rest; the plan that is nearest has %s", objectiveText(o), valueText(o.Metric, s.Nearest))
		}
		over := s.Value - o.Limit
		if s.Attainable {
			over = s.Nearest - o.Limit
		}
		parts = append(parts, text+", beyond it by "+valueText(o.Metric, math.Abs(over)))
	}
	if len(parts) == 0 {
		return "no plan is sure to meet the SLO, though the means of some do"
	}
	return "no plan meets the SLO: " + strings.Join(parts, "; ")
}

func (a *Advice) text() string {
	b := new(strings.Builder)
	var bounds []string
	for _, o := range a.SLO {
		bounds = append(bounds, objectiveText(o))
	}
	fmt.Fprintf(b, "SLO: %s.\nLoad: %s.\n", strings.Join(bounds, ", "), strings.TrimSuffix(a.Load, "; simulated once"))
	if a.Best == nil {
		fmt.Fprintf(b, "\n%s.\n", a.Miss())
	} else {
		a.writeBest(b)
	}
	b.WriteString("\nThe search:\n")
	t := &results.TextTable{Indent: "  ", Right: []bool{true}}
	t.Add("plans", "replications", "kept")
	for _, r := range a.Rounds {
		t.Add(fmt.Sprint(r.Plans), fmt.Sprint(r.Replications), fmt.Sprint(r.Kept))
	}
	b.WriteString(t.String())
	a.writeFront(b)
	writeAssumptions(b, a.Assumed)
	fmt.Fprintf(b, "\n%s\n", costmodel.Grades)
	for _, n := range a.Notes {
		fmt.Fprintf(b, "\nnote: %s", n)
	}
	if len(a.Notes) > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

func (a *Advice) writeBest(b *strings.Builder) {
	best := a.Best
	fmt.Fprintf(b, "\nPlan: %s (%s)\n", best.Name, best.setting())
	for _, o := range a.SLO {
		s, _ := best.Row.Stat(o.Metric)
		half := ""
		if !math.IsNaN(s.Half) {
			half = " ± " + valueText(o.Metric, s.Half)
		}
		fmt.Fprintf(b, "  %s: %s%s\n", objectiveText(o), valueText(o.Metric, s.Mean), half)
	}
	writeBill(b, &best.Plan.Bill)
	if p := best.Plan; p.Currency != p.Bill.Currency {
		fmt.Fprintf(b, "  that is %s\n", Amount{p.Currency, p.Total})
	}
	if best.Plan.Random != nil {
		fmt.Fprintf(b, "  95 %%: %s %s, %s.\n", best.Plan.Random.text(), a.Currency, best.Plan.Random.Covers)
	}
	for _, n := range best.choice.Notes {
		fmt.Fprintf(b, "  note: %s\n", n)
	}
	a.writeSaving(b)
	fmt.Fprintf(b, "\nHow sure: each bound is met by its one-sided 95 %% bound over %d replications.\n", best.Replications)
	if n := a.Next; n != nil {
		fmt.Fprintf(b, "  The next, %s, costs %s %s more (95 %%: ± %s); the plan is cheaper in %d of %d replications, and on average so with %s certainty.\n",
			n.Other.Name, money(n.Saving), a.Currency, money(n.Half), n.Wins, n.Of, certainty(n.Certain))
	}
	if a.Turn != nil {
		fmt.Fprintf(b, "  %s\n", a.Turn.text())
	}
	b.WriteString("  Plans that were dropped earlier had fewer replications. What is assumed below is not part of this.\n")
	if a.Binds != nil {
		fmt.Fprintf(b, "What binds: %s. The nearest cheaper plan, %s at %s %s, has %s.\n",
			objectiveText(*a.Binds), a.Cheaper.Name, money(a.Cheaper.Cost), a.Currency, valueText(a.Binds.Metric, a.Cheaper.value(a.Binds.Metric)))
	} else {
		b.WriteString("What binds: nothing; no cheaper plan misses the SLO.\n")
	}
}

// certainty writes a probability, which is never shown as one.
func certainty(p float64) string {
	if p > 0.999 {
		return "more than 99.9 %"
	}
	return percent(p)
}

func (a *Advice) writeSaving(b *strings.Builder) {
	from, what := a.Now.Cost, a.Now.Name+" as it is, simulated"
	if a.Today != nil && a.Today.Bill.Span == costmodel.SpanMonth {
		// In another currency than the plans it says nothing of a saving.
		if total, currency := a.Rates.In(&a.Today.Bill.Total, a.Today.Bill.Currency); currency == a.Currency {
			from, what = costmodel.Float(total), "today's bill as logged"
		}
	}
	saving := from - a.Best.Cost
	word := "saves"
	if saving < 0 {
		word, saving = "costs more by", -saving
	}
	fmt.Fprintf(b, "\nAgainst %s, %s %s, it %s %s %s a month", what, money(from), a.Currency, word, money(saving), a.Currency)
	if from > 0 {
		fmt.Fprintf(b, " (%s)", percent(saving/from))
	}
	b.WriteString(".\n")
}

func (a *Advice) writeFront(b *strings.Builder) {
	fmt.Fprintf(b, "\nThe front of cost and %s:\n", a.FrontOf)
	t := &results.TextTable{Indent: "  ", Right: []bool{false, true}}
	t.Add("plan", a.Currency+" a month", a.FrontOf, "meets the SLO", "replications")
	for _, c := range a.Front {
		t.Add(c.Name, money(c.Cost), valueText(a.FrontOf, c.value(a.FrontOf)), string(c.Meets), fmt.Sprint(c.Replications))
	}
	b.WriteString(t.String())
}

// csv writes the front, and the best first.
func (a *Advice) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	header := []string{"role", "plan", "cost", "currency", "replications", "meets_slo", "cold_ratio", "latency_p50_s", "latency_p99_s", "latency_p999_s", "error_ratio"}
	rows := [][]string{header}
	add := func(role string, x *Candidate) {
		row := []string{role, x.Name, cell(x.Cost), a.Currency, strconv.Itoa(x.Replications), string(x.Meets)}
		for _, m := range header[6:] {
			row = append(row, cell(x.value(m)))
		}
		rows = append(rows, row)
	}
	if a.Best != nil {
		add("best", a.Best)
	}
	add("now", a.Now)
	for _, x := range a.Front {
		add("front", x)
	}
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	return c.Error()
}

type jsonCandidate struct {
	Name         string              `json:"name"`
	Cost         float64             `json:"cost"` // in the advice's currency
	Replications int                 `json:"replications"`
	Meets        results.Verdict     `json:"meets_slo"`
	Metrics      map[string]*float64 `json:"metrics"`
	Bill         *jsonBill           `json:"bill,omitempty"`
}

func newJSONCandidate(c *Candidate) *jsonCandidate {
	if c == nil {
		return nil
	}
	out := &jsonCandidate{c.Name, c.Cost, c.Replications, c.Meets, map[string]*float64{}, nil}
	for _, m := range reported {
		out.Metrics[m] = nil
		if x := c.value(m); !math.IsNaN(x) {
			out.Metrics[m] = &x
		}
	}
	if c.Plan != nil {
		bill := newJSONBill(&c.Plan.Bill)
		out.Bill = &bill
	}
	return out
}

func (a *Advice) json(w io.Writer) error {
	out := struct {
		SLO      []string         `json:"slo"`
		Currency string           `json:"currency"`
		Best     *jsonCandidate   `json:"best"`
		Now      *jsonCandidate   `json:"now"`
		Today    *jsonBill        `json:"today,omitempty"`
		Binds    string           `json:"binds,omitempty"`
		Miss     string           `json:"infeasible,omitempty"`
		Next     string           `json:"next,omitempty"`
		Certain  *float64         `json:"cheaper_than_next_certainty,omitempty"`
		Rounds   []Round          `json:"rounds"`
		Front    []*jsonCandidate `json:"front"`
		Notes    []string         `json:"notes,omitempty"`
	}{Currency: a.Currency, Best: newJSONCandidate(a.Best), Now: newJSONCandidate(a.Now), Miss: a.Miss(), Rounds: a.Rounds, Notes: a.Notes}
	for _, o := range a.SLO {
		out.SLO = append(out.SLO, objectiveText(o))
	}
	if a.Today != nil {
		bill := newJSONBill(a.Today.Bill)
		out.Today = &bill
	}
	if a.Binds != nil {
		out.Binds = objectiveText(*a.Binds)
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
	return writeJSON(w, out)
}
