package results

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// appTable is a table of an application, for the terminal and the report.
type appTable struct {
	title string
	head  []string
	right []bool
	lines [][]string
	note  string
}

func (t *appTable) column(head string, right bool) {
	t.head, t.right = append(t.head, head), append(t.right, right)
}

// appMean is the mean of a number of a cell's application over its replications.
type appMean struct {
	cell     *Cell
	currency string
	span     string
}

func (m *appMean) of(f func(*Application) float64) float64 {
	sum, n := 0.0, 0
	for _, r := range m.cell.Replications {
		if x := f(r.Application); !math.IsNaN(x) {
			sum, n = sum+x, n+1
		}
	}
	return where(n > 0, sum/float64(n))
}

func (m *appMean) number(f func(*Application) uint64) string {
	return thousands(m.of(func(a *Application) float64 { return float64(f(a)) }))
}

// orDash writes a number; a dash where there is none.
func orDash(x float64, format func(float64) string) string {
	if math.IsNaN(x) {
		return dash
	}
	return format(x)
}

func (m *appMean) seconds(f func(*Application) float64) string { return orDash(m.of(f), seconds3) }
func (m *appMean) money(f func(*Application) float64) string   { return orDash(m.of(f), money) }

// times returns p50 and p99, dashes where nothing was measured.
func (m *appMean) times(f func(*Application) *Times) (p50, p99 string) {
	at := func(q func(*Times) float64) string {
		return m.seconds(func(a *Application) float64 { return where(f(a).N > 0, q(f(a))) })
	}
	return at(func(t *Times) float64 { return t.P50 }), at(func(t *Times) float64 { return t.P99 })
}

// applicationTablesOf returns the tables of a row that is of an application; nil: it is
// of none.
func (s *Set) applicationTablesOf(r *Row) []appTable {
	c := &s.Cells[r.Cell]
	if c.Application == nil || len(c.Replications) == 0 || c.Replications[0].Application == nil {
		return nil
	}
	m := &appMean{cell: c, currency: r.Currency, span: spanWords(s.Span)}
	var out []appTable
	for _, t := range []appTable{m.steps(), m.events(), m.bill(), m.services(), m.tags()} {
		if len(t.lines) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// costHead is the head of a column of costs.
func (m *appMean) costHead() string { return m.currency + m.span }

func (m *appMean) steps() appTable {
	g := m.cell.Application
	t := appTable{title: "By step", note: "p50, p99: of the time from entering a step to leaving it; gap (orchestrator, way, waits for retries), waiting (for an instance), service and stores (and callees) are means of its parts; critical: the step's part of the critical paths of executions; (execution): a flow itself, whose p50 and p99 are of those that succeeded, failed those that failed or timed out, and whose cost is its starts and ends, and its time where that is billed. Shares of time and cost by step are in steps.csv and costs.csv"}
	t.column("step", false)
	for _, head := range []string{"entered", "retries", "failed", "p50", "p99", "gap", "waiting", "service", "stores", "critical", m.costHead()} {
		t.column(head, true)
	}
	for i, flow := 0, -1; i < len(g.Steps); i++ {
		if f := int(g.Steps[i].Flow); f != flow {
			flow = f
			t.lines = append(t.lines, m.executions(f)...)
		}
		name := m.inFlow(g.Steps[i].Name, flow)
		part := func(f func(*StepRecord) float64) string {
			return m.seconds(func(a *Application) float64 { s := &a.Steps[i]; return where(s.Entered > 0, f(s)/float64(s.Entered)) })
		}
		p50, p99 := m.times(func(a *Application) *Times { return &a.Steps[i].Time })
		t.lines = append(t.lines, []string{oneLine(name),
			m.number(func(a *Application) uint64 { return a.Steps[i].Entered }),
			m.number(func(a *Application) uint64 { return a.Steps[i].Retries }),
			m.number(func(a *Application) uint64 { return a.Steps[i].Failed }),
			p50, p99,
			part(func(s *StepRecord) float64 { return s.Gap }), part(func(s *StepRecord) float64 { return s.Waiting }),
			part(func(s *StepRecord) float64 { return s.Service }), part(func(s *StepRecord) float64 { return s.Stores }),
			orDash(m.criticalShare(i), percent),
			m.money(func(a *Application) float64 { return floatOf(&a.Steps[i].Cost) }),
		})
	}
	return t.withoutEmpty()
}

// executionsName is what stands for the executions of a flow among its steps.
const executionsName = "(execution)"

// inFlow is a step's name, with its flow's where there are several.
func (m *appMean) inFlow(name string, flow int) string {
	if g := m.cell.Application; len(g.Flows) > 1 {
		return g.Flows[flow].Name + "/" + name
	}
	return name
}

// executions is the line of what a flow's executions cost by themselves; none where that
// is nothing.
func (m *appMean) executions(flow int) [][]string {
	cost := func(a *Application) float64 { return floatOf(&a.Flows[flow].Cost) }
	if !(m.of(cost) > 0) {
		return nil
	}
	p50, p99 := m.times(func(a *Application) *Times { return &a.Flows[flow].Latency })
	return [][]string{{oneLine(m.inFlow(executionsName, flow)),
		m.number(func(a *Application) uint64 { return a.Flows[flow].Started }), "",
		m.number(func(a *Application) uint64 { return a.Flows[flow].Failed + a.Flows[flow].TimedOut }),
		p50, p99, "", "", "", "", "", m.money(cost)}}
}

// criticalShare is a step's part of the time of all critical paths.
func (m *appMean) criticalShare(step int) float64 {
	return m.of(func(a *Application) float64 { all := a.critical(); return where(all > 0, a.Steps[step].Critical/all) })
}

func (m *appMean) events() appTable {
	g := m.cell.Application
	t := appTable{title: "By event", note: "an event is what arrives at a trigger" + ofEvent(g.Event) + ", or is sent to it by steps; of messages and records, succeeded are those that are done, failed the batches that failed; lost: what no service took; p50, p99: from its arrival to the end of what it started, of what came from outside and succeeded; p50 sent, p99 sent: the same of what steps sent; done p50, done p99: to the end of all that it began, what nobody waited for too; failed behind: executions that came from it, that nobody waited for and that failed, though it was answered well; not well: events that failed, in their answer or behind it, or never ended. USD each: the part of the bill that followed from its arrivals over them. USD for retries: of it what retries add, attempts after the first with what they call; USD for empty polls: of it polls that found nothing. What is billed by time whatever arrives is of no event"}
	t.note = strings.ReplaceAll(t.note, "USD", m.currency)
	t.column("event", false)
	for _, head := range []string{"arrived", "sent", "succeeded", "failed", "timed out", "throttled", "lost", "dead", "in flight", "failed behind", "p50", "p99", "done p50", "done p99", "not well", "p50 sent", "p99 sent", m.costHead(), m.currency + " each", m.currency + " for retries", m.currency + " for empty polls"} {
		t.column(head, true)
	}
	for i := range g.Triggers {
		of := func(f func(*EventRecord) uint64) string {
			return m.number(func(a *Application) uint64 { return f(&a.Events[i]) })
		}
		p50, p99 := m.times(func(a *Application) *Times { return &a.Events[i].Latency })
		done50, done99, notWell := m.wholes(i)
		sent50, sent99 := m.times(func(a *Application) *Times { return &a.Events[i].Inner })
		each := m.of(func(a *Application) float64 { return perEvent(&a.Events[i].Cost, a.Events[i].Arrived, m.scale()) })
		t.lines = append(t.lines, []string{oneLine(g.Triggers[i].Name),
			of(func(e *EventRecord) uint64 { return e.Arrived }),
			of(func(e *EventRecord) uint64 { return e.Sent }),
			of(func(e *EventRecord) uint64 {
				if tr := &g.Triggers[i]; tr.Queue != nil || tr.Stream != nil { // batches are told apart from what is in them
					return e.Deleted
				}
				return e.Succeeded
			}),
			of(func(e *EventRecord) uint64 { return e.Failed }),
			of(func(e *EventRecord) uint64 { return e.TimedOut }),
			of(func(e *EventRecord) uint64 { return e.Throttled }),
			of(func(e *EventRecord) uint64 { return e.Lost + e.Untaken }),
			of(func(e *EventRecord) uint64 { return e.Dead }),
			of(func(e *EventRecord) uint64 { return e.InFlight + e.Unfinished }),
			of(func(e *EventRecord) uint64 { return e.Behind.Failed }),
			p50, p99, done50, done99, notWell, sent50, sent99,
			m.money(func(a *Application) float64 { return floatOf(&a.Events[i].Cost) }),
			orDash(each, moneyEach),
			m.money(func(a *Application) float64 { return a.Events[i].causes(flows.Again) }),
			m.money(func(a *Application) float64 { return a.Events[i].causes(flows.Empty) }),
		})
	}
	return t.withoutEmpty()
}

// wholes are the times of what came to a trigger with what nobody waited for, and the part
// of it that did not end well; nothing where nobody leaves anything behind.
func (m *appMean) wholes(trigger int) (p50, p99, notWell string) {
	of := func(a *Application) *EventRecord { return &a.Events[trigger] }
	if e := of(m.cell.Replications[0].Application); e.Whole == nil || e.Arrived == 0 {
		return "", "", ""
	}
	p50, p99 = m.times(func(a *Application) *Times { return &of(a).Done })
	return p50, p99, orDash(m.of(func(a *Application) float64 { return of(a).NotWell().Float() }), percent)
}

func ofEvent(unit string) string {
	if unit == "" {
		return ""
	}
	return " (" + oneLine(unit) + ")"
}

// causes sums what some causes cost.
func (e *EventRecord) causes(list ...flows.Cause) (sum float64) {
	for _, c := range list {
		sum += floatOf(&e.Causes[c])
	}
	return sum
}

// scale is by how much usage is scaled to the bill's span.
func (m *appMean) scale() float64 {
	r := m.cell.Replications[0]
	if len(r.Bills) == 0 {
		return 1
	}
	return billScale(r, &r.Bills[0])
}

func (m *appMean) bill() appTable {
	t := appTable{title: "By service", note: "grade: the worst of the prices that count; line by line in bill.csv" + dataKeys(m.cell.Application.Graph)}
	t.column("service", false)
	t.column(m.costHead(), true)
	t.column("share", true)
	t.column("grade", false)
	names := m.billed()
	all := 0.0
	cost := func(name string) float64 {
		return m.of(func(a *Application) float64 { return floatOf(&a.billOf(name).Cost) })
	}
	for _, name := range names {
		all += cost(name)
	}
	for _, name := range names {
		grade := ""
		for _, r := range m.cell.Replications {
			grade = max(grade, r.Application.billOf(name).Grade)
		}
		t.lines = append(t.lines, []string{oneLine(name), money(cost(name)), orDash(where(all != 0, cost(name)/all), percent), grade})
	}
	return t
}

// dataKeys says by which rule services ask for the data keys that a key service's lines count.
func dataKeys(g *flows.Graph) string {
	var words []string
	for i := range g.Services {
		s := &g.Services[i]
		for k := range s.Before {
			key := s.Before[k].Key
			if key == nil {
				continue
			}
			rule := "for each call"
			if key.For > 0 {
				rule = "once in " + secondsOrHours(float64(key.For)/second)
				if key.Idle {
					rule = "once until it has not called for " + secondsOrHours(float64(key.For)/second)
				}
				rule += " for each who calls"
				if key.Apart {
					rule += ", and each op"
				}
			}
			words = append(words, fmt.Sprintf("%s asks %s %s", oneLine(s.Name), oneLine(g.Services[s.Before[k].Service].Name), rule))
		}
	}
	if words == nil {
		return ""
	}
	return ". Data keys: " + strings.Join(words, "; ") + "; what an outage or a limit keeps out asks for none, tries of a call ask once"
}

// billed are the services of the bills of all replications, which may differ.
func (m *appMean) billed() (names []string) {
	for _, r := range m.cell.Replications {
		for _, b := range r.Application.Bill {
			if !slices.Contains(names, b.Service) {
				names = append(names, b.Service)
			}
		}
	}
	return names
}

// billOf is what a service comes to; nothing of one that is not in the bill.
func (a *Application) billOf(service string) *ServiceBill {
	for k := range a.Bill {
		if a.Bill[k].Service == service {
			return &a.Bill[k]
		}
	}
	return &ServiceBill{}
}

func (m *appMean) services() appTable {
	g := m.cell.Application
	t := appTable{title: "Services that are called", note: "p50, p99: of a call with its library's retries"}
	t.column("service", false)
	for _, head := range []string{"calls", "throttled", "failed", "p50", "p99"} {
		t.column(head, true)
	}
	for i := range g.Services {
		if !(m.of(func(a *Application) float64 { return float64(a.Services[i].Calls) }) > 0) {
			continue
		}
		p50, p99 := m.times(func(a *Application) *Times { return &a.Services[i].Latency })
		t.lines = append(t.lines, []string{oneLine(g.Services[i].Name),
			m.number(func(a *Application) uint64 { return a.Services[i].Calls }),
			m.number(func(a *Application) uint64 { return a.Services[i].Throttled }),
			m.number(func(a *Application) uint64 { return a.Services[i].Failed }),
			p50, p99,
		})
	}
	return t.withoutEmpty()
}

func (m *appMean) tags() appTable {
	t := appTable{title: "By tag"}
	t.column("tag", false)
	t.column(m.costHead(), true)
	first := m.cell.Replications[0].Application
	if len(first.Tags) == 0 || len(first.Tags) == 1 && first.Tags[0].Name == "" {
		return t
	}
	var names []string
	for _, r := range m.cell.Replications {
		for _, tag := range r.Application.Tags {
			if !slices.Contains(names, tag.Name) {
				names = append(names, tag.Name)
			}
		}
	}
	slices.Sort(names)
	for _, name := range names {
		shown := name
		if shown == "" {
			shown = "(none)"
		}
		t.lines = append(t.lines, []string{oneLine(shown), m.money(func(a *Application) float64 {
			for k := range a.Tags {
				if a.Tags[k].Name == name {
					return floatOf(&a.Tags[k].Cost)
				}
			}
			return 0
		})})
	}
	return t
}

// nothing are the texts of a cell that says nothing.
var nothing = []string{"", dash, "0", "0.00", "0 s", "0 %"}

// withoutEmpty leaves out the columns of numbers in which no line has anything.
func (t appTable) withoutEmpty() appTable {
	out := appTable{title: t.title, note: t.note, lines: make([][]string, len(t.lines))}
	for c := range t.head {
		if t.right[c] && !slices.ContainsFunc(t.lines, func(line []string) bool { return !slices.Contains(nothing, line[c]) }) {
			continue
		}
		out.column(t.head[c], t.right[c])
		for i := range t.lines {
			out.lines[i] = append(out.lines[i], t.lines[i][c])
		}
	}
	return out
}

// text writes the table for a terminal.
func (t *appTable) text() string {
	table := &TextTable{Header: t.head, Right: t.right}
	for _, line := range t.lines {
		table.Add(line...)
	}
	return table.String()
}

// mostApplications is how many cells have tables of their own on the terminal.
const mostApplications = 3

// applicationText writes the tables of applications for a terminal.
func (s *Set) applicationText(rows []Row) (string, []string) {
	var b strings.Builder
	var notes []string
	shown := 0
	cells := cellRows(rows)
	names := labels(cells, false)
	for i := range cells {
		tables := s.applicationTablesOf(&cells[i])
		if tables == nil {
			continue
		}
		if shown == mostApplications {
			notes = append(notes, fmt.Sprintf("by step, event and service: of the first %d cells; report.html and steps.csv, events.csv, bill.csv have all", shown))
			break
		}
		shown++
		for k := range tables {
			head := tables[k].title
			if len(cells) > 1 {
				head += ": " + names[i]
			}
			b.WriteString("\n" + head + "\n" + tables[k].text())
			if note := strings.ToLower(tables[k].title) + ": " + tables[k].note; tables[k].note != "" && !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	if grades := s.catalogueGrades(); shown > 0 && grades != "" {
		notes = append(notes, "taken from the catalogue, each with the worst grade of its values (A the provider's own text, B one public measurement, C second-hand, U not measured: 0, or an assumption): "+grades+"; values and sources are in report.html")
	}
	return b.String(), notes
}

// catalogueGrades names the services, orchestrators, ways and overheads that values were
// taken for, each with the worst of their grades.
func (s *Set) catalogueGrades() string {
	var subjects []string
	worst := map[string]string{}
	for _, a := range s.Assumptions {
		kind, _, _ := strings.Cut(a.Subject, " ")
		if a.Grade == "" || !slices.Contains([]string{"service", "engine", "network", "overhead"}, kind) {
			continue
		}
		if worst[a.Subject] == "" {
			subjects = append(subjects, a.Subject)
		}
		worst[a.Subject] = max(worst[a.Subject], a.Grade)
	}
	for i, subject := range subjects {
		subjects[i] = subject + " " + worst[subject]
	}
	return strings.Join(subjects, ", ")
}
