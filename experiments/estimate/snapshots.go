package estimate

import (
	"math"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// restore is the initialisation of a function whose instances start from a snapshot, from
// the restore on; nil: they do not, or it is not known how long that takes. The part of it
// that is billed is the runtime's.
func (c *choice) restore(f *Function, l level) sim.Init {
	all := math.Round(f.Restore.at(l))
	if !c.SnapStart || all <= 0 {
		return nil
	}
	billed := math.Round(all * f.RestoreBilled)
	out := sim.Init{{Phase: sim.PhaseRestore, Duration: sim.Constant(all - billed)}}
	if billed > 0 {
		out = append(out, sim.PhaseSampler{Phase: sim.PhaseRuntime, Duration: sim.Constant(billed)})
	}
	return out
}

// snapshots adds what is kept and restored of snapshots, which follows from the run and
// no meter counts.
func (s *subject) snapshots(u costmodel.Usage, r *results.Replication) costmodel.Usage {
	kept := s.tariff.SnapshotTime(s.load.window.Length(), s.span)
	cached, restored := experiments.Snapshots(s.functions, &s.platform.Sim, kept, r, nil)
	return s.tariff.WithSnapshots(u, cached, restored)
}
