package results

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// pathColumns are the columns of the swept paths: numbers where every cell has
// one on that path, labels otherwise.
func (s *Set) pathColumns() []column {
	if len(s.Cells) == 0 {
		return nil
	}
	var out []column
	for i, v := range s.Cells[0].Values {
		c := column{v.Path, numberColumn, v.Unit, "swept parameter"}
		for j := range s.Cells {
			if !s.Cells[j].Values[i].Numeric {
				c.kind, c.unit = textColumn, ""
			}
		}
		out = append(out, c)
	}
	return out
}

// appendPaths appends the values for pathColumns.
func appendPaths(row []any, columns []column, values []PathValue) []any {
	for i, v := range values {
		if columns[i].kind == numberColumn {
			row = append(row, v.Number)
		} else {
			row = append(row, v.Label)
		}
	}
	return row
}

// ciSuffix ends the name of a metric's half-width.
const ciSuffix = "_ci95"

// currencyColumn is a variable so that the sheets say the same of it.
var currencyColumn = column{"currency", textColumn, "", "of the row's costs, ISO 4217; empty where nothing is billed"}

// cellsSheet is cells.csv and cells.parquet: the rows of the output.
func (s *Set) cellsSheet(rows []Row) *sheet {
	paths := s.pathColumns()
	columns := append(append([]column(nil), paths...),
		column{"platform", textColumn, "", "as the experiment names it"},
		column{"tariff", textColumn, "", "what the bill is by"},
		column{"counterfactual", textColumn, "", "yes: the tariff needs a behaviour that the platform lacks; bound: an offline bound, no policy; estimate: an estimate of one"},
		currencyColumn,
		column{"replications", wholeColumn, "", "independent repetitions"})
	places := metricsOf(rows)
	for _, p := range places {
		m, kind := metrics[p], numberColumn
		if m.Money {
			kind = moneyColumn
		}
		columns = append(columns, column{m.Name, kind, m.Unit, m.Help},
			column{m.Name + ciSuffix, kind, m.Unit, "half-width of the 95 % t-interval over replications"})
	}
	steps := stepColumnsOf(rows)
	for _, c := range steps {
		columns = append(columns, c.column)
	}
	if s.Operator != nil {
		columns = append(columns, column{"regret_against", textColumn, "", "what regret is against: the bound, or an estimate of it"})
	}
	columns = append(columns, column{"meets_slo", textColumn, "", "yes, no, or unsure: by the one-sided 95 % bound"})
	return &sheet{"cells", columns, func(yield func([]any) error) error {
		line := make([]any, 0, len(columns))
		for i := range rows {
			r := &rows[i]
			line = appendPaths(line[:0], paths, r.Values)
			line = append(line, r.Platform, r.Tariff, r.Counterfactual, r.Currency, int64(r.Replications))
			for _, p := range places {
				line = append(line, r.Stats[p].Mean, r.Stats[p].Half)
			}
			line = appendSteps(line, steps, r.StepTimes)
			if s.Operator != nil {
				line = append(line, r.RegretBasis)
			}
			if err := yield(append(line, string(r.Meets))); err != nil {
				return err
			}
		}
		return nil
	}}
}

// replicationsSheet is replications.parquet: each row's metrics by
// replication, which is what a comparison of two folders pairs.
func (s *Set) replicationsSheet(rows []Row) *sheet {
	paths := s.pathColumns()
	columns := append(append([]column(nil), paths...),
		column{"platform", textColumn, "", "as the experiment names it"},
		column{"tariff", textColumn, "", "what the bill is by"},
		column{"counterfactual", textColumn, "", "as in cells"},
		currencyColumn,
		column{"replication", wholeColumn, "", replicationHelp})
	places := metricsOf(rows)
	for _, p := range places {
		columns = append(columns, column{metrics[p].Name, numberColumn, metrics[p].Unit, metrics[p].Help})
	}
	steps := stepColumnsOf(rows)
	for _, c := range steps {
		columns = append(columns, c.column)
	}
	return &sheet{"replications", columns, func(yield func([]any) error) error {
		for i := range rows {
			r := &rows[i]
			for n := range r.Replications {
				line := append(appendPaths(nil, paths, r.Values), r.Platform, r.Tariff, r.Counterfactual, r.Currency, int64(n))
				for _, p := range places {
					line = append(line, r.Stats[p].Values[n])
				}
				if err := yield(appendSteps(line, steps, r.StepTimes)); err != nil {
					return err
				}
			}
		}
		return nil
	}}
}

// billSheet is bill.csv: the line items of each replication, in exact decimals.
func (s *Set) billSheet(units unitSource) *sheet {
	paths := s.pathColumns()
	columns := append(append([]column(nil), paths...),
		column{"platform", textColumn, "", "as the experiment names it"},
		column{"tariff", textColumn, "", "what the bill is by"},
		column{"counterfactual", textColumn, "", "as in cells"},
		column{"replication", wholeColumn, "", replicationHelp},
		column{"name", textColumn, "", "of the line"},
		column{"unit", textColumn, "", "of the quantity"},
		column{"quantity", textColumn, "", "what was used, over the bill's span"},
		column{"unit_price", textColumn, "", "price of one unit"},
		column{"amount", textColumn, "", "quantity × unit price"},
		column{"currency", textColumn, "", "of price and amount: the tariff's own"},
		column{"span", textColumn, "", "month: usage scaled to 30 days; run: as it was"},
		column{"grade", textColumn, "", "how well the price is attested"},
		column{"part", textColumn, "", "what part of the time of instances it is for: starting, serving, idle; empty: all of it, or no such time"})
	applications := s.hasApplication()
	if applications {
		columns = append(columns, column{"service", textColumn, "", "of an application: the title of the tariff"})
	}
	return &sheet{"bill", columns, func(yield func([]any) error) error {
		return units(func(i, n int, r *Replication) error {
			c := &s.Cells[i]
			for t := range c.tariffs() {
				start := append(appendPaths(nil, paths, c.Values), c.Platform)
				if err := billLines(start, n, &r.Bills[t], applications, yield); err != nil {
					return err
				}
			}
			return nil
		})
	}}
}

func billLines(start []any, replication int, b *costmodel.Bill, services bool, yield func([]any) error) error {
	for i := range b.Lines {
		l := &b.Lines[i]
		line := append(append([]any(nil), start...), cmp.Or(l.Tariff, b.Tariff), counterfactual(false, false, b), int64(replication), l.Name, l.Unit,
			exactNumber(l.Quantity.Text('f')), exactNumber(l.UnitPrice.Text('f')), exactNumber(l.Amount.Text('f')),
			b.Currency, b.Span.String(), l.Grade, l.Part)
		if services {
			line = append(line, l.Service)
		}
		if err := yield(line); err != nil {
			return err
		}
	}
	return nil
}

// functionsSheet is functions.parquet: each function in each replication of
// each cell. Functions of which nothing is known are left out. seen is shown
// the records of each unit as they pass.
func (s *Set) functionsSheet(units unitSource, seen func(cell int, records []FunctionRecord)) *sheet {
	paths := s.pathColumns()
	columns := append(append([]column(nil), paths...),
		column{"platform", textColumn, "", "as the experiment names it"},
		column{"replication", wholeColumn, "", replicationHelp},
		column{"function", textColumn, "", "name, unique within its app"},
		column{"app", textColumn, "", "application it belongs to"},
		column{"owner", textColumn, "", "who owns it"},
		column{"trigger", textColumn, "", "what calls it"},
		column{"memory_mib", wholeColumn, "MiB", "configured; 0: the platform's default"},
		column{"arrivals", wholeColumn, "requests", "that arrived in the window"},
		column{"invocations", wholeColumn, "requests", "that were started"},
		column{"completed", wholeColumn, "requests", ""},
		column{"rejected", wholeColumn, "requests", ""},
		column{"timed_out", wholeColumn, "requests", ""},
		column{"failed", wholeColumn, "requests", ""})
	clients := slices.ContainsFunc(s.Cells, func(c Cell) bool { return c.Clients })
	if clients {
		columns = append(columns, column{"abandoned", wholeColumn, "requests", "that their client gave up"})
	}
	columns = append(columns,
		column{"cold_starts", wholeColumn, "requests", "delayed by an initialisation"},
		column{"cold_ratio", numberColumn, "1", "cold_starts ÷ invocations"},
		column{"latency_mean_s", numberColumn, "s", "of completed requests"},
		column{"latency_p50_s", numberColumn, "s", ""},
		column{"latency_p90_s", numberColumn, "s", ""},
		column{"latency_p95_s", numberColumn, "s", ""},
		column{"latency_p99_s", numberColumn, "s", ""},
		column{"latency_max_s", numberColumn, "s", ""},
		column{"instances_created", wholeColumn, "instances", "created in the window; of an app, at its first function"},
		column{"busy_s", numberColumn, "s", "instances × time that they served"},
		column{"idle_s", numberColumn, "s", "instances × time that they were idle"},
		column{"wasted_gib_s", numberColumn, "GiB·s", "memory × idle time"})
	return &sheet{"functions", columns, func(yield func([]any) error) error {
		return units(func(i, n int, r *Replication) error {
			c := &s.Cells[i]
			seen(i, r.Functions)
			start := append(appendPaths(nil, paths, c.Values), c.Platform, int64(n))
			return functionRows(start, c.Functions, r.Functions, clients, yield)
		})
	}}
}

func functionRows(start []any, functions []sim.Function, records []FunctionRecord, clients bool, yield func([]any) error) error {
	line := make([]any, 0, len(start)+25)
	for i := range records {
		r := &records[i]
		if int(r.Function) >= len(functions) {
			return fmt.Errorf("a record of function %d, where there are %d", r.Function, len(functions))
		}
		f := &functions[r.Function]
		n := r.Ended[sim.Completed]
		line = append(append(line[:0], start...), f.Name, f.App, f.Owner, f.Trigger, f.Memory,
			whole(r.Arrivals()), whole(r.Invocations), whole(n), whole(r.Ended[sim.Rejected]),
			whole(r.Ended[sim.TimedOut]), whole(r.Ended[sim.Failed]))
		if clients {
			line = append(line, whole(r.Ended[sim.Abandoned]))
		}
		line = append(line, whole(r.ColdStarts), Ratio{r.ColdStarts, r.Invocations}.Float(), over(r.Latency, n))
		for _, q := range []int64{r.P50, r.P90, r.P95, r.P99, r.Max} {
			line = append(line, where(n > 0, float64(q)/second))
		}
		line = append(line, whole(r.Created), r.Busy.Float()/second, r.Idle.Float()/second, r.Wasted.Float()/1024/second)
		if err := yield(line); err != nil {
			return err
		}
	}
	return nil
}

// whole returns a count as Parquet's integers have it.
func whole(n uint64) int64 { return int64(min(n, math.MaxInt64)) }

// seriesSheet is timeseries.parquet: each replication of each cell over time.
func (s *Set) seriesSheet(units unitSource) *sheet {
	paths := s.pathColumns()
	columns := append(append([]column(nil), paths...),
		column{"platform", textColumn, "", "as the experiment names it"},
		column{"replication", wholeColumn, "", replicationHelp},
		column{"time_s", numberColumn, "s", "start of the bucket, from the start of the trace"},
		column{"length_s", numberColumn, "s", "of the bucket"},
		column{"arrivals", wholeColumn, "requests", "in the bucket"},
		column{"cold_starts", wholeColumn, "requests", "in the bucket, by arrival"},
		column{"instances", numberColumn, "instances", "average over the bucket"},
		column{"initialising", numberColumn, "instances", "average over the bucket"},
		column{"busy", numberColumn, "instances", "average over the bucket"},
		column{"idle", numberColumn, "instances", "average over the bucket"},
		column{"user_requests", numberColumn, "requests", "of users, whose first attempt arrived in the bucket, where clients give up or ask again"},
		column{"user_answered", numberColumn, "requests", "of these, of any bucket, those that were answered in this one"})
	return &sheet{"timeseries", columns, func(yield func([]any) error) error {
		return units(func(i, n int, r *Replication) error {
			c := &s.Cells[i]
			start := append(appendPaths(nil, paths, c.Values), c.Platform, int64(n))
			return seriesRows(start, r, yield)
		})
	}}
}

func seriesRows(start []any, r *Replication, yield func([]any) error) error {
	se := &r.Series
	line := make([]any, 0, len(start)+10)
	asked, answered := any(nil), any(nil)
	for b := range se.Arrivals {
		from := r.Window.Warmup + sim.Time(b)*se.Step
		length := float64(min(se.Step, r.Window.Horizon-from))
		if r.Users != nil && r.Users.Traffic != nil {
			asked, answered = float64(r.Users.Traffic.Offered[b]), float64(r.Users.Traffic.Answered[b])
		}
		line = append(append(line[:0], start...), float64(from)/second, length/second,
			whole(se.Arrivals[b]), whole(se.ColdStarts[b]),
			float64(se.Instances[b])/length, float64(se.Initialising[b])/length,
			float64(se.Busy[b])/length, float64(se.Idle(b))/length, asked, answered)
		if err := yield(line); err != nil {
			return err
		}
	}
	return nil
}
