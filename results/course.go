package results

import (
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// Course is what came to a trigger from outside over time, in steps of SeriesStep of the
// window: what became of what arrived in each step, whenever it did, and the times of what
// succeeded, ns. All are nil where nothing came.
type Course struct {
	Done, Failed, TimedOut, Throttled, Filtered, Unfinished []uint64
	P50, P99, Max                                           []int64 // the quantiles to within 1/32; 0 where nothing succeeded
}

func newCourse(all []flows.Moment) (c Course) {
	for i := range all {
		m := &all[i]
		for k, n := range []uint64{m.Done, m.Failed, m.TimedOut, m.Throttled, m.Filtered, m.Unfinished} {
			*c.counts()[k] = append(*c.counts()[k], n)
		}
		for k, t := range []sim.Time{m.Quantile(0.5), m.Quantile(0.99), m.Max} {
			*c.times()[k] = append(*c.times()[k], t)
		}
	}
	return c
}

func (c *Course) counts() []*[]uint64 {
	return []*[]uint64{&c.Done, &c.Failed, &c.TimedOut, &c.Throttled, &c.Filtered, &c.Unfinished}
}

func (c *Course) times() []*[]int64 { return []*[]int64{&c.P50, &c.P99, &c.Max} }

// ends is what became of what arrived in a step.
func (c *Course) ends(b int) flows.Ends {
	return flows.Ends{Done: c.Done[b], Failed: c.Failed[b], TimedOut: c.TimedOut[b], Throttled: c.Throttled[b], Filtered: c.Filtered[b], Unfinished: c.Unfinished[b]}
}

// asked is how many of what arrived are requests: what a filter has not let through is none.
func asked(e flows.Ends) uint64 { return e.Done + lost(e) + e.Unfinished }

// lost is how many of these failed, in whatever way.
func lost(e flows.Ends) uint64 { return e.Failed + e.TimedOut + e.Throttled }

// endsColumns are the columns of what became of what arrived.
func endsColumns() []column {
	return []column{
		{"arrived", wholeColumn, "", "from outside"},
		{"done", wholeColumn, "", "of these, whenever that was, as all that follows"},
		{"failed", wholeColumn, "", "or dead"},
		{"timed_out", wholeColumn, "", ""},
		{"throttled", wholeColumn, "", "turned away"},
		{"filtered", wholeColumn, "", "not let through, which is no loss"},
		{"unfinished", wholeColumn, "", "under way, or undelivered, when the run ended"},
	}
}

func endsValues(e flows.Ends) (out []any) {
	for _, n := range []uint64{asked(e) + e.Filtered, e.Done, e.Failed, e.TimedOut, e.Throttled, e.Filtered, e.Unfinished} {
		out = append(out, whole(n))
	}
	return out
}

// courseSheet is courses.csv: what came to each trigger from outside over time.
func (s *Set) courseSheet(units unitSource) *sheet {
	columns := append([]column{
		{"trigger", textColumn, "", ""},
		{"time_s", numberColumn, "s", "when the step begins; steps in which nothing arrived are left out"},
	}, endsColumns()...)
	columns = append(columns, column{"latency_p50_s", numberColumn, "s", "of done, from the arrival to the end, to within 1/32"},
		column{"latency_p99_s", numberColumn, "s", ""}, column{"latency_max_s", numberColumn, "s", "exact"})
	return s.applicationSheet("courses", units, columns, func(g *ApplicationGraph, a *Application, _ float64, row func(...any) error, r *Replication) error {
		step := SeriesStep(r.Window.Length())
		for i := range a.Courses {
			c := &a.Courses[i]
			for b := range c.Done {
				e := c.ends(b)
				if asked(e)+e.Filtered == 0 {
					continue
				}
				line := append([]any{g.Triggers[i].Name, float64(r.Window.Warmup+sim.Time(b)*step) / second}, endsValues(e)...)
				for _, t := range c.times() {
					line = append(line, where(e.Done > 0, float64((*t)[b])/second))
				}
				if err := row(line...); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// outagesSheet is outages.csv: what came to each trigger before, during and
// after each outage.
func (s *Set) outagesSheet(units unitSource) *sheet {
	columns := append([]column{
		{"outage", textColumn, "", "what does not answer"},
		{"from_s", numberColumn, "s", "of the run"},
		{"to_s", numberColumn, "s", ""},
		{"trigger", textColumn, "", ""},
		{"from", textColumn, "", "outside, or steps: messages that were sent"},
		{"when", textColumn, "", "of the arrival: before, during or after the outage; struck: before, and a try failed in it. Before and after leave out what arrived in another one, or was struck by it"},
	}, endsColumns()...)
	columns = append(columns, column{"late", wholeColumn, "", "of done, during and struck: not before the outage was over"},
		column{"latency_max_s", numberColumn, "s", "largest time of done, from the arrival to the end"})
	return s.applicationSheet("outages", units, columns, func(g *ApplicationGraph, a *Application, _ float64, row func(...any) error, _ *Replication) error {
		for k := range g.Outages {
			o := &g.Outages[k]
			for i := range a.Events {
				for f, all := range [][]flows.Beside{a.Events[i].Outages, a.Events[i].SentOutages} {
					if all == nil {
						continue
					}
					of := &all[k]
					for w, spell := range []*flows.Spell{&of.Before, &of.Struck, &of.During, &of.After} {
						line := append([]any{o.Of, float64(o.From) / second, float64(o.To) / second, g.Triggers[i].Name, []string{"outside", "steps"}[f], []string{"before", "struck", "during", "after"}[w]}, endsValues(spell.Ends)...)
						if err := row(append(line, whole(spell.Late), where(spell.Done > 0, float64(spell.Max)/second))...); err != nil {
							return err
						}
					}
				}
			}
		}
		return nil
	})
}
