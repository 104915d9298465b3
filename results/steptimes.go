package results

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// StepTimes is what the times of a language model's steps rest on in a cell, and how
// far off they have to be expected: which no interval over replications has in it.
type StepTimes struct {
	Grade string // A, B, C or U; see costmodel.Grades
	// Errors are medians of |error| as a part of what is measured, of the time per
	// output token, the time to the first token, the time in all and the most requests
	// a second; TPOTP90 is its ninth decile. NaN: how far off it is is not known.
	TPOT, TPOTP90, TTFT, E2E, Ceiling float64
}

// equal compares two; NaN is equal to itself.
func (t *StepTimes) equal(o *StepTimes) bool {
	if t == nil || o == nil {
		return t == o
	}
	same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
	return t.Grade == o.Grade && same(t.TPOT, o.TPOT) && same(t.TPOTP90, o.TPOTP90) && same(t.TTFT, o.TTFT) && same(t.E2E, o.E2E) && same(t.Ceiling, o.Ceiling)
}

// String says it in a few words.
func (t *StepTimes) String() string {
	if t == nil {
		return "no step times of a profile"
	}
	text := "grade " + oneLine(t.Grade) + ", "
	if math.IsNaN(t.TPOT) {
		text += "error of the time per output token not known"
	} else {
		text += fmt.Sprintf("time per output token ±%s (9 of 10 ±%s)", percent(t.TPOT), percent(t.TPOTP90))
	}
	for _, q := range []struct {
		name  string
		error float64
	}{{"time to the first token", t.TTFT}, {"time in all", t.E2E}, {"most requests a second", t.Ceiling}} {
		if !math.IsNaN(q.error) {
			text += fmt.Sprintf(", %s ±%s", q.name, percent(q.error))
		}
	}
	return text
}

// of returns the error to expect in a metric; NaN where it is not known, and ok is
// false where the metric is none of those that bands are of. Where that of the time in
// all is not known, the time per output token's, of which it is the sum, stands for it.
func (t *StepTimes) of(metric string) (part float64, ok bool) {
	switch {
	case strings.HasPrefix(metric, "tpot_"):
		return t.TPOT, true
	case strings.HasPrefix(metric, "ttft_"):
		return t.TTFT, true
	case strings.HasPrefix(metric, "latency_"):
		if math.IsNaN(t.E2E) {
			return t.TPOT, true
		}
		return t.E2E, true
	}
	return nan, false
}

// stepColumn is a column of the step times' grade or error.
type stepColumn struct {
	column
	of func(*StepTimes) any
}

// stepColumns are the columns of step times. They are left out where no row has any.
var stepColumns = []stepColumn{
	{column{"step_time_grade", textColumn, "", "how well the step times are attested: A, B, C or U"}, func(t *StepTimes) any { return t.Grade }},
	{column{"tpot_error", numberColumn, "1", "median of the absolute error to expect in the time per output token; empty: not known"}, func(t *StepTimes) any { return t.TPOT }},
	{column{"tpot_error_p90", numberColumn, "1", "9 of 10 are within this; empty: not known"}, func(t *StepTimes) any { return t.TPOTP90 }},
	{column{"ttft_error", numberColumn, "1", "as tpot_error, of the time to the first token"}, func(t *StepTimes) any { return t.TTFT }},
	{column{"e2e_error", numberColumn, "1", "as tpot_error, of the time from arrival to the last token"}, func(t *StepTimes) any { return t.E2E }},
	{column{"ceiling_error", numberColumn, "1", "as tpot_error, of the most requests a second"}, func(t *StepTimes) any { return t.Ceiling }},
}

// stepColumnsOf returns the columns that rows have: all, or none.
func stepColumnsOf(rows []Row) []stepColumn {
	if slices.ContainsFunc(rows, func(r Row) bool { return r.StepTimes != nil }) {
		return stepColumns
	}
	return nil
}

// appendSteps appends the values of the columns.
func appendSteps(line []any, columns []stepColumn, t *StepTimes) []any {
	for _, c := range columns {
		if t == nil {
			t = &StepTimes{"", nan, nan, nan, nan, nan}
		}
		line = append(line, c.of(t))
	}
	return line
}

// stepTimes reads a line's columns back; nil where it has none.
func (t *parquetTable) stepTimes(i int) *StepTimes {
	grade := t.column("step_time_grade")
	if grade < 0 || t.lines[i][grade].text == "" {
		return nil
	}
	value := func(name string) float64 {
		if c := t.column(name); c >= 0 && !t.lines[i][c].isText {
			return t.lines[i][c].number
		}
		return nan
	}
	return &StepTimes{t.lines[i][grade].text, value("tpot_error"), value("tpot_error_p90"), value("ttft_error"), value("e2e_error"), value("ceiling_error")}
}

// namesShort names a few platforms.
func namesShort(names []string) string {
	sign := ", "
	if slices.ContainsFunc(names, func(s string) bool { return strings.Contains(s, ",") }) {
		sign = " / "
	}
	text := strings.Join(names[:min(len(names), someRows)], sign)
	if more := len(names) - someRows; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// stepRemarks say of compared rows whose step times are of different grades or errors,
// or are not known to be any good, and where a difference is smaller than the error
// of the profile that it rests on.
func (c *Comparison) stepRemarks(j *Judgement) (lines []string) {
	type kind struct{ before, after string }
	var kinds []kind
	apart := map[kind][]string{}
	var within []string
	for i := range c.Rows {
		r := &c.Rows[i]
		if r.StepsA == nil && r.StepsB == nil {
			continue
		}
		if !r.StepsA.equal(r.StepsB) {
			k := kind{r.StepsA.String(), r.StepsB.String()}
			if apart[k] == nil {
				kinds = append(kinds, k)
			}
			apart[k] = append(apart[k], r.Label)
		}
		if text := r.withinError(func(ch *Change) bool { return c.shown(r.Label, ch, j) }); text != "" {
			within = append(within, text)
		}
	}
	for _, k := range kinds {
		lines = append(lines, fmt.Sprintf("step times differ: %s before; %s after: in %s", k.before, k.after, someOf(apart[k], len(c.Rows))))
	}
	for _, text := range within[:min(len(within), someRows)] {
		lines = append(lines, "no more than the step times' own error: "+text)
	}
	if more := len(within) - someRows; more > 0 {
		lines = append(lines, fmt.Sprintf("no more than the step times' own error: in %d rows more", more))
	}
	return lines
}

// withinError names the changes, of those that are chosen, that are no larger than
// the error to expect in what they are between; "" where there is none.
func (r *ComparedRow) withinError(chosen func(*Change) bool) string {
	var found []string
	for i := range r.Changes {
		ch := &r.Changes[i]
		if ch.Same() || math.IsNaN(ch.Relative) || !chosen(ch) {
			continue
		}
		most := nan
		for _, t := range []*StepTimes{r.StepsA, r.StepsB} {
			if t == nil {
				continue
			}
			if part, ok := t.of(ch.Metric); ok && !(part <= most) {
				most = part
			}
		}
		if math.Abs(ch.Relative) <= most {
			found = append(found, fmt.Sprintf("%s %s (±%s)", ch.Metric, changeText(ch), percent(most)))
		}
	}
	if found == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s", r.Label, strings.Join(found, ", "))
}
