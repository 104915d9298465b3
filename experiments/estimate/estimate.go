package estimate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/cockroachdb/apd/v3"
	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
)

// Interval is a 95 % interval of a monthly total in the plan's currency, or of
// a load in requests a second.
type Interval struct {
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Covers string  `json:"covers"` // what it is about
}

// Plan is one choice, simulated and priced.
type Plan struct {
	Name  string
	Title string // of its tariff
	Kind  Kind
	// Bill is that of the replication with the median total, to the last digit, in
	// the tariff's own currency.
	Bill costmodel.Bill
	// Currency is what the plan is compared in: the bill's own, or what a rate
	// turns that into. Total is the bill's total in it.
	Currency string
	Total    apd.Decimal
	// Grants is what free grants have taken off, in Currency.
	Grants Amount
	// Low and High are the bills' totals at the ends of what was guessed, in Currency.
	Low, High   apd.Decimal
	Random      *Interval // of the mean over replications; nil for one
	Days        *Interval // of a bootstrap over the days of a log; nil where there are too few
	Provisioned int
	Concurrency int
	Stats       map[string]results.Stat // of the output's columns, by name
	Ends        map[string][2]float64   // of the latencies, the least and the largest at the ends of what is guessed
	Fault       *Fault                  // why it does not serve the load; nil: it does
	Notes       []string

	configured bool         // it is what runs today, as far as a log shows
	source     *alternative // that it is of
	placed     string       // its tariff, where --region has put it into another place than the log was billed in
	// Seconds of a cold start before the function's own part, which no log
	// shows: the mean, and what is seldom passed.
	unseen, mostUnseen float64
}

// widen makes the latencies' ends hold those of a simulation.
func (p *Plan) widen(end *outcome) {
	row := rowOf([]*outcome{end}, nil)
	for _, name := range reported {
		if !strings.HasPrefix(name, "latency_") {
			continue
		}
		likely := p.stat(name)
		x, _ := row.Stat(name)
		if math.IsNaN(x.Mean) || math.IsNaN(likely) {
			continue
		}
		if p.Ends == nil {
			p.Ends = map[string][2]float64{}
		}
		ends, ok := p.Ends[name]
		if !ok {
			ends = [2]float64{likely, likely}
		}
		p.Ends[name] = [2]float64{min(ends[0], x.Mean), max(ends[1], x.Mean)}
	}
}

// stat returns the mean of a column.
func (p *Plan) stat(name string) float64 { return p.Stats[name].Mean }

// totals are what the plan costs, a replication, in Currency.
func (p *Plan) totals() []float64 { return p.Stats["cost"].Values }

// sound reports whether the plan serves every request.
func (p *Plan) sound() bool { return p.Fault == nil }

// before orders plans of one currency: those that serve the load by cost, then
// the others by how much of it they fail.
func (p *Plan) before(q *Plan) int {
	if p.sound() != q.sound() {
		if p.sound() {
			return -1
		}
		return 1
	}
	if !p.sound() {
		if c := cmp.Compare(p.stat("error_ratio"), q.stat("error_ratio")); c != 0 {
			return c
		}
	}
	return p.Total.Cmp(&q.Total)
}

// Unserved is the reason for which no plan serves the load; "" where one does.
func (e *Estimate) Unserved() string {
	if len(e.Plans) == 0 || e.Plans[0].sound() {
		return ""
	}
	return fmt.Sprintf("no plan serves every request; of the nearest, %s, %s", e.Plans[0].Name, e.Plans[0].Fault.text())
}

// Skipped is a choice that has no price.
type Skipped struct{ Name, Reason string }

// Estimate is the answer.
type Estimate struct {
	Title       string
	Load        string // what is simulated, in words
	Rate        float64
	Assumptions []Assumption
	Today       *Today
	Check       *Check         // of the plan that is what runs today; nil: there is none
	Span        costmodel.Span // that bills are of
	FreeTier    costmodel.FreeTier
	Wide        bool             // the text has all columns
	PlotSize    results.PlotSize // of the folder's plots
	Plans       []Plan           // the cheapest first, those of each currency together
	Skipped     []Skipped
	Services    []Service // the same under every plan, and not in the plans' totals
	ServicesSum []Amount  // of their totals, one a currency
	Crossings   *BreakEven
	Notes       []string

	taken string // as what requests that name no function were taken
}

// Options say how an estimate is made; none but Tariffs and Regions reaches a
// result.
type Options struct {
	Tariffs   []string // folders of tariffs
	Regions   []string // of each tariff the first that it has; nil: as the tariffs are
	Workers   int
	BreakEven bool
	Progress  *Progress // is told how far it is; nil: nobody looks
}

// reported are the columns that stand beside a price.
var reported = []string{"cold_ratio", "latency_p50_s", "latency_p90_s", "latency_p95_s", "latency_p99_s", "latency_p999_s", "error_ratio", "instances_mean"}

// Run simulates and prices all alternatives.
func Run(ctx context.Context, in *Input, o Options) (*Estimate, error) {
	r, err := newRunner(in, o)
	if err != nil {
		return nil, err
	}
	e := &Estimate{Title: in.Title, Today: in.Today, Span: in.span(), FreeTier: in.FreeTier, Assumptions: in.Assumptions, Notes: slices.Clone(in.Notes), taken: in.Taken}
	if e.Services, e.ServicesSum, err = r.services(); err != nil {
		return nil, err
	}
	if len(in.Functions) == 0 { // a log without times: the bill is all there is
		return e, nil
	}
	base, err := in.load(likely, 1, r.in.budget())
	if err != nil {
		return nil, err
	}
	e.Rate = base.rate()
	e.Load = describe(base, in.replications(base))
	e.Notes = append(e.Notes, base.notes...)
	choices, leftOut, err := r.choices()
	if err != nil {
		return nil, err
	}
	e.Notes = append(e.Notes, leftOut...)
	ahead := 0.0
	if o.BreakEven && in.noBreakEven() == "" {
		ahead = r.breakEvenAhead(base)
	}
	o.Progress.Expect(ahead)
	plans, skipped, err := r.plans(ctx, choices)
	if err != nil {
		return nil, err
	}
	if len(plans) == 0 {
		return nil, noPrice(skipped)
	}
	e.Plans, e.Skipped = plans, skipped
	e.Check = in.check(plans)
	sortPlans(e.Plans)
	e.Notes = append(e.Notes, e.currencyNotes(in.Rates)...)
	if why := in.noBreakEven(); why != "" {
		e.Notes = append(e.Notes, why)
	} else if o.BreakEven {
		o.Progress.Expect(-ahead)
		if e.Crossings, err = r.breakEven(ctx, e.Plans, choices); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// runner is what the parts of an estimate share.
type runner struct {
	in      *Input
	options Options
	catalog *costmodel.Catalog

	loading sync.Mutex
	loads   map[float64]*load // by the factor on today's
}

func newRunner(in *Input, o Options) (*runner, error) {
	catalog, err := costmodel.Load(o.Tariffs...)
	if err != nil {
		return nil, inputError("%w", err)
	}
	asked := *in
	asked.progress = o.Progress
	return &runner{in: &asked, options: o, catalog: catalog}, nil
}

// alternatives returns those that the question allows, in the regions that are
// asked for, and what a reader should know of how they were chosen.
func (r *runner) alternatives() (all []alternative, notes []string, err error) {
	if all, notes, err = r.in.alternatives(); err != nil {
		return nil, nil, err
	}
	for i := range all {
		all[i].base = all[i].Tariff
	}
	if err := r.regional(all); err != nil {
		return nil, nil, err
	}
	if note := r.regionNote(all); note != "" {
		notes = append(notes, note)
	}
	return all, notes, nil
}

// choices lists the alternatives, and memory sizes of Lambda where it is known
// how durations follow them; leftOut says what has too little memory.
func (r *runner) choices() (out []choice, leftOut []string, err error) {
	all, leftOut, err := r.alternatives()
	if err != nil {
		return nil, nil, err
	}
	for _, a := range all {
		out = append(out, asIs(a))
		if a.Name == "aws-lambda" && r.in.ShareKnown && len(r.in.Functions) == 1 {
			sizes, untried := r.in.sizes()
			for _, memory := range sizes {
				c := asIs(a)
				c.memory = memory
				out = append(out, c)
			}
			if untried != "" {
				leftOut = append(leftOut, untried)
			}
		}
	}
	return out, leftOut, nil
}

// guessed reports whether the levels differ.
func (in *Input) guessed() bool {
	exact := in.CPUShare.Exact() && in.InitFactor.Exact()
	for i := range in.Functions {
		f := &in.Functions[i]
		exact = exact && f.Rate.Exact() && f.Duration.Exact() && f.CV.Exact() && f.Init.Exact() && f.Restore.Exact()
	}
	return !exact
}

// trial is the simulations of one choice.
type trial struct {
	subjects [high + 1]*subject
	likely   []*outcome // one a replication
	ends     [high + 1]*outcome
	skipped  error
	fault    *Fault
}

// plans simulates choices on all cores. The result does not depend on how
// many there are: each simulation has its place.
func (r *runner) plans(ctx context.Context, choices []choice) ([]Plan, []Skipped, error) {
	levels := []level{likely}
	if r.in.guessed() {
		levels = []level{low, likely, high}
	}
	var loads [high + 1]*load
	for _, l := range levels {
		var err error
		if loads[l], err = r.in.load(l, 1, r.in.budget()); err != nil {
			return nil, nil, err
		}
		if err := loads[l].bounded(); err != nil {
			return nil, nil, err
		}
	}
	trials := make([]trial, len(choices))
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(max(1, r.options.Workers))
	for i := range trials {
		t := &trials[i]
		t.likely = make([]*outcome, r.in.replications(loads[likely]))
		for _, l := range levels {
			s, err := r.in.subject(choices[i], r.catalog, loads[l], l)
			if err != nil {
				return nil, nil, err
			}
			t.subjects[l] = s
			if l != likely {
				r.in.progress.Expect(s.load.simulated())
			}
		}
		r.in.progress.Expect(float64(len(t.likely)) * loads[likely].simulated())
		if t.skipped = t.subjects[likely].priced(); t.skipped != nil {
			continue
		}
		t.start(inner, g, r.in)
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	if err := r.faults(ctx, trials); err != nil {
		return nil, nil, err
	}
	return r.collect(trials)
}

// priced reports why a subject has no price, or cannot be simulated: no
// simulation is needed to know.
func (s *subject) priced() error {
	busy := 0.0
	for f := range s.functions {
		busy += s.busy(f)
	}
	if busy > mostInService {
		return fmt.Errorf("%s requests are in service at a time there, more than the %d that are simulated", Digits(busy, 3), mostInService)
	}
	meters, err := s.meters([]sim.Window{s.load.window})
	if err != nil {
		return err
	}
	return s.billable(meters)
}

func (t *trial) start(ctx context.Context, g *errgroup.Group, in *Input) {
	for n := range t.likely {
		g.Go(func() (err error) {
			t.likely[n], err = t.subjects[likely].run(ctx, in.key(n), simulation{parts: n == 0 && enoughDays(t.subjects[likely].load)})
			return err
		})
	}
	for _, l := range []level{low, high} {
		if s := t.subjects[l]; s != nil {
			g.Go(func() (err error) {
				t.ends[l], err = s.run(ctx, in.key(0), simulation{})
				return err
			})
		}
	}
}

// noPrice says why none of the plans has a price.
func noPrice(skipped []Skipped) error {
	var why []string
	for _, s := range skipped {
		why = append(why, s.Name+": "+s.Reason)
	}
	return inputError("none of the plans has a price for this: %s", strings.Join(why, "; "))
}

func (in *Input) key(n int) sim.RunKey { return sim.RunKey{Seed: in.Seed, Replication: uint64(n)} }

func (r *runner) collect(trials []trial) (plans []Plan, skipped []Skipped, err error) {
	for i := range trials {
		t := &trials[i]
		if t.skipped != nil {
			skipped = append(skipped, Skipped{t.subjects[likely].choice.name(), t.skipped.Error()})
			continue
		}
		p, err := t.plan(r.in)
		if err != nil {
			return nil, nil, err
		}
		plans = append(plans, *p)
	}
	return plans, skipped, nil
}

// plan summarises the simulations of a choice.
func (t *trial) plan(in *Input) (*Plan, error) {
	s := t.subjects[likely]
	row := rowOf(t.likely, nil)
	bill, err := s.bill(median(t.likely))
	if err != nil {
		return nil, err
	}
	p := &Plan{
		Name: s.choice.name(), Title: s.tariff.Title, Kind: s.choice.Kind, Bill: *bill, Notes: s.choice.Notes,
		Currency: s.rates.Currency(bill.Currency), Total: median(t.likely).total,
		Provisioned: s.provisioned, Concurrency: s.platform.Sim.Concurrency, Stats: map[string]results.Stat{}, Fault: t.fault,
	}
	if s.wanted > s.provisioned {
		p.Notes = append(slices.Clip(p.Notes), fmt.Sprintf("A quota of %d concurrent requests (--account-limit) lets %d instances of each function stand; the load would have %d.", s.quota(), s.provisioned, s.wanted))
	}
	p.source = &s.choice.alternative
	if s.choice.Tariff != s.choice.base {
		p.placed = s.choice.Tariff
	}
	p.configured = in.runsNow(&s.choice)
	unseen, most := s.unseen()
	p.unseen, p.mostUnseen = unseen/float64(sim.Second), most/float64(sim.Second)
	for _, name := range append([]string{"cost"}, reported...) {
		p.Stats[name], _ = row.Stat(name)
	}
	worth, err := s.tariff.GrantsWorth(median(t.likely).usage, s.span, s.load.window.Length())
	if err != nil {
		return nil, inputError("%s: %w", s.choice.Name, err)
	}
	off, currency := s.rates.In(worth, bill.Currency)
	p.Grants = Amount{currency, *off}
	cost := p.Stats["cost"]
	if !math.IsNaN(cost.Half) {
		p.Random = &Interval{cost.Mean - cost.Half, cost.Mean + cost.Half, "the mean over replications: randomness of the model given this load"}
	}
	p.Low, p.High = p.Total, p.Total
	for _, end := range t.ends {
		if end == nil {
			continue
		}
		p.widen(end)
		if total := &end.total; total.Cmp(&p.Low) < 0 {
			p.Low = *total
		} else if total.Cmp(&p.High) > 0 {
			p.High = *total
		}
	}
	if parts := t.likely[0].parts; len(parts) > 0 {
		if p.Days, err = bootstrap(s, parts, in.Seed); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// median returns the outcome with the lower median of the totals.
func median(outcomes []*outcome) *outcome {
	return stat.LowerMedian(outcomes, func(a, b *outcome) int { return a.total.Cmp(&b.total) })
}

// totalsOf are the totals of some simulations, in the currency of comparison.
func totalsOf(outcomes []*outcome) []float64 {
	out := make([]float64, len(outcomes))
	for i, o := range outcomes {
		out[i] = costmodel.Float(&o.total)
	}
	return out
}

// rowOf computes the columns of some simulations of a subject.
func rowOf(outcomes []*outcome, slo results.SLO) results.Row {
	columns := make([][]float64, len(outcomes))
	for i, o := range outcomes {
		columns[i] = o.columns
	}
	return results.NewRow(columns, slo)
}

// describe says what is simulated.
func describe(l *load, replications int) string {
	times := "once"
	if replications > 1 {
		times = fmt.Sprintf("%d times", replications)
	}
	of := "requests"
	n := int64(math.Round(l.requests()))
	if n == 1 {
		of = "request"
	}
	return fmt.Sprintf("%d %s in %s (%s/s), %s in service at a time on average; simulated %s",
		n, of, Clock(l.window.Length()), Digits(l.rate(), 3), Digits(l.offered(), 3), times)
}
