package results

import (
	"fmt"
	"math"
)

// bills says in a line how the bills of the rows that are compared moved: which one most,
// by how much money and in percent; none where no bill moved, or costs are not compared.
// A line a currency.
func (c *Comparison) bills(j *Judgement) (lines []string) {
	if len(c.CostsApart) > 0 || !c.compares("cost", j) {
		return nil
	}
	for _, currency := range currenciesOf(c.Rows, func(r *ComparedRow) string { return r.Currency }) {
		var most *ComparedRow
		var change *Change
		moved, all := 0, 0
		for i := range c.Rows {
			r := &c.Rows[i]
			ch := r.change("cost")
			if r.Currency != currency || ch == nil || math.IsNaN(ch.Difference) {
				continue
			}
			all++
			if ch.Same() {
				continue
			}
			if moved++; change == nil || math.Abs(ch.Difference) > math.Abs(change.Difference) {
				most, change = r, ch
			}
		}
		if change == nil {
			continue
		}
		before, after := valueTexts("cost", currency, change.A, change.B)
		line := fmt.Sprintf("The bill of %s goes from %s to %s%s (%s)", oneLine(most.Label), before, after, spanWords(c.span()), bothText(change, currency))
		if moved > 1 {
			line += fmt.Sprintf(", the most of %d bills of %d that move", moved, all)
		}
		lines = append(lines, line+".")
	}
	return lines
}
