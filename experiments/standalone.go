package experiments

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Platform is a platform as a [[platform]] table writes it, for those who
// simulate without an experiment.
type Platform struct {
	Name     string
	Tariffs  []string
	MilliCPU int64 // thousandths of a vCPU of an instance; 0: what the tariff takes for its memory
	Sim      sim.Platform

	spec platformSpec
}

// NewPlatform decodes a [[platform]] table; what it does not say is its
// preset's. An error is an *InputError.
func NewPlatform(n *spec.Node) (*Platform, error) {
	p, err := newPlatform(n, false, newParts())
	if err != nil {
		return nil, &InputError{err}
	}
	on, err := p.on(nil, sim.RunKey{})
	if err != nil {
		return nil, &InputError{err}
	}
	return &Platform{p.name, p.tariffs, p.spec.milliCPU(), on, p.spec}, nil
}

// MemoryOf returns the MiB that a function gets on the platform, where it asks
// for its own: the least or the next larger size that there is.
func (p *Platform) MemoryOf(f *sim.Function) int64 { return p.spec.memoryOf(f) }
