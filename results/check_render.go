package results

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// CheckFormats returns the names that Comparison.RenderCheck knows.
func CheckFormats() []string { return []string{"text", "json", "junit", "markdown", "github"} }

// RenderCheck writes a judged comparison of a gate: text and json as Render does,
// markdown with a plot of before and after for a pull request, junit as the XML that CI
// servers read, a test case for each number that is held, and github as the lines that a
// job's log turns into annotations, those beyond tolerance at the experiment's file.
func (c *Comparison) RenderCheck(w io.Writer, format, file string, j *Judgement) error {
	var b bytes.Buffer
	var err error
	switch format {
	case "junit":
		err = c.junit(&b, j)
	case "markdown":
		c.forPullRequest(&b, j)
	case "github":
		c.annotations(&b, file, j)
	default:
		return c.Render(w, format, j)
	}
	if err == nil {
		_, err = w.Write(b.Bytes())
	}
	if err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// mostOpen is how many lines a pull request shows before the reader asks for more.
const mostOpen = 25

// forPullRequest writes the sentences, the plot and then the tables, folded where they
// are long; the table marks what is beyond, so that only rows that are gone are said
// again.
func (c *Comparison) forPullRequest(b *bytes.Buffer, j *Judgement) {
	c.markdownHead(b, j)
	c.mermaid(b, j)
	var tables bytes.Buffer
	c.markdownTables(&tables, j, anyChange)
	for _, e := range j.Excesses {
		if e.Gone {
			fmt.Fprintf(&tables, "\n%s\n", escapeMarkdown("beyond tolerance: "+e.String()))
		}
	}
	for _, l := range asLines(append(c.readings(j), c.notCompared(j)...)) {
		fmt.Fprintf(&tables, "\n%s\n", escapeMarkdown(l))
	}
	if n := bytes.Count(tables.Bytes(), []byte("\n")); n > mostOpen {
		fmt.Fprintf(b, "\n<details><summary>All that moved</summary>\n%s\n</details>\n", &tables)
		return
	}
	b.Write(tables.Bytes())
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Kind    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
	Out      string      `xml:"system-out"`
}

// junit writes a test case for each row × metric that is held, and for each row that is
// gone. Where the baseline is written anew none of them fails. Times are 0: how long a run takes is no result of it.
func (c *Comparison) junit(b *bytes.Buffer, j *Judgement) error {
	suite := junitSuite{Name: "coldcurve: " + oneLine(c.B.Title), Time: "0", Out: strings.Join(append([]string{c.summary(j), c.CauseSentence()}, c.bills(j)...), "\n")}
	if j.Updated {
		for _, e := range j.Excesses {
			suite.Out += "\n" + oneLine(e.String())
		}
	}
	add := func(row, name string, failure *junitFailure) {
		suite.Tests++
		if failure != nil {
			suite.Failures++
		}
		suite.Cases = append(suite.Cases, junitCase{oneLine(row), name, "0", failure})
	}
	failed := func(e *Excess) *junitFailure {
		if j.Updated {
			return nil
		}
		return &junitFailure{oneLine(e.String()), "tolerance", "\n" + oneLine(e.String()) + "\n" + c.CauseSentence() + "\n"}
	}
	excess := map[[2]string]*Excess{}
	for i := range j.Excesses {
		e := &j.Excesses[i]
		excess[[2]string{e.Row, e.Change.Metric}] = e
	}
	for i := range c.Rows {
		r := &c.Rows[i]
		for k := range r.Changes {
			ch := &r.Changes[k]
			if !j.held(ch.Metric) || math.IsNaN(ch.A) {
				continue
			}
			var failure *junitFailure
			if e := excess[[2]string{r.Label, ch.Metric}]; e != nil {
				failure = failed(e)
			}
			add(r.Label, ch.Metric, failure)
		}
	}
	for i := range j.Excesses {
		if e := &j.Excesses[i]; e.Gone {
			add(e.Row, "the row is there", failed(e))
		}
	}
	b.WriteString(xml.Header)
	e := xml.NewEncoder(b)
	e.Indent("", "  ")
	err := e.Encode(struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}{Tests: suite.Tests, Failures: suite.Failures, Suites: []junitSuite{suite}})
	b.WriteByte('\n')
	return err
}

// mostAnnotations is how many annotations of one kind GitHub shows of a step.
const mostAnnotations = 10

// annotations writes GitHub's workflow commands: an error for what is beyond tolerance,
// or a notice where the baseline is written anew, and a notice for how the bill moved
// and for what changed.
func (c *Comparison) annotations(b *bytes.Buffer, file string, j *Judgement) {
	level := "error"
	if j.Updated {
		level = "notice"
	}
	for i, e := range j.Excesses {
		text := e.String()
		if more := len(j.Excesses) - i; i == mostAnnotations-1 && more > 1 {
			text = fmt.Sprintf("%d more are beyond tolerance, the first: %s", more, text)
		}
		fmt.Fprintf(b, "::%s file=%s,title=%s::%s\n", level, commandProperty(file), commandProperty(j.beyondHead()), commandText(text))
		if i == mostAnnotations-1 {
			break
		}
	}
	for _, line := range c.bills(j) {
		fmt.Fprintf(b, "::notice file=%s,title=Bill::%s\n", commandProperty(file), commandText(line))
	}
	fmt.Fprintf(b, "::notice file=%s,title=%s::%s\n", commandProperty(file), commandProperty(j.verdict()), commandText(c.summary(j)+" "+c.CauseSentence()))
}

// verdict is whether all is allowed, in a few words.
func (j *Judgement) verdict() string {
	if len(j.Excesses) > 0 {
		return j.beyondHead()
	}
	return "Within tolerance"
}

// commandText escapes a workflow command's text, which is a line of printable text.
func commandText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(oneLine(s))
}

// commandProperty escapes a workflow command's property.
func commandProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandText(s))
}

// mermaid draws, in the language of charts that GitHub and GitLab show within Markdown,
// the metric that is held and moved most in one currency: bars before, a line after.
func (c *Comparison) mermaid(b *bytes.Buffer, j *Judgement) {
	metric, currency := c.mostMovedMetric(j)
	if metric == "" {
		return
	}
	var names, before, after []string
	rows := c.mostMoved([]string{metric})
	for i := range rows {
		ch := rows[i].change(metric)
		if ch == nil || math.IsNaN(ch.A) || math.IsNaN(ch.B) || metrics[metricIndex(metric)].Money && rows[i].Currency != currency {
			continue
		}
		names = append(names, mermaidText(rows[i].Label))
		before, after = append(before, plainNumber(ch.A)), append(after, plainNumber(ch.B))
	}
	title := metric
	if currency != "" {
		title += ", " + currency + spanWords(c.span())
	} else if unit := unitName(metric, ""); unit != "1" {
		title += ", " + unit
	}
	drawn := ": before (bars), after (line)"
	if len(names) == 1 { // a line of one point is none
		drawn = ": before and after"
	}
	fmt.Fprintf(b, "\n```mermaid\nxychart-beta\n    title %s\n", mermaidText(title+drawn))
	if len(names) == 1 {
		fmt.Fprintf(b, "    x-axis [\"before\", \"after\"]\n    bar [%s, %s]\n```\n\n%s\n", before[0], after[0], escapeMarkdown(strings.Trim(names[0], `"`)))
		return
	}
	numbers := make([]string, len(names))
	for i := range numbers {
		numbers[i] = strconv.Itoa(i + 1)
	}
	fmt.Fprintf(b, "    x-axis [%s]\n    bar [%s]\n    line [%s]\n```\n\n", strings.Join(numbers, ", "), strings.Join(before, ", "), strings.Join(after, ", "))
	for i, name := range names {
		fmt.Fprintf(b, "%d. %s\n", i+1, escapeMarkdown(strings.Trim(name, `"`)))
	}
	if len(rows) < len(c.Rows) {
		fmt.Fprintf(b, "\nShown are the %d rows of %d that moved most.\n", len(rows), len(c.Rows))
	}
}

// mostMovedMetric returns the metric to draw: of those that are held, or else of those that
// people look at first, the one that moved most, relatively, in some row, and of
// money its currency; "" where nothing moved.
func (c *Comparison) mostMovedMetric(j *Judgement) (metric, currency string) {
	most := 0.0
	for i := range c.Rows {
		for _, ch := range c.Rows[i].Changes {
			moved := math.Abs(ch.Relative)
			if math.IsNaN(moved) && ch.Difference != 0 && !math.IsNaN(ch.Difference) {
				moved = math.MaxFloat64 // from 0
			}
			if (j.held(ch.Metric) || j == nil && slices.Contains(keyMetrics, ch.Metric)) && moved > most {
				most, metric, currency = moved, ch.Metric, ""
				if metrics[metricIndex(metric)].Money {
					currency = c.Rows[i].Currency
				}
			}
		}
	}
	return metric, currency
}

// mermaidText is a text in quotes, without what would end them or the line.
func mermaidText(s string) string {
	return `"` + strings.NewReplacer(`"`, "'", "`", "'", "#", "", ";", ",").Replace(truncate(oneLine(s), valueShown)) + `"`
}

// plainNumber writes a number to six digits and without an exponent.
func plainNumber(x float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	if err != nil {
		rounded = x
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
