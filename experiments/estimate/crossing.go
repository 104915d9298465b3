package estimate

import (
	"cmp"
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/results/stat"
)

// Crossing is a load at which two plans cost the same.
type Crossing struct {
	Below    string  `json:"cheaper_below"`
	Above    string  `json:"cheaper_above"`
	Load     float64 `json:"requests_per_second"` // geometric mean over the replications that cross
	Cost     float64 `json:"cost_per_month"`
	Currency string  `json:"currency"`
	// Interval is around Load on a logarithmic axis, so that Load is nearer to its
	// lower end; nil where a replication does not cross: of those that do it would
	// be an interval of another number.
	Interval *Interval `json:"interval,omitempty"`
	Found    int       `json:"replications"` // that cross between the grid's loads around it
	Of       int       `json:"of_replications"`
}

// bracket is a pair of curves and two loads of the grid between which they cross.
type bracket struct {
	a, b *Curve
	i    int // the crossing is between the grid's i-th load and the next
	at   []float64
	cost []float64
}

// dearer is 1 where a costs more than c at a load of the grid, −1 where it costs
// less, and 0 where neither costs a cent: two free grants do not cross.
func dearer(a, c *Curve, k int) int {
	if max(a.Cost[k], c.Cost[k]) < 0.005 {
		return 0
	}
	return cmp.Compare(a.Cost[k], c.Cost[k])
}

// cheapest reports whether one of two curves is the cheapest of their currency
// at a load of the grid: where neither is, it is nobody's choice which of them
// costs less.
func (b *BreakEven) cheapest(a, c *Curve, k int) bool {
	least := min(a.Cost[k], c.Cost[k])
	return !slices.ContainsFunc(b.Curves, func(o Curve) bool { return o.Currency == a.Currency && o.Cost[k] < least })
}

// undercut reports whether another plan costs less where two cross, between
// the grid's loads on straight lines.
func (b *BreakEven) undercut(br *bracket, x *Crossing) bool {
	for i := range b.Curves {
		o := &b.Curves[i]
		if o == br.a || o == br.b || o.Currency != br.a.Currency {
			continue
		}
		part := (x.Load - o.Load[br.i]) / (o.Load[br.i+1] - o.Load[br.i])
		if cost := o.Cost[br.i] + part*(o.Cost[br.i+1]-o.Cost[br.i]); cost < x.Cost {
			return true
		}
	}
	return false
}

// Search is what finds crossings: what a curve's plan costs in a replication at a
// factor on today's load.
type Search struct {
	Grid    []float64 // factors on today's load, ascending: those of the curves' points
	Reps    int
	Workers int
	// Tolerance is how near to a crossing the search goes, as a part of the load; 0:
	// half a percent.
	Tolerance float64
	At        func(ctx context.Context, c *Curve, rep int, factor float64) (float64, error)
	Ahead     func(steps int, factor float64) // is told how many costs will be asked for there; nil: nobody is
}

// Cross finds, for each pair of curves that changes order between two loads of
// the grid, where they cross in each replication.
func (out *BreakEven) Cross(ctx context.Context, s *Search) error {
	var brackets []*bracket
	for i := range out.Curves {
		for j := i + 1; j < len(out.Curves); j++ {
			a, b := &out.Curves[i], &out.Curves[j]
			if a.Currency != b.Currency {
				continue
			}
			for k := 1; k < len(s.Grid); k++ {
				if dearer(a, b, k-1)*dearer(a, b, k) < 0 && (out.cheapest(a, b, k-1) || out.cheapest(a, b, k)) {
					brackets = append(brackets, &bracket{a, b, k - 1, make([]float64, s.Reps), make([]float64, s.Reps)})
				}
			}
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, s.Workers))
	for _, br := range brackets {
		if s.Ahead != nil {
			s.Ahead(s.Reps*2*rootSteps, s.Grid[br.i])
		}
		for rep := range s.Reps {
			g.Go(func() error { return s.find(ctx, br, rep) })
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, br := range brackets {
		if x := br.crossing(out.Today, s.tolerance()); x != nil && !out.undercut(br, x) {
			out.Crossings = append(out.Crossings, *x)
		}
	}
	slices.SortStableFunc(out.Crossings, func(a, b Crossing) int {
		switch {
		case a.Load < b.Load:
			return -1
		case a.Load > b.Load:
			return 1
		}
		return 0
	})
	return nil
}

// find finds where two costs are equal in one replication, over the logarithm of
// the load: costs have steps, so that it may be a jump. NaN: the replication does
// not change sign there.
func (s *Search) find(ctx context.Context, br *bracket, rep int) error {
	at := func(factor float64) (p point, err error) {
		p.x = math.Log(factor)
		if p.a, err = s.At(ctx, br.a, rep, factor); err != nil {
			return p, err
		}
		p.b, err = s.At(ctx, br.b, rep, factor)
		return p, err
	}
	br.at[rep] = math.NaN()
	low, err := at(s.Grid[br.i])
	if err != nil {
		return err
	}
	high, err := at(s.Grid[br.i+1])
	if err != nil || low.dearer() == high.dearer() {
		return err
	}
	low, high, err = narrow(low, high, s.tolerance(), func(x float64) (point, error) { return at(math.Exp(x)) })
	br.at[rep], br.cost[rep] = math.Exp((low.x+high.x)/2), cost(low, high)
	return err
}

func (s *Search) tolerance() float64 { return cmp.Or(s.Tolerance, crossingTolerance) }

// crossing summarises the replications, of which each is that near to where it
// crosses; nil where none does.
func (br *bracket) crossing(today, tolerance float64) *Crossing {
	var logs, cost []float64
	for i, x := range br.at {
		if !math.IsNaN(x) {
			logs, cost = append(logs, math.Log(x*today)), append(cost, br.cost[i])
		}
	}
	if len(logs) == 0 {
		return nil
	}
	mean, half := stat.Interval(logs, stat.Level)
	out := &Crossing{Below: br.a.Plan, Above: br.b.Plan, Load: math.Exp(mean), Cost: stat.Mean(cost), Currency: br.a.Currency, Found: len(logs), Of: len(br.at)}
	if br.a.Cost[br.i] > br.b.Cost[br.i] {
		out.Below, out.Above = out.Above, out.Below
	}
	if out.Found == out.Of && !math.IsNaN(half) {
		half += tolerance / 2
		out.Interval = &Interval{math.Exp(mean - half), math.Exp(mean + half), "the mean over replications, and the tolerance of the root finding"}
	}
	return out
}
