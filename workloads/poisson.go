package workloads

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Poisson is the Poisson process: independent exponential gaps.
type Poisson struct{ rate float64 }

type poissonSpec struct {
	Rate spec.Rate `toml:"rate" required:"true" help:"mean rate, above 0, at most 10M/s"`
}

// NewPoisson returns the Poisson process of a rate per second, in (0, 10⁷].
func NewPoisson(rate float64) (Poisson, error) { return Poisson{rate}, checkRate("rate", rate) }

// Rate returns the mean rate per second.
func (p Poisson) Rate() float64 { return p.rate }

// Scaled returns the process at factor × the rate.
func (p Poisson) Scaled(factor float64) Process { return Poisson{p.rate * factor} }

// Expected returns rate × horizon.
func (p Poisson) Expected(horizon sim.Time) float64 { return expected(p.rate, horizon) }

// Start returns arrivals of which gap k is the quantile of the k-th uniform.
func (p Poisson) Start(key sim.RunKey, function uint64) Generator {
	return &poissonGenerator{
		stream: sim.NewStream(key, sim.PurposeArrival, function),
		gap:    gapOf(p.rate),
	}
}

type poissonGenerator struct {
	stream  sim.Stream
	gap     float64 // mean, ns
	now     sim.Time
	ordinal uint64
}

func (g *poissonGenerator) Fill(batch []sim.Invocation, horizon sim.Time) int {
	stream, gap, now, ordinal := g.stream, g.gap, g.now, g.ordinal
	n := len(batch)
	for i := range batch {
		now += toTime(float64(gap * negLog1m(stream.Uniform(ordinal))))
		ordinal++
		if now >= horizon {
			n = i
			break
		}
		batch[i].Arrival = now
	}
	g.now, g.ordinal = now, ordinal
	return n
}
