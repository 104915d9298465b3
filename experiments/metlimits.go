package experiments

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// metLimits are the limits of platforms that requests met, each once: of those that
// functions share, in the place of the first function.
func (u *unit) metLimits(tally *flows.Tally) (list []results.MetLimit, err error) {
	for i := range tally.Met {
		m := &tally.Met[i]
		pl := u.platforms[u.on[m.Function]]
		on, err := pl.on(u.workload, u.key)
		if err != nil {
			return nil, err
		}
		x := results.NewMetLimit(m.Refused, &m.Waited)
		x.Of, x.What, x.Value = limitOf(pl.name, u.workload.functions[m.Function].Name, &on.Limit, m.Limit)
		list = results.AddMet(list, x)
	}
	return list, nil
}

// limitOf names a limit of a platform that a function met: whose it is, what it counts and
// how much of it.
func limitOf(platform, function string, l *sim.Limit, kind sim.LimitKind) (of, what, value string) {
	mine, all := "function "+function+" on "+platform, "platform "+platform
	atATime := func(n int) string { return fmt.Sprintf("%d at a time", n) }
	switch kind {
	case sim.FunctionRequestLimit:
		return mine, "requests", perTime(l.Requests, l.Function)
	case sim.AccountRequestLimit:
		return all, "requests", perTime(l.Requests, l.Account)
	case sim.FunctionLimit:
		return mine, "requests", atATime(l.Function)
	case sim.AccountLimit:
		return all, "requests", atATime(l.Account)
	case sim.InstanceLimit:
		return mine, "instances", atATime(l.Instances)
	case sim.FleetLimit:
		return all, "instances", atATime(l.Fleet)
	case sim.NodeLimit:
		return all, "room on the nodes", "what its cluster has"
	case sim.RampLimit:
		return mine, "starts of instances", fmt.Sprintf("%d in %s", l.Ramp.Burst, spec.Duration(l.Ramp.Period))
	case sim.StockLimit:
		return all, "machines", "the provider has none"
	case sim.ServerLimit:
		return mine, "requests", "what its server takes"
	}
	panic(fmt.Sprintf("experiments: a limit of the kind %d", kind))
}

// perTime is how many requests a ramp lets through for each of n at a time.
func perTime(r sim.Ramp, n int) string {
	if r.Period == sim.Second {
		return fmt.Sprintf("%d a second", r.Burst*n)
	}
	return fmt.Sprintf("%d in %s", r.Burst*n, spec.Duration(r.Period))
}
