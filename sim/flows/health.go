package flows

import "github.com/coldcurve/coldcurve/sim"

// target is one of a route's functions, as its caller knows it: by the requests and
// probes that have ended. Nobody here reads the table of outages.
type target struct {
	step     int32
	function int32
	row      int32 // failures in a row
	sick     bool  // as many as make it unhealthy
	probing  bool
	probes   uint32
	under    int32 // requests of this route under way
	seen     []seen
	first    int // of seen that is in the window
	sum      sim.Time
	spent    float64 // USD in a period
	period   int64
}

// seen is a request that has ended well.
type seen struct {
	at   sim.Time
	took sim.Time
}

// newTargets makes the targets of all routes, and says by step which is the first.
func newTargets(g *Graph) ([]target, []int32) {
	var all []target
	first := make([]int32, len(g.Steps))
	for i := range g.Steps {
		first[i] = int32(len(all))
		if r := g.Steps[i].Route; r != nil {
			for _, f := range r.To {
				all = append(all, target{step: int32(i), function: f})
			}
		}
	}
	return all, first
}

// learned notes how a request or a probe at a target has ended.
func (a *actor) learned(t int32, well bool, took sim.Time) {
	x := &a.targets[t]
	r := a.g.Steps[x.step].Route
	if !well {
		x.row++
		if r.Failures > 0 && int(x.row) >= r.Failures {
			x.sick = true
			a.probeLater(t)
		}
		return
	}
	x.row, x.sick = 0, false
	if r.By == ByLatency {
		x.seen = append(x.seen, seen{a.now, took})
		x.sum += took
	}
}

// mean is the mean of the requests that have ended well in the last window; false where
// there was none.
func (x *target) mean(now, window sim.Time) (float64, bool) {
	for x.first < len(x.seen) && x.seen[x.first].at <= now-window {
		x.sum -= x.seen[x.first].took
		x.first++
	}
	n := len(x.seen) - x.first
	if n == 0 {
		x.seen, x.first = x.seen[:0], 0
		return 0, false
	}
	if x.first > n { // what has left the window is more than what is in it
		copy(x.seen, x.seen[x.first:])
		x.seen, x.first = x.seen[:n], 0
	}
	return float64(x.sum) / float64(n), true
}

// probeLater looks at an unhealthy target again after a time; not after the run's drain.
func (a *actor) probeLater(t int32) {
	x := &a.targets[t]
	r := a.g.Steps[x.step].Route
	if x.probing || r.Probe <= 0 || a.now+r.Probe > a.g.Horizon+a.g.Drain {
		return
	}
	x.probing = true
	a.wake(a.now+r.Probe, a.probeKey(t), makeRef(refRoute, t, 0))
}

// probeKey is the key of a target's next probe.
func (a *actor) probeKey(t int32) uint64 {
	x := &a.targets[t]
	return sim.MadeKey(sim.HashName(a.g.Steps[x.step].Name, a.g.Functions[x.function].Name), uint32(x.probes), 0)
}

// probeDue sends a probe: an empty request, which is served and billed as any other.
func (a *actor) probeDue(who ref) {
	t := who.place()
	x := &a.targets[t]
	if !x.sick {
		x.probing = false
		return
	}
	s := &a.g.Steps[x.step]
	key := a.probeKey(t)
	x.probes++
	i := a.tries.take()
	a.tries.items[i] = routeTry{target: t, began: a.now, probe: true}
	a.request(&ask{
		function: x.function, key: key, at: a.now, from: a.g.Flows[s.Flow].Engine.Place, owner: s.Owner, cause: Overhead,
		lin: lineage{trigger: None, counted: a.now >= a.g.Warmup && a.now < a.g.Horizon}, to: a.tries.ref(refRoute, i),
	})
}

// month is what budgets are for.
const month = 30 * sim.Day

// afford reports whether a target's budget has something left. A run shorter than a
// month has its part of a month's budget.
func (a *actor) afford(t int32, budget float64) bool {
	if budget <= 0 {
		return true
	}
	x := &a.targets[t]
	period := a.now / month
	if h := a.g.Horizon; h > 0 && h < month {
		period, budget = 0, budget*float64(h)/float64(month)
	}
	if period != x.period {
		x.period, x.spent = period, 0
	}
	return x.spent+a.g.Functions[x.function].Price <= budget*(1+1e-9) // what sums round is no money
}
