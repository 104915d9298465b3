package estimate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
)

// BreakEven is what the cheapest plan of each kind that serves all requests
// costs over the load, and where two of them cost the same.
type BreakEven struct {
	Today     float64    `json:"today_requests_per_second"`
	Curves    []Curve    `json:"curves"`
	Crossings []Crossing `json:"crossings"`
}

// Curve is the cost of a plan over the load: means over replications.
type Curve struct {
	Plan string    `json:"plan"`
	Kind Kind      `json:"kind"`
	Load []float64 `json:"requests_per_second"`
	Cost []float64 `json:"cost_per_month"`
	// Currency is that of the costs; curves of two do not cross.
	Currency string `json:"currency"`

	choice choice
}

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

// The loads at which the curves are computed: powers of two times today's.
const (
	breakEvenBudget   = 40_000 // requests of one simulation, about
	breakEvenMost     = 300    // requests a second, unless four times today's are more
	breakEvenReps     = 3
	crossingTolerance = 0.005 // of the load
)

// leastForBreakEven is how many requests a log must have for other loads like it.
const leastForBreakEven = 100

// noBreakEven says why a log is of no other load; empty: it is.
func (in *Input) noBreakEven() string {
	switch {
	case in.Log == nil:
	case in.Log.Span() == costmodel.SpanRun:
		return fmt.Sprintf("there is no break-even: the log is of %s, and no month is made of less than %s (--span says how much time it stands for)", clock(in.Log.Length), clock(leastMonth))
	case in.Log.total(in.Functions) < leastForBreakEven:
		return fmt.Sprintf("there is no break-even: %d requests are too few to say how they would come at another load", in.Log.total(in.Functions))
	}
	return ""
}

// breakEven computes the curves of the cheapest plan of each kind, by currency, and
// their crossings.
func (r *runner) breakEven(ctx context.Context, plans []Plan, choices []choice) (*BreakEven, error) {
	c := &costs{runner: r, known: map[costKey]float64{}}
	base, err := r.in.load(likely, 1, r.in.budget())
	if err != nil {
		return nil, err
	}
	out := &BreakEven{Today: base.rate()}
	for _, currency := range (&Estimate{Plans: plans}).currencies() {
		for _, kind := range []Kind{FunctionKind, ProvisionedKind, ContainerKind, FleetKind} {
			i := slices.IndexFunc(plans, func(p Plan) bool { return p.Currency == currency && p.Kind == kind && p.sound() })
			if i < 0 {
				continue
			}
			j := slices.IndexFunc(choices, func(c choice) bool { return c.name() == plans[i].Name })
			out.Curves = append(out.Curves, Curve{Plan: plans[i].Name, Kind: kind, Currency: currency, choice: choices[j]})
		}
	}
	grid := r.grid(out.Today)
	reps := min(breakEvenReps, r.in.replications(base))
	if err := c.fill(ctx, out.Curves, grid, reps); err != nil {
		return nil, err
	}
	for i := range out.Curves {
		cu := &out.Curves[i]
		for _, f := range grid {
			cu.Load = append(cu.Load, f*out.Today)
			cu.Cost = append(cu.Cost, c.mean(cu.choice, f, reps))
		}
	}
	return out, c.crossings(ctx, out, grid, reps)
}

// breakEvenAhead is about how many requests break-even will simulate, before
// its plans are known.
func (r *runner) breakEvenAhead(base *load) (requests float64) {
	const kinds, pairs = 4, 2
	reps := float64(min(breakEvenReps, r.in.replications(base)))
	one := 0.0
	grid := r.grid(base.rate())
	for _, f := range grid {
		if ld, err := r.loadAt(f); err == nil {
			requests += kinds * reps * ld.simulated()
			one += ld.simulated() / float64(len(grid))
		}
	}
	return requests + pairs*reps*2*rootSteps*one
}

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

// rootSteps is about how many loads are looked at to find a crossing.
const rootSteps = 8

// grid is the factors on today's load of which there is a load to simulate: one
// of a few requests has no sixteenth, one of many no fourfold.
func (r *runner) grid(today float64) (grid []float64) {
	for _, f := range factors(today) {
		if ld, err := r.loadAt(f); err == nil && ld.bounded() == nil {
			grid = append(grid, f)
		}
	}
	return grid
}

// factors are the grid's, on today's load.
func factors(today float64) (grid []float64) {
	most := max(4, breakEvenMost/today)
	for f := 1.0 / 16; f <= 256 && f <= most; f *= 2 {
		grid = append(grid, f)
	}
	return grid
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

func (c *costs) fill(ctx context.Context, curves []Curve, grid []float64, reps int) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, c.options.Workers))
	for _, f := range grid {
		if ld, err := c.loadAt(f); err == nil {
			c.in.progress.expect(float64(len(curves)*reps) * ld.simulated())
		}
	}
	for i := range curves {
		for _, f := range grid {
			for rep := range reps {
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

// crossings finds, for each pair of curves that changes order between two
// loads of the grid, where they cross in each replication.
func (c *costs) crossings(ctx context.Context, out *BreakEven, grid []float64, reps int) error {
	var brackets []*bracket
	for i := range out.Curves {
		for j := i + 1; j < len(out.Curves); j++ {
			a, b := &out.Curves[i], &out.Curves[j]
			if a.Currency != b.Currency {
				continue
			}
			for k := 1; k < len(grid); k++ {
				if dearer(a, b, k-1)*dearer(a, b, k) < 0 && (out.cheapest(a, b, k-1) || out.cheapest(a, b, k)) {
					brackets = append(brackets, &bracket{a, b, k - 1, make([]float64, reps), make([]float64, reps)})
				}
			}
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, c.options.Workers))
	for _, br := range brackets {
		if ld, err := c.loadAt(grid[br.i]); err == nil {
			c.in.progress.expect(float64(reps*2*rootSteps) * ld.simulated())
		}
		for rep := range reps {
			g.Go(func() error { return c.find(ctx, br, grid, rep) })
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, br := range brackets {
		if x := br.crossing(out.Today); x != nil && !out.undercut(br, x) {
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

// find finds the root of the difference of two costs in one replication, over
// the logarithm of the load, by false position with the Illinois rule
// (Dowell and Jarratt 1971), and bisection where that moves one end only. Costs
// have steps, so that the root may be a jump from one sign to the other. NaN:
// the replication does not change sign there.
func (c *costs) find(ctx context.Context, br *bracket, grid []float64, rep int) error {
	difference := func(factor float64) (float64, float64, error) {
		a, err := c.at(ctx, br.a.choice, rep, factor)
		if err != nil {
			return 0, 0, err
		}
		b, err := c.at(ctx, br.b.choice, rep, factor)
		return a - b, a, err
	}
	br.at[rep] = math.NaN()
	low, high := grid[br.i], grid[br.i+1]
	fl, _, err := difference(low)
	if err != nil {
		return err
	}
	fh, _, err := difference(high)
	if err != nil {
		return err
	}
	if (fl < 0) == (fh < 0) {
		return nil
	}
	for step, side := 0, 0; high/low > 1+crossingTolerance && step < 40; step++ {
		t := fl / (fl - fh)
		if step%3 == 2 || !(t > 0.02 && t < 0.98) {
			t = 0.5
		}
		x := math.Exp(math.Log(low)*(1-t) + math.Log(high)*t)
		fx, _, err := difference(x)
		if err != nil {
			return err
		}
		switch {
		case fx == 0:
			low, high = x, x
		case (fx < 0) == (fl < 0):
			low, fl = x, fx
			if side == -1 {
				fh /= 2
			}
			side = -1
		default:
			high, fh = x, fx
			if side == 1 {
				fl /= 2
			}
			side = 1
		}
	}
	br.at[rep] = math.Sqrt(low * high)
	_, br.cost[rep], err = difference(br.at[rep])
	return err
}

// crossing summarises the replications; nil where none crosses.
func (br *bracket) crossing(today float64) *Crossing {
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
		half += crossingTolerance / 2
		out.Interval = &Interval{math.Exp(mean - half), math.Exp(mean + half), "the mean over replications, and the tolerance of the root finding"}
	}
	return out
}

// figures draw the curves, one a currency; none where all of it costs nothing.
func (b *BreakEven) figures() (out []*results.Figure) {
	var all []string
	for i := range b.Curves {
		if c := b.Curves[i].Currency; !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	for _, currency := range all {
		if f := b.figure(currency); f != nil {
			out = append(out, f)
		}
	}
	return out
}

func (b *BreakEven) figure(currency string) *results.Figure {
	o := results.CostOverLoad{
		Title: "Cost over load", LoadAxis: "load, requests a second", CostAxis: "cost, " + currency + " a month", Unit: "1/s", Today: b.Today,
		Caption: "The cheapest plan of each kind over the load, both axes logarithmic; the dashed line is today's load, rings are where two plans cost the same, bars their 95 % intervals, where all replications cross. Crossings are found by root finding on simulated bills, not read off the curves.",
	}
	for i := range b.Curves {
		c := &b.Curves[i]
		if c.Currency != currency {
			continue
		}
		o.Curves = append(o.Curves, results.CostCurve{Label: c.Plan, Load: c.Load, Cost: c.Cost})
	}
	for _, x := range b.Crossings {
		if x.Currency != currency {
			continue
		}
		e := results.BreakEven{Load: x.Load, Cost: x.Cost, Below: x.Below, Above: x.Above}
		if x.Interval != nil {
			e.Low, e.High = x.Interval.Low, x.Interval.High
		}
		o.BreakEvens = append(o.BreakEvens, e)
	}
	return o.Figure()
}

func (b *BreakEven) write(w *strings.Builder) {
	if b == nil {
		return
	}
	fmt.Fprintf(w, "\nBreak-even over the load, today's shape and durations; today: %s requests/s (%s/month).\n", digits(b.Today, 3), monthly(b.Today))
	if len(b.Crossings) == 0 {
		w.WriteString("  The cheapest plans of each kind do not cross")
		if len(b.Curves) > 0 && len(b.Curves[0].Load) > 0 {
			l := b.Curves[0].Load
			fmt.Fprintf(w, " from %s to %s requests/s", digits(l[0], 3), digits(l[len(l)-1], 3))
		}
		w.WriteString(".\n")
		return
	}
	t := &results.TextTable{Indent: "  ", Right: []bool{false, false, true}}
	of := b.table()
	t.Add(of.Header...)
	for _, row := range of.Rows {
		t.Add(row...)
	}
	w.WriteString(t.String())
}

// table lists the crossings.
func (b *BreakEven) table() pageTable {
	t := pageTable{Header: []string{"cheaper below", "cheaper above", "requests/s", "95 %", "a month", "cost"}}
	for _, x := range b.Crossings {
		interval := dash
		switch {
		case x.Found < x.Of:
			interval = fmt.Sprintf("in %d of %d replications", x.Found, x.Of)
		case x.Interval != nil:
			interval = digits(x.Interval.Low, 3) + "…" + digits(x.Interval.High, 3)
		}
		t.Rows = append(t.Rows, []string{x.Below, x.Above, digits(x.Load, 3), interval, monthly(x.Load), money(x.Cost) + " " + x.Currency})
	}
	return t
}

// monthly writes a rate as requests a month.
func monthly(rate float64) string {
	n := rate * 30 * 86400
	for _, u := range []struct {
		size float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if n >= u.size {
			return digits(n/u.size, 3) + u.name
		}
	}
	return digits(n, 3)
}
