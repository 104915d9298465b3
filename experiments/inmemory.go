package experiments

import (
	"context"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// Simulate runs the units of a plan on so many cores and returns its set, whose cells
// hold the whole units: nothing is kept elsewhere. start returns who is told of a unit
// of about so many requests; nil: nobody.
func (p *Plan) Simulate(ctx context.Context, workers int, start func(requests int64) *Tally) (*results.Set, error) {
	whole := map[string]*results.Replication{}
	pilots := start
	if pilots == nil {
		pilots = func(int64) *Tally { return NewTally(new(atomic.Int64), new(atomic.Int64), 0) }
	}
	p, err := p.settle(ctx, workers, forgetful{}, pilots)
	if err != nil {
		return nil, err
	}
	set, _, err := p.precisely(ctx, func(p *Plan) (*results.Set, error) {
		if err := p.simulateAll(ctx, workers, start, whole); err != nil {
			return nil, err
		}
		set := p.gather(store{}, whole)
		set.Load = nil
		return set, nil
	})
	return set, err
}

// simulateAll runs those units of a plan that are not among whole yet, and adds them.
func (p *Plan) simulateAll(ctx context.Context, workers int, start func(requests int64) *Tally, whole map[string]*results.Replication) error {
	pool := sim.NewPool(max(1, workers))
	done := make([]*results.Replication, len(p.units))
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(max(1, workers))
	for i, u := range p.units {
		if whole[u.id] != nil {
			continue
		}
		g.Go(func() (err error) {
			var seen *Tally
			if start != nil {
				seen = start(u.expected())
			} else {
				seen = new(Progress).start(u)
			}
			if done[i], err = u.attempt(inner, pool, seen); err == nil {
				seen.Finish()
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, u := range p.units {
		if done[i] != nil {
			whole[u.id] = done[i]
		}
	}
	return nil
}

// Of lets Progress show how far a plan is that is simulated (see Simulate).
func (p *Progress) Of(plan *Plan) (start func(requests int64) *Tally) {
	p.plan(plan.units, "")
	p.begin()
	return func(requests int64) *Tally { return NewTally(&p.seen, &p.done, requests) }
}

// Expected is about how many requests and arrivals all units have.
func (p *Plan) Expected() (n int64) {
	for _, u := range p.units {
		n += u.expected()
	}
	return n
}

// ArrivalRate is how much arrives at a trigger of an application from outside.
type ArrivalRate struct {
	Trigger   string
	PerSecond float64 // in the mean from time 0 to the horizon
}

// ArrivalRates are those of the plan's first cell, in the order of the triggers; of one
// that is no application, none. Triggers that only steps send to are left out.
func (p *Plan) ArrivalRates() (list []ArrivalRate) {
	if len(p.units) == 0 || p.units[0].app == nil {
		return nil
	}
	u := p.units[0]
	for i := range u.workload.functions {
		if f := &u.workload.functions[i]; f.Outside && f.Weight > 0 {
			list = append(list, ArrivalRate{f.Name, f.Weight * float64(sim.Second) / float64(u.window.Horizon)})
		}
	}
	return list
}

// Application is the table of the application of the first point; nil: there is none.
func (e *Experiment) Application() *spec.Node { return e.points[0].workload.Application }

// PlatformTables are those of the first point's platforms, presets merged in, in their order.
func (e *Experiment) PlatformTables() (list []*spec.Node) {
	return slices.Clone(items(e.resolved.Get("platform")))
}

// Window is what the first unit is measured in.
func (p *Plan) Window() sim.Window { return p.units[0].window }
