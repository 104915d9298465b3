package estimate

import (
	"context"
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
)

// BreakEven is what the cheapest plan of each kind that serves all requests
// costs over the load, and where two of them cost the same.
type BreakEven struct {
	Today     float64    `json:"today_requests_per_second"`
	Curves    []Curve    `json:"curves"`
	Crossings []Crossing `json:"crossings"`
	// LeftOut are the plans without a curve that do not serve today's load, and why.
	LeftOut []LeftOut `json:"left_out,omitempty"`
	// Hourly shows loads as requests an hour, where they would be few a second.
	Hourly bool `json:"-"`
}

// LeftOut are plans that have no curve for one reason.
type LeftOut struct {
	Plans  []string `json:"plans"`
	Reason string   `json:"reason"`
}

// leaveOut says which plans do not serve today's load: of these no curve is
// computed, at loads that they would serve neither.
func leaveOut(plans []Plan) (out []LeftOut) {
	for i := range plans {
		p := &plans[i]
		if p.sound() {
			continue
		}
		k := slices.IndexFunc(out, func(l LeftOut) bool { return l.Reason == p.Fault.Reason })
		if k < 0 {
			k, out = len(out), append(out, LeftOut{Reason: p.Fault.Reason})
		}
		out[k].Plans = append(out[k].Plans, p.Name)
	}
	return out
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
		return fmt.Sprintf("there is no break-even: the log is of %s, and no month is made of less than %s (--span says how much time it stands for)", Clock(in.Log.Length), Clock(leastMonth))
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
	out := &BreakEven{Today: base.rate(), LeftOut: leaveOut(plans)}
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
	return out, out.Cross(ctx, &Search{
		Grid: grid, Reps: reps, Workers: r.options.Workers,
		At: func(ctx context.Context, cu *Curve, rep int, factor float64) (float64, error) {
			return c.at(ctx, cu.choice, rep, factor)
		},
		Ahead: func(steps int, factor float64) {
			if ld, err := r.loadAt(factor); err == nil {
				r.in.progress.Expect(float64(steps) * ld.simulated())
			}
		},
	})
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

// rootSteps is about how many loads are looked at to find a crossing.
const rootSteps = 5

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
