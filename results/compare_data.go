package results

import (
	"bytes"
	"cmp"
	"math"
)

// eachCompared gives f each change of a metric that is compared and passes.
func (c *Comparison) eachCompared(j *Judgement, only changeFilter, f func(r *ComparedRow, ch *Change) error) error {
	for i := range c.Rows {
		r := &c.Rows[i]
		for k := range r.Changes {
			if ch := &r.Changes[k]; c.compares(ch.Metric, j) && only(r.Label, ch.Metric) {
				if err := f(r, ch); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// changesSheet is differences.csv: a line a row × metric.
func (c *Comparison) changesSheet(j *Judgement, only changeFilter) *sheet {
	columns := []column{
		{"row", textColumn, "", "swept values, platform and tariff"},
		{"metric", textColumn, "", "a column of cells"},
		{"unit", textColumn, "", "of before, after, difference and difference_ci95: s, GiB·s, 1, what is counted, or the currency"},
		{"currency", textColumn, "", "of the line's amounts, ISO 4217; empty where the metric is no cost"},
		{"before", textColumn, "", "the row's mean before"},
		{"after", textColumn, "", "the row's mean after"},
		{"difference", textColumn, "", "after − before"},
		{"difference_ci95", textColumn, "", "half-width of its 95 % interval"},
		{"relative", numberColumn, "1", "difference ÷ before"},
		{"pairing_saved", numberColumn, "1", "part of the variance of the difference that pairing saved, against independent samples"},
		{"beyond_tolerance", textColumn, "", "yes or no"},
	}
	return &sheet{"differences", columns, func(yield func([]any) error) error {
		return c.eachCompared(j, only, func(r *ComparedRow, ch *Change) error {
			line := []any{r.Label, ch.Metric, unitName(ch.Metric, r.Currency), unitOf(ch.Metric, r.Currency)}
			for _, x := range []float64{ch.A, ch.B, ch.Difference, ch.Half} {
				line = append(line, metricNumber(ch.Metric, x))
			}
			beyond := "no"
			if j.exceeds(r.Label, ch.Metric) {
				beyond = "yes"
			}
			return yield(append(line, ch.Relative, ch.Saved, beyond))
		})
	}}
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
	Saved    *float64 `json:"pairing_saved"`
	Beyond   bool     `json:"beyond_tolerance"`
}

type jsonInput struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

func (c *Comparison) json(b *bytes.Buffer, j *Judgement, only changeFilter) error {
	out := struct {
		Summary    string       `json:"summary"`
		Cause      string       `json:"cause"`
		Bills      []string     `json:"bills,omitempty"`
		Inputs     []jsonInput  `json:"inputs"`
		Paired     bool         `json:"paired"`
		Tolerances []string     `json:"tolerances"`
		Updated    bool         `json:"baseline_updated,omitempty"`
		Beyond     []string     `json:"beyond_tolerance"`
		OnlyBefore []string     `json:"only_before"`
		OnlyAfter  []string     `json:"only_after"`
		Undefined  []string     `json:"not_compared"`
		CostsApart []string     `json:"costs_not_compared,omitempty"`
		StepTimes  []string     `json:"step_times,omitempty"`
		Changes    []jsonChange `json:"changes"`
	}{c.summary(j), c.CauseSentence(), c.bills(j), []jsonInput{}, c.Paired, []string{}, j != nil && j.Updated, []string{}, append([]string{}, c.OnlyA...), append([]string{}, c.OnlyB...),
		append([]string{}, c.undefined(j)...), c.CostsApart, c.stepRemarks(j), []jsonChange{}}
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
	err := c.eachCompared(j, only, func(r *ComparedRow, ch *Change) error {
		out.Changes = append(out.Changes, jsonChange{r.Label, ch.Metric, unitName(ch.Metric, r.Currency), unitOf(ch.Metric, r.Currency), orNull(ch.A), orNull(ch.B),
			orNull(ch.Difference), orNull(ch.Half), orNull(ch.Relative), orNull(ch.Saved), j.exceeds(r.Label, ch.Metric)})
		return nil
	})
	if err != nil {
		return err
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
func (c *Comparison) bench(b *bytes.Buffer, j *Judgement, only changeFilter) {
	label := map[string]string{} // of the row before, which names both
	for _, r := range c.before {
		label[r.key] = r.label
	}
	var all []Row
	var lines [2]bytes.Buffer
	printed := map[string]bool{}
	for side, list := range [][]*readRow{c.before, c.after} {
		for _, r := range list {
			row := r.row()
			all = append(all, row)
			benchLines(&lines[side], []Row{row}, func(metric string) bool {
				pass := c.compares(metric, j) && only(cmp.Or(label[r.key], r.label), metric)
				printed[metric] = printed[metric] || pass
				return pass
			})
		}
	}
	benchUnits(b, all, func(metric string) bool { return printed[metric] })
	for side, name := range []string{"before", "after"} {
		b.WriteString("run: " + name + "\n")
		b.Write(lines[side].Bytes())
	}
}
