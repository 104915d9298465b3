package results

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results/stat"
)

// keyMetrics are the metrics that people look at first.
var keyMetrics = []string{"cold_ratio", "latency_p50_s", "latency_p99_s", "user_latency_p50_s", "user_latency_p99_s", successColumn, "wasted_gib_s", "cost", operatorCost, regretColumn, "error_ratio"}

// unitName is the unit of a metric's numbers in a file: s, GiB·s, 1, what is
// counted, or the currency of money.
func unitName(metric, currency string) string {
	if m := metrics[metricIndex(metric)]; !m.Money {
		return m.Unit
	}
	return currency
}

// isRatio reports whether people are shown a metric in percent.
func isRatio(metric string) bool { return metrics[metricIndex(metric)].Unit == "1" }

// valueText writes a metric's value in its unit, money in a currency.
func valueText(metric, currency string, x float64) string { return valueTextOf(metric, currency, x, 0) }

// valueTexts writes two values of a metric, with as many digits as tell them apart
// where they differ.
func valueTexts(metric, currency string, x, y float64) (string, string) {
	for more := 0; ; more++ {
		a, b := valueTextOf(metric, currency, x, more), valueTextOf(metric, currency, y, more)
		if a != b || x == y || math.IsNaN(x) || more == mostMore {
			return a, b
		}
	}
}

// mostMore is how many more digits than usual a value has at most: a float has no
// more than 16 or so.
const mostMore = 12

// valueTextOf writes a value with so many more digits than usual.
func valueTextOf(metric, currency string, x float64, more int) string {
	i := metricIndex(metric)
	switch {
	case math.IsNaN(x):
		return dash
	case metrics[i].Unit == "s":
		return secondsIn(x, 3+more)
	case metrics[i].Money:
		return moneyIn(currency, moneyOf(x, more))
	case metrics[i].Unit == operatorUnit:
		return moneyIn(operatorUnit, moneyOf(x, more))
	case isRatio(metric):
		return percentOf(x, more)
	}
	return digits(x, 4+more)
}

// amountText writes a difference without its sign, and the unit that is to follow:
// none where the number has its own. Of ratios that is percentage points, as a
// percentage would be taken for the relative change.
func amountText(metric, currency string, x float64, significant int) (text, unit string) {
	x = math.Abs(x)
	i := metricIndex(metric)
	switch {
	case metrics[i].Unit == "s":
		return seconds3(x), ""
	case metrics[i].Money:
		return moneyIn(currency, money(x)), ""
	case metrics[i].Unit == operatorUnit:
		return moneyIn(operatorUnit, money(x)), ""
	case isRatio(metric):
		return digits(x*100, significant), " pp"
	}
	return digits(x, significant), " " + metrics[i].Unit
}

// differenceText writes a difference with its sign, its interval where it has one
// (half is else NaN), and its unit.
func differenceText(metric, currency string, x, half float64) string {
	sign := ""
	switch {
	case math.IsNaN(x):
		return dash
	case x > 0:
		sign = "+"
	case x < 0:
		sign = "−"
	}
	if untoldFromNone(x, half) {
		sign = untoldMark + sign
	}
	text, unit := amountText(metric, currency, x, 3)
	if !math.IsNaN(half) {
		halfText, _ := amountText(metric, currency, half, 2)
		text += " ± " + halfText
	}
	return sign + text + unit
}

// untoldFromNone reports whether a difference is not told from none: it is no larger than
// the half-width of its 95 % interval (NaN: it has none).
func untoldFromNone(x, half float64) bool { return x != 0 && half >= math.Abs(x) }

// intervalText writes the difference with its interval.
func intervalText(ch *Change, currency string) string {
	return differenceText(ch.Metric, currency, ch.Difference, ch.Half)
}

// changeText writes a relative change; a dash where there is none, as from 0.
func changeText(ch *Change) string {
	switch {
	case ch.Same():
		return "same"
	case math.IsNaN(ch.Relative):
		return dash
	}
	return signed(percent(ch.Relative), ch.Relative)
}

// bothText writes a change in its unit and in percent.
func bothText(ch *Change, currency string) string {
	if math.IsNaN(ch.Relative) {
		return differenceText(ch.Metric, currency, ch.Difference, nan)
	}
	return differenceText(ch.Metric, currency, ch.Difference, nan) + ", " + changeText(ch)
}

// summary says in a sentence or two whether all is allowed, and how much moved.
func (c *Comparison) summary(j *Judgement) string {
	moved, all := 0, 0
	for i := range c.Rows {
		for k := range c.Rows[i].Changes {
			if ch := &c.Rows[i].Changes[k]; c.compares(ch.Metric, j) {
				all++
				if !ch.Same() {
					moved++
				}
			}
		}
	}
	text := fmt.Sprintf("%s%s in both, %d of %s moved (%s)", j.sentence(), plural(len(c.Rows), "row", "rows"), moved, plural(all, "number", "numbers"), c.how())
	if n := len(c.OnlyA); n > 0 {
		text += fmt.Sprintf("; %s", plural(n, "row only before", "rows only before"))
	}
	if n := len(c.OnlyB); n > 0 {
		text += fmt.Sprintf("; %s", plural(n, "row only after", "rows only after"))
	}
	return text + "."
}

// how says what differences and their intervals are of.
func (c *Comparison) how() string {
	if c.blocks != nil {
		return c.blocksHow()
	}
	how := "paired by replication"
	switch {
	case c.A.Seed != c.B.Seed:
		how = "independent samples, as the seeds differ"
	case c.A.ModelVersion != c.B.ModelVersion:
		how = fmt.Sprintf("independent samples, as the model versions differ, %q and %q", truncate(c.A.ModelVersion, valueShown), truncate(c.B.ModelVersion, valueShown))
	case !c.Paired:
		how = "independent samples, as the numbers of replications differ"
	}
	if saved, ok := c.saved(); ok {
		how += saved
	}
	if c.Paired && c.A.GOARCH != c.B.GOARCH {
		how += fmt.Sprintf(", of the same random numbers but for their rounding on %q and %q", truncate(c.A.GOARCH, valueShown), truncate(c.B.GOARCH, valueShown))
	}
	if least := min(c.A.Replications, c.B.Replications); least < 2 {
		how += "; one replication has no interval"
	}
	return how
}

// compares reports whether a metric is among those that are compared: all, or those
// that were chosen and those that are held to a tolerance.
func (c *Comparison) compares(metric string, j *Judgement) bool {
	return c.Metrics == nil || slices.Contains(c.Metrics, metric) || j.held(metric)
}

// shown reports whether the short outputs have a change: of a metric that was
// chosen, or a key metric or one held to a tolerance that moved, or an excess.
func (c *Comparison) shown(row string, ch *Change, j *Judgement) bool {
	switch {
	case j.exceeds(row, ch.Metric):
		return true
	case c.Metrics != nil:
		return c.compares(ch.Metric, j)
	}
	return (slices.Contains(keyMetrics, ch.Metric) || j.held(ch.Metric)) && !ch.Same()
}

// remarks are what the table cannot show, each a line: what is beyond a tolerance,
// what cannot be compared, and rows of one side.
func (c *Comparison) remarks(j *Judgement) (lines []string) {
	if j != nil {
		for _, e := range j.Excesses {
			lines = append(lines, "beyond tolerance: "+e.String())
		}
	}
	return asLines(append(lines, slices.Concat(c.readings(j), c.notCompared(j))...))
}

// asLines makes a line of each, shortened to what people read.
func asLines(texts []string) (lines []string) {
	for _, text := range texts {
		lines = append(lines, spec.Shorten(oneLine(text)))
	}
	return lines
}

// readings are remarks on the differences that are shown: the mark of those that are not
// told, and how far step times of language models bear them.
func (c *Comparison) readings(j *Judgement) (lines []string) {
	if c.marksUntold(j) {
		lines = append(lines, "≈: by less than its 95 % interval, not told from none")
	}
	return append(lines, c.stepRemarks(j)...)
}

// notCompared says which metrics, costs and rows have no partner. Rows that are gone are
// beyond a tolerance, where there is one, and not said here.
func (c *Comparison) notCompared(j *Judgement) (lines []string) {
	add := func(what string, of []string) {
		for _, l := range of {
			lines = append(lines, what+l)
		}
	}
	add("not compared: ", c.undefined(j))
	add("costs not compared: ", c.CostsApart)
	if j == nil || len(j.Tolerances) == 0 {
		add("only before: ", c.OnlyA)
	}
	add("only after: ", c.OnlyB)
	return lines
}

// undefined says which metrics have a value on one side alone, in which rows; and
// which of those that were asked for have none on either.
func (c *Comparison) undefined(j *Judgement) (lines []string) {
	for _, name := range metricNames() {
		if !c.compares(name, j) {
			continue
		}
		var before, after, both []string
		for i := range c.Rows {
			switch ch := c.Rows[i].change(name); {
			case ch == nil:
				both = append(both, c.Rows[i].Label)
			case math.IsNaN(ch.A):
				before = append(before, c.Rows[i].Label)
			case math.IsNaN(ch.B):
				after = append(after, c.Rows[i].Label)
			}
		}
		if !slices.Contains(c.Metrics, name) && !j.held(name) {
			both = nil // a matter of course, as a cost where nothing is billed
		}
		for _, kind := range []struct {
			when string
			rows []string
		}{{"before", before}, {"after", after}, {"before and after", both}} {
			if n := len(kind.rows); n > 0 {
				lines = append(lines, fmt.Sprintf("%s has no value %s in %s", name, kind.when, someOf(kind.rows, len(c.Rows))))
			}
		}
	}
	return lines
}

// someRows is how many rows a remark names.
const someRows = 3

// someOf names rows, of so many.
func someOf(rows []string, all int) string {
	if len(rows) == all && all > 1 {
		return "any row"
	}
	text := strings.Join(rows[:min(len(rows), someRows)], "; ")
	if more := len(rows) - someRows; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// plainDifference writes the size of a difference with its interval, where it has one.
func plainDifference(metric, currency string, x, half float64) string {
	text, unit := amountText(metric, currency, x, 3)
	if !math.IsNaN(half) {
		halfText, _ := amountText(metric, currency, half, 2)
		text += " ± " + halfText
	}
	return text + unit
}

// saved says how much of the variance of differences pairing saved, the median of the
// numbers that moved; false where nothing varies.
func (c *Comparison) saved() (string, bool) {
	var all []float64
	for i := range c.Rows {
		for k := range c.Rows[i].Changes {
			if ch := &c.Rows[i].Changes[k]; !ch.Same() && !math.IsNaN(ch.Saved) {
				all = append(all, ch.Saved)
			}
		}
	}
	if len(all) == 0 {
		return "", false
	}
	return fmt.Sprintf(", which saves %s of the variance of a difference in the median", strings.Replace(percent(stat.LowerMedian(all, cmp.Compare[float64])), "-", "−", 1)), true
}

// marksUntold reports whether a change that is shown has the mark of one that is not told.
func (c *Comparison) marksUntold(j *Judgement) bool {
	for i := range c.Rows {
		for k := range c.Rows[i].Changes {
			ch := &c.Rows[i].Changes[k]
			if c.shown(c.Rows[i].Label, ch, j) && ch.untold() {
				return true
			}
		}
	}
	return false
}
