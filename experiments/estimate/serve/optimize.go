package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

// Advice is the cheapest plan that meets an SLO.
type Advice struct {
	Model    string
	Load     string
	SLO      results.SLO
	Currency string
	Best     *Candidate // nil: none is sure to meet it
	Next     *Candidate // the cheapest other plan that is; nil: none is
	// Cheaper is the dearest plan that is cheaper than Best and misses the SLO, and Binds
	// the bound that it misses most; nil: none is.
	Cheaper *Candidate
	Binds   *results.Objective
	All     []*Candidate // the better first
	Front   []*Candidate // none is both cheaper and better in FrontOf than another
	FrontOf string
	Rounds  []estimate.Round
	Dear    int // that were not looked at, since they must cost too much
	LeftOut []LeftOut
	Assumed []estimate.Assumption
	Notes   []string

	PlotSize results.PlotSize
	Wide     bool

	last int
}

const (
	lastRound = 8
	leastLast = 3
	// searchBudget is about how many requests all replications of a plan in the last
	// round have, beyond which there are fewer.
	searchBudget = 150_000
)

// Optimize searches provider, board, GPUs of an instance, how long idle instances stay
// and how many always stand for the cheapest plan that meets the SLO, by successive
// halving. Plans share their random numbers.
func Optimize(ctx context.Context, s *Settings) (a *Advice, err error) {
	if !asksMore(s.SLO) {
		return nil, inputError("nothing says what is to be met, as in --slo 'ttft_p99 <= 2s and tpot_p99 <= 60ms'")
	}
	r, err := newRunner(ctx, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	l, err := r.loadAt(ctx, likely, 1)
	if err != nil {
		return nil, err
	}
	all, left, dear, err := r.candidates(ctx, l)
	if err != nil {
		return nil, err
	}
	a = &Advice{Model: r.q.modelText(), Load: r.describe(l), SLO: s.SLO, LeftOut: left, Dear: dear, Assumed: r.q.assumed, Notes: slices.Clone(l.notes)}
	a.last = max(leastLast, min(lastRound, int(searchBudget/max(1, l.requests()))))
	if err := a.oneCurrency(all); err != nil {
		return nil, err
	}
	r.q.Progress.Expect(float64(len(all)) * l.requests())
	h := estimate.Halving[*Candidate]{
		Last: a.last,
		Extend: func(field []*Candidate, reps int) error {
			if err := r.extendAll(ctx, field, l, reps); err != nil || len(field) < len(all) {
				return err
			}
			rows := make([]*results.Row, len(all))
			for i, c := range all {
				rows[i] = &c.Row
			}
			return r.q.bounded(rows)
		},
	}
	field, rounds, last, err := h.Run(all)
	if err != nil {
		return nil, err
	}
	a.Rounds, a.last = append(rounds, estimate.Round{Plans: len(field), Replications: last, Kept: len(field)}), last
	if err := r.extendAll(ctx, field, l, last); err != nil {
		return nil, err
	}
	var plans []Plan
	for _, c := range all {
		if c.Replications < a.last {
			continue
		}
		if c.Plan, err = r.plan(&c.choice, c.outcomes, l); err != nil {
			return nil, err
		}
		plans = append(plans, *c.Plan)
	}
	a.Assumed = append(a.Assumed, r.starts(plans)...)
	a.conclude(all)
	return a, nil
}

// oneCurrency refuses plans of several: which is the cheapest nobody has said.
func (a *Advice) oneCurrency(all []*Candidate) error {
	for _, c := range all {
		of := c.choice.tariff.Currency
		if a.Currency == "" {
			a.Currency = of
		}
		if of != a.Currency {
			return inputError("plans are in %s (%s) and in %s (%s), which are not compared: --within leaves plans out", a.Currency, all[0].Name, of, c.Name)
		}
	}
	return nil
}

// extendAll brings candidates to a number of replications.
func (r *runner) extendAll(ctx context.Context, field []*Candidate, l *load, reps int) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.q.Workers)
	for _, c := range field {
		have := len(c.outcomes)
		c.outcomes = append(c.outcomes, make([]*outcome, max(0, reps-have))...)
		for n := have; n < reps; n++ {
			g.Go(func() (err error) {
				c.outcomes[n], err = r.run(ctx, &c.choice, l, n)
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, c := range field {
		c.summarise(r.q)
	}
	return nil
}

func (c *Candidate) summarise(q *question) {
	c.Row = rowOf(c.outcomes, q.SLO)
	c.Meets, c.Replications = c.Row.Meets, len(c.outcomes)
	c.Cost = c.value("cost")
	c.Fault = cmp.Or(behind(&c.Row), c.choice.overQuota())
	c.worst = estimate.WorstExcess(&c.Row, q.SLO)
	if c.Fault != "" {
		c.Meets, c.worst = results.No, math.Inf(1)
	}
}

// Standing is where the candidate stands in a search.
func (c *Candidate) Standing() estimate.Standing {
	return estimate.Standing{Name: c.Name, Cost: c.Cost, Worst: c.worst, Meets: c.Meets, Replications: c.Replications}
}

// conclude picks the best of those that were simulated most, and says what binds.
func (a *Advice) conclude(all []*Candidate) {
	slices.SortStableFunc(all, estimate.Better[*Candidate])
	a.All = all
	for _, c := range all {
		if c.Replications < a.last || c.Meets != results.Yes {
			continue
		}
		if a.Best == nil {
			a.Best = c
		} else if a.Next == nil {
			a.Next = c
		}
	}
	a.front()
	if a.Best == nil {
		return
	}
	for _, c := range all {
		if c.Cost < a.Best.Cost && c.worst > 0 && c.Fault == "" && (a.Cheaper == nil || c.Cost > a.Cheaper.Cost) {
			a.Cheaper = c
		}
	}
	if a.Cheaper != nil {
		a.Binds = a.missed(a.Cheaper)
	}
}

// missed is the bound that a candidate misses most.
func (a *Advice) missed(c *Candidate) *results.Objective {
	worst := &a.SLO[0]
	for i := range a.SLO {
		if estimate.Excess(a.SLO[i], c.value(a.SLO[i].Metric)) > estimate.Excess(*worst, c.value(worst.Metric)) {
			worst = &a.SLO[i]
		}
	}
	return worst
}

// front keeps the candidates that no other beats in both cost and the column of the
// first bound that somebody wrote on neither money nor errors.
func (a *Advice) front() {
	a.FrontOf = "ttft_p99_s"
	sign := 1.0
	for _, o := range a.SLO {
		if o.Metric != "error_ratio" && !isMoney(o.Metric) {
			a.FrontOf = o.Metric
			if o.Min {
				sign = -1
			}
			break
		}
	}
	sorted := slices.Clone(a.All)
	slices.SortStableFunc(sorted, func(x, y *Candidate) int {
		return cmp.Or(cmp.Compare(x.Cost, y.Cost), cmp.Compare(sign*x.value(a.FrontOf), sign*y.value(a.FrontOf)), cmp.Compare(x.Name, y.Name))
	})
	best := math.Inf(1)
	for _, c := range sorted {
		if v := sign * c.value(a.FrontOf); c.Fault == "" && v < best {
			best = v
			a.Front = append(a.Front, c)
		}
	}
}

func isMoney(metric string) bool {
	return slices.ContainsFunc(results.Metrics(), func(m results.Metric) bool { return m.Name == metric && m.Money })
}

// Miss says why there is no plan; "" where there is one.
func (a *Advice) Miss() string {
	if a.Best != nil {
		return ""
	}
	near := a.All[0]
	switch {
	case near.Fault != "":
		return fmt.Sprintf("no plan meets the SLO: of the nearest, %s, %s", near.Name, near.Fault)
	case near.worst <= 0:
		return fmt.Sprintf("no plan is sure to meet the SLO, though the means of some do: the first is %s, at %s a month", near.Name, a.money(near.Cost))
	}
	o := a.missed(near)
	return fmt.Sprintf("no plan meets the SLO: the nearest is %s, at %s a month: its %s is %s, beyond %s", near.Name, a.money(near.Cost), metricWords(o.Metric), valueText(o.Metric, near.value(o.Metric)), beyondWords(*o, a.Currency))
}

func (a *Advice) money(x float64) string { return estimate.MoneyText(x, a.Currency) }
