package serve

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// Instances that always run serve a load alike, whoever is paid for them: each
// number of them on an engine is simulated once, and priced by each tariff.

type fleetKey struct {
	engine *engine
	fixed  int
	load   *load
	rep    int
}

// fleet is one such simulation.
type fleet struct {
	once        sync.Once
	replication *results.Replication
	err         error
}

// serves simulates so many instances that always run.
func (r *runner) serves(ctx context.Context, e *engine, fixed int, l *load, rep int) (*results.Replication, error) {
	key := fleetKey{e, fixed, l, rep}
	r.mu.Lock()
	f := r.fleets[key]
	if f == nil {
		f = new(fleet)
		r.fleets[key] = f
	}
	r.mu.Unlock()
	f.once.Do(func() {
		c := &choice{kind: Rented, engine: e, provider: r.q.ways.rented(), fixed: fixed}
		f.replication, _, f.err = r.simulate(ctx, c, r.q.platform(c, l), l, rep, func() ([]costmodel.Meter, error) { return nil, nil })
	})
	if f.err != nil {
		return nil, fmt.Errorf("%d × %s: %w", fixed, e.profile.Label(), f.err)
	}
	return f.replication, nil
}

// runFleet prices the instances of a choice that always run.
func (r *runner) runFleet(ctx context.Context, c *choice, l *load, rep int) (*outcome, error) {
	replication, err := r.serves(ctx, c.engine, c.fixed, l, rep)
	if err != nil {
		return nil, err
	}
	return r.billFleet(c, l, replication)
}

// billFleet is what instances cost that run from before the window to its end; of no
// replication its columns are none.
func (r *runner) billFleet(c *choice, l *load, replication *results.Replication) (*outcome, error) {
	p := r.q.platform(c, l)
	meters, err := r.meters(c, p, l)
	if err != nil {
		return nil, err
	}
	lives, ok := meters[0].(sim.LifeObserver)
	if !ok {
		return nil, inputError("%s: its tariff %s has the rule lifetime, and counts no lives", c.name(), c.tariff.Name)
	}
	batch := make([]sim.Life, c.fixed)
	if c.provider.Machines {
		batch = make([]sim.Life, c.machines())
	}
	idle := sim.Time(0) // of an instance, on average: what a bill says of it
	if replication != nil {
		all := replication.Instances.Idle
		idle = min(l.window.Length(), sim.Time(all.Float()/float64(c.fixed)))
	}
	for i := range batch {
		batch[i] = sim.Life{Created: 0, Stopped: l.window.Horizon, Idle: idle, Memory: p.Memory}
	}
	lives.Lives(batch)
	return r.price(c, l, replication, meters[0].Usage())
}

// beyond is by how much, as a part of it, a simulation is beyond the bound that it
// misses most; ≤ 0 where it keeps all. A bound on money is none here.
func beyond(r *results.Replication, bound results.SLO) float64 {
	row := results.NewRow([][]float64{r.Values(nil)}, nil)
	worst := math.Inf(-1)
	for _, o := range bound {
		s := row.Bounded(o.Metric)
		x := estimate.Excess(o, s.Mean)
		if o.Limit == 0 && x == 0 || math.IsNaN(x) {
			continue
		}
		worst = max(worst, x)
	}
	if why := behind(&row); why != "" {
		worst = max(worst, 1)
	}
	return worst
}
