package serve

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// runner is what the parts of an answer share.
type runner struct {
	q       *question
	catalog *costmodel.Catalog
	// settling is how long instances that come and go take to be as many as they stay.
	settling sim.Time

	mu      sync.Mutex
	engines map[engineKey]made
	loads   map[loadKey]*load
	fleets  map[fleetKey]*fleet
	sizes   map[sizeKey]*size
}

type loadKey struct {
	level  level
	factor float64
}

func newRunner(ctx context.Context, s *Settings) (*runner, error) {
	q, err := ask(ctx, s)
	if err != nil {
		return nil, err
	}
	catalog, err := costmodel.Load(s.Tariffs...)
	if err != nil {
		return nil, inputError("%w", err)
	}
	r := &runner{q: q, catalog: catalog, engines: map[engineKey]made{}, loads: map[loadKey]*load{}, fleets: map[fleetKey]*fleet{}, sizes: map[sizeKey]*size{}}
	r.settling, err = r.settles()
	return r, err
}

// settles is twice the longest start of the plans, in which requests pile up and are then
// served, and the longest time that an idle instance stays after that.
func (r *runner) settles() (longest sim.Time, err error) {
	seats, _, err := r.seats(false)
	if err != nil {
		return 0, err
	}
	for _, s := range seats {
		if !slices.Contains(s.provider.Kinds, Serverless) {
			continue
		}
		c := choice{kind: Serverless, tariff: s.tariff, provider: s.provider, engine: s.engine}
		window := s.provider.keepAlive()
		if window == 0 {
			window = spec.Duration(10 * sim.Minute) // an autoscaler lets go: the windows of all of ways.toml are shorter
		}
		for _, w := range s.provider.settable() {
			window = max(window, w)
		}
		longest = max(longest, 2*startTime(r.q.init(&c))+sim.Time(window))
	}
	return longest, nil
}

// Close gives up what a trace was read into.
func (r *runner) Close() error {
	if r.q.traced == nil {
		return nil
	}
	return r.q.traced.Close()
}

// loadAt returns a load, each once.
func (r *runner) loadAt(ctx context.Context, l level, factor float64) (*load, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := loadKey{l, factor}
	if ld, ok := r.loads[key]; ok {
		return ld, nil
	}
	ld, err := r.q.load(ctx, l, factor, r.settling)
	if err == nil {
		r.loads[key] = ld
	}
	return ld, err
}

func columnsOf(w sim.Workload, key sim.RunKey) tokens.Columns {
	return tokens.Of(w, key.Seed, key.Replication)
}

func engineFactory(e *engine, columns tokens.Columns) (sim.ServerFactory, error) {
	return e.server.Factory(serving.Platform{Columns: columns})
}

// outcome is what is kept of one simulation.
type outcome struct {
	columns []float64 // in the order of results.Metrics
	total   apd.Decimal
	bill    *costmodel.Bill
	usage   costmodel.Usage
}

func (q *question) key(rep int) sim.RunKey {
	return sim.RunKey{Seed: uint64(q.Seed), Replication: uint64(rep)}
}

// run simulates a choice once and prices it.
func (r *runner) run(ctx context.Context, c *choice, l *load, rep int) (*outcome, error) {
	if c.fixed > 0 && c.byLives() {
		return r.runFleet(ctx, c, l, rep)
	}
	p := r.q.platform(c, l)
	replication, meters, err := r.simulate(ctx, c, p, l, rep, func() ([]costmodel.Meter, error) { return r.meters(c, p, l) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name(), err)
	}
	return r.price(c, l, replication, meters[0].Usage())
}

// byLives reports whether a tariff bills the lives of instances, and nothing of what
// they serve.
func (c *choice) byLives() bool {
	return c.tariff.Rule == "lifetime" && slices.Contains(c.tariff.NotBilled, "requests")
}

// simulate runs a choice once.
func (r *runner) simulate(ctx context.Context, c *choice, p sim.Platform, l *load, rep int, meters func() ([]costmodel.Meter, error)) (*results.Replication, []costmodel.Meter, error) {
	key := r.q.key(rep)
	var err error
	if p.Server, err = r.q.factory(c, l, key); err != nil {
		return nil, nil, inputError("%w", err)
	}
	unit := experiments.Unit{Workload: l.workload, Platforms: []sim.Platform{p}, Window: l.window, Key: key, Meters: meters, Sums: true}
	var seen []sim.Observer
	if r.q.Progress != nil {
		tally := r.q.Progress.Start(int64(l.requests()))
		defer tally.Finish()
		seen = append(seen, tally)
	}
	replication, counted, err := unit.Run(ctx, nil, seen...)
	if err == nil {
		replication.Power = c.power()
	}
	return replication, counted, err
}

// meters returns the tariff's meter.
func (r *runner) meters(c *choice, p sim.Platform, l *load) ([]costmodel.Meter, error) {
	milli := int64(0)
	if c.provider != nil {
		milli = c.provider.base.MilliCPU
	}
	m, err := c.tariff.NewMeter(costmodel.MeterConfig{Functions: l.workload.Functions(), Window: l.window, Platform: p, VCPU: milli})
	if err != nil {
		return nil, inputError("%w", err)
	}
	return []costmodel.Meter{m}, nil
}

// price makes the bill of a usage.
func (r *runner) price(c *choice, l *load, replication *results.Replication, u costmodel.Usage) (*outcome, error) {
	if c.engine != nil {
		u = c.tariff.WithEnergy(c.tariff.WithGPUs(u, c.gpus()), c.joules(replication, l.window.Length()))
	}
	bill, err := r.q.FreeTier.Of(c.tariff).Bill(u, costmodel.SpanMonth, l.window.Length())
	if err != nil {
		return nil, inputError("%s: %w", c.name(), err)
	}
	out := &outcome{total: bill.Total, bill: bill, usage: u}
	if replication != nil {
		out.columns = replication.Values(bill)
	}
	return out, nil
}

// gpus are those that a time of an instance is to pay for: of machines that always run
// all that one has.
func (c *choice) gpus() costmodel.GPUs {
	n := c.engine.count
	if c.fixed > 0 && c.provider.Machines {
		n = c.tariff.GPU.Count
	}
	return costmodel.GPUs{Name: c.tariff.GPU.Name, Count: n}
}
