package apps

import (
	"context"
	"math"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// Mean is a number in the mean over replications. Half is half of the 95 % interval of
// it; NaN of one replication, and where there is nothing.
type Mean struct{ Mean, Half float64 }

// Priced is a part of what the application costs.
type Priced struct {
	Name     string
	Month    Mean    // in the bill's currency
	Share    float64 // of the whole bill
	Grade    string  // the worst of the prices; of services alone
	Arrived  float64 // events a month from outside; 0: none, or not of a trigger
	Each     float64 // of one of the events that it is over: a trigger's own, else all; NaN: there are none
	P50, P99 float64 // s; NaN: nothing was measured
	Failed   float64 // part of what arrived that did not end well; NaN: nothing arrived
}

// Estimate is the answer.
type Estimate struct {
	Title    string
	Event    string // a business event in words
	Load     string // what was simulated
	Currency string
	Month    Mean
	Each     Mean     // of one event, of all that come from outside
	EachWell Mean     // the whole over those that ended well; NaN: none did
	Events   float64  // a month
	P50, P99 Mean     // s, of all events, to the end of all that they began
	Answered *[2]Mean // of their answers; nil: they are done then
	Errors   Mean     // part of events that did not end well
	Behind   string   // what arrives faster than it is done, in words; "": nothing
	Meets    results.Verdict
	SLO      results.SLO
	Triggers []Priced // and what follows from no trigger
	Causes   []Priced
	Services []Priced
	Steps    []Priced // and other owners
	Bill     *costmodel.Bill
	Changes  []Change // sorted by saving; nil: not asked for
	LeftOut  []LeftOut
	Limits   *Limits // nil: not asked for
	Assumed  []results.Assumption
	Notes    []string
	PlotSize results.PlotSize

	replications int
}

// Missed is why no event may be as slow as it is; "": nobody asked, or it is fast enough.
func (e *Estimate) Missed() string {
	if len(e.SLO) == 0 || e.Meets == results.Yes {
		return ""
	}
	if e.Meets == results.Unsure {
		return "it is not sure that the application meets the SLO"
	}
	return "the application misses the SLO"
}

// Run prices a business event.
func Run(ctx context.Context, q *Question) (*Estimate, error) {
	r, err := newRunner(ctx, q)
	if err != nil {
		return nil, err
	}
	base, err := r.run(ctx)
	if err != nil {
		return nil, err
	}
	e := r.estimate(base)
	if q.WhatIf || len(q.Changes) > 0 {
		if e.Changes, e.LeftOut, err = r.changes(ctx, base); err != nil {
			return nil, err
		}
	}
	if q.Limits {
		if e.Limits, err = r.limits(ctx, base); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// estimate is what a run says.
func (r *runner) estimate(o *outcome) *Estimate {
	m := measure{o}
	e := &Estimate{
		Title: o.cell.Application.Title, Event: eventWords(o.cell.Application.Event), Currency: o.row.Currency, Load: r.describe(o),
		Month: m.column("cost"), Each: m.column("cost_per_event"), P50: m.column(doneP50), P99: m.column(doneP99), Errors: m.column(notWell), EachWell: m.column("cost_per_event_well"),
		Meets: o.row.Meets, SLO: r.q.SLO.Whole(), Assumed: o.plan.Assumptions(), Behind: o.cell.NotKeptUp(), replications: len(o.cell.Replications),
	}
	if p50, p99, goesOn := m.answered(); goesOn {
		e.Answered = &[2]Mean{p50, p99}
	}
	e.Notes = append(append(e.Notes, r.notes...), o.plan.Warnings...)
	e.Events = m.of(func(a *results.Application) float64 { return m.monthly(events(a)) }).Mean
	e.Triggers, e.Causes, e.Services, e.Steps = m.triggers(), m.causes(), m.services(), m.steps()
	bill := stat.LowerMedian(o.cell.Replications, func(a, b *results.Replication) int { return a.Bills[0].Total.Cmp(&b.Bills[0].Total) }).Bills[0]
	e.Bill = &bill
	return e
}

// describe says what was simulated.
func (r *runner) describe(o *outcome) string {
	w := o.plan.Window()
	text := estimate.Clock(w.Length()) + " after " + spec.Duration(w.Warmup).String() + " of warm-up"
	if n := len(o.cell.Replications); n > 1 {
		text += ", " + estimate.Digits(float64(n), 4) + " times"
	}
	if r.q.Load != 1 {
		text += ", at " + estimate.Digits(r.q.Load, 4) + " times the arrivals of the file"
	}
	return text
}

// measure takes means of a run.
type measure struct{ *outcome }

func meanOf(values []float64) Mean {
	values = stat.Defined(values)
	if len(values) == 0 {
		return Mean{math.NaN(), math.NaN()}
	}
	if len(values) == 1 {
		return Mean{values[0], math.NaN()}
	}
	mean, half := stat.Interval(values, stat.Level)
	return Mean{mean, half}
}

// column is the mean of a column, of a quantile with what its bins leave open.
func (m measure) column(name string) Mean {
	s := m.stat(name)
	return Mean{s.Mean, s.Half}
}

func (m measure) of(f func(*results.Application) float64) Mean {
	var values []float64
	for _, r := range m.cell.Replications {
		values = append(values, f(r.Application))
	}
	return meanOf(values)
}

// monthly is a number of the window in a month.
func (m measure) monthly(n float64) float64 {
	return n * float64(costmodel.Month) / float64(m.plan.Window().Length())
}

func events(a *results.Application) (n float64) {
	for i := range a.Events {
		n += float64(a.Events[i].Arrived)
	}
	return n
}

// rate turns money of the bill's own currency into that of the row: its lines stay in
// their own.
func (m measure) rate(r *results.Replication) float64 {
	total := costmodel.Float(&r.Bills[0].Total)
	for i, other := range m.cell.Replications {
		if other == r && total != 0 {
			return m.stat("cost").Values[i] / total
		}
	}
	return 1
}

// priced is a part of the bill: cost says how much it is of, in a replication.
func (m measure) priced(name string, cost func(*results.Application) float64) Priced {
	var months, shares, each []float64
	for _, r := range m.cell.Replications {
		c, total := cost(r.Application), costmodel.Float(&r.Bills[0].Total)
		months = append(months, c*m.rate(r))
		if total != 0 {
			shares = append(shares, c/total)
		}
		if n := m.monthly(events(r.Application)); n > 0 {
			each = append(each, c*m.rate(r)/n)
		}
	}
	return Priced{Name: name, Month: meanOf(months), Share: meanOf(shares).Mean, Each: meanOf(each).Mean, P50: math.NaN(), P99: math.NaN(), Failed: math.NaN()}
}

// triggers are what follows from the arrivals at each, and what follows from none.
func (m measure) triggers() (list []Priced) {
	for i := range m.cell.Application.Triggers {
		event := func(a *results.Application) *results.EventRecord { return &a.Events[i] }
		p := m.priced(m.cell.Application.Triggers[i].Name, func(a *results.Application) float64 { return costmodel.Float(&event(a).Cost) })
		p.Arrived = m.of(func(a *results.Application) float64 { return m.monthly(float64(event(a).Arrived)) }).Mean
		if p.Each = math.NaN(); p.Arrived > 0 {
			p.Each = p.Month.Mean / p.Arrived
			p.Failed = m.of(func(a *results.Application) float64 { return event(a).NotWell().Float() }).Mean
		}
		p.P50, p.P99 = m.times(func(a *results.Application) *results.Times { return event(a).WholeTimes() })
		list = append(list, p)
	}
	rest := m.priced("whatever arrives", func(a *results.Application) (sum float64) {
		for i := range a.Costs {
			if a.Costs[i].Trigger == flows.None {
				sum += costmodel.Float(&a.Costs[i].Amount)
			}
		}
		return sum
	})
	if rest.Month.Mean != 0 {
		list = append(list, rest)
	}
	return list
}

// times are p50 and p99 in the mean; NaN where nothing was measured.
func (m measure) times(of func(*results.Application) *results.Times) (p50, p99 float64) {
	at := func(q func(*results.Times) float64) float64 {
		return m.of(func(a *results.Application) float64 {
			if of(a).N == 0 {
				return math.NaN()
			}
			return q(of(a))
		}).Mean
	}
	return at(func(t *results.Times) float64 { return t.P50 }), at(func(t *results.Times) float64 { return t.P99 })
}

// causeWords say why money is spent.
var causeWords = [flows.NumCauses]string{
	flows.Work: "first tries", flows.Again: "retries: attempts after the first", flows.Failure: "first tries that failed", flows.Duplicate: "deliveries that happened twice",
	flows.Empty: "polls of what is empty", flows.Overhead: "privacy, security, observability", flows.Held: "by time, whatever happens",
}

func (m measure) causes() (list []Priced) {
	for c := range flows.NumCauses {
		list = append(list, m.priced(causeWords[c], func(a *results.Application) float64 { return costmodel.Float(&a.Causes[c]) }))
	}
	return list
}

func (m measure) services() (list []Priced) {
	seen := map[string]bool{}
	for _, r := range m.cell.Replications {
		for _, b := range r.Application.Bill {
			if seen[b.Service] {
				continue
			}
			seen[b.Service] = true
			grade := ""
			p := m.priced(b.Service, func(a *results.Application) float64 {
				for i := range a.Bill {
					if a.Bill[i].Service == b.Service {
						grade = max(grade, a.Bill[i].Grade)
						return costmodel.Float(&a.Bill[i].Cost)
					}
				}
				return 0
			})
			p.Grade = grade
			list = append(list, p)
		}
	}
	return list
}

// steps are those of flows, and who else something was used for.
func (m measure) steps() (list []Priced) {
	g := m.cell.Application
	byStep := map[flows.Owner]bool{}
	for i := range g.Steps {
		byStep[g.Steps[i].Owner] = true
		p := m.priced(g.Owners[g.Steps[i].Owner], func(a *results.Application) float64 { return costmodel.Float(&a.Steps[i].Cost) })
		p.P50, p.P99 = m.times(func(a *results.Application) *results.Times { return &a.Steps[i].Time })
		list = append(list, p)
	}
	for o := range g.Owners {
		if byStep[flows.Owner(o)] {
			continue
		}
		if p := m.owner(g.Owners[o], flows.Owner(o)); p.Month.Mean != 0 {
			list = append(list, p)
		}
	}
	if p := m.owner("nobody", flows.None); p.Month.Mean != 0 {
		list = append(list, p)
	}
	return list
}

func (m measure) owner(name string, owner flows.Owner) Priced {
	return m.priced(name, func(a *results.Application) (sum float64) {
		for k := range a.Costs {
			if a.Costs[k].Owner == owner {
				sum += costmodel.Float(&a.Costs[k].Amount)
			}
		}
		return sum
	})
}
