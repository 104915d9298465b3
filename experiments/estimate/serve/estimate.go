package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/cockroachdb/apd/v3"
	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
)

// Plan is one way to serve, simulated and priced.
type Plan struct {
	Name    string
	Setting string // in words
	Kind    Kind
	// Bill is that of the replication with the median total.
	Bill      *costmodel.Bill
	Grants    estimate.Amount // what free grants have taken off
	Total     apd.Decimal
	Low, High apd.Decimal // at the ends of what is guessed
	Row       results.Row // columns over replications
	Fault     string      // why it does not serve the load; empty: it does
	Beyond    string      // how it misses what is assumed where no SLO is given; empty: it does not
	Rests     string      // grades of price and times, in a few words
	Notes     []string

	choice choice
}

func (p *Plan) value(column string) float64 { s, _ := p.Row.Stat(column); return s.Mean }

// sound reports whether the plan serves the load.
func (p *Plan) sound() bool { return p.Fault == "" }

// totals are what the plan costs, a replication.
func (p *Plan) totals() []float64 { s, _ := p.Row.Stat("cost"); return s.Values }

// before orders plans: those that serve by cost, of two that cost the same first that of
// which nobody waits for a start, then the others; of two currencies the dollars first.
func (p *Plan) before(o *Plan) int {
	if p.sound() != o.sound() {
		if p.sound() {
			return -1
		}
		return 1
	}
	if p.Bill.Currency == o.Bill.Currency && costmodel.Cents(&p.Total) == costmodel.Cents(&o.Total) && p.choice.starts() != o.choice.starts() {
		if o.choice.starts() {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(p.Bill.Currency, o.Bill.Currency), p.Total.Cmp(&o.Total), cmp.Compare(p.Name, o.Name))
}

// Estimate is the answer.
type Estimate struct {
	Model     string
	Load      string
	Plans     []Plan // those that serve by cost, then the others
	LeftOut   []LeftOut
	Crossings *estimate.BreakEven // nil: not asked for
	Assumed   []estimate.Assumption
	Notes     []string
	SLO       results.SLO
	PlotSize  results.PlotSize
	Wide      bool // the text has all plans

	ranged bool
}

// Unserved is the reason for which no plan serves the load; "" where one does.
func (e *Estimate) Unserved() string {
	if e.Plans[0].sound() {
		return ""
	}
	p := &e.Plans[0]
	return fmt.Sprintf("no plan serves the load: of the nearest, %s, %s", p.Name, p.Fault)
}

// Run simulates and prices all ways to serve.
func Run(ctx context.Context, s *Settings, breakEven bool) (e *Estimate, err error) {
	r, err := newRunner(ctx, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	l, err := r.loadAt(ctx, likely, 1)
	if err != nil {
		return nil, err
	}
	choices, left, err := r.choices(ctx, l)
	if err != nil {
		return nil, err
	}
	plans, err := r.plans(ctx, choices, l)
	if err != nil {
		return nil, err
	}
	e = &Estimate{Model: r.q.modelText(), Load: r.describe(l), LeftOut: left, Assumed: r.q.assumed, Notes: slices.Clone(l.notes), SLO: s.SLO, Plans: plans, ranged: r.q.guessed()}
	e.Assumed = append(e.Assumed, r.starts(plans)...)
	slices.SortStableFunc(e.Plans, func(a, b Plan) int { return a.before(&b) })
	if breakEven {
		if e.Crossings, err = r.breakEven(ctx, e.Plans); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// asksMore reports whether an SLO has a bound that somebody wrote.
func asksMore(slo results.SLO) bool {
	return slices.ContainsFunc(slo, func(o results.Objective) bool { return !o.Implied() })
}

func (q *question) modelText() string {
	if q.model.Name == "" {
		return fmt.Sprintf("a model of %.1f billion weights", q.model.Parameters()/1e9)
	}
	return q.model.Name
}

// describe says what is simulated.
func (r *runner) describe(l *load) string {
	times := "once"
	if n := r.q.replications(l); n > 1 {
		times = fmt.Sprintf("%d times", n)
	}
	window := l.window.Length()
	return fmt.Sprintf("%.0f requests in %s (%s an hour, %s tokens in and %s out on average); simulated %s",
		math.Round(l.rate*float64(window)/1e9), estimate.Clock(window), estimate.Digits(l.rate*3600, 4), estimate.Digits(l.in, 4), estimate.Digits(l.out, 4), times)
}

// plans simulates choices on all cores, once each, and those that are the cheapest
// of what serves, and of each kind, as often as was asked for; the result does not
// depend on how many cores there are.
func (r *runner) plans(ctx context.Context, choices []choice, l *load) ([]Plan, error) {
	outcomes := make([][]*outcome, len(choices))
	ends := make([][2]*outcome, len(choices))
	r.q.Progress.Expect(float64(len(choices)) * l.requests())
	if err := r.extend(ctx, choices, outcomes, l, 1, nil); err != nil {
		return nil, err
	}
	rows := make([]*results.Row, len(choices))
	for i := range choices {
		row := rowOf(outcomes[i], r.q.SLO)
		rows[i] = &row
	}
	if err := r.q.bounded(rows); err != nil {
		return nil, err
	}
	if err := r.extend(ctx, choices, outcomes, l, r.q.replications(l), r.foremost(choices, outcomes)); err != nil {
		return nil, err
	}
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(r.q.Workers)
	for i := range choices {
		if !r.q.guessed() {
			continue
		}
		for k, level := range []level{low, high} {
			g.Go(func() (err error) {
				ends[i][k], err = r.end(inner, choices[i], level)
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var out []Plan
	for i := range choices {
		p, err := r.plan(&choices[i], outcomes[i], l)
		if err != nil {
			return nil, err
		}
		for _, end := range ends[i] {
			if end != nil && end.total.Cmp(&p.Low) < 0 {
				p.Low = end.total
			}
			if end != nil && end.total.Cmp(&p.High) > 0 {
				p.High = end.total
			}
		}
		out = append(out, *p)
	}
	return out, nil
}

// extend brings choices to a number of replications; nil: all of them.
func (r *runner) extend(ctx context.Context, choices []choice, outcomes [][]*outcome, l *load, reps int, which []int) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.q.Workers)
	for i := range choices {
		if which != nil && !slices.Contains(which, i) {
			continue
		}
		have := len(outcomes[i])
		outcomes[i] = append(outcomes[i], make([]*outcome, max(0, reps-have))...)
		for n := have; n < reps; n++ {
			g.Go(func() (err error) {
				outcomes[i][n], err = r.run(ctx, &choices[i], l, n)
				return err
			})
		}
	}
	return g.Wait()
}

// foremost are the cheapest choices that serve, and the cheapest of each kind.
func (r *runner) foremost(choices []choice, outcomes [][]*outcome) []int {
	order := make([]int, 0, len(choices))
	for i := range choices {
		row := rowOf(outcomes[i], r.q.SLO)
		if r.q.fault(&choices[i], &row) == "" {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return outcomes[a][0].total.Cmp(&outcomes[b][0].total) })
	seen := map[Kind]bool{}
	out := []int{}
	for _, i := range order {
		if kind := choices[i].kind; len(out) < listedSound || !seen[kind] {
			seen[kind] = true
			out = append(out, i)
		}
	}
	return out
}

// end simulates a choice at an end of what is guessed: a number of instances that
// always run is what the load there takes.
func (r *runner) end(ctx context.Context, c choice, lv level) (*outcome, error) {
	l, err := r.loadAt(ctx, lv, 1)
	if err != nil {
		return nil, err
	}
	if c.fixed > 0 {
		if c.fixed, _, err = r.sized(ctx, c.engine, l); err != nil {
			return nil, err
		}
	}
	return r.run(ctx, &c, l, 0)
}

// plan summarises the simulations of a choice.
func (r *runner) plan(c *choice, outcomes []*outcome, l *load) (*Plan, error) {
	middle := stat.LowerMedian(outcomes, func(a, b *outcome) int { return a.total.Cmp(&b.total) })
	p := &Plan{Name: c.name(), Setting: c.setting(), Kind: c.kind, Bill: middle.bill, Total: middle.total, Low: middle.total, High: middle.total, choice: *c}
	p.Row = rowOf(outcomes, r.q.SLO)
	p.Fault = r.q.fault(c, &p.Row)
	p.Beyond = r.q.beyondAssumed(c, &p.Row)
	worth, err := r.q.FreeTier.Of(c.tariff).GrantsWorth(middle.usage, costmodel.SpanMonth, l.window.Length())
	if err != nil {
		return nil, inputError("%s: %w", c.name(), err)
	}
	p.Grants = estimate.Amount{Currency: middle.bill.Currency, Sum: *worth}
	p.Rests, p.Notes = r.rests(c, l, &p.Row)
	return p, nil
}

// rowOf computes the columns of some simulations.
func rowOf(outcomes []*outcome, slo results.SLO) results.Row {
	columns := make([][]float64, len(outcomes))
	for i, o := range outcomes {
		columns[i] = o.columns
	}
	return results.NewRow(columns, slo)
}
