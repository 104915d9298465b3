package serve

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/estimate"
)

// Over the load: factors on today's.
var factors = []float64{1.0 / 64, 1.0 / 16, 1.0 / 4, 1.0 / 2, 1, 2, 4, 8, 16, 64}

const (
	mostRate  = 60     // requests a second at which curves end, unless today's load is more
	slowest   = 15     // the same, where the load has a shape: beyond, its day would be far too short
	tolerance = 0.0005 // of a crossing's load
)

// curves costs are simulated totals, each once.
type costs struct {
	*runner
	plans map[string]*choice
	mu    sync.Mutex
	known map[costKey]float64
}

type costKey struct {
	plan   string
	rep    int
	factor float64
}

// at returns what a plan costs in a replication at a factor on today's load; a number
// of instances that always run is what the load there takes.
func (c *costs) at(ctx context.Context, curve *estimate.Curve, rep int, factor float64) (float64, error) {
	key := costKey{curve.Plan, rep, factor}
	c.mu.Lock()
	v, ok := c.known[key]
	c.mu.Unlock()
	if ok {
		return v, nil
	}
	l, err := c.loadAt(ctx, likely, factor)
	if err != nil {
		return 0, err
	}
	of := *c.plans[curve.Plan]
	if of.fixed > 0 {
		if of.fixed, _, err = c.sized(ctx, of.engine, l); err != nil {
			return 0, err
		}
	}
	o, err := c.run(ctx, &of, l, rep)
	if err != nil {
		return 0, err
	}
	v = costmodel.Float(&o.total)
	c.mu.Lock()
	c.known[key] = v
	c.mu.Unlock()
	return v, nil
}

// breakEven computes what the cheapest plan of each kind that serves the load costs
// over it, and where two of them cost the same.
func (r *runner) breakEven(ctx context.Context, plans []Plan) (*estimate.BreakEven, error) {
	c := &costs{runner: r, plans: map[string]*choice{}, known: map[costKey]float64{}}
	out := &estimate.BreakEven{Hourly: true, Today: r.q.rate.Likely}
	for _, kind := range Kinds() {
		i := slices.IndexFunc(plans, func(p Plan) bool { return p.Kind == kind && p.sound() })
		if i < 0 {
			continue
		}
		p := &plans[i]
		name := curveName(&p.choice)
		c.plans[name] = &p.choice
		out.Curves = append(out.Curves, estimate.Curve{Plan: name, Kind: estimate.Kind(kind), Currency: p.Bill.Currency})
	}
	for _, p := range plans {
		if !p.sound() {
			out.LeftOut = leaveOut(out.LeftOut, p.Name)
		}
	}
	most := float64(mostRate)
	if r.q.shape.Period > 0 {
		most = slowest
	}
	var grid []float64
	for _, f := range factors {
		if f > 1 && f*out.Today > most {
			continue
		}
		if _, err := r.loadAt(ctx, likely, f); err == nil {
			grid = append(grid, f)
		}
	}
	const reps = 1 // costs differ little from one to the next; the crossings' search is exact in each
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(r.q.Workers)
	for _, f := range grid {
		for i := range out.Curves {
			g.Go(func() error {
				_, err := c.at(inner, &out.Curves[i], 0, f)
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for i := range out.Curves {
		cu := &out.Curves[i]
		for _, f := range grid {
			cost, err := c.at(ctx, cu, 0, f)
			if err != nil {
				return nil, err
			}
			cu.Load, cu.Cost = append(cu.Load, f*out.Today), append(cu.Cost, cost)
		}
	}
	return out, out.Cross(ctx, &estimate.Search{Grid: grid, Reps: reps, Workers: r.q.Workers, Tolerance: tolerance, At: c.at})
}

// curveName is a plan's at any load: of instances that always run as many as it takes.
func curveName(c *choice) string {
	if c.fixed == 0 {
		return c.name()
	}
	of := *c
	of.fixed = 0
	return of.name() + ", always on"
}

func leaveOut(list []estimate.LeftOut, name string) []estimate.LeftOut {
	const reason = "what it misses stands below the table"
	if len(list) == 0 {
		list = []estimate.LeftOut{{Reason: reason}}
	}
	list[0].Plans = append(list[0].Plans, name)
	return list
}
