package results

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// MetLimit is a limit that something met, of what counts: it was refused, or waited.
type MetLimit struct {
	Of, What string // whose it is, and what it counts
	Value    string // how much of it, in words: "5 at a time"
	Size     bool   // it is of a payload: what it refuses fails
	Refused  uint64
	Waited   uint64
	WaitSum  float64 // s, of all that waited
	WaitMax  float64 // s
}

// NewMetLimit returns a limit without the words for it.
func NewMetLimit(refused uint64, w *flows.Wait) MetLimit {
	return MetLimit{Refused: refused, Waited: w.N, WaitSum: w.Sum.Float() / second, WaitMax: float64(w.Longest) / second}
}

// metOf are the limits of a graph that something met, in their order.
func metOf(g *flows.Graph, t *flows.Tally) (list []MetLimit) {
	limits := g.Limits()
	refused := make([]uint64, len(limits))
	for _, r := range t.Refused {
		refused[r.Limit] += r.N
	}
	for i := range limits {
		var none flows.Wait
		waited := &none
		if i < len(t.Waited) {
			waited = &t.Waited[i]
		}
		if refused[i] == 0 && waited.N == 0 {
			continue
		}
		l := &limits[i]
		m := NewMetLimit(refused[i], waited)
		m.Of, m.What, m.Value, m.Size = l.Of, l.What, limitValue(l), l.Most != nil
		list = append(list, m)
	}
	return list
}

// add adds what another replication says of the same limit.
func (m *MetLimit) add(o *MetLimit) {
	m.Refused += o.Refused
	m.Waited += o.Waited
	m.WaitSum += o.WaitSum
	m.WaitMax = max(m.WaitMax, o.WaitMax)
}

// AddMet adds what was met to the limit of the same name in a list, or puts it behind.
func AddMet(list []MetLimit, m MetLimit) []MetLimit {
	if i := slices.IndexFunc(list, func(x MetLimit) bool { return x.name() == m.name() }); i >= 0 {
		list[i].add(&m)
		return list
	}
	return append(list, m)
}

// name is whose limit it is, what it counts and how much of it.
func (m *MetLimit) name() string { return m.Of + ": " + m.What + " (" + m.Value + ")" }

// leastWait is the part of the time of all that was done that waits for a limit come to,
// from which on the answer tells of them.
const leastWait = 0.01

// met are the limits that a cell's application met, over all replications.
func (c *Cell) met() (list []MetLimit) {
	for _, r := range c.Replications {
		if r.Application == nil {
			continue
		}
		for k := range r.Application.Met {
			list = AddMet(list, r.Application.Met[k])
		}
	}
	return list
}

// spent is the time of all that was done in a cell's application, over all replications, s:
// of what arrived or of executions, whichever is more.
func (c *Cell) spent() float64 {
	events, executions := 0.0, 0.0
	for _, r := range c.Replications {
		if r.Application == nil {
			continue
		}
		for i := range r.Application.Events {
			t := &r.Application.Events[i].Latency
			events += t.Mean * float64(t.N)
		}
		for i := range r.Application.Flows {
			t := &r.Application.Flows[i].Latency
			executions += t.Mean * float64(t.N)
		}
	}
	return max(events, executions)
}

// words say how much a limit has refused and made wait in a replication of n; waits are
// left out where told is false. "": nothing is to be said.
func (m *MetLimit) words(n int, told bool) string {
	each := func(x uint64) string { return thousands(max(1, float64(x)/float64(n))) }
	var words []string
	if m.Refused > 0 {
		verb := "throttled"
		if m.Size {
			verb = "refused"
		}
		words = append(words, each(m.Refused)+" "+verb)
	}
	if m.Waited > 0 && told {
		words = append(words, fmt.Sprintf("%s waited %s in the mean, %s at most", each(m.Waited), seconds3(m.WaitSum/float64(m.Waited)), seconds3(m.WaitMax)))
	}
	return strings.Join(words, ", ")
}

// toldLimit is a limit of which the answer tells, and what it did in each row.
type toldLimit struct {
	name string
	most uint64   // times it was met in a replication of the row that met it most
	rows []string // what it did, and with which row
	more int      // rows beyond these
}

// met says which limits what was asked met, those first that were met most.
func (a *answer) met() string {
	const mostRows = 3
	var told []toldLimit
	for _, i := range a.policies {
		if a.rows[i].Cell >= len(a.set.Cells) || i > 0 && a.rows[i].Cell == a.rows[i-1].Cell { // rows by themselves, and other bills of the same run
			continue
		}
		c := &a.set.Cells[a.rows[i].Cell]
		n, spent := max(1, len(c.Replications)), c.spent()
		for _, m := range c.met() {
			text := m.words(n, m.WaitSum >= leastWait*spent)
			if text == "" {
				continue
			}
			if len(a.policies) > 1 {
				text += " with " + quoted(a.names[i])
			}
			k := slices.IndexFunc(told, func(x toldLimit) bool { return x.name == m.name() })
			if k < 0 {
				k = len(told)
				told = append(told, toldLimit{name: m.name()})
			}
			t := &told[k]
			t.most = max(t.most, (m.Refused+m.Waited)/uint64(n))
			if len(t.rows) < mostRows {
				t.rows = append(t.rows, text)
			} else {
				t.more++
			}
		}
	}
	return metWords(told)
}

// metWords puts the limits that were met into a sentence; "": none was.
func metWords(told []toldLimit) string {
	if len(told) == 0 {
		return ""
	}
	slices.SortStableFunc(told, func(x, y toldLimit) int { return cmp.Compare(y.most, x.most) })
	const most = 4
	var words []string
	for _, t := range told[:min(most, len(told))] {
		text := t.name + ", " + strings.Join(t.rows, ", ")
		if t.more > 0 {
			text += ", and with " + plural(t.more, "more row", "more rows")
		}
		words = append(words, text)
	}
	head := "The limit that was over: "
	if len(told) > 1 {
		head = "The limits that were over: "
	}
	text := head + strings.Join(words, "; ")
	if n := len(told) - most; n > 0 {
		text += fmt.Sprintf("; limits.csv has %d more", n)
	}
	return text
}

// limitsSheet is limits.csv.
func (s *Set) limitsSheet(units unitSource) *sheet {
	columns := []column{
		{"limit_of", textColumn, "", "whose limit it is: an account's, by service and region, or of a flow, store, trigger, function or platform"},
		{"what", textColumn, "", "what it counts"},
		{"value", textColumn, "", "how much of it"},
		{"refused", wholeColumn, "", "calls, starts, requests that were turned away, each time that they were asked"},
		{"waited", wholeColumn, "", "that waited until it let them, of functions those that were served"},
		{"wait_mean_s", numberColumn, "s", "of these"},
		{"wait_max_s", numberColumn, "s", ""},
	}
	return s.applicationSheet("limits", units, columns, func(_ *ApplicationGraph, a *Application, _ float64, row func(...any) error, _ *Replication) error {
		for k := range a.Met {
			m := &a.Met[k]
			if err := row(m.Of, m.What, m.Value, whole(m.Refused), whole(m.Waited), where(m.Waited > 0, m.WaitSum/float64(max(1, m.Waited))), where(m.Waited > 0, m.WaitMax)); err != nil {
				return err
			}
		}
		return nil
	})
}
