package workloads

import (
	"github.com/coldcurve/coldcurve/sim"
)

// Stretched returns a distribution whose durations are those of s times a
// factor above 0, to the nearest nanosecond, and at most sim.Longest.
func Stretched(s sim.Sampler, factor float64) sim.Sampler {
	if factor == 1 {
		return s
	}
	return stretched{s, factor}
}

type stretched struct {
	sim.Sampler
	factor float64
}

// Sample implements sim.Sampler.
func (s stretched) Sample(u float64) sim.Time {
	return times(s.Sampler.Sample(u), s.factor)
}

func times(t sim.Time, factor float64) sim.Time {
	if factor == 1 {
		return t
	}
	return toTime(float64(float64(t) * factor))
}

// StretchedInit returns an initialisation whose phases take a factor as long.
func StretchedInit(init sim.Init, factor float64) sim.Init {
	if factor == 1 {
		return init
	}
	out := make(sim.Init, len(init))
	for i, p := range init {
		out[i] = p
		out[i].Duration = Stretched(p.Duration, factor)
	}
	return out
}
