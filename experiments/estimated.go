package experiments

import (
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
)

// estimated reports whether what one of the unit's platforms says as a bound is an
// estimate of it. It is exact where nothing of the schedule depends on what is cold: an
// instance serves one request at a time, in a slot, and a cold request ends when a warm one
// would; and, of Belady's rule, where all instances are of one size. That none was held
// back by a limit shows in the results. The oracle is exact anywhere: nothing is less than
// no cold start and nothing idle.
func (u *unit) estimated(k int) bool {
	pl := u.platforms[k].sim
	belady, isBelady := pl.KeepAlive.(policies.OfflineBelady)
	if _, ok := pl.KeepAlive.(policies.OfflinePrewarm); ok {
		return false
	}
	if pl.Concurrency > 1 || u.platforms[k].server != nil {
		return true
	}
	functions := u.functionsOn(k)
	for i := range functions {
		f := &functions[i]
		if f.Cold != nil || takesTime(f.Init) || f.Init == nil && takesTime(pl.Init) {
			return true
		}
		if isBelady && (f.Memory != functions[0].Memory || belady.Cost != "count") {
			return true
		}
	}
	return false
}

// takesTime reports whether an initialisation can.
func takesTime(init sim.Init) bool {
	const almost = 1 - 1.0/(1<<53)
	for i := range init {
		if p := &init[i]; p.Content.Bytes > 0 || p.Duration.Sample(almost) > 0 {
			return true
		}
	}
	return false
}

// convex reports whether a bound is one at a price, which nothing that starts on demand is
// below at that price, mixtures neither.
func convex(keep sim.KeepAliveFactory) bool {
	switch keep.(type) {
	case policies.OfflineKeepAlive, policies.OfflineRelaxed:
		return true
	}
	return false
}
