package results

import (
	"io"
	"slices"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// The files of applications: what each unit tells of steps, events, services, functions
// and tags, and the shares of the bill's lines. Amounts are exact decimals.

// hasApplication reports whether any cell runs an application.
func (s *Set) hasApplication() bool {
	return slices.ContainsFunc(s.Cells, func(c Cell) bool { return c.Application != nil })
}

// applicationTables lists them; none where no cell has an application.
func (s *Set) applicationTables() []unitTable {
	if !s.hasApplication() {
		return nil
	}
	var out []unitTable
	for _, of := range []func(unitSource) *sheet{s.stepsSheet, s.eventsSheet, s.servicesSheet, s.callsSheet, s.tagsSheet, s.costsSheet, s.limitsSheet, s.courseSheet, s.outagesSheet} {
		name := of(nil).name + ".csv"
		out = append(out, unitTable{name, func(w io.Writer, units unitSource) error { return writeCSV(w, of(units)) }})
	}
	return out
}

// applicationSheet is a sheet with rows of each application's unit: what names the unit,
// and then what each appends.
func (s *Set) applicationSheet(name string, units unitSource, columns []column, each func(g *ApplicationGraph, a *Application, scale float64, row func(...any) error, r *Replication) error) *sheet {
	paths := s.pathColumns()
	all := append(append([]column(nil), paths...),
		column{"application", textColumn, "", "its title, or its file's name"},
		column{"replication", wholeColumn, "", replicationHelp})
	return &sheet{name, append(all, columns...), func(yield func([]any) error) error {
		return units(func(i, n int, r *Replication) error {
			c := &s.Cells[i]
			if c.Application == nil || r.Application == nil {
				return nil
			}
			start := append(appendPaths(nil, paths, c.Values), c.Platform, int64(n))
			scale := 1.0
			if len(r.Bills) > 0 {
				scale = billScale(r, &r.Bills[0])
			}
			return each(c.Application, r.Application, scale, func(values ...any) error {
				return yield(append(slices.Clip(start), values...))
			}, r)
		})
	}}
}

// of a span, as bill.csv: a month's unless the experiment says otherwise.
var costColumn = column{"cost", textColumn, "", "its part of the bill, over the bill's span; currency is in bill.csv"}

var perEventColumn = column{"cost_per_event", moneyColumn, "", "cost over the events that it covers"}

func timesColumns(name, help string) []column {
	return []column{
		{name + "_mean_s", numberColumn, "s", help + ", mean"},
		{name + "_p50_s", numberColumn, "s", ""}, {name + "_p90_s", numberColumn, "s", ""}, {name + "_p99_s", numberColumn, "s", ""},
		{name + "_max_s", numberColumn, "s", ""},
	}
}

func (t Times) values() []any {
	in := func(x float64) float64 { return where(t.N > 0, x) }
	return []any{in(t.Mean), in(t.P50), in(t.P90), in(t.P99), in(t.Max)}
}

// stepsSheet is steps.csv.
func (s *Set) stepsSheet(units unitSource) *sheet {
	columns := slices.Concat([]column{
		{"flow", textColumn, "", ""},
		{"step", textColumn, "", "empty: the executions of the flow, whose cost is that of no step: their starts and ends, and their time where it is billed"},
		{"entered", wholeColumn, "", "times"},
		{"attempts", wholeColumn, "", "first tries and retries"},
		{"retries", wholeColumn, "", "attempts after the first"},
		{"succeeded", wholeColumn, "", ""},
		{"failed", wholeColumn, "", "its last attempt did, caught or not"},
		{"caught", wholeColumn, "", "of these"},
		{"throttled", wholeColumn, "attempts", ""},
		{"timed_out", wholeColumn, "attempts", ""},
		{"cancelled", wholeColumn, "", "because a sibling failed"},
	}, timesColumns("time", "from entering to leaving it"), []column{
		{"gap_s", numberColumn, "s", "mean in the orchestrator, on the way and between tries"},
		{"waiting_s", numberColumn, "s", "mean waiting for an instance"},
		{"init_s", numberColumn, "s", "mean part of that in initialisations"},
		{"service_s", numberColumn, "s", "mean in functions' own time"},
		{"stores_s", numberColumn, "s", "mean waiting for stores and callees"},
		{"critical_share", numberColumn, "1", "part of all critical paths' time that is its"},
		{"on_path", wholeColumn, "times", "that it was on the critical path"},
		costColumn, perEventColumn,
	})
	return s.applicationSheet("steps", units, columns, func(g *ApplicationGraph, a *Application, scale float64, row func(...any) error, _ *Replication) error {
		critical := a.critical()
		for i := range a.Flows {
			f := &a.Flows[i]
			line := []any{g.Flows[i].Name, "", whole(f.Started), whole(f.Started), nil, whole(f.Succeeded), whole(f.Failed), nil, whole(f.Throttled), whole(f.TimedOut), nil}
			line = append(line, f.Latency.values()...)
			line = append(line, nan, nan, nan, nan, nan, nan, nil, exactNumber(f.Cost.Text('f')), perEvent(&f.Cost, a.events(), scale))
			if err := row(line...); err != nil {
				return err
			}
		}
		for i := range a.Steps {
			t := &a.Steps[i]
			n := t.Entered
			mean := func(x float64) float64 { return where(n > 0, x/float64(n)) }
			line := []any{g.Flows[g.Steps[i].Flow].Name, g.Steps[i].Name, whole(n), whole(t.Attempts), whole(t.Retries), whole(t.Succeeded), whole(t.Failed), whole(t.Caught),
				whole(t.Throttled), whole(t.TimedOut), whole(t.Cancelled)}
			line = append(line, t.Time.values()...)
			line = append(line, mean(t.Gap), mean(t.Waiting), mean(t.Init), mean(t.Service), mean(t.Stores), where(critical > 0, t.Critical/critical), whole(t.OnPath),
				exactNumber(t.Cost.Text('f')), perEvent(&t.Cost, a.events(), scale))
			if err := row(line...); err != nil {
				return err
			}
		}
		return nil
	})
}

// critical is the time of all critical paths, s.
func (a *Application) critical() (sum float64) {
	for i := range a.Steps {
		sum += a.Steps[i].Critical
	}
	return sum
}

// eventsSheet is events.csv.
func (s *Set) eventsSheet(units unitSource) *sheet {
	columns := slices.Concat([]column{
		{"trigger", textColumn, "", ""},
		{"arrived", wholeColumn, "", "records, messages or requests from outside, in the window"},
		{"attempts", wholeColumn, "", "at what arrived: of callers who ask again each time that they do, else one each"},
		{"sent", wholeColumn, "", "to it by steps, tables and dead letters"},
		{"started", wholeColumn, "", "executions or requests, one a batch"},
		{"succeeded", wholeColumn, "", "of these"},
		{"failed", wholeColumn, "", ""},
		{"timed_out", wholeColumn, "", ""},
		{"throttled", wholeColumn, "", "turned away before they started"},
		{"rejected", wholeColumn, "", "starts that what was to start turned away over a limit, of payloads too: in none of started"},
		{"unfinished", wholeColumn, "", "under way when the run ended"},
		{"received", wholeColumn, "", "deliveries of messages and records"},
		{"redelivered", wholeColumn, "", "of these, after the first"},
		{"duplicated", wholeColumn, "", "made twice by the provider"},
		{"deleted", wholeColumn, "", "messages and records that are done"},
		{"dead", wholeColumn, "", "given up"},
		{"filtered", wholeColumn, "", "not let through"},
		{"in_flight", wholeColumn, "", "undelivered at the end"},
		{"polls", wholeColumn, "", ""},
		{"empty_polls", wholeColumn, "", ""},
		{"untaken", wholeColumn, "", "of what these sent, and not among sent: what no service took"},
		{"lost", wholeColumn, "", "messages from outside that no service took, since it failed or did not answer"},
		{"behind", wholeColumn, "", "executions, and calls of functions, that came from its arrivals and that nobody waited for"},
		{"behind_failed", wholeColumn, "", "of these; no other count of the arrivals has them"},
		{"undone", wholeColumn, "", "answered well, and something that nobody waited for failed or did not end"},
		{"after_window", wholeColumn, "", "answered well at the end of the window or later: counted, with its time and what it used, but what is billed by time is not from then on"},
	}, timesColumns("latency", "from the arrival to the end of what it started, of what came from outside and succeeded"), timesColumns("done", "from the arrival to the end of all that it began, what nobody waited for too, of what came from outside and ended well; that of latency where there is nothing of that kind"), timesColumns("sent_latency", "the same of what steps sent"), []column{
		{"latency_first_half_s", numberColumn, "s", "mean of what arrived in the first half of the window"},
		{"latency_second_half_s", numberColumn, "s", "of what arrived in the second: where it is longer, the load is not kept up with"},
	}, timesColumns("age", "from the arrival to the delivery that succeeded; of streams the iterator's age"),
		[]column{costColumn, perEventColumn})
	for c := range flows.Cause(flows.NumCauses) {
		columns = append(columns, column{"cost_" + c.String(), textColumn, "", "the part of cost for this cause"})
	}
	return s.applicationSheet("events", units, columns, func(g *ApplicationGraph, a *Application, scale float64, row func(...any) error, _ *Replication) error {
		for i := range a.Events {
			e := &a.Events[i]
			line := []any{g.Triggers[i].Name}
			for _, n := range []uint64{e.Arrived, e.Attempts, e.Sent, e.Started, e.Succeeded, e.Failed, e.TimedOut, e.Throttled, e.Rejected, e.Unfinished, e.Received, e.Again, e.Duplicated,
				e.Deleted, e.Dead, e.Filtered, e.InFlight, e.Polls, e.EmptyPolls, e.Untaken, e.Lost, e.Behind.Ended, e.Behind.Failed, e.Outside.Done - e.whole().Done, e.Late} {
				line = append(line, whole(n))
			}
			line = append(append(append(append(line, e.Latency.values()...), e.outsideTimes().values()...), e.Inner.values()...), e.Quarters.half(0).Mean, e.Quarters.half(1).Mean)
			line = append(line, e.Age.values()...)
			line = append(line, exactNumber(e.Cost.Text('f')), perEvent(&e.Cost, e.Arrived, scale))
			for c := range e.Causes {
				line = append(line, exactNumber(e.Causes[c].Text('f')))
			}
			if err := row(line...); err != nil {
				return err
			}
		}
		return nil
	})
}

// servicesSheet is services.csv.
func (s *Set) servicesSheet(units unitSource) *sheet {
	columns := slices.Concat([]column{
		{"service", textColumn, "", ""},
		{"calls", wholeColumn, "", ""},
		{"throttled", wholeColumn, "", ""},
		{"retries", wholeColumn, "", "of clients' libraries"},
		{"limit", textColumn, "", "the limit that has refused most calls"},
		{"limit_refused", wholeColumn, "", "by it"},
		{"failed", wholeColumn, "", ""},
		{"hits", wholeColumn, "", "of a cache"},
		{"misses", wholeColumn, "", ""},
		{"bytes", numberColumn, "bytes", "sent and received"},
	}, timesColumns("latency", "of a call, its library's retries with it"))
	return s.applicationSheet("services", units, columns, func(g *ApplicationGraph, a *Application, _ float64, row func(...any) error, _ *Replication) error {
		for i := range a.Services {
			v := &a.Services[i]
			limit, refused := a.refusedMost(g, flows.RefusedService, i)
			line := append([]any{g.Services[i].Name, whole(v.Calls), whole(v.Throttled), whole(v.Retries), limit, whole(refused), whole(v.Failed), whole(v.Hits), whole(v.Misses), v.Bytes},
				v.Latency.values()...)
			if err := row(line...); err != nil {
				return err
			}
		}
		return nil
	})
}

// callsSheet is calls.csv: functions as steps and others call them.
func (s *Set) callsSheet(units unitSource) *sheet {
	columns := []column{
		{"function", textColumn, "", ""},
		{"place", textColumn, "", "the region that it runs in"},
		{"calls", wholeColumn, "", "that were served"},
		{"cold", wholeColumn, "", "of these"},
		{"rejected", wholeColumn, "", "turned away over a limit, in none of calls"},
		{"limit", textColumn, "", "the limit of payloads that has refused most of its calls, or answers"},
		{"limit_refused", wholeColumn, "", "by it"},
		{"busy_s", numberColumn, "s", "from start to end of all calls"},
		costColumn,
	}
	return s.applicationSheet("calls", units, columns, func(g *ApplicationGraph, a *Application, _ float64, row func(...any) error, _ *Replication) error {
		for i := range a.Callees[:len(a.Callees)-len(g.Triggers)] {
			f, place := &a.Callees[i], ""
			limit, refused := a.refusedMost(g, flows.RefusedFunction, i)
			if p := g.Functions[i].Place; p != flows.None {
				place = g.Places[p]
			}
			if err := row(g.Functions[i].Name, place, whole(f.Calls), whole(f.Cold), whole(f.Rejected), limit, whole(refused), f.Busy, exactNumber(f.Cost.Text('f'))); err != nil {
				return err
			}
		}
		return nil
	})
}

// tagsSheet is tags.csv.
func (s *Set) tagsSheet(units unitSource) *sheet {
	columns := []column{{"tag", textColumn, "", "empty: what has none"}, costColumn}
	return s.applicationSheet("tags", units, columns, func(_ *ApplicationGraph, a *Application, _ float64, row func(...any) error, _ *Replication) error {
		for _, t := range a.Tags {
			if err := row(t.Name, exactNumber(t.Cost.Text('f'))); err != nil {
				return err
			}
		}
		return nil
	})
}

// costsSheet is costs.csv: the lines of the bill shared out, of which all other sums of
// costs are made.
func (s *Set) costsSheet(units unitSource) *sheet {
	columns := []column{
		{"service", textColumn, "", "as in bill.csv"},
		{"line", textColumn, "", "its name in bill.csv"},
		{"trigger", textColumn, "", "whose arrivals it came from; empty: nobody's"},
		{"owner", textColumn, "", "the step, as flow/step, or the function, trigger or service that it was for; empty: nobody"},
		{"function", textColumn, "", "that it was of"},
		{"cause", textColumn, "", "work, retry, failure, duplicate, empty, overhead, standing"},
		{"tag", textColumn, "", ""},
		{"amount", textColumn, "", "all of a line's sum to its amount"},
		{"currency", textColumn, "", ""},
	}
	return s.applicationSheet("costs", units, columns, func(g *ApplicationGraph, a *Application, _ float64, row func(...any) error, r *Replication) error {
		for i := range a.Costs {
			c := &a.Costs[i]
			b := &r.Bills[0]
			l := &b.Lines[c.Line]
			var trigger, owner, function string
			if c.Trigger != flows.None {
				trigger = g.Triggers[c.Trigger].Name
			}
			if c.Owner != flows.None {
				owner = g.Owners[c.Owner]
			}
			if c.Function != flows.None {
				function = g.Functions[c.Function].Name
			}
			if err := row(l.Service, l.Name, trigger, owner, function, c.Cause.String(), g.tagOf(c), exactNumber(c.Amount.Text('f')), b.Currency); err != nil {
				return err
			}
		}
		return nil
	})
}
