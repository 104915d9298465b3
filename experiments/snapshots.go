package experiments

import (
	"slices"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// snapshots is what a platform keeps and restores of snapshots of its functions.
func (u *unit) snapshots(k sim.PlatformID, kept sim.Time, r *results.Replication) (cached, restored int64) {
	return Snapshots(u.workload.functions, &u.platforms[k].sim, kept, r, func(f uint32) bool { return u.on == nil || u.on[f] == k })
}

// Snapshots is what a platform keeps and restores of snapshots, in MiB × ms and in bytes:
// of each of its functions whose instances start from one, its memory for as long as it is
// kept, one version, and for each instance that was started in the window, whoever it was
// for: AWS bills each restore by the memory (grade A,
// https://aws.amazon.com/lambda/pricing/). Which functions are the platform's says on; nil:
// all are.
func Snapshots(functions []sim.Function, p *sim.Platform, kept sim.Time, r *results.Replication, on func(uint32) bool) (cached, restored int64) {
	of := func(f uint32) int64 { // MiB of a function that has one
		fn := &functions[f]
		init := fn.Init
		if init == nil && fn.Cold == nil {
			init = p.Init
		}
		restores := func(x sim.PhaseSampler) bool { return x.Phase == sim.PhaseRestore }
		if fn.Outside || on != nil && !on(f) || !slices.ContainsFunc(init, restores) {
			return 0
		}
		if fn.Memory > 0 {
			return fn.Memory
		}
		return p.Memory
	}
	for f := range functions {
		cached += of(uint32(f)) * (kept / sim.Millisecond)
	}
	for i := range r.Functions {
		restored += of(r.Functions[i].Function) << 20 * int64(r.Functions[i].Created)
	}
	return cached, restored
}
