package estimate

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results/stat"
)

// loadAt is the likely load at a factor on its rate, as break-even looks at it:
// of a log it is read once.
func (r *runner) loadAt(factor float64) (*load, error) {
	r.loading.Lock()
	defer r.loading.Unlock()
	if l, ok := r.loads[factor]; ok {
		return l, nil
	}
	l, err := r.in.load(likely, factor, breakEvenBudget)
	if err != nil {
		return nil, err
	}
	if r.loads == nil {
		r.loads = map[float64]*load{}
	}
	r.loads[factor] = l
	return l, nil
}

// costs are simulated totals, each once.
type costs struct {
	*runner
	mu    sync.Mutex
	known map[costKey]float64
}

type costKey struct {
	plan   string
	rep    int
	factor float64
}

// at returns the total of a plan in a replication at a factor on the load.
func (c *costs) at(ctx context.Context, ch choice, rep int, factor float64) (float64, error) {
	key := costKey{ch.name(), rep, factor}
	c.mu.Lock()
	v, ok := c.known[key]
	c.mu.Unlock()
	if ok {
		return v, nil
	}
	ld, err := c.loadAt(factor)
	if err != nil {
		return 0, err
	}
	s, err := c.in.subject(ch, c.catalog, ld, likely)
	if err != nil {
		return 0, err
	}
	o, err := s.run(ctx, c.in.key(rep), simulation{})
	if err != nil {
		return 0, err
	}
	v = costmodel.Float(&o.total)
	c.mu.Lock()
	c.known[key] = v
	c.mu.Unlock()
	return v, nil
}

// fill simulates all plans of one load after each other, as that is drawn once then.
func (c *costs) fill(ctx context.Context, curves []Curve, grid []float64, reps int) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, c.options.Workers))
	for _, f := range grid {
		if ld, err := c.loadAt(f); err == nil {
			c.in.progress.Expect(float64(len(curves)*reps) * ld.simulated())
		}
	}
	for _, f := range grid {
		for rep := range reps {
			for i := range curves {
				g.Go(func() error {
					_, err := c.at(ctx, curves[i].choice, rep, f)
					return err
				})
			}
		}
	}
	return g.Wait()
}

// mean returns the mean over replications of what fill has simulated.
func (c *costs) mean(ch choice, factor float64, reps int) float64 {
	all := make([]float64, reps)
	for rep := range all {
		all[rep] = c.known[costKey{ch.name(), rep, factor}]
	}
	return stat.Mean(all)
}
