package results

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// PathValue is the value that a cell has on one swept path.
type PathValue struct {
	Path  string // as the experiment writes it, such as platform.lambda.keepalive
	Label string // the value as text, or the policy's label; "" where a case leaves the path out
	// Number is the value in the path's base unit (1, s, MiB, 1/s …) where it
	// has one: an axis to plot over. Unit is its unit, "" where it is a mere number.
	Number  float64
	Numeric bool
	Unit    string
	// Policy is the name of the policy, where the value is one.
	Policy string
}

// caseLabel is the path of the names of cases: that of no key of an experiment.
const caseLabel = "label"

// absent reports whether a case leaves the path out.
func (v *PathValue) absent() bool { return v.Label == "" && !v.Numeric }

// Cell is one combination of the swept parameters on one platform.
type Cell struct {
	Values   []PathValue // the same paths in the same order in every cell
	Platform string
	// Bound marks an offline bound: it knows the future, and is set apart from
	// policies everywhere.
	Bound bool
	// Estimate marks a bound that is not known to be exact: see Row.Estimate.
	Estimate bool
	// Convex marks a bound of what mixtures of policies reach too, at its price.
	Convex bool
	// GPUs are those of an instance.
	GPUs float64
	// Foil is what regret is taken against; nil: nothing.
	Foil *Foil
	// StepTimes are what times of a language model rest on; nil: on no profile.
	StepTimes *StepTimes
	// Functions are the workload's functions; cells may share the slice.
	Functions []sim.Function
	// Application is what the cell runs, whose title stands for the platform; nil: functions.
	Application *ApplicationGraph
	// Clients is true where clients give up or ask again.
	Clients bool
	// Replications are the cell's units, in the order of their number: whole, or
	// their summaries where the set can Load them.
	Replications []*Replication
}

// Reference is what the paired differences are taken against: values of swept
// paths, "platform" and "tariff" among them if wanted. A row's reference is
// the row that has these values, and the row's own on every other path.
type Reference map[string]string

// Set is a whole experiment: all that the tables, plots and reports are made of.
type Set struct {
	Span      costmodel.Span // what costs are of
	Title     string
	Cells     []Cell
	SLO       SLO
	Reference Reference // nil: no differences
	// Operator are the prices of an operator's study; nil: it is none.
	Operator *Operator
	// Rates turn costs into one currency. The bills' lines stay in their own.
	Rates costmodel.Rates
	// Plots are the names of the plots to draw, of PlotNames; nil: all that
	// have something to show.
	Plots []string
	// Tradeoff are the metrics of the plot of that name.
	Tradeoff Tradeoff
	// Metrics are those that Render's csv, json and bench have; nil: all. The
	// folder has all.
	Metrics []string
	// PlotSize is that of the plots' files. The report's are of ScreenSize.
	PlotSize PlotSize
	// Assumptions are what the numbers rest on.
	Assumptions []Assumption
	// Warnings are what the reader must know, in order.
	Warnings []string
	// Legends explain the letters in the warnings, where they are not those of prices.
	Legends []string
	// Quiet leaves the warnings out of the text; the folder has them.
	Quiet    bool
	Manifest Manifest
	// Experiment, Source and Tariffs are the texts of ExperimentFile, SourceFile and
	// TariffsFile; nil: there is none.
	Experiment, Source, Tariffs []byte
	Applications                []Text // the files of applications as they were written
	// Load loads one replication of one cell, whole, by their indices; the cells
	// may then hold summaries. Several goroutines call it at the same time. Where
	// it is nil, the cells hold the whole units.
	Load func(cell, replication int) (*Replication, error)
}

// Assumption is one value that the results rest on.
type Assumption struct {
	Subject string // the platform, tariff or trace
	Text    string
	Grade   string // A, B, C or U; see costmodel.Grades
	Source  string
}

// Row is a cell under one tariff: a row of the output.
type Row struct {
	Cell           int // index into Set.Cells
	Values         []PathValue
	Platform       string
	Tariff         string // "" where the platform has none
	Currency       string // ISO 4217, of the costs; "" where there is no tariff
	Counterfactual string // no, yes, or bound or estimate: see counterfactual
	Bound          bool
	Estimate       bool       // a bound that is not exact: what is cold changes the schedule, or its rule is a heuristic
	Convex         bool       // see Cell
	RegretBasis    string     // what its regret is against: bound, estimate or nothing
	StepTimes      *StepTimes // nil: none
	Replications   int
	Stats          []Stat // in the order of Metrics
	Meets          Verdict
	slo            SLO // that Meets is of
	// excused is of error_ratio, for each replication: what times out or fails in
	// every row of the workload alike; nil: nothing does.
	excused []float64
}

// Stat returns the statistics of a metric by its column's name; ok is false
// where there is no such column.
func (r *Row) Stat(name string) (s Stat, ok bool) {
	i := metricIndex(name)
	if i < 0 || i >= len(r.Stats) {
		return Stat{Mean: nan, Half: nan}, false
	}
	return r.Stats[i], true
}

// mean returns a metric's mean by name.
func (r *Row) mean(name string) float64 {
	s, _ := r.Stat(name)
	return s.Mean
}

// Rows returns one row a cell × tariff, in the order of the cells and of
// their bills.
func (s *Set) Rows() ([]Row, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	var rows []Row
	for i := range s.Cells {
		c := &s.Cells[i]
		for t := range max(1, c.tariffs()) {
			rows = append(rows, s.row(i, t))
		}
	}
	excuse(rows)
	return rows, nil
}

// row returns the row of a cell's t-th tariff.
func (s *Set) row(cell, t int) Row {
	c := &s.Cells[cell]
	row := Row{Cell: cell, Values: c.Values, Platform: c.Platform, Bound: c.Bound, Estimate: c.estimates(), Convex: c.Convex, StepTimes: c.StepTimes, RegretBasis: s.regretBasis(c),
		Replications: len(c.Replications)}
	row.Counterfactual = counterfactual(row.Bound, row.Estimate, nil)
	values := make([][]float64, len(c.Replications))
	for n, r := range c.Replications {
		values[n] = s.withRegret(c, n, c.values(r, t))
		if b := c.bill(r, t); b != nil {
			row.Tariff, row.Currency = b.Tariff, s.Rates.Currency(b.Currency)
			row.Counterfactual = counterfactual(row.Bound, row.Estimate, b)
			values[n] = Exchange(values[n], s.Rates, b.Currency)
		}
	}
	row.Stats = statsOf(values)
	c.overBlocks(row.Stats)
	row.slo = s.SLO
	row.Meets = row.slo.judge(&row)
	return row
}

// estimates reports whether the cell is a bound that is not exact: by what it is, or since
// a limit has held requests back.
func (c *Cell) estimates() bool {
	return c.Bound && (c.Estimate || slices.ContainsFunc(c.Replications, func(r *Replication) bool {
		return r.Ended[sim.Rejected] > 0 || !r.Wait.IsZero()
	}))
}

// counterfactual returns the column of that name: bound for an offline bound,
// whose bill nobody could have, or estimate for one that is not exact; yes where the
// tariff needs a behaviour that the platform does not have.
func counterfactual(bound, estimate bool, b *costmodel.Bill) string {
	switch {
	case bound && estimate:
		return "estimate"
	case bound:
		return "bound"
	case b != nil && b.Counterfactual:
		return "yes"
	}
	return "no"
}

// tariffs returns the number of bills that each of the cell's replications
// has. An offline bound has none, whatever is in its records: what nobody can
// do is not compared with what somebody pays.
func (c *Cell) tariffs() int {
	if c.Bound || len(c.Replications) == 0 {
		return 0
	}
	return len(c.Replications[0].Bills)
}

// bill returns the t-th bill of a replication, nil where there is none.
func (c *Cell) bill(r *Replication, t int) *costmodel.Bill {
	if t >= c.tariffs() {
		return nil
	}
	return &r.Bills[t]
}

// check refuses a set whose cells do not fit together.
func (s *Set) check() error {
	for i := range s.Cells {
		c := &s.Cells[i]
		if !slices.EqualFunc(c.Values, s.Cells[0].Values, func(a, b PathValue) bool { return a.Path == b.Path }) {
			return fmt.Errorf("cell %d is of other paths than cell 0", i)
		}
		for n, r := range c.Replications {
			if len(r.Bills) != len(c.Replications[0].Bills) {
				return fmt.Errorf("cell %d: replication %d has %d bills, replication 0 has %d", i, n, len(r.Bills), len(c.Replications[0].Bills))
			}
			for t := range r.Bills {
				if first := &c.Replications[0].Bills[t]; r.Bills[t].Currency != first.Currency {
					return fmt.Errorf("cell %d: bill %d of replication %d is in %s, of replication 0 in %s", i, t, n, r.Bills[t].Currency, first.Currency)
				}
				if r.Bills[t].Tariff != c.Replications[0].Bills[t].Tariff {
					return fmt.Errorf("cell %d: bill %d of replication %d is by tariff %q, of replication 0 by %q", i, t, n, r.Bills[t].Tariff, c.Replications[0].Bills[t].Tariff)
				}
			}
		}
	}
	return nil
}

// AnyMeets reports whether a row that is Fit meets the SLO for certain, or there is
// none: what one could not run, or have the bill of, does not count.
func AnyMeets(rows []Row) bool {
	for i := range rows {
		if rows[i].Meets == NoVerdict || rows[i].meets() {
			return true
		}
	}
	return len(rows) == 0
}

// meets reports whether the row can be compared and is sure to meet its SLO.
func (r *Row) meets() bool {
	ok, _ := r.Fit()
	return ok && r.Meets == Yes
}
