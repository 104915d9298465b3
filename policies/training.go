package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Training is a keep-alive policy that counts before it decides: until then it keeps an
// instance for a fixed window.
type Training interface {
	sim.KeepAliveFactory
	About() Entry
	// Trains returns for how long, from the start of the run, and that window.
	Trains() (length, window spec.Duration)
}

var _, _ Training = SPES{}, Defuse{}

// Trains returns how long it counts, and how long an instance stays meanwhile.
func (p SPES) Trains() (length, window spec.Duration) { return p.Train, p.Window }

// Trains returns how long it counts, and how long an instance stays meanwhile.
func (p Defuse) Trains() (length, window spec.Duration) { return p.Train, p.Window }
