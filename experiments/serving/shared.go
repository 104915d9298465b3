package serving

import (
	"errors"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// shared is an instance whose requests share its vCPUs.
type shared struct {
	CPUShare float64 `toml:"cpu_share" default:"1" help:"how much of a service is CPU time, 0 to 1; the rest does not slow"`
}

func (*shared) about() Entry {
	return Entry{
		Name: "shared", Help: "requests side by side share the instance's vCPUs equally: the CPU part of a service takes longer where more is wanted than there is",
		Source: "egalitarian processor sharing (Kleinrock, Queueing Systems II, 4.4)",
	}
}

func (s *shared) check(n *spec.Node) error {
	if !(s.CPUShare >= 0 && s.CPUShare <= 1) {
		return n.Get("cpu_share").Errorf("found %v, want a share from 0 to 1", s.CPUShare)
	}
	return nil
}

// Factory returns the servers.
func (s *shared) Factory(on Platform) (sim.ServerFactory, error) {
	if on.MilliCPU <= 0 {
		return nil, errors.New("a shared server needs the platform's vcpu, as in vcpu = 2")
	}
	return servers.Shared{MilliCPU: on.MilliCPU, MilliShare: s.milliShare()}, nil
}

func (s *shared) milliShare() int64 { return int64(math.Round(s.CPUShare * 1000)) }

// Computes implements Computing.
func (s *shared) Computes() float64 { return float64(s.milliShare()) / 1000 }

// Concurrency is how many requests an instance takes where the platform does
// not say: all that come share it.
func (*shared) Concurrency() int { return everyone }
