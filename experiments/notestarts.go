package experiments

import (
	"slices"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
)

// noteStarts warns of policies that weigh what the experiment does not state: how long starts
// take, and whose instances are of one runtime.
func (p *Plan) noteStarts(pl *platform, functions []sim.Function) {
	starts := func(f sim.Function) bool { return len(f.Init) > 0 || f.Cold != nil }
	if len(pl.sim.Init) == 0 && !slices.ContainsFunc(functions, starts) {
		weighing := []any{pl.sim.KeepAlive, pl.sim.Scaling}
		if pl.sim.Cluster != nil {
			weighing = append(weighing, pl.sim.Cluster.Eviction)
		}
		var names []string
		for _, policy := range weighing {
			if of, ok := policy.(interface{ About() policies.Entry }); ok && of.About().Starts {
				names = append(names, of.About().Name)
			}
		}
		if pl.sim.Order == sim.ShortestWithStart {
			names = append(names, pl.sim.Order.String())
		}
		for _, name := range names {
			p.warn("platform %s: %s weighs how long starts take, and none takes any time: what it decides rests on the rest alone; want init of the functions, of the platform, or workload.init", pl.name, name)
		}
	}
	if rainbow, ok := pl.sim.KeepAlive.(policies.RainbowCake); ok && !slices.ContainsFunc(functions, func(f sim.Function) bool { return f.Runtime != "" }) {
		p.warn("platform %s: %s shares instances by runtime, and no function states one: all are taken to be of the same; want runtime of the functions, or workload.runtimes", pl.name, rainbow.About().Name)
	}
}
