package serve

import (
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/experiments/estimate"
)

// Over the load: factors on today's.
var factors = []float64{1.0 / 64, 1.0 / 16, 1.0 / 4, 1, 4, 16, 64}

const (
	mostRate  = 60     // requests a second at which curves end, unless today's load is more
	slowest   = 15     // the same, where the load has a shape: beyond, its day would be far too short
	tolerance = 0.0005 // of a crossing's load
	// narrowest is how far apart, as a part of the load, two crossings between the same two
	// kinds must be to be found.
	narrowest = 0.25
	// alike is by how little, as a part, two kinds cost the same: then the one that starts
	// nothing while requests wait is the cheaper.
	alike = 0.001
)

// breakEven computes what the cheapest plan of each kind that serves costs over the load,
// and where the cheapest of all changes its kind.
func (r *runner) breakEven(ctx context.Context, plans []Plan) (*estimate.BreakEven, error) {
	out := &estimate.BreakEven{Hourly: true, Today: r.q.rate.Likely}
	grid := r.grid(ctx)
	envelopes, err := r.envelopes(ctx, plans, grid)
	if err != nil {
		return nil, err
	}
	s := &search{costs: &costs{runner: r, known: map[costKey]float64{}}, envelopes: envelopes}
	for _, e := range envelopes {
		if !slices.Contains(s.currencies, e.currency) {
			s.currencies = append(s.currencies, e.currency)
		}
	}
	all := make([][]point, len(grid))
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(r.q.Workers)
	for i, f := range grid {
		all[i] = make([]point, len(envelopes))
		for k, e := range envelopes {
			g.Go(func() (err error) {
				all[i][k], err = s.at(inner, e, f)
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for k, e := range envelopes {
		out.Curves = append(out.Curves, curves(e, out.Today, grid, func(i int) point { return all[i][k] })...)
	}
	found := make([][]estimate.Crossing, (len(grid)-1)*len(s.currencies))
	g, inner = errgroup.WithContext(ctx)
	g.SetLimit(r.q.Workers)
	for i := range len(grid) - 1 {
		for k, currency := range s.currencies {
			g.Go(func() (err error) {
				found[i*len(s.currencies)+k], err = s.between(inner, currency, slice{grid[i], all[i]}, slice{grid[i+1], all[i+1]}, 0)
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out.Crossings = slices.Concat(found...)
	return out, nil
}

// grid are the loads of the curves, as factors on today's.
func (r *runner) grid(ctx context.Context) (grid []float64) {
	most := float64(mostRate)
	if r.q.shape.Period > 0 {
		most = slowest
	}
	for _, f := range factors {
		if f > 1 && f*r.q.rate.Likely > most {
			continue
		}
		if _, err := r.loadAt(ctx, likely, f); err == nil {
			grid = append(grid, f)
		}
	}
	return grid
}

// curves is an envelope over the loads at which one of its plans serves, named by the plan
// that is the cheapest the most often.
func curves(e *envelope, today float64, grid []float64, at func(int) point) []estimate.Curve {
	c := estimate.Curve{Kind: estimate.Kind(e.kind), Currency: e.currency}
	times := map[string]int{}
	for i, f := range grid {
		p := at(i)
		if math.IsNaN(p.cost) {
			continue
		}
		c.Load, c.Cost = append(c.Load, f*today), append(c.Cost, p.cost)
		times[p.plan]++
		if c.Plan == "" || times[p.plan] > times[c.Plan] {
			c.Plan = p.plan
		}
	}
	if len(c.Load) == 0 {
		return nil
	}
	if len(times) > 1 {
		c.Plan += " or the cheapest other " + string(e.kind)
	}
	return []estimate.Curve{c}
}

// search finds where the cheapest changes its kind.
type search struct {
	*costs
	envelopes  []*envelope
	currencies []string
}

// slice is all envelopes at a load.
type slice struct {
	factor float64
	points []point
}

// slice looks at all envelopes at a load, but for those that cost more than the most at a
// lower load already: they have what they cost there.
func (s *search) slice(ctx context.Context, factor float64, low slice, most float64) (out slice, err error) {
	out = slice{factor, make([]point, len(s.envelopes))}
	for k, e := range s.envelopes {
		if low.points[k].cost > most {
			out.points[k] = low.points[k]
			continue
		}
		if out.points[k], err = s.at(ctx, e, factor); err != nil {
			return out, err
		}
	}
	return out, nil
}

// steady is the order of kinds that cost the same: first those in which nobody waits for
// a start.
var steady = []Kind{API, Rented, Warm, Serverless}

// winner is the envelope that is the cheapest of a currency; −1: none serves.
func (s *search) winner(currency string, at slice) int {
	best := -1
	for _, kind := range steady {
		for k, e := range s.envelopes {
			if e.kind != kind || e.currency != currency || math.IsNaN(at.points[k].cost) {
				continue
			}
			if best < 0 || s.cheaper(at.points[k].cost, k, at.points[best].cost, best) {
				best = k
			}
		}
	}
	return best
}

// near is how near to a crossing the search goes: to steps of two numbers of instances
// less near than where tokens are paid.
func (s *search) near(a, b int) float64 {
	if a >= 0 && b >= 0 && s.envelopes[a].kind != API && s.envelopes[b].kind != API {
		return 10 * tolerance
	}
	return tolerance
}

// cheaper reports whether an envelope costs less than another: of instances by more than
// what starts and stops make.
func (s *search) cheaper(a float64, k int, b float64, of int) bool {
	margin := alike
	if s.envelopes[k].kind == API || s.envelopes[of].kind == API {
		margin = 0
	}
	return a < b*(1-margin)-0.005
}

// between finds all crossings between two loads. Costs do not fall with the load: where
// the cheapest at both ends costs less at the high one than all others at the low one, it
// is the cheapest between too; otherwise the middle is looked at.
func (s *search) between(ctx context.Context, currency string, low, high slice, depth int) ([]estimate.Crossing, error) {
	a, b := s.winner(currency, low), s.winner(currency, high)
	width := high.factor/low.factor - 1
	switch {
	case a == b && (width < narrowest || !s.contested(currency, a, low, high)):
		return nil, nil
	case a != b && width <= s.near(a, b):
		if a < 0 || b < 0 {
			return nil, nil
		}
		return s.crossing(a, b, low, high), nil
	}
	middle, err := s.slice(ctx, s.probe(a, b, low, high, depth), low, math.Max(high.cost(a), high.cost(b)))
	if err != nil {
		return nil, err
	}
	left, err := s.between(ctx, currency, low, middle, depth+1)
	if err != nil {
		return nil, err
	}
	right, err := s.between(ctx, currency, middle, high, depth+1)
	return append(left, right...), err
}

// probe is the load that is looked at between two: where straight lines cross, or just
// beside it on the side that is not near yet; every third time the middle, for jumps.
func (s *search) probe(a, b int, low, high slice, depth int) float64 {
	middle := math.Sqrt(low.factor * high.factor)
	if a == b || a < 0 || b < 0 || depth%3 == 2 {
		return middle
	}
	before, after := low.cost(a)-low.cost(b), high.cost(a)-high.cost(b)
	if !(before < 0 && after > 0) {
		return middle
	}
	x := low.factor + (high.factor-low.factor)*before/(before-after)
	const beside = tolerance / 4
	switch {
	case high.factor < x*(1+2*beside):
		x *= 1 - beside
	default:
		x *= 1 + beside
	}
	if x <= low.factor || x >= high.factor {
		return middle
	}
	return x
}

// cost is an envelope's; that of none is nothing.
func (s slice) cost(k int) float64 {
	if k < 0 {
		return math.Inf(1)
	}
	return s.points[k].cost
}

// contested reports whether another kind may be the cheapest between two loads.
func (s *search) contested(currency string, winner int, low, high slice) bool {
	for k, e := range s.envelopes {
		if k == winner || winner < 0 || e.currency != currency {
			continue
		}
		if s.cheaper(low.points[k].cost, k, high.points[winner].cost, winner) {
			return true
		}
	}
	return false
}

// crossing is where two envelopes cost the same, on straight lines between two loads that
// are as near as the tolerance; nothing where one of them does not serve at both.
func (s *search) crossing(a, b int, low, high slice) []estimate.Crossing {
	if math.IsNaN(low.points[b].cost) || math.IsNaN(high.points[a].cost) {
		return nil
	}
	before, after := low.points[a].cost-low.points[b].cost, high.points[a].cost-high.points[b].cost
	part := 0.5
	if before*after < 0 {
		part = before / (before - after)
	}
	line := func(x, y float64) float64 { return x + part*(y-x) }
	return []estimate.Crossing{{
		Below: low.points[a].plan, Above: high.points[b].plan, Currency: s.envelopes[a].currency, Found: 1, Of: 1,
		Load: s.q.rate.Likely * line(low.factor, high.factor), Cost: line(low.points[b].cost, high.points[b].cost),
	}}
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
