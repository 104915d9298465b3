package results

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Explanation is why the cold starts of a cell happened, in one replication.
type Explanation struct {
	*Explainer
	Title                     string // of the experiment
	Cell                      string
	Replication, Replications int
}

// ExplainFormats returns the names that Explanation.Render knows.
func ExplainFormats() []string { return []string{"text", "json", "csv"} }

// Render writes the explanation in one of ExplainFormats: of the function that is looked
// at, its causes, a timeline and its cold starts (csv and json: all of them); of none,
// the functions with the most.
func (x *Explanation) Render(w io.Writer, format string) (err error) {
	var b bytes.Buffer
	switch {
	case format == "json":
		err = x.json(&b)
	case format == "csv" && x.Look < 0:
		err = writeCSV(&b, x.functionsSheet())
	case format == "csv":
		err = writeCSV(&b, x.startsSheet())
	case format != "text":
		return fmt.Errorf("%q is no format; these are: %s", format, strings.Join(ExplainFormats(), ", "))
	case x.Look < 0:
		x.functionsText(&b)
	default:
		x.functionText(&b)
	}
	if err == nil {
		_, err = w.Write(b.Bytes())
	}
	if err != nil {
		return fmt.Errorf("writing the explanation: %w", err)
	}
	return nil
}

// causes are those that a cold start can have, in their order.
func causes() (list []sim.ColdCause) {
	for c := sim.NotCold + 1; int(c) < sim.NumColdCauses; c++ {
		list = append(list, c)
	}
	return list
}

// whereText says what is explained.
func (x *Explanation) whereText() string {
	return fmt.Sprintf("%s, replication %d of %d", oneLine(x.Cell), x.Replication+1, x.Replications)
}

// countsText says how many requests were cold and what that cost them.
func countsText(c *ColdCounts) string {
	n := c.Sum()
	text := fmt.Sprintf("%s of %s were cold", thousands(float64(n)), plural(int(c.Invocations), "invocation", "invocations"))
	if n > 0 {
		waited := c.Waited.Float() / second
		text = fmt.Sprintf("%s (%s); they waited %s for an initialisation, %s each", text, percent(float64(n)/float64(c.Invocations)), seconds3(waited), seconds3(waited/float64(n)))
	}
	if c.Lost > 0 {
		text += fmt.Sprintf("; %s failed with their node", plural(int(c.Lost), "request", "requests"))
	}
	return text
}

// mostFunctions is how many functions the text lists.
const mostFunctions = 20

// order is the functions with cold starts, those with the most first.
func (x *Explanation) order() (list []int) {
	for i := range x.All {
		if x.All[i].Sum() > 0 {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(x.All[b].Sum(), x.All[a].Sum()) })
	return list
}

// seenCauses are the causes that some function has.
func (x *Explanation) seenCauses() []sim.ColdCause {
	return slices.DeleteFunc(causes(), func(c sim.ColdCause) bool {
		return !slices.ContainsFunc(x.All, func(f ColdCounts) bool { return f.Cold[c] > 0 })
	})
}

func (x *Explanation) functionsText(b *bytes.Buffer) {
	var all ColdCounts
	for i := range x.All {
		all.Invocations += x.All[i].Invocations
		all.Waited.AddWide(x.All[i].Waited)
		all.Lost += x.All[i].Lost
		for c := range all.Cold {
			all.Cold[c] += x.All[i].Cold[c]
		}
	}
	fmt.Fprintf(b, "%s: %s.\n", x.whereText(), countsText(&all))
	order, seen := x.order(), x.seenCauses()
	if len(order) == 0 {
		return
	}
	t := &TextTable{Header: []string{"function", "invocations", "cold"}, Right: []bool{false, true}}
	for _, c := range seen {
		t.Header = append(t.Header, c.String())
	}
	line := func(name string, c *ColdCounts) {
		cells := []string{name, thousands(float64(c.Invocations)), thousands(float64(c.Sum()))}
		for _, k := range seen {
			cells = append(cells, thousands(float64(c.Cold[k])))
		}
		t.Add(cells...)
	}
	for _, i := range order[:min(len(order), mostFunctions)] {
		line(shortID(x.Functions[i].ID()), &x.All[i])
	}
	line("all", &all)
	fmt.Fprintf(b, "\n%s", t)
	if more := len(order) - mostFunctions; more > 0 {
		fmt.Fprintf(b, "\n%s cold starts too; --function looks at one, --format csv lists all.\n", plural(more, "more function has", "more functions have"))
	}
}

// shortID shortens the parts of a function's ID that are longer than most names, such as
// hashes, to a beginning that --function understands.
func shortID(id string) string {
	const most, kept = 24, 12
	parts := strings.Split(oneLine(id), "/")
	for i, p := range parts {
		if len([]rune(p)) > most {
			parts[i] = truncate(p, kept)
		}
	}
	return strings.Join(parts, "/")
}

// mostStarts is how many cold starts the text lists.
const mostStarts = 20

func (x *Explanation) functionText(b *bytes.Buffer) {
	c := &x.All[x.Look]
	fmt.Fprintf(b, "%s, function %s: %s.\n", x.whereText(), oneLine(x.Functions[x.Look].ID()), countsText(c))
	cold := x.Starts()
	if len(cold) == 0 {
		return
	}
	t := &TextTable{Header: []string{"cause", "cold", "of all", "waited", "each"}, Right: []bool{false, true}}
	for _, cause := range causes() {
		if n := c.Cold[cause]; n > 0 {
			waited := waitedFor(cold, cause)
			t.Add(cause.String(), thousands(float64(n)), percent(float64(n)/float64(c.Sum())), seconds3(waited), seconds3(waited/float64(n)))
		}
	}
	fmt.Fprintf(b, "\n%s\n%s\n", t, x.timeline(cold))
	if say := x.gone(); say != "" {
		fmt.Fprintf(b, "%s\n\n", say)
	}
	list := &TextTable{Header: []string{"at", "cause", "waited"}, Right: []bool{true, false, true}}
	for i := range cold[:min(len(cold), mostStarts)] {
		list.Add(clockText(cold[i].At), cold[i].Cause.String(), seconds3(float64(cold[i].Waited)/second))
	}
	b.WriteString(list.String())
	if more := len(cold) - mostStarts; more > 0 {
		fmt.Fprintf(b, "\n%d more; --format csv lists all.\n", more)
	}
}

// waitedFor returns how long the cold requests of a cause waited in all, in seconds.
func waitedFor(cold []ColdStart, cause sim.ColdCause) (waited float64) {
	for i := range cold {
		if cold[i].Cause == cause {
			waited += float64(cold[i].Waited) / second
		}
	}
	return waited
}

// gone says, of the instances that started when there had been as many before, how long
// that was ago where a keep-alive had ended it.
func (x *Explanation) gone() string {
	_, gaps := x.Instances()
	var gone []float64
	for _, g := range gaps {
		if g.Why == sim.Expired {
			gone = append(gone, float64(g.Gone)/second)
		}
	}
	if len(gone) == 0 {
		return ""
	}
	slices.Sort(gone)
	return fmt.Sprintf("%s started where the keep-alive of one was over before: half of the time that was %s ago or less, nine times of ten %s. A window that is longer by that much would have had it, if nothing else had changed.",
		plural(len(gone), "instance", "instances"), seconds3(ranked(gone, 0.5)), seconds3(ranked(gone, 0.9)))
}

// clockText writes a time as hours, minutes, seconds and milliseconds from time 0.
func clockText(t sim.Time) string {
	ms := t / 1e6
	return fmt.Sprintf("%d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// timelineWidth is how many buckets the timeline has.
const timelineWidth = 60

// timeline draws how many cold starts each cause has over the window, a line a cause, all
// by one measure.
func (x *Explanation) timeline(cold []ColdStart) string {
	counts := map[sim.ColdCause]*[timelineWidth]int{}
	most := 0
	for i := range cold {
		row := counts[cold[i].Cause]
		if row == nil {
			row = new([timelineWidth]int)
			counts[cold[i].Cause] = row
		}
		at := float64(cold[i].At-x.Window.Warmup) / float64(x.Window.Length())
		k := min(int(at*timelineWidth), timelineWidth-1)
		row[k]++
		most = max(most, row[k])
	}
	t := &TextTable{Right: []bool{false}}
	for _, cause := range causes() {
		row := counts[cause]
		if row == nil {
			continue
		}
		var line strings.Builder
		for _, n := range row {
			if n == 0 {
				line.WriteRune('·')
				continue
			}
			line.WriteRune([]rune("▁▂▃▄▅▆▇█")[min((n*8-1)/most, 7)])
		}
		t.Add(cause.String(), line.String())
	}
	each := spec.Duration(x.Window.Length() / timelineWidth)
	return fmt.Sprintf("%sfrom %s to %s, %s a sign; the tallest is %s\n", t, clockText(x.Window.Warmup), clockText(x.Window.Horizon), each, plural(most, "cold start", "cold starts"))
}

// startsSheet is the cold starts of the function, a line each.
func (x *Explanation) startsSheet() *sheet {
	columns := []column{
		{"function", textColumn, "", "name"},
		{"at_s", numberColumn, "s", "arrival of the request, from time 0"},
		{"cause", textColumn, "", "why it found no instance"},
		{"waited_s", numberColumn, "s", "in an initialisation"},
	}
	return &sheet{"coldstarts", columns, func(yield func([]any) error) error {
		cold := x.Starts()
		for i := range cold {
			if err := yield([]any{x.Functions[x.Look].ID(), float64(cold[i].At) / second, cold[i].Cause.String(), float64(cold[i].Waited) / second}); err != nil {
				return err
			}
		}
		return nil
	}}
}

// functionsSheet is the functions with cold starts, a line each.
func (x *Explanation) functionsSheet() *sheet {
	columns := []column{
		{"function", textColumn, "", "name, unique within its app"},
		{"app", textColumn, "", "application it belongs to"},
		{"invocations", wholeColumn, "requests", "that were started in the window"},
		{"cold_starts", wholeColumn, "requests", "delayed by an initialisation"},
		{"waited_s", numberColumn, "s", "in an initialisation, in all"},
	}
	for _, c := range causes() {
		columns = append(columns, column{"cold_" + strings.NewReplacer(" ", "_", "-", "_").Replace(c.String()), wholeColumn, "requests", "cold for " + c.String()})
	}
	return &sheet{"functions", columns, func(yield func([]any) error) error {
		for _, i := range x.order() {
			c := &x.All[i]
			line := []any{x.Functions[i].Name, x.Functions[i].App, int64(c.Invocations), int64(c.Sum()), c.Waited.Float() / second}
			for _, k := range causes() {
				line = append(line, int64(c.Cold[k]))
			}
			if err := yield(line); err != nil {
				return err
			}
		}
		return nil
	}}
}

// jsonCauses are counts by cause.
func jsonCauses(c *ColdCounts) map[string]uint64 {
	out := map[string]uint64{}
	for _, k := range causes() {
		if c.Cold[k] > 0 {
			out[k.String()] = c.Cold[k]
		}
	}
	return out
}

func (x *Explanation) json(b *bytes.Buffer) error {
	type start struct {
		At     float64 `json:"at_s"`
		Cause  string  `json:"cause"`
		Waited float64 `json:"waited_s"`
	}
	type gap struct {
		At   float64 `json:"at_s"`
		Gone float64 `json:"gone_s"`
		Why  string  `json:"why"`
	}
	type function struct {
		Function    string            `json:"function"`
		App         string            `json:"app,omitempty"`
		Invocations uint64            `json:"invocations"`
		Cold        uint64            `json:"cold_starts"`
		Waited      float64           `json:"waited_s"`
		Lost        uint64            `json:"failed_node,omitempty"` // requests
		Causes      map[string]uint64 `json:"causes"`
		Starts      []start           `json:"starts,omitempty"`
		Gaps        []gap             `json:"instances_again,omitempty"` // that started when there had been as many before
	}
	out := struct {
		Title       string     `json:"title"`
		Cell        string     `json:"cell"`
		Replication int        `json:"replication"` // from 0, as in the files of a result folder
		From        float64    `json:"from_s"`
		To          float64    `json:"to_s"`
		Functions   []function `json:"functions"`
	}{x.Title, x.Cell, x.Replication, float64(x.Window.Warmup) / second, float64(x.Window.Horizon) / second, []function{}}
	order := x.order()
	if x.Look >= 0 {
		order = []int{x.Look}
	}
	for _, i := range order {
		c := &x.All[i]
		f := function{x.Functions[i].ID(), x.Functions[i].App, c.Invocations, c.Sum(), c.Waited.Float() / second, c.Lost, jsonCauses(c), nil, nil}
		if x.Look >= 0 {
			for _, s := range x.Starts() {
				f.Starts = append(f.Starts, start{float64(s.At) / second, s.Cause.String(), float64(s.Waited) / second})
			}
			_, gaps := x.Instances()
			for _, g := range gaps {
				f.Gaps = append(f.Gaps, gap{float64(g.At) / second, float64(g.Gone) / second, g.Why.String()})
			}
		}
		out.Functions = append(out.Functions, f)
	}
	return writeIndented(b, out)
}

// CellNumber finds a cell by its number from 1, or by a part of its name that no other
// has.
func CellNumber(names []string, asked string) (int, error) {
	list := func() string {
		var words []string
		for i, name := range names {
			words = append(words, fmt.Sprintf("\n  %d  %s", i+1, oneLine(name)))
		}
		return strings.Join(words, "")
	}
	if asked == "" && len(names) == 1 {
		return 0, nil
	}
	if asked == "" {
		return 0, fmt.Errorf("none is given, want the number of one of %d, or a part of its name:%s", len(names), list())
	}
	if n, err := strconv.Atoi(asked); err == nil {
		if n < 1 || n > len(names) {
			return 0, fmt.Errorf("found %d, want 1 to %d:%s", n, len(names), list())
		}
		return n - 1, nil
	}
	found := -1
	for i, name := range names {
		switch {
		case name == asked:
			return i, nil
		case strings.Contains(name, asked) && found >= 0:
			return 0, fmt.Errorf("found %q, which is a part of more than one of:%s", asked, list())
		case strings.Contains(name, asked):
			found = i
		}
	}
	if found < 0 {
		return 0, fmt.Errorf("found %q, want a part of one of:%s", asked, list())
	}
	return found, nil
}

// ranked is the value of rank ⌈q·n⌉ of some in order.
func ranked(sorted []float64, q float64) float64 {
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}
