package results

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Judgement is a comparison held to tolerances.
type Judgement struct {
	Tolerances []Tolerance
	Excesses   []Excess // the rows that are gone after the changes
	// Updated is true where the baseline is written anew: what is beyond the old one's
	// tolerances is said, and is no failure.
	Updated bool

	beyond map[[2]string]bool // row and metric, of the excesses; made when it is asked for
}

// Excess is what a tolerance does not allow: a row that became worse, or that is gone.
type Excess struct {
	Row       string
	Gone      bool   // the row: what follows is then empty
	Currency  string // of the row's costs
	Change    Change
	Tolerance Tolerance
}

// String says it in a line.
func (e Excess) String() string {
	ch := &e.Change
	switch {
	case e.Gone:
		return e.Row + ": the row is gone"
	case math.IsNaN(ch.B):
		return fmt.Sprintf("%s: %s was %s and is undefined", e.Row, ch.Metric, valueText(ch.Metric, e.Currency, ch.A))
	}
	before, after := valueTexts(ch.Metric, e.Currency, ch.A, ch.B)
	return fmt.Sprintf("%s: %s went from %s to %s (%s), allowed is %s", e.Row, ch.Metric, before, after, bothText(ch, e.Currency), e.Tolerance)
}

// Check returns where B is worse than A by more than the tolerances allow,
// Held by the means. A metric that A has and B has not is worse by any
// measure, and so is a row; what only B has is no worse. Where a tolerance says
// nothing of any row that is an error, as is one of costs that are in two
// currencies. Without tolerances everything is allowed.
func (c *Comparison) Check(tolerances []Tolerance) (*Judgement, error) {
	j := &Judgement{Tolerances: tolerances}
	if len(c.Rows)+len(c.OnlyA) == 0 {
		return nil, errors.New("there is no row before: nothing can be compared")
	}
	for _, t := range tolerances {
		if metrics[metricIndex(t.Metric)].Money && len(c.CostsApart) > 0 {
			return nil, fmt.Errorf("tolerance: %s cannot be compared: %s", t.Metric, c.CostsApart[0])
		}
		if len(c.Rows) > 0 && !c.has(t.Metric) {
			return nil, fmt.Errorf("tolerance: %s has no value in either folder, in any row: nothing can be held to it", t.Metric)
		}
	}
	if len(tolerances) == 0 {
		return j, nil
	}
	for i := range c.Rows {
		for k := range c.Rows[i].Changes {
			ch := &c.Rows[i].Changes[k]
			for _, t := range tolerances {
				if t.Metric == ch.Metric && t.exceeded(ch, c.statistical()) {
					j.Excesses = append(j.Excesses, Excess{Row: c.Rows[i].Label, Currency: c.Rows[i].Currency, Change: *ch, Tolerance: t})
				}
			}
		}
	}
	for _, row := range c.OnlyA {
		j.Excesses = append(j.Excesses, Excess{Row: row, Gone: true})
	}
	return j, nil
}

// has reports whether a row has a value of a metric, before or after.
func (c *Comparison) has(metric string) bool {
	return slices.ContainsFunc(c.Rows, func(r ComparedRow) bool { return r.change(metric) != nil })
}

// change returns the change of a metric; nil where it has no value.
func (r *ComparedRow) change(metric string) *Change {
	for i := range r.Changes {
		if r.Changes[i].Metric == metric {
			return &r.Changes[i]
		}
	}
	return nil
}

// Err says what is not allowed; nil: all is.
func (j *Judgement) Err() error {
	if j == nil || len(j.Excesses) == 0 {
		return nil
	}
	var words []string
	gone := slices.IndexFunc(j.Excesses, func(e Excess) bool { return e.Gone })
	if gone < 0 {
		gone = len(j.Excesses)
	}
	if gone > 0 {
		words = append(words, fmt.Sprintf("%s tolerance, the first: %s", plural(gone, "change exceeds its", "changes exceed their"), j.Excesses[0]))
	}
	if n := len(j.Excesses) - gone; n > 0 {
		words = append(words, fmt.Sprintf("%s gone, the first: %s", plural(n, "row is", "rows are"), j.Excesses[gone].Row))
	}
	return errors.New(strings.Join(words, "; "))
}

// exceeds reports whether a row's metric is beyond its tolerance.
func (j *Judgement) exceeds(row, metric string) bool {
	if j == nil || len(j.Excesses) == 0 {
		return false
	}
	if j.beyond == nil {
		j.beyond = map[[2]string]bool{}
		for _, e := range j.Excesses {
			j.beyond[[2]string{e.Row, e.Change.Metric}] = true
		}
	}
	return j.beyond[[2]string{row, metric}]
}

// held reports whether a tolerance is about a metric.
func (j *Judgement) held(metric string) bool {
	return j != nil && slices.ContainsFunc(j.Tolerances, func(t Tolerance) bool { return t.Metric == metric })
}

// sentence says whether all is allowed; "" where there is no tolerance.
func (j *Judgement) sentence() string {
	switch {
	case j == nil || len(j.Tolerances) == 0:
		return ""
	case len(j.Excesses) > 0:
		return fmt.Sprintf("%s: %s. ", j.beyondHead(), j.counts())
	}
	var words []string
	for _, t := range j.Tolerances {
		words = append(words, t.String())
	}
	return fmt.Sprintf("Within tolerance: %s. ", strings.Join(words, ", "))
}

// beyondHead heads what is beyond.
func (j *Judgement) beyondHead() string {
	if j.Updated {
		return "Baseline updated, beyond the old tolerance"
	}
	return "Beyond tolerance"
}

// counts says how much is not allowed.
func (j *Judgement) counts() string {
	gone := 0
	for _, e := range j.Excesses {
		if e.Gone {
			gone++
		}
	}
	var words []string
	if n := len(j.Excesses) - gone; n > 0 {
		words = append(words, plural(n, "number", "numbers"))
	}
	if gone > 0 {
		words = append(words, plural(gone, "row that is gone", "rows that are gone"))
	}
	return strings.Join(words, ", ")
}
