package serving

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// slots is an instance whose requests share nothing.
type slots struct{}

func (*slots) about() Entry {
	return Entry{
		Name: "slots", Help: "each request takes its own service time, however many an instance serves",
		Source: "what a platform without a server has",
	}
}

// Factory returns nil: slots are the kernel's own.
func (*slots) Factory(Platform) (sim.ServerFactory, error) { return nil, nil }

func (*slots) check(*spec.Node) error { return nil }
