package results

import (
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// Operator are the prices of an operator's study, in USD: what idle instances hold, and
// what a cold request is worth avoiding. What busy instances hold is the work's, whatever
// the policy, and is in neither.
type Operator struct {
	Holding    float64 // a GiB·h of memory that idle instances hold, ≥ 0
	GPUHolding float64 // a GPU·h of theirs, ≥ 0
	ColdStart  float64 // a request that was cold, ≥ 0
}

// Foil is the offline bound at the operator's prices, on the load of a cell: what its
// regret is taken against.
type Foil struct {
	Replications []*Replication // as those of the cell, one each
	// Estimate marks one that is not known to be exact.
	Estimate bool
}

// Cost is what a replication costs the operator, over its window, in USD; gpus are those
// of an instance.
func (o *Operator) Cost(r *Replication, gpus float64) float64 {
	return o.Holding*(r.Instances.Wasted.Float()/1024/second/3600) +
		o.GPUHolding*gpus*(r.Instances.Idle.Float()/second/3600) +
		o.ColdStart*float64(r.ColdStarts)
}

// The columns of an operator's study.
const (
	operatorCost = "operator_cost"
	regretColumn = "regret"
	operatorUnit = "USD"
)

// operatorMetrics are defined of rows of a set with an Operator alone, see withRegret.
var operatorMetrics = []Metric{
	ofOperator(operatorCost, "what idle instances hold and cold requests, at the prices of [operator], over the window"),
	ofOperator(regretColumn, "operator_cost less that of the offline bound at the same prices on the same requests; below 0 where a policy beats the bound, as one that starts ahead of demand may"),
}

func ofOperator(name, help string) Metric {
	return Metric{Name: name, Unit: operatorUnit, Help: help, Rare: true, value: func(*Replication, *costmodel.Bill) float64 { return nan }}
}

// withRegret puts the columns of an operator's study among those of a cell's n-th
// replication.
func (s *Set) withRegret(c *Cell, n int, values []float64) []float64 {
	if s.Operator == nil || c.Application != nil {
		return values
	}
	values = slices.Clone(values)
	cost := s.Operator.Cost(c.Replications[n], c.GPUs)
	values[metricIndex(operatorCost)] = cost
	if c.Foil != nil && n < len(c.Foil.Replications) {
		values[metricIndex(regretColumn)] = cost - s.Operator.Cost(c.Foil.Replications[n], c.GPUs)
	}
	return values
}

// regretBasis says what the cell's regret is against: the bound, or an estimate of it; ""
// where there is none. It is an estimate, too, where the cell's requests are not those of
// the bound any more, as a limit held some back, or where it started instances ahead of
// demand, which the bound does not.
func (s *Set) regretBasis(c *Cell) string {
	switch {
	case s.Operator == nil || c.Foil == nil:
		return ""
	case c.Foil.Estimate || slices.ContainsFunc(slices.Concat(c.Replications, c.Foil.Replications), unlikeBound):
		return "estimate"
	}
	return "bound"
}

// unlikeBound reports whether a run is none in which the bound is exact.
func unlikeBound(r *Replication) bool {
	return r.Ended[sim.Rejected] > 0 || !r.Wait.IsZero() || r.Lives.Ahead > 0
}

// regretCell writes a row's regret, with ≈ before one against an estimate.
func regretCell(r *Row) string {
	x := r.mean(regretColumn)
	switch {
	case math.IsNaN(x):
		return dash
	case r.RegretBasis == "estimate":
		return "≈ " + moneyEach(x)
	}
	return moneyEach(x)
}

// operatorColumns are those of the summary table.
func operatorColumns() []summaryColumn {
	regret := summaryColumn{head: "regret", num: true, kind: ofCost, cell: regretCell, sort: func(r *Row) float64 { return r.mean(regretColumn) }}
	cost := metricColumn("operator USD", operatorCost, moneyEach)
	cost.kind = ofCost
	return []summaryColumn{cost, regret}
}

// operatorNotes explain them.
func (s *Set) operatorNotes(rows []Row) (notes []string) {
	if s.Operator == nil {
		return nil
	}
	notes = append(notes, fmt.Sprintf("operator USD: over the window, %s a GiB·h and %s a GPU·h that idle instances hold, and %s a cold request; regret: that less the same of the offline bound, which knows the future, at these prices on the same requests",
		price(s.Operator.Holding), price(s.Operator.GPUHolding), price(s.Operator.ColdStart)))
	if slices.ContainsFunc(rows, func(r Row) bool { return r.RegretBasis == "estimate" }) {
		notes = append(notes, "≈: regret against an estimate of the bound (regret_against in cells.csv): cold requests or limits move the schedule, instances serve several requests at a time, or some started ahead of demand, as the bound does not; it may be below 0")
	}
	return notes
}

// price writes a price to its digits.
func price(x float64) string { return fmt.Sprintf("$%v", x) }

// regret says which policy costs the operator the least, and how far it is from the
// bound; "" where there is no such study, or rows are of several loads.
func (a *answer) regret() string {
	if a.set.Operator == nil || loads(a.rows) || len(a.fit) < 2 {
		return ""
	}
	cheap := least(a.rows, a.fit, operatorCost)
	if len(cheap) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s costs the operator the least (%s", listed(a.names, cheap, "or"), a.span(cheap, operatorCost, dollars))
	if len(cheap) > 1 {
		return text + ")"
	}
	r := &a.rows[cheap[0]]
	bound := r.mean(operatorCost) - r.mean(regretColumn)
	switch {
	case math.IsNaN(bound):
		return text + ")"
	case r.RegretBasis == "estimate":
		text += ", against an estimate of the bound of "
	default:
		text += ", against a bound of "
	}
	return text + dollars(bound) + ")"
}

func dollars(x float64) string { return moneyIn(operatorUnit, moneyEach(x)) }
