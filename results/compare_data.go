package results

import (
	"bytes"
	"encoding/csv"
	"math"
)

// csv is differences.csv: a line a row × metric.
func (c *Comparison) csv(b *bytes.Buffer, j *Judgement) error {
	w := csv.NewWriter(b)
	lines := [][]string{{"row", "metric", "unit", "currency", "before", "after", "difference", "difference_ci95", "relative", "beyond_tolerance"}}
	for i := range c.Rows {
		r := &c.Rows[i]
		for k := range r.Changes {
			ch := &r.Changes[k]
			if !c.compares(ch.Metric, j) {
				continue
			}
			beyond := "no"
			if j.exceeds(r.Label, ch.Metric) {
				beyond = "yes"
			}
			lines = append(lines, []string{neutral(r.Label), ch.Metric, unitName(ch.Metric, r.Currency), unitOf(ch.Metric, r.Currency),
				number(ch.A), number(ch.B), number(ch.Difference), number(ch.Half), number(ch.Relative), beyond})
		}
	}
	return w.WriteAll(lines)
}

// jsonChange is a change in JSON, where NaN is null.
type jsonChange struct {
	Row      string   `json:"row"`
	Metric   string   `json:"metric"`
	Unit     string   `json:"unit"`
	Currency string   `json:"currency,omitempty"`
	Before   *float64 `json:"before"`
	After    *float64 `json:"after"`
	Diff     *float64 `json:"difference"`
	Half     *float64 `json:"difference_ci95"`
	Relative *float64 `json:"relative"`
	Beyond   bool     `json:"beyond_tolerance"`
}

type jsonInput struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

func (c *Comparison) json(b *bytes.Buffer, j *Judgement) error {
	out := struct {
		Summary    string       `json:"summary"`
		Inputs     []jsonInput  `json:"inputs"`
		Paired     bool         `json:"paired"`
		Tolerances []string     `json:"tolerances"`
		Beyond     []string     `json:"beyond_tolerance"`
		OnlyBefore []string     `json:"only_before"`
		OnlyAfter  []string     `json:"only_after"`
		Undefined  []string     `json:"not_compared"`
		Currencies []string     `json:"costs_not_compared,omitempty"`
		Changes    []jsonChange `json:"changes"`
	}{c.summary(j), []jsonInput{}, c.Paired, []string{}, []string{}, append([]string{}, c.OnlyA...), append([]string{}, c.OnlyB...),
		append([]string{}, c.undefined(j)...), c.Currencies, []jsonChange{}}
	if j != nil {
		for _, t := range j.Tolerances {
			out.Tolerances = append(out.Tolerances, t.String())
		}
		for _, e := range j.Excesses {
			out.Beyond = append(out.Beyond, e.String())
		}
	}
	for _, in := range c.Inputs {
		out.Inputs = append(out.Inputs, jsonInput{in.Name, in.A, in.B})
	}
	for i := range c.Rows {
		r := &c.Rows[i]
		for k := range r.Changes {
			ch := &r.Changes[k]
			if c.compares(ch.Metric, j) {
				out.Changes = append(out.Changes, jsonChange{r.Label, ch.Metric, unitName(ch.Metric, r.Currency), unitOf(ch.Metric, r.Currency), orNull(ch.A), orNull(ch.B),
					orNull(ch.Difference), orNull(ch.Half), orNull(ch.Relative), j.exceeds(r.Label, ch.Metric)})
			}
		}
	}
	return writeIndented(b, out)
}

func orNull(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// bench writes the replications of both folders in Go's benchmark format, those
// before under "run: before" and those after under "run: after": benchstat -col run
// sets them side by side.
func (c *Comparison) bench(b *bytes.Buffer, j *Judgement) {
	var rows [2][]Row
	for side, list := range [][]*readRow{c.before, c.after} {
		for _, r := range list {
			rows[side] = append(rows[side], r.row())
		}
	}
	chosen := func(metric string) bool { return c.compares(metric, j) }
	benchUnits(b, append(append([]Row{}, rows[0]...), rows[1]...), chosen)
	for side, name := range []string{"before", "after"} {
		b.WriteString("run: " + name + "\n")
		benchLines(b, rows[side], chosen)
	}
}
