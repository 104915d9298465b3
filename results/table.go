package results

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
)

// summaryColumn is a column of the summary table, on the terminal and in the report.
type summaryColumn struct {
	head string
	num  bool
	cell func(*Row) string
	// sort is what the report sorts by; nil: the text.
	sort func(*Row) float64
	kind columnKind
}

// longestValue is how much of a swept value a table shows: whole lists are swept too.
const longestValue = 48

// leastOpen is the part of events that had not ended when the run did from which on a column
// tells of them: a few always have not.
const leastOpen = 0.001

// columnKind is what a column of the summary is for.
type columnKind uint8

const (
	ofWork columnKind = iota // what the row does
	ofName                   // what it is
	ofCost
)

// longestBesideLabel is how long the values of a path may be that a table shows beside the
// labels of its cases, which say what they are.
const longestBesideLabel = 24

// saidByLabel reports whether rows have labels and, on a path, a value that is too long to
// stand beside them: a whole store. It is in cells.csv.
func (s *Set) saidByLabel(rows []Row, path int) bool {
	paths := s.pathColumns()
	if !slices.ContainsFunc(paths, func(c column) bool { return c.name == caseLabel }) || paths[path].name == caseLabel {
		return false
	}
	return slices.ContainsFunc(rows, func(r Row) bool { return len([]rune(r.Values[path].Label)) > longestBesideLabel })
}

// summary returns the columns that matter, and leaves out those in which no
// row has anything.
func (s *Set) summary(rows []Row) []summaryColumn {
	var out []summaryColumn
	for i, name := range shortPaths(s.pathColumns()) {
		if s.saidByLabel(rows, i) {
			continue
		}
		col := summaryColumn{head: name, cell: func(r *Row) string { return truncate(oneLine(r.Values[i].Label), longestValue) }}
		if s.pathColumns()[i].kind == numberColumn {
			col.num, col.sort = true, func(r *Row) float64 { return r.Values[i].Number }
		}
		col.kind = ofName
		out = append(out, col)
	}
	applications := s.hasApplication()
	if applications {
		name := "application"
		if slices.ContainsFunc(out, func(c summaryColumn) bool { return c.head == name }) { // files are swept
			name = "title"
		}
		out = append(out, summaryColumn{head: name, kind: ofName, cell: func(r *Row) string { return oneLine(r.Platform) }},
			metricColumn("events", "events", func(x float64) string { return thousands(x) }))
	} else {
		out = append(out,
			summaryColumn{head: "platform", kind: ofName, cell: func(r *Row) string { return oneLine(r.Platform) }},
			summaryColumn{head: "tariff", kind: ofName, cell: tariffCell},
		)
	}
	tokens := servesTokens(rows) && !applications
	switch {
	case applications:
	case tokens:
		out = withoutKnown(out, rows)
	default:
		out = append(out, metricColumn("invocations", "invocations", func(x float64) string { return thousands(x) }))
	}
	if !tokens || some(rows, "cold_ratio") {
		out = append(out, metricColumn("cold", "cold_ratio", percent))
	}
	if goesOn(rows) {
		out = append(out, waitColumn("answered p50", "latency_p50_s"), waitColumn("answered p99", "latency_p99_s"), metricColumn("done p50", "done_p50_s", seconds3), metricColumn("done p99", doneP99, seconds3).marked(untoldRows(rows, doneP99)))
	} else {
		out = append(out, waitColumn(ofUsersWords(rows, "p50"), "latency_p50_s"), waitColumn(ofUsersWords(rows, "p99"), "latency_p99_s").marked(untoldRows(rows, "latency_p99_s")))
	}
	if tokens {
		out = append(out, tokenColumns()...)
		if some(rows, "swaps") {
			out = append(out, metricColumn("swaps", "swaps", thousands), metricColumn("a swap", "swap_mean_s", seconds3))
		}
	} else if !applications {
		out = append(out, metricColumn("wasted GiB·h", "wasted_gib_s", func(x float64) string { return digits(x/3600, 3) }))
		if some(rows, "nodes_mean") {
			out = append(out, metricColumn("after eviction", "cold_eviction_ratio", percent), metricColumn("nodes", "nodes_mean", func(x float64) string { return digits(x, 3) }))
		}
	}
	if hasClients(rows) {
		out = append(out, numberColumnOf("answered", percent, (*Row).answered))
	}
	errors := some(rows, "error_ratio")
	if errors {
		out = append(out, metricColumn("errors", "error_ratio", percent))
	}
	if some(rows, "failed_node") {
		out = append(out, numberColumnOf("with node", percent, (*Row).failedWithNodes))
	}
	if applications && some(rows, "undone") {
		out = append(out, metricColumn("not well", "not_well_ratio", percent))
	}
	if applications && slices.ContainsFunc(rows, func(r Row) bool { return r.share("in_flight") >= leastOpen }) {
		out = append(out, metricColumn("in flight", "in_flight", thousands))
	}
	if applications && some(rows, "dead") {
		out = append(out, metricColumn("dead", "dead", thousands))
	}
	if applications && some(rows, "behind_failed") {
		out = append(out, metricColumn("failed behind", "behind_failed", thousands))
	}
	if !tokens || !errors { // with tokens there is no room for both
		out = append(out, summaryColumn{head: "left out", cell: func(r *Row) string { return r.fault().mark() }})
	}
	if s.Operator != nil {
		out = append(out, operatorColumns()...)
	}
	untold := untoldRows(rows, "cost")
	for _, c := range costColumns(currencies(rows), s.Span) {
		out = append(out, c.marked(untold))
	}
	if applications {
		for _, currency := range currencies(rows) {
			each := numberColumnOf(currency+" each", moneyEach, func(r *Row) float64 { return where(r.Currency == currency, r.mean("cost_per_event")) })
			each.kind = ofCost
			out = append(out, each)
			if some(rows, "not_well_ratio") {
				well := numberColumnOf(currency+" each well", moneyEach, func(r *Row) float64 { return where(r.Currency == currency, r.mean("cost_per_event_well")) })
				well.kind = ofCost
				out = append(out, well)
			}
		}
	}
	out = append(out, summaryColumn{head: "SLO", cell: func(r *Row) string { return string(r.Meets) }})
	return slices.DeleteFunc(out, func(c summaryColumn) bool {
		for i := range rows {
			if text := c.cell(&rows[i]); text != "" && text != dash {
				return false
			}
		}
		return true
	})
}

// mostExtrapolated is the largest part of a row's step time that is extrapolated; 0:
// no row has any.
func mostExtrapolated(rows []Row) (most float64) {
	for i := range rows {
		if x := rows[i].mean("extrapolated_ratio"); x > most {
			most = x
		}
	}
	return most
}

// some reports whether a metric is above 0 in some row.
func some(rows []Row, metric string) bool {
	return slices.ContainsFunc(rows, func(r Row) bool { return r.mean(metric) > 0 })
}

// withoutKnown leaves out the last of the columns that name rows, platform and
// tariff, where all rows have the same and something else tells them apart: a
// table of tokens has no room for them.
func withoutKnown(columns []summaryColumn, rows []Row) []summaryColumn {
	swept := len(columns) - 2
	if swept == 0 {
		return columns
	}
	out := slices.Clone(columns[:swept])
	for _, c := range columns[swept:] {
		if slices.ContainsFunc(rows, func(r Row) bool { return c.cell(&r) != c.cell(&rows[0]) }) {
			out = append(out, c)
		}
	}
	return out
}

// tokenColumns are the columns of rows that serve tokens, as many as a terminal
// has room for: the others are in cells.csv.
func tokenColumns() []summaryColumn {
	round := func(x float64) string { return thousands(math.Round(x)) }
	return []summaryColumn{
		metricColumn("TTFT p50", "ttft_p50_s", seconds3),
		metricColumn("TTFT p99", "ttft_p99_s", seconds3),
		metricColumn("TPOT p50", "tpot_p50_s", seconds3),
		metricColumn("TPOT p99", "tpot_p99_s", seconds3),
		metricColumn("tokens/s", "output_tokens_per_s", round),
		metricColumn("good/s", "goodput_per_s", func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }),
		metricColumn("GPU", "gpu_utilization", func(x float64) string { return strconv.FormatFloat(x*100, 'f', 0, 64) + " %" }),
	}
}

// dash stands where there is no value.
const dash = "–"

func metricColumn(head, metric string, format func(float64) string) summaryColumn {
	return objectiveColumn(head, format, func(*Row) string { return metric })
}

// waitColumn is a column of what users wait.
func waitColumn(head, latency string) summaryColumn {
	return objectiveColumn(head, seconds3, func(r *Row) string { return r.waited(latency) })
}

// objectiveColumn is a column of means of what may be an objective: one that misses it has as
// many digits as tell it from the limit.
func objectiveColumn(head string, format func(float64) string, metric func(*Row) string) summaryColumn {
	c := numberColumnOf(head, format, func(r *Row) float64 { return r.mean(metric(r)) })
	plain := c.cell
	c.cell = func(r *Row) string {
		text, x := plain(r), c.sort(r)
		for _, o := range r.slo {
			if o.Metric == metric(r) && text == format(o.Limit) && (x > o.Limit && !o.Min || x < o.Limit && o.Min) {
				text, _ = valueTexts(o.Metric, r.Currency, x, o.Limit)
			}
		}
		return text
	}
	return c
}

func numberColumnOf(head string, format func(float64) string, of func(*Row) float64) summaryColumn {
	return summaryColumn{head: head, num: true,
		cell: func(r *Row) string {
			x := of(r)
			if math.IsNaN(x) {
				return dash
			}
			return format(x)
		},
		sort: of}
}

// tariffCell marks what is no plain bill.
func tariffCell(r *Row) string {
	switch r.Counterfactual {
	case "bound":
		return boundMark
	case "estimate":
		return estimateMark
	case "yes":
		return oneLine(r.Tariff) + " *"
	}
	return oneLine(r.Tariff)
}

// costColumns are a column of costs for each currency, so that none is sorted
// with another's.
func costColumns(all []string, span costmodel.Span) []summaryColumn {
	var out []summaryColumn
	for _, currency := range all {
		out = append(out, summaryColumn{head: currency + spanWords(span), num: true, kind: ofCost,
			cell: func(r *Row) string {
				if r.Currency != currency {
					return dash
				}
				return costCell(r)
			},
			sort: func(r *Row) float64 { return where(r.Currency == currency, r.mean("cost")) }})
	}
	return out
}

// spanWords says what an amount that stands before it is of.
func spanWords(span costmodel.Span) string {
	if span == costmodel.SpanRun {
		return " of the run"
	}
	return " a month"
}

// costCell writes a row's cost without its currency.
func costCell(r *Row) string {
	s, _ := r.Stat("cost")
	switch {
	case !s.Defined():
		return dash
	case math.IsNaN(s.Half):
		return money(s.Mean)
	}
	return money(s.Mean) + " ± " + money(s.Half)
}

// renderText writes for a terminal what the table comes to, the summary table, the
// break-evens, and what their marks mean.
func (s *Set) renderText(w io.Writer, rows []Row) error {
	var b strings.Builder
	for _, head := range []string{oneLine(s.Title), s.answer(rows)} {
		if head != "" {
			b.WriteString(head + "\n\n")
		}
	}
	columns := s.summary(rows)
	t := new(TextTable)
	for _, c := range columns {
		t.Header, t.Right = append(t.Header, c.head), append(t.Right, c.num)
	}
	for i := range rows {
		line := make([]string, len(columns))
		for j, c := range columns {
			line[j] = c.cell(&rows[i])
		}
		t.Add(line...)
	}
	b.WriteString(t.String())
	if head, right, lines := s.breakEvenTable(rows); len(lines) > 0 {
		t := &TextTable{Header: head, Right: right}
		for _, line := range lines {
			t.Add(line...)
		}
		b.WriteString("\n" + t.String())
	}
	tables, explained := s.applicationText(rows)
	b.WriteString(tables)
	notes := s.warned(rows)
	if s.Quiet {
		notes = s.notes(rows)
	}
	notes = append(explained, notes...)
	for _, note := range notes {
		b.WriteString("\n" + note)
	}
	if len(notes) > 0 {
		b.WriteString("\n")
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// boundMark and estimateMark stand where a bound, and one that is not exact, would have a tariff.
const (
	boundMark    = "(offline bound)"
	estimateMark = "(estimate of a bound)"
)

// estimateNote says why a bound is not exact.
const estimateNote = "not exact, as cold requests hold their instance for longer than warm ones, several share one, a limit held some back, or instances of several sizes share a memory; a policy can be a little better"

// boundNote says what an offline bound bounds.
const boundNote = "knows the future, and is nobody's bill. offline-keepalive, where it is the bound, bounds only policies that start instances on demand, at its own window or prices: " +
	"one that starts them ahead of demand, such as hybrid-histogram, or that trades at another price, can beat it"

// notes explain the marks that the rows have.
func (s *Set) notes(rows []Row) []string {
	var notes []string
	has := func(f func(*Row) bool) bool {
		for i := range rows {
			if f(&rows[i]) {
				return true
			}
		}
		return false
	}
	if has(func(r *Row) bool { return r.Counterfactual == "yes" }) {
		notes = append(notes, "* counterfactual: the tariff needs a behaviour that the platform does not have; nobody's bill, and compared with no other")
	}
	exact, estimated := has(func(r *Row) bool { return r.Bound && !r.Estimate }), has(func(r *Row) bool { return r.Estimate })
	switch {
	case exact && estimated:
		notes = append(notes, boundMark+": "+boundNote, estimateMark+": "+estimateNote)
	case exact:
		notes = append(notes, boundMark+": "+boundNote)
	case estimated:
		notes = append(notes, estimateMark+": "+estimateNote+"; "+boundNote)
	}
	switch lost := has(func(r *Row) bool { return r.mean("error_ratio") > 0 }); {
	case hasClients(rows) && hasApplications(rows):
		notes = append(notes, "users' p50 and p99, answered, errors: of events from outside, whose attempts count as one, from the first on; gives up: events that failed in whatever way, of an application whose callers ask again")
	case hasClients(rows):
		notes = append(notes, "users' p50 and p99, answered: of users' requests, whose attempts count as one, from the first on, as in the plots (user_latency_… in cells.csv and [slo]; latency_… is of attempts); other columns are of attempts, and errors those rejected, timed out, failed or abandoned by their client; answered: without an error; fails: the function's error is the last answer; gives up: the clients, on requests of which the last attempt had no answer")
	case lost:
		notes = append(notes, lostNote(rows))
	}
	if goesOn(rows) {
		notes = append(notes, "answered: when who waits for an event is told; done: when all has ended that it began, what nobody waits for too, but for messages that it sends; not well: events that failed, in their answer or behind it, or never ended. Who is told when it has begun is compared by done")
	}
	if hasApplications(rows) && some(rows, "not_well_ratio") {
		notes = append(notes, "each: the bill over all events, however they ended; each well: over those that ended well")
	}
	if has(func(r *Row) bool { return r.excused != nil && !r.Bound && r.slo.errors().implied }) {
		notes = append(notes, "timeouts and failures that every row has alike, of at most one request in 10,000, are the workload's own and leave no row out")
	}
	if has(func(r *Row) bool { return r.fault().mark() != "" }) {
		allows := "more than [slo] error_ratio allows, which is none by default"
		if hasClients(rows) { // whose attempts error_ratio is of
			allows = "more of users' requests than [slo] user_success_ratio allows, or error_ratio of the attempts, which is none by default: a row that loses some meets no SLO that names neither"
		}
		notes = append(notes, "left out: loses requests (rejects, times out, fails, nodes fail, never ends; loses: several of these), "+allows+"; compared with no other, and on no Pareto front")
	}
	if has(func(r *Row) bool { return r.fault() == losesMessages }) {
		notes = append(notes, "loses messages: more of what came to queues, streams and buses ends as dead letters than [slo] error_ratio allows, which is one of 10,000 by default; compared with no other")
	}
	if has(func(r *Row) bool { return r.fault() == failsBehind }) {
		notes = append(notes, "fails behind: more of the executions that nobody waits for fail than [slo] error_ratio allows, which is one of 10,000 by default; what started them counts as done. Compared with no other")
	}
	if has(func(r *Row) bool { return !r.Bound && r.Meets == No && r.fault().mark() == "" }) {
		notes = append(notes, "SLO no: misses the SLO; compared with no other, and on no Pareto front")
	}
	if has(func(r *Row) bool { return !math.IsNaN(r.Stats[metricIndex("cost")].Half) }) {
		notes = append(notes, "±: half-width of the 95 % interval; all rows saw the same random numbers, and a row leads another where they differ by more than the interval of their differences, replication by replication; of costs it says so where they differ by less than that half-width")
	}
	if marksUntold(rows) {
		notes = append(notes, "≈: above the least of its column by less than the 95 % interval of their difference: not known to be worse")
	}
	for _, note := range []string{s.covers(rows), s.dependent(rows), s.thin(rows)} {
		if note != "" {
			notes = append(notes, note)
		}
	}
	if most := mostExtrapolated(rows); most > 0.005 {
		notes = append(notes, fmt.Sprintf("extrapolated: up to %s of a row's step time is of passes beyond what was measured (extrapolated_ratio in cells.csv); the error that is told of a profile is of passes within", percent(most)))
	}
	if note := s.stepNote(rows); note != "" {
		notes = append(notes, note)
	}
	if _, points := s.BreakEvens(rows); len(points) > 0 {
		notes = append(notes, "break-even: where another choice becomes the cheapest; between swept values costs are interpolated. As CSV: breakevens.csv")
	}
	if note := s.startsNote(rows); note != "" {
		notes = append(notes, note)
	}
	if note := s.Manifest.Settled.note(); note != "" {
		notes = append(notes, note)
	}
	notes = append(notes, s.operatorNotes(rows)...)
	notes = append(notes, s.currencyNotes(rows)...)
	return notes
}

// warned are the notes, and then the warnings.
func (s *Set) warned(rows []Row) []string {
	notes := s.notes(rows)
	compared := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Bound })
	if text := oneReplication(rows); text != "" && len(compared) > 1 {
		notes = append(notes, text)
	}
	for _, w := range s.allWarnings() {
		notes = append(notes, "warning: "+oneLine(w))
	}
	return notes
}

// allWarnings returns the set's warnings and then those of the units, each once.
func (s *Set) allWarnings() []string {
	var out []string
	add := func(w string) {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	for _, w := range s.Warnings {
		add(w)
	}
	for i := range s.Cells {
		for _, r := range s.Cells[i].Replications {
			for _, w := range r.Warnings {
				add(w)
			}
		}
	}
	return out
}

// shortPaths returns the shortest ends of the paths that tell them apart.
func shortPaths(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		parts := writtenKeys(c.name)
		for n := 1; n <= len(parts); n++ {
			out[i] = strings.Join(parts[len(parts)-n:], ".")
			if unique(columns, out[i]) {
				break
			}
		}
	}
	return out
}

func unique(columns []column, end string) bool {
	n := 0
	for _, c := range columns {
		if c.name == end || strings.HasSuffix(c.name, "."+end) {
			n++
		}
	}
	return n == 1
}

// digits writes a number with so many significant digits, and without an exponent, so that
// the numbers of a column are written in one way; what is below 1e-12 is what sums of floats
// leave of 0, and has one.
func digits(x float64, n int) string {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	if math.Abs(x) < 1e-12 {
		return strconv.FormatFloat(x, 'e', n-1, 64)
	}
	decimals := n - 1 - int(math.Floor(math.Log10(math.Abs(x))))
	if decimals <= 0 {
		return thousands(x)
	}
	return strconv.FormatFloat(x, 'f', decimals, 64)
}

// moneyEach writes what one of many costs, with three digits or, from 100 on, as any
// amount.
func moneyEach(x float64) string {
	switch a := math.Abs(x); {
	case x < 0:
		return "−" + moneyEach(-x)
	case a == 0 || a >= 100:
		return money(x)
	}
	return digits(x, 3)
}

// thousands writes a whole number with a comma each three digits.
func thousands(x float64) string {
	s := commas(strconv.FormatFloat(math.Abs(math.Round(x)), 'f', 0, 64))
	if math.Round(x) < 0 {
		s = "−" + s
	}
	return s
}

// meanCount writes a mean of counts over replications: with three digits where it is
// none, since shares of rounded ones are others.
func meanCount(x float64) string {
	if math.Abs(x-math.Round(x)) < 1e-9 {
		return thousands(x)
	}
	return digits(x, 3)
}

// commas puts a comma before each three of the last digits.
func commas(s string) string {
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// seconds3 writes seconds with three digits, in the unit that suits them.
func seconds3(x float64) string { return secondsIn(x, 3) }

// secondsIn writes seconds with so many digits, in the unit that suits three.
func secondsIn(x float64, n int) string {
	switch a := math.Abs(x); {
	case a == 0:
		return "0 s"
	case a < 0.9995e-3:
		return digits(x*1e6, n) + " µs"
	case a < 0.9995:
		return digits(x*1e3, n) + " ms"
	case a < 600:
		return digits(x, n) + " s"
	}
	return digits(x/60, n) + " min"
}

// roundTo takes away what is left of adding ticks up.
func roundTo(x float64) float64 { return math.Round(x*1e6) / 1e6 }

func percent(x float64) string { return percentOf(x, 0) }

// percentOf writes a part in percent, with so many more digits than three.
func percentOf(x float64, more int) string {
	if x == 0 {
		return "0 %"
	}
	return digits(x*100, 3+more) + " %"
}

// money writes an amount in whole cents, and less than a cent with two digits,
// so that what is not 0 never reads as 0.00.
func money(x float64) string { return moneyOf(x, 0) }

// moneyOf writes an amount with so many more digits.
func moneyOf(x float64, more int) string {
	a := math.Abs(x)
	text := digits(a, 2+more)
	if a == 0 || a >= 0.01 {
		unit := math.Pow10(2 + more)
		whole, cents, _ := strings.Cut(strconv.FormatFloat(math.Round(a*unit)/unit, 'f', 2+more, 64), ".")
		text = commas(whole) + "." + cents
	}
	if x < 0 {
		return "−" + text
	}
	return text
}
