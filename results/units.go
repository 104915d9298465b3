package results

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
)

// unitSource gives yield each replication of each cell, in their order, whole.
type unitSource func(yield func(cell, replication int, r *Replication) error) error

// unit returns a replication of a cell, whole.
func (s *Set) unit(cell, replication int) (*Replication, error) {
	if s.Load == nil {
		return s.Cells[cell].Replications[replication], nil
	}
	r, err := s.Load(cell, replication)
	if err != nil {
		return nil, fmt.Errorf("loading cell %d, replication %d: %w", cell, replication, err)
	}
	return r, nil
}

// loadedUnit is a unit on its way to those who take it.
type loadedUnit struct {
	cell, replication int
	r                 *Replication
	err               error
}

// unitsAhead is how many units are loaded before they are asked for.
const unitsAhead = 4

// spread loads each unit once and gives it to all consumers, which run at the
// same time; so that many are in memory as unitsAhead and the consumers have at
// hand, however many there are.
func (s *Set) spread(consumers []func(unitSource) error) error {
	g, ctx := errgroup.WithContext(context.Background())
	into := make([]chan loadedUnit, len(consumers))
	for i, consume := range consumers {
		into[i] = make(chan loadedUnit)
		g.Go(func() error { return consume(received(ctx, into[i])) })
	}
	queue := make(chan chan loadedUnit, unitsAhead)
	g.Go(func() error { return s.loadAhead(ctx, g, queue) })
	g.Go(func() error { return forward(ctx, queue, into) })
	return g.Wait()
}

// received is the source of what comes through a channel.
func received(ctx context.Context, from chan loadedUnit) unitSource {
	return func(yield func(int, int, *Replication) error) error {
		for {
			select {
			case u, ok := <-from:
				if !ok {
					return nil
				}
				if err := yield(u.cell, u.replication, u.r); err != nil {
					return err
				}
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
}

// loadAhead starts to load the units, in their order, and puts into the queue
// where each will come.
func (s *Set) loadAhead(ctx context.Context, g *errgroup.Group, queue chan chan loadedUnit) error {
	defer close(queue)
	for i := range s.Cells {
		for n := range s.Cells[i].Replications {
			place := make(chan loadedUnit, 1)
			select {
			case queue <- place:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			g.Go(func() error { // whose error comes out where it is taken
				r, err := s.unit(i, n)
				place <- loadedUnit{i, n, r, err}
				return nil
			})
		}
	}
	return nil
}

// forward gives each loaded unit to everyone.
func forward(ctx context.Context, queue chan chan loadedUnit, into []chan loadedUnit) error {
	for place := range queue {
		u := <-place
		if u.err != nil {
			return u.err
		}
		for _, to := range into {
			select {
			case to <- u:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
	for _, to := range into {
		close(to)
	}
	return nil
}
