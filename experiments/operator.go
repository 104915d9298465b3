package experiments

import (
	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/results"
)

// operatorSpec are the prices of an operator's study.
type operatorSpec struct {
	Holding    float64 `toml:"holding_cost" unit:"USD/(GiB·h)" help:"of memory that idle instances hold, 0 to 1000000"`
	GPUHolding float64 `toml:"gpu_holding_cost" unit:"USD/(GPU·h)" help:"of GPUs that idle instances hold, 0 to 1000000"`
	ColdStart  float64 `toml:"cold_start_cost" unit:"USD" help:"of a request that is cold, 0 to 1000000"`
}

// operator returns the prices; nil where there is no [operator].
func (o *operatorSpec) operator(n *spec.Node, w *spec.Node) (*results.Operator, error) {
	if n == nil {
		return nil, nil
	}
	for _, price := range []struct {
		key   string
		value float64
	}{{"holding_cost", o.Holding}, {"gpu_holding_cost", o.GPUHolding}, {"cold_start_cost", o.ColdStart}} {
		if !(price.value >= 0 && price.value <= policies.MostPrice) {
			return nil, n.Get(price.key).Errorf("found %v, want a price of 0 to %d, in USD", price.value, policies.MostPrice)
		}
	}
	if o.Holding == 0 && o.GPUHolding == 0 {
		return nil, n.Errorf("found no price of what instances hold, want holding_cost, in USD per GiB·h, or gpu_holding_cost, in USD per GPU·h, above 0")
	}
	if at := w.Get("application"); at != nil {
		return nil, n.Errorf("found it beside an application (%s), want a workload of functions: its arrivals depend on what is cold, so that there is no bound", at.Place())
	}
	return &results.Operator{Holding: o.Holding, GPUHolding: o.GPUHolding, ColdStart: o.ColdStart}, nil
}

// foil is the offline bound at the operator's prices on the load of a cell.
type foil struct {
	units    []*unit // one a replication; cells of one load share them
	estimate bool
}

// boundKeys are keys of a platform that its bound is without: it starts on demand, where
// capacity is not bounded.
var boundKeys = []string{"keepalive", "prewarm", "pool", "scaling", "routing", "cluster", "placement", "eviction", "preset", "tariffs"}

// boundOf returns the platform with the bound in place of its policies; nil, and why,
// where it has none.
func (p *Plan) boundOf(pl *platform) (_ *platform, without string, err error) {
	if bound, ok := p.known.bounds[pl]; ok {
		return bound, "", nil
	}
	if pl.location.Stores {
		return nil, "how long a start takes depends on what its stores have loaded before", nil
	}
	if _, ok := pl.server.(serving.Standing); ok {
		return nil, "its server is always there, and nothing is cold", nil
	}
	standing := p.operator.GPUHolding * pl.gpus().Number()
	if p.operator.Holding == 0 && standing == 0 {
		return nil, "", p.operatorAt.Errorf("platform %q: its instances have no GPUs, and memory has no price: want a holding_cost above 0", pl.name)
	}
	policy := map[string]any{"name": "offline-keepalive", "holding": p.operator.Holding, "cold_start": p.operator.ColdStart}
	if standing > 0 {
		policy["standing"] = standing
	}
	n, err := pl.node.Without(boundKeys...).With([]string{"keepalive"}, spec.FromValue(p.operatorAt.File, p.operatorAt.Line, policy))
	if err != nil {
		return nil, "", err
	}
	if limit := n.Get("limit"); limit.Get("gpus") != nil {
		if n, err = n.With([]string{"limit"}, limit.Without("gpus")); err != nil {
			return nil, "", err
		}
	}
	bound, err := newPlatform(n, false, newParts())
	if err != nil {
		return nil, "", p.operatorAt.Errorf("making the offline bound of platform %q: %w", pl.name, err)
	}
	p.known.bounds[pl] = bound
	return bound, "", nil
}

// foil returns the bound that a cell's regret is taken against; nil where there is none.
// base is the cell's unit.
func (p *Plan) foil(base unit, l *loaded, w *workload) (*foil, error) {
	if p.operator == nil {
		return nil, nil
	}
	pl := base.platforms[0]
	bound, without, err := p.boundOf(pl)
	if err != nil {
		return nil, err
	}
	if bound == nil {
		p.note(pl, "it has no regret: "+without)
		return nil, nil
	}
	base.platforms, base.prices = []*platform{bound}, nil
	if base.workload, err = p.sized(l, bound, w); err != nil {
		return nil, err
	}
	f := &foil{units: p.replicate(base, base.identity(w, l, p.lenient))}
	c := pl.sim.Cluster
	f.estimate = f.units[0].estimated(0) || c != nil && (c.SharedCPU || c.Failures.MeanUp > 0 || len(c.Failures.Schedule) > 0)
	return f, nil
}

// gathered is the foil as results have it; nil of none.
func (f *foil) gathered(summaries map[string]*results.Replication) *results.Foil {
	if f == nil {
		return nil
	}
	out := &results.Foil{Estimate: f.estimate}
	for _, u := range f.units {
		out.Replications = append(out.Replications, summaries[u.id])
	}
	return out
}
