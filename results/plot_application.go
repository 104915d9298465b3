package results

import (
	"fmt"
	"slices"
)

// eventCDF draws the distribution of the time of each trigger's events.
func (s *Set) eventCDF(cells []Row) (*Figure, error) {
	short := labels(cells, false)
	var rows []Row
	var names []string
	var of []func(*Replication) *Histogram
	for i := range cells {
		c := &s.Cells[cells[i].Cell]
		m := &appMean{cell: c}
		timed := timedEvents(c)
		for _, k := range timed {
			name := short[i]
			switch {
			case len(cells) == 1:
				name = c.Application.Triggers[k.trigger].Name
			case len(timed) > 1:
				name += ", " + c.Application.Triggers[k.trigger].Name
			}
			if k.sent {
				name += " (sent by steps)"
			} else if lost := m.lostWords(k.trigger); lost != "" {
				name += " (" + lost + ")"
			}
			rows, names = append(rows, cells[i]), append(names, truncate(oneLine(name), longestName))
			of = append(of, func(r *Replication) *Histogram { return k.of(r.Application) })
		}
	}
	return s.cdf(rows, names, "Time of events", "the time of events that did not fail, from their arrival at a trigger to the end of what it started", cdfPlot{of: "time"},
		func(i int) func(*Replication) *Histogram { return of[i] })
}

// eventTimes are the times of the events of a trigger, from outside or sent by steps.
type eventTimes struct {
	trigger int
	sent    bool
}

func (k eventTimes) of(a *Application) *Histogram {
	if k.sent {
		return a.Inner[k.trigger]
	}
	return a.Latencies[k.trigger]
}

// timedEvents are those of a cell.
func timedEvents(c *Cell) (list []eventTimes) {
	if c.Application == nil {
		return nil
	}
	for k := range c.Application.Triggers {
		for _, sent := range []bool{false, true} {
			known := func(r *Replication) bool {
				if r.Application == nil {
					return false
				}
				if sent {
					return r.Application.Events[k].Inner.N > 0
				}
				return r.Application.Events[k].Latency.N > 0
			}
			if slices.ContainsFunc(c.Replications, known) {
				list = append(list, eventTimes{k, sent})
			}
		}
	}
	return list
}

// ofApplications are the rows that are of applications.
func (s *Set) ofApplications(rows []Row) (out []Row) {
	for _, r := range cellRows(rows) {
		if s.Cells[r.Cell].Application != nil && len(s.applicationTablesOf(&r)) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// timeBySteps draws how the steps of the critical path make up the time of an execution.
func (s *Set) timeBySteps(rows []Row) (*Figure, error) {
	b := &barPlot{of: "mean time of an execution", unit: "s", format: seconds3}
	cells := s.ofApplications(rows)
	names := labels(cells, false)
	shown := s.choose(cells, mostShown)
	for _, i := range shown.rows {
		m := &appMean{cell: &s.Cells[cells[i].Cell]}
		g := m.cell.Application
		bar := bar{name: names[i]}
		for k := range g.Steps {
			name := g.Steps[k].Name
			if len(g.Flows) > 1 {
				name = g.Flows[g.Steps[k].Flow].Name + "/" + name
			}
			bar.add(oneLine(name), m.of(func(a *Application) float64 { return perExecution(a, a.Steps[k].Critical) }))
		}
		b.bars = append(b.bars, bar)
	}
	return b.figure("Time by step", "How the steps on the critical path of executions make up the mean time of those that succeeded: what another step hides is not in it.", shown), nil
}

// perExecution is a time over the executions of flows that succeeded: of these are the
// critical paths.
func perExecution(a *Application, sum float64) float64 {
	var n uint64
	for i := range a.Flows {
		n += a.Flows[i].Succeeded
	}
	return where(n > 0, sum/float64(n))
}

// billByService draws what each service is of the bill.
func (s *Set) billByService(rows []Row) (*Figure, error) {
	cells := s.ofApplications(rows)
	if len(cells) == 0 {
		return nil, nil
	}
	currency := cells[0].Currency
	b := &barPlot{of: currency + spanWords(s.Span), format: money}
	names := labels(cells, false)
	shown := s.choose(cells, mostShown)
	for _, i := range shown.rows {
		m := &appMean{cell: &s.Cells[cells[i].Cell]}
		bar := bar{name: names[i]}
		for _, name := range m.billed() {
			bar.add(oneLine(name), m.of(func(a *Application) float64 { return floatOf(&a.billOf(name).Cost) }))
		}
		b.bars = append(b.bars, bar)
	}
	return b.figure("Bill by service", fmt.Sprintf("What each platform and service is of the bill, %s.", b.of), shown), nil
}
