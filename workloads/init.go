package workloads

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Init is an initialisation as an experiment writes it: a table of phases, each
// an InitPhase. Where none is given, Init is nil; where the table is empty,
// there is an initialisation and it takes no time.
type Init struct{ sim.Init }

// DecodeSpec reads an initialisation.
func (i *Init) DecodeSpec(n *spec.Node) (err error) {
	i.Init, err = DecodeInit(n)
	return err
}

// DecodeInit reads a table of named phases, in any order; the result has them
// in the order in which they happen. Of no table it makes nil.
func DecodeInit(n *spec.Node) (sim.Init, error) {
	if n == nil {
		return nil, nil
	}
	if !n.IsTable() {
		return nil, n.Errorf(`found %s, want a table of phases such as { sandbox = "120ms", runtime = "80ms" }`, found(n))
	}
	var names []string
	init := sim.Init{}
	for _, phase := range sim.Phases() {
		names = append(names, phase.String())
		at := n.Get(phase.String())
		if at == nil {
			continue
		}
		var p InitPhase
		if err := p.DecodeSpec(at); err != nil {
			return nil, err
		}
		init = append(init, sim.PhaseSampler{Phase: phase, Duration: p.Sampler})
	}
	for _, key := range n.Keys() {
		if !slices.Contains(names, key) {
			return nil, n.Get(key).Errorf("%s", spec.Unknown("phase", key, names))
		}
	}
	return init, nil
}

// InitPhase is how long a phase of an initialisation takes: a distribution, or
// { size = "250MB", bandwidth = "200MB/s" }, which is the constant size ÷
// bandwidth.
type InitPhase struct{ Sampler }

type transferSpec struct {
	Size      spec.Size      `toml:"size" required:"true" help:"what is loaded"`
	Bandwidth spec.Bandwidth `toml:"bandwidth" required:"true" help:"how fast"`
}

// DecodeSpec reads a phase.
func (p *InitPhase) DecodeSpec(n *spec.Node) error {
	if n.Get("size") == nil && n.Get("bandwidth") == nil {
		var d Distribution
		err := d.DecodeSpec(n)
		p.Sampler = d.Sampler
		return err
	}
	var t transferSpec
	if err := n.Decode(&t); err != nil {
		return err
	}
	d, err := transferTime(t.Size, t.Bandwidth)
	if err != nil {
		return n.Errorf("%w", err)
	}
	p.Sampler = Constant{d}
	return nil
}

// transferTime returns size ÷ bandwidth, rounded to the nearest nanosecond.
func transferTime(size spec.Size, bandwidth spec.Bandwidth) (sim.Time, error) {
	if bandwidth <= 0 {
		return 0, fmt.Errorf("bandwidth is %v, want it above 0", bandwidth)
	}
	ns := big.NewInt(int64(size))
	ns.Mul(ns, big.NewInt(int64(2*sim.Second)))
	ns.Add(ns, big.NewInt(int64(bandwidth)))
	ns.Div(ns, new(big.Int).Mul(big.NewInt(2), big.NewInt(int64(bandwidth))))
	if !ns.IsInt64() || ns.Int64() > maxDuration {
		return 0, fmt.Errorf("%v at %v takes more than %v", size, bandwidth, spec.Duration(maxDuration))
	}
	return ns.Int64(), nil
}
