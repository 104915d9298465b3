package results

import "html/template"

// reportApplication is an application in the report.
type reportApplication struct {
	Name    string
	Drawing template.HTML // "": none
	Tables  []reportAppTable
}

type reportAppTable struct {
	Title, Note string
	reportTableText
}

// reportApplications are the tables of some cells' applications, and of the first that
// can be drawn its drawing.
func (s *Set) reportApplications(d detail) (out []reportApplication) {
	for _, i := range d.rows {
		tables := s.applicationTablesOf(&d.all[i])
		if tables == nil {
			continue
		}
		a := reportApplication{Name: d.names[i]}
		if draw := s.Cells[d.all[i].Cell].Application.Draw; draw != nil && len(out) == 0 {
			a.Drawing = template.HTML(draw(s.nodeValues(&d.all[i])))
		}
		for _, t := range tables {
			a.Tables = append(a.Tables, reportAppTable{t.title, t.note, newReportTableText(t.head, t.right, t.lines)})
		}
		out = append(out, a)
	}
	return out
}

// StepValue is what a drawing says of a step.
type StepValue struct {
	P50, Cost string  // with units
	Time      float64 // its part of the time of all steps, 0 to 1
	Critical  bool    // it is on the critical path of half of the executions or more
}

// nodeValues are what the drawing of a row's application says of each step.
func (s *Set) nodeValues(r *Row) []StepValue {
	m := &appMean{cell: &s.Cells[r.Cell], currency: r.Currency, span: spanWords(s.Span)}
	values := make([]StepValue, len(m.cell.Application.Steps))
	all := 0.0
	times := make([]float64, len(values))
	for i := range values {
		times[i] = m.of(func(a *Application) float64 { return a.Steps[i].Time.Mean * float64(a.Steps[i].Time.N) })
		all += times[i]
	}
	for i := range values {
		p50, _ := m.times(func(a *Application) *Times { return &a.Steps[i].Time })
		values[i] = StepValue{P50: p50, Cost: m.money(func(a *Application) float64 { return floatOf(&a.Steps[i].Cost) }) + " " + m.currency}
		if all > 0 {
			values[i].Time = times[i] / all
		}
		entered := m.of(func(a *Application) float64 { return float64(a.Steps[i].Entered) })
		values[i].Critical = entered > 0 && m.of(func(a *Application) float64 { return float64(a.Steps[i].OnPath) })*2 >= entered
	}
	return values
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
