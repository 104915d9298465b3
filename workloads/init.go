package workloads

import (
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads/starts"
)

// Init is an initialisation as an experiment writes it: a table of phases, each
// an InitPhase, and with the key start the measured start that the other phases
// come from. Where none is given, Init is nil; where the table is empty, there is
// an initialisation and it takes no time.
type Init struct{ sim.Init }

// DecodeSpec reads an initialisation.
func (i *Init) DecodeSpec(n *spec.Node) (err error) {
	i.Init, err = DecodeInit(n)
	return err
}

// DecodeInit reads a table of named phases, in any order; the result has them
// in the order in which they happen. Of no table it makes nil. What its phases
// leave to a platform, Located fills in.
func DecodeInit(n *spec.Node) (sim.Init, error) {
	if n == nil {
		return nil, nil
	}
	if !n.IsTable() {
		return nil, n.Errorf(`found %s, want a table of phases such as { sandbox = "120ms", runtime = "80ms" }`, found(n))
	}
	start, err := startOf(n)
	if err != nil {
		return nil, err
	}
	names := []string{"start"}
	init := sim.Init{}
	for _, phase := range sim.Phases() {
		names = append(names, phase.String())
		at := n.Get(phase.String())
		if at == nil && start != nil {
			at = start.Takes(phase)
		}
		if at == nil {
			continue
		}
		p, err := decodePhase(phase, at)
		if err != nil {
			return nil, err
		}
		init = append(init, p)
	}
	for _, key := range n.Keys() {
		if !slices.Contains(names, key) {
			return nil, n.Get(key).Errorf("%s", spec.Unknown("phase", key, names))
		}
	}
	return init, nil
}

// startOf returns the measured start that an initialisation names; nil where it
// names none. Beside a restore that is the start's own, no phase may stand for
// which it stands.
func startOf(n *spec.Node) (*starts.Start, error) {
	named := n.Get("start")
	if named == nil {
		return nil, nil
	}
	name, ok := named.Value().(string)
	if !ok {
		return nil, named.Errorf("found %s, want the name of a measured start; see coldcurve list starts", found(named))
	}
	start, err := starts.Find(name)
	if err != nil {
		return nil, named.Errorf("%w", err)
	}
	if n.Get(sim.PhaseRestore.String()) != nil {
		return &start, nil
	}
	for _, p := range start.StandsFor {
		if at := n.Get(p.String()); at != nil {
			return nil, at.Errorf("found it beside the start %q, whose restore stands for %s; want none of these, or a restore too", name, phaseList(start.StandsFor))
		}
	}
	return &start, nil
}

func phaseList(phases []sim.Phase) string {
	var names []string
	for _, p := range phases {
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}

// decodePhase reads how long a phase takes: a distribution, or a Transfer.
func decodePhase(phase sim.Phase, n *spec.Node) (sim.PhaseSampler, error) {
	p := sim.PhaseSampler{Phase: phase}
	if isTransfer(n) {
		t, err := decodeTransfer(phase, n)
		if err != nil {
			return p, err
		}
		p.Duration = t
		if d, ok := t.whole(); ok {
			p.Duration = d
		}
		return p, nil
	}
	var d Distribution
	err := d.DecodeSpec(n)
	p.Duration = d.Sampler
	return p, err
}
