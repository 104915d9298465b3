package results

import (
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/results/pages"
)

// reportApplication is an application in the report.
type reportApplication struct {
	Name    string
	Drawing template.HTML // "": none
	Tables  []reportAppTable
}

type reportAppTable struct {
	Note string
	reportTableText
}

// reportApplications are the tables of some cells' applications, and of the first that
// can be drawn its drawing.
func (s *Set) reportApplications(d detail, on *pages.Page) (out []reportApplication) {
	for _, i := range d.rows {
		tables := s.applicationTablesOf(&d.all[i])
		if tables == nil {
			continue
		}
		a := reportApplication{Name: d.names[i]}
		if draw := s.Cells[d.all[i].Cell].Application.Draw; draw != nil && len(out) == 0 {
			a.Drawing = on.Draw(draw(s.nodeValues(&d.all[i])))
		}
		for _, t := range tables {
			table := reportAppTable{upperFirst(t.note), newReportTableText(t.head, t.right, t.lines)}
			table.Title = t.title
			a.Tables = append(a.Tables, table)
		}
		out = append(out, a)
	}
	return out
}

// NodeValue is what a drawing says of a step, trigger, function or service.
type NodeValue struct {
	Text     string  // median of its time and cost, with units
	Time     float64 // of a step its part of the time of all steps, 0 to 1
	Critical bool    // it is on the critical path of half of its flow's executions, or more
}

// nodeValues are what the drawing of a row's application says, by owner: a step is
// flow/step, all else has its name.
func (s *Set) nodeValues(r *Row) map[string]NodeValue {
	m := &appMean{cell: &s.Cells[r.Cell], currency: r.Currency, span: spanWords(s.Span)}
	g, values := m.cell.Application, map[string]NodeValue{}
	text := func(t func(*Application) *Times, cost func(*Application) float64) string {
		p50, _ := m.times(t)
		return joinKnown(p50, m.cost(cost))
	}
	all := 0.0
	times := make([]float64, len(g.Steps))
	for i := range g.Steps {
		times[i] = m.of(func(a *Application) float64 { return a.Steps[i].Time.Mean * float64(a.Steps[i].Time.N) })
		all += times[i]
	}
	for i := range g.Steps {
		v := NodeValue{
			Text:     text(func(a *Application) *Times { return &a.Steps[i].Time }, func(a *Application) float64 { return floatOf(&a.Steps[i].Cost) }),
			Critical: m.usual(i),
		}
		if all > 0 {
			v.Time = times[i] / all
		}
		values[g.Owners[g.Steps[i].Owner]] = v
	}
	for i := range g.Services {
		values[g.Owners[g.Services[i].Owner]] = NodeValue{Text: text(func(a *Application) *Times { return &a.Services[i].Latency }, func(*Application) float64 { return 0 })}
	}
	for i := range g.Triggers { // after the services that carry their messages, which have their names
		p50, _ := m.times(func(a *Application) *Times { return a.Events[i].Times() })
		values[g.Owners[g.Triggers[i].Owner]] = NodeValue{Text: joinKnown(p50, m.lostWords(i), m.cost(func(a *Application) float64 { return floatOf(&a.Events[i].Cost) }))}
	}
	for i := range g.Functions[:len(g.Functions)-len(g.Triggers)] {
		values[g.Owners[g.Functions[i].Owner]] = NodeValue{Text: m.cost(func(a *Application) float64 { return floatOf(&a.Callees[i].Cost) })}
	}
	return values
}

// lostWords says what part of what came to a trigger from outside failed; "" of none.
func (m *appMean) lostWords(trigger int) string {
	share := m.of(func(a *Application) float64 {
		e := a.Events[trigger].Outside
		return Ratio{lost(e), asked(e)}.Float()
	})
	if !(share > 0) {
		return ""
	}
	return percent(share) + " failed"
}

// usual reports whether a step is on the critical path of half of the executions of its
// flow, or more. Each such path begins with the flow's first step. A branch that few
// executions take is on the path of most that take it, and is not the flow's usual way.
func (m *appMean) usual(step int) bool {
	g := m.cell.Application
	onPath := func(k int) float64 {
		return m.of(func(a *Application) float64 { return float64(a.Steps[k].OnPath) })
	}
	on := onPath(step)
	return on > 0 && on*2 >= onPath(int(g.Flows[g.Steps[step].Flow].First))
}

// cost writes a cost with its currency; "" of none.
func (m *appMean) cost(f func(*Application) float64) string {
	if x := m.of(f); x != 0 && !math.IsNaN(x) {
		return money(x) + " " + m.currency
	}
	return ""
}

// joinKnown joins what says something.
func joinKnown(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" || w == dash }), ", ")
}

// drawing is the SVG of the first application; nil: there is none.
func (s *Set) drawing(rows []Row) []byte {
	for i := range rows {
		c := &s.Cells[rows[i].Cell]
		if c.Application != nil && c.Application.Draw != nil && len(c.Replications) > 0 && c.Replications[0].Application != nil {
			return c.Application.Draw(s.nodeValues(&rows[i]))
		}
	}
	return nil
}
