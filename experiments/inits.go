package experiments

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// initText is what of a workload determines the initialisations of functions that state none.
func (w *workload) initText() string {
	if at := w.node.Get("init"); at != nil {
		return at.Canonical()
	}
	return ""
}

// decodeInits reads [workload.init], whose phases are durations alone.
func decodeInits(n *spec.Node) (sim.Init, error) {
	init, err := workloads.DecodeInit(n)
	if err != nil {
		return nil, err
	}
	for i := range init {
		if init[i].Content.Bytes > 0 {
			return nil, n.Get(init[i].Phase.String()).Errorf("found bytes to load, want a duration or a distribution: it is drawn once for each function")
		}
	}
	return init, nil
}

// setInits gives each function that states no initialisation one of its own: each phase is
// drawn once, by the function's name, and is what each of its starts takes then, in every
// replication.
func setInits(functions []sim.Function, init sim.Init) {
	if init == nil {
		return
	}
	for i := range functions {
		f := &functions[i]
		if f.Outside || f.Init != nil || f.Cold != nil {
			continue
		}
		f.Init = make(sim.Init, len(init))
		for k := range init {
			u := sim.NewStream(sim.RunKey{}, sim.PurposeShape, f.Key()).Uniform(uint64(init[k].Phase))
			f.Init[k] = sim.PhaseSampler{Phase: init[k].Phase, Duration: sim.Constant(init[k].Duration.Sample(u))}
		}
	}
}
