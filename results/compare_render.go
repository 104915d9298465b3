package results

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// CompareFormats returns the names that Comparison.Render knows.
func CompareFormats() []string { return []string{"text", "csv", "json", "markdown", "bench"} }

// Render writes the comparison in one of CompareFormats, and marks what is beyond
// a tolerance in it; j may be nil. text and markdown show the metrics that the
// summary table has and those that are held to a tolerance; the others have all of
// them. Where Metrics are chosen, all formats have these.
func (c *Comparison) Render(w io.Writer, format string, j *Judgement) error {
	return c.render(w, format, j, anyChange)
}

// RenderBeyond writes, of the changes, those that are beyond a tolerance, and nothing
// at all where none is; what is said of the whole stays so.
func (c *Comparison) RenderBeyond(w io.Writer, format string, j *Judgement) error {
	if j == nil || len(j.Excesses) == 0 {
		return nil
	}
	return c.render(w, format, j, j.exceeds)
}

// changeFilter tells which changes are printed, by the row's label and the metric.
type changeFilter func(row, metric string) bool

func anyChange(string, string) bool { return true }

// render writes the comparison with those of its changes that pass a filter.
func (c *Comparison) render(w io.Writer, format string, j *Judgement, only changeFilter) error {
	var b bytes.Buffer
	var err error
	switch format {
	case "text":
		c.text(&b, j, only)
	case "csv":
		err = writeCSV(&b, c.changesSheet(j, only))
	case "json":
		err = c.json(&b, j, only)
	case "markdown":
		c.markdown(&b, j, only)
	case "bench":
		c.bench(&b, j, only)
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

// changeHead are the columns of the table of changes, of which the last marks
// what is beyond a tolerance.
var changeHead = []string{"row", "metric", "before", "after", "change", "difference (95 %)", ""}

// eachShown gives f a line of the table for each change that is shown and passes.
func (c *Comparison) eachShown(j *Judgement, only changeFilter, f func(cells []string, beyond bool)) {
	for i := range c.Rows {
		r := &c.Rows[i]
		for k := range r.Changes {
			ch := &r.Changes[k]
			if !c.shown(r.Label, ch, j) || !only(r.Label, ch.Metric) {
				continue
			}
			before, after := valueTexts(ch.Metric, r.Currency, ch.A, ch.B)
			f([]string{oneLine(r.Label), ch.Metric, before, after, changeText(ch), intervalText(ch, r.Currency)}, j.exceeds(r.Label, ch.Metric))
		}
	}
}

func (c *Comparison) text(b *bytes.Buffer, j *Judgement, only changeFilter) {
	fmt.Fprintf(b, "%s\n%s\n", c.summary(j), c.CauseSentence())
	for _, line := range c.bills(j) {
		fmt.Fprintln(b, line)
	}
	if len(c.Inputs) > 0 {
		fmt.Fprintln(b)
	}
	for _, in := range c.Inputs {
		fmt.Fprintf(b, "Input differs: %s\n", in)
	}
	t := &TextTable{Header: changeHead, Right: []bool{false, false, true, true, true, true, false}}
	c.eachShown(j, only, func(cells []string, beyond bool) {
		mark := ""
		if beyond {
			mark = "beyond tolerance"
		}
		t.Add(append(cells, mark)...)
	})
	if t.Rows() > 0 {
		fmt.Fprintf(b, "\n%s", t)
	}
	for i, l := range c.remarks(j) {
		if i == 0 {
			fmt.Fprintln(b)
		}
		fmt.Fprintln(b, l)
	}
}

// Brief writes what is beyond a tolerance, a line each; nothing where all is well.
func (j *Judgement) Brief(w io.Writer) error {
	var b strings.Builder
	for _, e := range j.Excesses {
		fmt.Fprintf(&b, "%s\n", oneLine(e.String()))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// markdown writes what suits a comment on a pull request.
func (c *Comparison) markdown(b *bytes.Buffer, j *Judgement, only changeFilter) {
	c.markdownHead(b, j)
	c.markdownTables(b, j, only)
	for _, l := range c.remarks(j) {
		fmt.Fprintf(b, "\n%s\n", escapeMarkdown(l))
	}
}

// markdownHead writes the sentences that come before all else.
func (c *Comparison) markdownHead(b *bytes.Buffer, j *Judgement) {
	if j != nil && len(j.Excesses) > 0 {
		fmt.Fprintf(b, "**%s: %d**\n\n", j.beyondHead(), len(j.Excesses))
	}
	fmt.Fprintf(b, "%s %s\n", escapeMarkdown(c.summary(j)), escapeMarkdown(c.CauseSentence()))
	for _, line := range c.bills(j) {
		fmt.Fprintf(b, "\n%s\n", escapeMarkdown(line))
	}
}

// markdownTables writes what differs in what the two were made from, and what moved.
func (c *Comparison) markdownTables(b *bytes.Buffer, j *Judgement, only changeFilter) {
	if len(c.Inputs) > 0 {
		fmt.Fprint(b, "\n| input | before | after |\n| --- | --- | --- |\n")
		for _, in := range c.Inputs {
			fmt.Fprintf(b, "| %s | %s | %s |\n", escapeMarkdown(in.Name), escapeMarkdown(orAbsent(in.A)), escapeMarkdown(orAbsent(in.B)))
		}
	}
	head := false
	c.eachShown(j, only, func(cells []string, beyond bool) {
		if !head {
			fmt.Fprint(b, "\n| row | metric | before | after | change | difference (95 %) |\n| --- | --- | ---: | ---: | ---: | ---: |\n")
			head = true
		}
		if beyond {
			cells[4] = "**" + cells[4] + "**"
		}
		fmt.Fprintf(b, "| %s | %s |\n", escapeMarkdown(cells[0]), strings.Join(cells[1:], " | "))
	})
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
