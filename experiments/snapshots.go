package experiments

import (
	"slices"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// snapshots is what a platform keeps and restores of snapshots, in MiB × ms and in bytes:
// of each of its functions whose instances start from one, its memory for as long as it is kept, one
// version, and for each start in the window, whoever it was for.
func (u *unit) snapshots(k sim.PlatformID, kept sim.Time, r *results.Replication) (cached, restored int64) {
	p := &u.platforms[k].sim
	of := func(f uint32) int64 { // MiB of a function that has one
		fn := &u.workload.functions[f]
		init := fn.Init
		if init == nil && fn.Cold == nil {
			init = p.Init
		}
		restores := func(x sim.PhaseSampler) bool { return x.Phase == sim.PhaseRestore }
		if fn.Outside || u.on != nil && u.on[f] != k || !slices.ContainsFunc(init, restores) {
			return 0
		}
		if fn.Memory > 0 {
			return fn.Memory
		}
		return p.Memory
	}
	for f := range u.workload.functions {
		cached += of(uint32(f)) * (kept / sim.Millisecond)
	}
	for i := range r.Functions {
		restored += of(r.Functions[i].Function) << 20 * int64(r.Functions[i].Created)
	}
	return cached, restored
}
