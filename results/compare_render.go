package results

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// CompareFormats returns the names that Comparison.Render knows.
func CompareFormats() []string { return []string{"text", "csv", "json", "markdown"} }

// Render writes the comparison in one of CompareFormats, and marks the
// excesses in it. text and markdown show the metrics that the summary table
// has and those of the excesses; csv and json have all of them.
func (c *Comparison) Render(w io.Writer, format string, excesses []Excess) error {
	var b bytes.Buffer
	var err error
	switch format {
	case "text":
		err = c.text(&b, excesses)
	case "csv":
		err = c.csv(&b, excesses)
	case "json":
		err = c.json(&b, excesses)
	case "markdown":
		c.markdown(&b, excesses)
	default:
		return fmt.Errorf("%q is no format; these are: %s", format, strings.Join(CompareFormats(), ", "))
	}
	if err == nil {
		_, err = w.Write(b.Bytes())
	}
	if err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// keyMetrics are the metrics that people look at first.
var keyMetrics = []string{"cold_ratio", "latency_p50_s", "latency_p99_s", "wasted_gib_s", "cost", "error_ratio"}

// shown reports whether the short outputs have a change: a key metric that
// moved, or an excess.
func shown(row string, ch *Change, excesses []Excess) bool {
	return (slices.Contains(keyMetrics, ch.Metric) && !ch.Same()) || exceeds(row, ch, excesses)
}

func exceeds(row string, ch *Change, excesses []Excess) bool {
	return slices.ContainsFunc(excesses, func(e Excess) bool { return e.Row == row && e.Change.Metric == ch.Metric })
}

// changeText writes a relative change, or the absolute one where there was 0.
func changeText(ch *Change) string {
	switch {
	case ch.Same():
		return "same"
	case !math.IsNaN(ch.Relative):
		return signed(percent(ch.Relative), ch.Relative)
	case !math.IsNaN(ch.Difference):
		return signed(digits(ch.Difference, 3), ch.Difference)
	}
	return dash
}

// valueText writes a metric's value in its unit, money in a currency.
func valueText(metric, currency string, x float64) string {
	i := metricIndex(metric)
	switch {
	case math.IsNaN(x):
		return dash
	case metrics[i].Unit == "s":
		return seconds3(x)
	case metrics[i].Money:
		return moneyIn(currency, money(x))
	case strings.HasSuffix(metric, "_ratio") || metric == "app_cold_ratio_p75":
		return percent(x)
	}
	return digits(x, 4)
}

// intervalText writes the difference with its interval.
func intervalText(ch *Change) string {
	if math.IsNaN(ch.Half) || math.IsNaN(ch.Difference) {
		return dash
	}
	return signed(digits(ch.Difference, 3), ch.Difference) + " ± " + digits(ch.Half, 2)
}

func (c *Comparison) text(b *bytes.Buffer, excesses []Excess) error {
	if len(c.Inputs) == 0 {
		fmt.Fprintf(b, "Inputs: the same.\n")
	}
	for _, in := range c.Inputs {
		fmt.Fprintf(b, "Input differs: %s\n", in)
	}
	t := &TextTable{Header: []string{"row", "metric", "before", "after", "change", "difference (95 %)", ""},
		Right: []bool{false, false, true, true, true, true, false}}
	for i := range c.Rows {
		r := &c.Rows[i]
		for j := range r.Changes {
			ch := &r.Changes[j]
			if !shown(r.Label, ch, excesses) {
				continue
			}
			mark := ""
			if exceeds(r.Label, ch, excesses) {
				mark = "beyond tolerance"
			}
			t.Add(oneLine(r.Label), ch.Metric, valueText(ch.Metric, r.Currency, ch.A), valueText(ch.Metric, r.Currency, ch.B), changeText(ch), intervalText(ch), mark)
		}
	}
	fmt.Fprintln(b)
	if t.Rows() > 0 {
		fmt.Fprintln(b, t)
	}
	fmt.Fprintf(b, "%s\n", c.summary(excesses))
	for _, e := range excesses {
		fmt.Fprintf(b, "beyond tolerance: %s\n", oneLine(e.String()))
	}
	for _, l := range c.Currencies {
		fmt.Fprintf(b, "costs not compared: %s\n", oneLine(l))
	}
	for _, l := range c.OnlyA {
		fmt.Fprintf(b, "only before: %s\n", oneLine(l))
	}
	for _, l := range c.OnlyB {
		fmt.Fprintf(b, "only after: %s\n", oneLine(l))
	}
	return nil
}

// summary says in a sentence how much moved.
func (c *Comparison) summary(excesses []Excess) string {
	moved, all := 0, 0
	for i := range c.Rows {
		for j := range c.Rows[i].Changes {
			all++
			if !c.Rows[i].Changes[j].Same() {
				moved++
			}
		}
	}
	how := "paired by replication"
	if !c.Paired {
		how = "independent samples, as the seeds differ"
	}
	text := fmt.Sprintf("%d rows in both, %d of %d numbers moved (%s)", len(c.Rows), moved, all, how)
	if len(c.OnlyA)+len(c.OnlyB) > 0 {
		text += fmt.Sprintf("; %d rows only before, %d only after", len(c.OnlyA), len(c.OnlyB))
	}
	if n := len(excesses); n > 0 {
		text += fmt.Sprintf("; %d beyond tolerance", n)
	}
	return text + "."
}

func (c *Comparison) csv(b *bytes.Buffer, excesses []Excess) error {
	w := csv.NewWriter(b)
	lines := [][]string{{"row", "metric", "currency", "before", "after", "difference", "difference_ci95", "relative", "beyond_tolerance"}}
	for i := range c.Rows {
		r := &c.Rows[i]
		for j := range r.Changes {
			ch := &r.Changes[j]
			beyond := "no"
			if exceeds(r.Label, ch, excesses) {
				beyond = "yes"
			}
			lines = append(lines, []string{neutral(r.Label), ch.Metric, unitOf(ch.Metric, r.Currency), number(ch.A), number(ch.B), number(ch.Difference), number(ch.Half), number(ch.Relative), beyond})
		}
	}
	return w.WriteAll(lines)
}

// jsonChange is a change in JSON, where NaN is null.
type jsonChange struct {
	Row      string   `json:"row"`
	Metric   string   `json:"metric"`
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

func (c *Comparison) json(b *bytes.Buffer, excesses []Excess) error {
	out := struct {
		Inputs     []jsonInput  `json:"inputs"`
		Paired     bool         `json:"paired"`
		OnlyBefore []string     `json:"only_before"`
		OnlyAfter  []string     `json:"only_after"`
		Currencies []string     `json:"costs_not_compared,omitempty"`
		Changes    []jsonChange `json:"changes"`
	}{[]jsonInput{}, c.Paired, append([]string{}, c.OnlyA...), append([]string{}, c.OnlyB...), c.Currencies, []jsonChange{}}
	for _, in := range c.Inputs {
		out.Inputs = append(out.Inputs, jsonInput{in.Name, in.A, in.B})
	}
	for i := range c.Rows {
		r := &c.Rows[i]
		for j := range r.Changes {
			ch := &r.Changes[j]
			out.Changes = append(out.Changes, jsonChange{r.Label, ch.Metric, unitOf(ch.Metric, r.Currency), orNull(ch.A), orNull(ch.B),
				orNull(ch.Difference), orNull(ch.Half), orNull(ch.Relative), exceeds(r.Label, ch, excesses)})
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

// markdown writes what suits a comment on a pull request.
func (c *Comparison) markdown(b *bytes.Buffer, excesses []Excess) {
	if len(excesses) > 0 {
		fmt.Fprintf(b, "**Beyond tolerance: %d**\n\n", len(excesses))
	}
	fmt.Fprintf(b, "%s\n", escapeMarkdown(c.summary(excesses)))
	if len(c.Inputs) > 0 {
		fmt.Fprint(b, "\n| input | before | after |\n| --- | --- | --- |\n")
		for _, in := range c.Inputs {
			fmt.Fprintf(b, "| %s | %s | %s |\n", escapeMarkdown(in.Name), escapeMarkdown(orAbsent(in.A)), escapeMarkdown(orAbsent(in.B)))
		}
	}
	head := false
	for i := range c.Rows {
		r := &c.Rows[i]
		for j := range r.Changes {
			ch := &r.Changes[j]
			if !shown(r.Label, ch, excesses) {
				continue
			}
			if !head {
				fmt.Fprint(b, "\n| row | metric | before | after | change | difference (95 %) |\n| --- | --- | ---: | ---: | ---: | ---: |\n")
				head = true
			}
			change := changeText(ch)
			if exceeds(r.Label, ch, excesses) {
				change = "**" + change + "**"
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", escapeMarkdown(r.Label), ch.Metric,
				valueText(ch.Metric, r.Currency, ch.A), valueText(ch.Metric, r.Currency, ch.B), change, intervalText(ch))
		}
	}
	for _, l := range c.Currencies {
		fmt.Fprintf(b, "\nCosts not compared: %s\n", escapeMarkdown(l))
	}
	for _, l := range c.OnlyA {
		fmt.Fprintf(b, "\nOnly before: %s\n", escapeMarkdown(l))
	}
	for _, l := range c.OnlyB {
		fmt.Fprintf(b, "\nOnly after: %s\n", escapeMarkdown(l))
	}
}

// escapeMarkdown makes text harmless in Markdown: no markup, no HTML, no new cell.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		switch r {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '|', '*', '`', '[', ']', '\\', '!', '#', '@', '~':
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
