package estimate

import (
	"cmp"
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// Candidate is a plan that optimize looked at.
type Candidate struct {
	Name         string
	Fault        string  // why it does not serve every request; empty: it does
	Cost         float64 // mean of the replications' totals, in the advice's currency
	Replications int
	Meets        results.Verdict // by one-sided 95 % bounds over the replications
	Row          results.Row
	Plan         *Plan // of those that reached the last round; nil otherwise

	choice   choice
	subject  *subject
	outcomes []*outcome
	worst    float64 // the largest excess over a bound
	rejects  bool    // a quota makes it reject requests
}

// Round is one of successive halving.
type Round struct {
	Plans        int `json:"plans"`
	Replications int `json:"replications"`
	Kept         int `json:"kept"`
}

// Advice is the cheapest plan that meets an SLO.
type Advice struct {
	Title    string
	SLO      results.SLO
	Span     costmodel.Span // that bills are of
	FreeTier costmodel.FreeTier
	// Currency is that of all amounts but the lines of bills, which are in their tariffs' own.
	Currency string
	Rates    costmodel.Rates
	Today    *Today
	Rounds   []Round
	Best     *Candidate // nil: no plan is sure to meet the SLO
	Now      *Candidate // what runs now, simulated: what a log says was billed; nil: nobody knows
	Check    *Check     // of it; nil: there is none
	// Next is the cheapest other plan that meets the SLO.
	Next *Comparison
	// Even are the other plans that meet the SLO and are not for certain dearer
	// than Best (stat.Below), the cheapest first.
	Even []*Candidate
	// Cheaper is the dearest plan that is cheaper than Best and misses the
	// SLO in the mean, and Binds the bound that it misses most; nil: none is.
	Cheaper *Candidate
	Binds   *results.Objective
	// Unsure is the cheapest plan that is cheaper than Best and meets the SLO in
	// the mean, but not for certain; nil: none is.
	Unsure *Candidate
	Turn   *Turn // how the verdict depends on the spread of durations; nil: that is known
	// Infeasible says, where there is no Best, how near the SLO one can come.
	Infeasible  []Shortfall
	All         []*Candidate // that were looked at, those that meet the SLO first
	Front       []*Candidate // that serve every request, none of which is both cheaper and better than another
	FrontOf     string       // the column that the front is of, beside the cost
	Skipped     []Skipped
	Services    []Service // the same under every plan, and not in the plans' totals
	ServicesSum []Amount  // of their totals, one a currency
	Together    []Amount  // the plan's cost and the services', where there are such, one a currency
	Load        string
	Notes       []string
	Assumed     []Assumption

	// Raised says under which quota the plan RaisedPlan, which a quota makes
	// reject requests, would cost less than Best; nil: none would.
	Raised     *Fault
	RaisedPlan string

	Wide     bool             // the text has all columns
	PlotSize results.PlotSize // of the folder's plots

	last   int             // replications of the last round
	taken  string          // as what requests that name no function were taken
	logged *logs.Histogram // durations as they stand in a log, without initialisations; nil: there is none
	share  bool            // it is known how durations follow the CPU
}

// Comparison sets another plan beside the best.
type Comparison struct {
	Other   *Candidate
	Wins    int // replications in which the best is cheaper, of Of
	Of      int
	Saving  float64 // a month, in the advice's currency, mean over replications
	Half    float64 // half-width of its 95 % t-interval; NaN for one replication
	Certain float64 // probability that the mean saving is above 0, by the t distribution
}

// Shortfall is a bound, and how near to it one can come.
type Shortfall struct {
	Objective  results.Objective
	Value      float64 // of the best plan for this bound alone
	Plan       string
	Attainable bool    // by that plan alone, though not together with the others
	Nearest    float64 // the value of the plan that is nearest to the whole SLO
}

const (
	finalists = 6 // plans that remain
	lastRound = 16
	leastLast = 4
	// searchBudget is about how many requests all replications of a plan in the
	// last round have, beyond which there are fewer of these.
	searchBudget = 1_600_000
)

// lastReplications is how often the plans that remain are simulated: the
// heavier the load, the less chance there is in it.
func lastReplications(l *load) int {
	return max(leastLast, min(lastRound, int(searchBudget/max(1, l.requests()))))
}

// Optimize searches what a tenant controls for the cheapest plan that meets an
// SLO, by successive halving (Karnin, Koren and Somekh 2013): all plans get one
// replication, the better two fifths get twice as many, and so on; the last few get
// 16, of a heavy load fewer, and so do numbers of standing instances around the
// best. Where all are sure to miss the SLO by far it ends there. Plans share
// their random numbers, so that their differences are paired.
func Optimize(ctx context.Context, in *Input, slo results.SLO, o Options) (*Advice, error) {
	r, err := newRunner(in, o)
	if err != nil {
		return nil, err
	}
	if len(in.Functions) == 0 {
		return nil, inputError("without times the logs have no load to plan for; --requests and --shape give one")
	}
	services, sums, err := r.services()
	if err != nil {
		return nil, err
	}
	ld, err := in.load(likely, 1, in.budget())
	if err != nil {
		return nil, err
	}
	if err := ld.bounded(); err != nil {
		return nil, err
	}
	found, err := r.candidates(ctx, ld)
	if err != nil {
		return nil, err
	}
	all := found.all
	a := &Advice{Title: in.Title, SLO: slo, Span: in.span(), FreeTier: in.FreeTier, Rates: in.Rates, Today: in.Today, Load: describe(ld, 1), Now: found.now, Skipped: found.skipped,
		Services: services, ServicesSum: sums, last: lastReplications(ld), Notes: slices.Concat(in.Notes, ld.notes, found.leftOut), Assumed: in.Assumptions, taken: in.Taken, logged: in.durations, share: in.ShareKnown}
	if err := a.compareIn(all); err != nil {
		return nil, err
	}
	o.Progress.Expect(float64(searched(len(all), a.last)) * ld.simulated())
	if err := r.halve(ctx, a, all); err != nil {
		return nil, err
	}
	if all, err = r.refine(ctx, a, all); err != nil {
		return nil, err
	}
	if err := a.conclude(all, in); err != nil {
		return nil, err
	}
	if err := a.sumServices(); err != nil {
		return nil, err
	}
	if err := r.remedy(ctx, a); err != nil {
		return a, err
	}
	if a.Best == nil {
		if cv := in.spread(); cv != nil && cv.Low < cv.Likely && a.Nearest().Fault == "" {
			o.Progress.Expect(float64(min(in.Replications, 4)) * ld.simulated())
			a.Turn, err = r.turnBack(ctx, a.Nearest(), slo)
		}
		return a, err
	}
	if in.spread() != nil {
		o.Progress.Expect(float64((1+turnSteps)*min(in.Replications, 4)) * ld.simulated())
	}
	a.Turn, err = r.turn(ctx, a.Best, slo)
	return a, err
}

// remedy looks for the quota under which the plan that would be better serves
// every request: the nearest cheaper one, or where none meets the SLO the nearest.
// So does the plan that would then be the cheapest.
func (r *runner) remedy(ctx context.Context, a *Advice) error {
	c := a.Cheaper
	if a.Best == nil {
		c = a.All[0]
	}
	if c != nil && c.Fault != "" {
		f, err := r.raised(ctx, c)
		if err != nil {
			return err
		}
		c.Fault = f.text()
	}
	if a.Best == nil {
		return nil
	}
	for _, c := range a.All {
		if !c.rejects || c.choice.memory > 0 || c.choice.provisioned > 0 {
			continue
		}
		f, err := r.raised(ctx, c)
		if err != nil {
			return err
		}
		if f.Quota > 0 && stat.Mean(f.totals) < a.Best.Cost && (a.Raised == nil || stat.Mean(f.totals) < stat.Mean(a.Raised.totals)) {
			a.Raised, a.RaisedPlan = f, c.Name
		}
	}
	return nil
}

// raised looks for the quota under which a plan serves every request, and what
// it costs then in the mean.
func (r *runner) raised(ctx context.Context, c *Candidate) (*Fault, error) {
	t := &trial{subjects: [high + 1]*subject{likely: c.subject}, likely: c.outcomes, fault: &Fault{Reason: c.Fault}}
	err := r.quota(ctx, t)
	if f := t.fault; err == nil && f.Quota > 0 {
		f.Total = MoneyText(stat.Mean(f.totals), c.subject.rates.Currency(c.subject.tariff.Currency))
	}
	return t.fault, err
}

// compareIn sets the currency in which the candidates are compared, and refuses
// those of several: which is the cheapest nobody has said.
func (a *Advice) compareIn(all []*Candidate) error {
	var billed []string
	for _, c := range all {
		own := c.subject.tariff.Currency
		billed = append(billed, own)
		currency := a.Rates.Currency(own)
		if a.Currency == "" {
			a.Currency = currency
		}
		if currency != a.Currency {
			return inputError("plans are in %s (%s) and in %s (%s), and no rate is given that turns one into the other: --rate gives it, as in --rate EUR=1.08; --within leaves plans out",
				a.Currency, all[0].Name, currency, c.Name)
		}
	}
	a.Notes = append(a.Notes, rateNotes(a.Rates, billed)...)
	return nil
}

// halve runs the rounds.
func (r *runner) halve(ctx context.Context, a *Advice, all []*Candidate) error {
	h := Halving[*Candidate]{
		Last:   a.last,
		Extend: func(field []*Candidate, reps int) error { return r.extend(ctx, field, reps, a.SLO) },
	}
	field, rounds, last, err := h.Run(all)
	if err != nil {
		return err
	}
	a.Rounds, a.last = rounds, last
	return r.finish(ctx, a, field)
}

// keptOf is how many of so many plans go into the next round.
func keptOf(plans int) int { return max(finalists, (2*plans+4)/5) }

// finish is the last round, of what runs now too.
func (r *runner) finish(ctx context.Context, a *Advice, field []*Candidate) error {
	if a.Now != nil && !slices.Contains(field, a.Now) {
		field = append(field, a.Now)
	}
	a.Rounds = append(a.Rounds, Round{Plans: len(field), Replications: a.last, Kept: len(field)})
	return r.extend(ctx, field, a.last, a.SLO)
}

// Standing is where the candidate stands in a search.
func (c *Candidate) Standing() Standing {
	return Standing{Name: c.Name, Cost: c.Cost, Worst: c.worst, Meets: c.Meets, Replications: c.Replications}
}

// extend brings candidates to a number of replications.
func (r *runner) extend(ctx context.Context, field []*Candidate, reps int, slo results.SLO) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, r.options.Workers))
	for _, c := range field {
		have := len(c.outcomes)
		c.outcomes = append(c.outcomes, make([]*outcome, max(0, reps-have))...)
		for n := have; n < reps; n++ {
			g.Go(func() (err error) {
				c.outcomes[n], err = c.subject.run(ctx, r.in.key(n), simulation{peak: asksPeak(slo)})
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, c := range field {
		c.summarise(slo)
	}
	return nil
}

// asksPeak reports whether a bound is on the peak of instances.
func asksPeak(slo results.SLO) bool {
	return slices.ContainsFunc(slo, func(o results.Objective) bool { return o.Metric == "instances_peak" })
}

func (c *Candidate) summarise(slo results.SLO) {
	row := rowOf(c.outcomes, slo)
	c.Row, c.Meets, c.Replications = row, row.Meets, len(c.outcomes)
	c.Cost = c.value("cost")
	c.Fault, c.rejects = "", false
	c.worst = WorstExcess(&c.Row, slo)
	if why := cmp.Or(c.subject.neverReady(), c.subject.queue(&row)); why != "" {
		c.Fault, c.Meets, c.worst = why, results.No, math.Inf(1)
	} else if f := c.subject.fault(&row); f != nil && c.misses(slo, "error_ratio") {
		c.Fault, c.rejects = f.Reason, f.rejects
	}
}

// misses reports whether a column is beyond a bound on it.
func (c *Candidate) misses(slo results.SLO, metric string) bool {
	return slices.ContainsFunc(slo, func(o results.Objective) bool { return o.Metric == metric && Excess(o, c.value(metric)) > 0 })
}

// value returns the mean of a column.
func (c *Candidate) value(metric string) float64 {
	s, _ := c.Row.Stat(metric)
	return s.Mean
}

// conclude picks the best of those that were simulated most, and says why.
func (a *Advice) conclude(all []*Candidate, in *Input) error {
	var finals []*Candidate
	for _, c := range all {
		if c.Replications == a.last {
			finals = append(finals, c)
		}
	}
	slices.SortStableFunc(finals, Better[*Candidate])
	for _, c := range finals {
		plan, err := (&trial{subjects: [high + 1]*subject{likely: c.subject}, likely: c.outcomes}).plan(in)
		if err != nil {
			return err
		}
		c.Plan = plan
	}
	a.choose(finals)
	slices.SortStableFunc(all, Better[*Candidate])
	a.All = all
	a.front(all)
	if a.Now != nil {
		a.Check = in.check([]Plan{*a.Now.Plan})
	}
	if a.Best == nil {
		a.shortfalls(all)
		return nil
	}
	a.bind(all)
	return nil
}

// choose takes of plans, the better first, the first that is sure to meet the
// SLO, and sets the others that are beside it.
func (a *Advice) choose(finals []*Candidate) {
	for _, c := range finals {
		if c.Meets != results.Yes {
			continue
		}
		if a.Best == nil {
			a.Best = c
			continue
		}
		if a.Next == nil {
			a.Next = compare(a.Best, c)
		}
		if !stat.Below(a.Best.totals(), c.totals()) {
			a.Even = append(a.Even, c)
		}
	}
}

// bind finds which cheaper plans there are, and why none of them is the best.
func (a *Advice) bind(all []*Candidate) {
	for _, c := range all {
		switch {
		case c.Cost >= a.Best.Cost:
		case c.worst > 0:
			if a.Cheaper == nil || c.Cost > a.Cheaper.Cost {
				a.Cheaper = c
			}
		case a.Unsure == nil || c.Cost < a.Unsure.Cost:
			a.Unsure = c
		}
	}
	if a.Cheaper != nil {
		a.Binds = a.Cheaper.binds(a.SLO)
	}
}

// totals are what a candidate costs, a replication.
func (c *Candidate) totals() []float64 { return totalsOf(c.outcomes) }

// compare pairs two candidates replication by replication.
func compare(best, other *Candidate) *Comparison {
	x, y := best.totals(), other.totals()
	n := min(len(x), len(y))
	c := &Comparison{Other: other, Of: n}
	savings := make([]float64, n)
	for i := range savings {
		savings[i] = y[i] - x[i]
		if savings[i] > 0 {
			c.Wins++
		}
	}
	c.Saving, c.Half = stat.Interval(savings, stat.Level)
	c.Certain = stat.Positive(savings)
	return c
}

// front keeps the candidates that no other beats in both cost and a column, the
// cheapest first; none that fails requests. The column is that of the first bound
// on neither money nor errors, without one the p99.
func (a *Advice) front(all []*Candidate) {
	a.FrontOf = "latency_p99_s"
	sign := 1.0
	i := slices.IndexFunc(a.SLO, func(o results.Objective) bool { return o.Metric != "error_ratio" && !metricOf(o.Metric).Money })
	if i >= 0 {
		a.FrontOf = a.SLO[i].Metric
		if a.SLO[i].Min {
			sign = -1
		}
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(x, y *Candidate) int {
		return cmp.Or(cmp.Compare(x.Cost, y.Cost), cmp.Compare(sign*x.value(a.FrontOf), sign*y.value(a.FrontOf)), cmp.Compare(x.Name, y.Name))
	})
	best := math.Inf(1)
	for _, c := range sorted {
		if c.Fault != "" {
			continue
		}
		if v := sign * c.value(a.FrontOf); v < best {
			best = v
			a.Front = append(a.Front, c)
		}
	}
}

// shortfalls says for each bound how near one can come.
func (a *Advice) shortfalls(all []*Candidate) {
	nearest := slices.MinFunc(all, Better[*Candidate])
	for _, o := range a.SLO {
		best := slices.MinFunc(all, func(x, y *Candidate) int {
			return cmp.Compare(Excess(o, x.value(o.Metric)), Excess(o, y.value(o.Metric)))
		})
		v := best.value(o.Metric)
		s := Shortfall{o, v, best.Name, Excess(o, v) <= 0, nearest.value(o.Metric)}
		if s.Attainable && Excess(o, s.Nearest) <= 0 {
			continue
		}
		a.Infeasible = append(a.Infeasible, s)
	}
}
