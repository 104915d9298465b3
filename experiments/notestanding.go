package experiments

import (
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
)

// noteStanding warns of instances that are to stand ready and for which the platform has no
// place: they are started as far as there is one.
func (p *Plan) noteStanding(pl *platform, functions []sim.Function) {
	policy, ok := pl.sim.Prewarm.(policies.Standing)
	if !ok || policy.Standing() == 0 {
		return
	}
	each, name := policy.Standing(), policy.About().Name
	if most := pl.sim.Limit.Instances; most > 0 && each > most {
		p.warn("platform %s: %s wants %d instances of each deployment, and limit.instances lets it have %d", pl.name, name, each, most)
		each = most
	}
	sizes := deploymentSizes(&pl.sim, functions)
	wanted := int64(each) * int64(len(sizes))
	if most := int64(pl.sim.Limit.Fleet); most > 0 && wanted > most {
		p.warn("platform %s: %s wants %d instances in all, and limit.gpus lets it have %d: the deployments that come last stand with fewer, or none", pl.name, name, wanted, most)
	}
	if pl.sim.Cluster == nil {
		return
	}
	var want, have int64
	for _, mib := range sizes {
		want += int64(each) * mib
	}
	for _, n := range pl.sim.Cluster.Nodes {
		have += n.Memory
	}
	if want > have {
		p.warn("platform %s: %s wants instances of %d MiB in all, and its nodes have %d MiB: the deployments that come last stand with fewer, or none", pl.name, name, want, have)
	}
}

// deploymentSizes lists the MiB of an instance of each deployment.
func deploymentSizes(p *sim.Platform, functions []sim.Function) (list []int64) {
	place := map[[2]string]int{}
	for i := range functions {
		f := &functions[i]
		if f.Outside {
			continue
		}
		k := len(list)
		if p.Unit == sim.PerApp && f.App != "" {
			app := [2]string{f.Owner, f.App}
			if at, ok := place[app]; ok {
				k = at
			}
			place[app] = k
		}
		if k == len(list) {
			list = append(list, 0)
		}
		list[k] = max(list[k], f.Memory)
	}
	for k := range list {
		if list[k] == 0 {
			list[k] = p.Memory
		}
	}
	return list
}
