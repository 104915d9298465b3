package flows

import "github.com/coldcurve/coldcurve/sim"

// outages are those of each function and each service, by index of Graph.Outages.
type outages struct{ functions, services [][]int32 }

func newOutages(g *Graph) outages {
	o := outages{make([][]int32, len(g.Functions)), make([][]int32, len(g.Services))}
	for i := range g.Outages {
		for _, f := range g.Outages[i].Functions {
			o.functions[f] = append(o.functions[f], int32(i))
		}
		for _, s := range g.Outages[i].Services {
			o.services[s] = append(o.services[s], int32(i))
		}
	}
	return o
}

// functionOut reports whether a call that reaches a function at a time fails there,
// and after how long.
func (a *actor) functionOut(function int32, at sim.Time, key uint64, attempt uint16) (sim.Time, bool) {
	return a.out(a.outages.functions[function], at, key, attempt)
}

// serviceOut is functionOut for a service.
func (a *actor) serviceOut(service int32, at sim.Time, key uint64, attempt uint16) (sim.Time, bool) {
	return a.out(a.outages.services[service], at, key, attempt)
}

func (a *actor) out(of []int32, at sim.Time, key uint64, attempt uint16) (sim.Time, bool) {
	for _, i := range of {
		o := &a.g.Outages[i]
		if at >= o.From && at < o.To && (o.Part >= 1 || a.uniform(drawOutage, sim.MadeKey(key, uint32(i), 0), attempt) < o.Part) {
			return o.After, true
		}
	}
	return 0, false
}

// inOutage reports whether something does not answer at a time.
func (a *actor) inOutage(at sim.Time) bool {
	for i := range a.g.Outages {
		if o := &a.g.Outages[i]; at >= o.From && at < o.To {
			return true
		}
	}
	return false
}
