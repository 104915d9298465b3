package workloads

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

type renewalSpec struct {
	Rate spec.Rate `toml:"rate" required:"true" help:"mean rate, above 0, at most 10M/s"`
	CV   float64   `toml:"cv" required:"true" help:"coefficient of variation of the gaps, 0.01 … 10; 1: Poisson"`
}

func checkRenewal(rate, cv float64) error {
	if err := checkRate("rate", rate); err != nil {
		return err
	}
	return checkCV(cv)
}

// renewal is a stationary renewal process. Gap k ≥ 1 is the quantile of the
// k-th uniform. Time 0 falls into a gap as it does at a random time: that gap
// has the length-biased distribution, and what is left of it is uniform within
// it (Cox, Renewal Theory, 1962, ch. 5). So the expected number of arrivals up
// to t is rate × t for every t, and the functions of a workload do not start in
// step.
type renewal struct {
	stream  sim.Stream
	gaps    gapQuantile
	scale   float64 // ns
	now     sim.Time
	ordinal uint64
}

// gapQuantile is the quantile function of the gaps at scale 1.
type gapQuantile interface{ quantile(u float64) float64 }

// startRenewal returns the arrivals; biased is the quantile function of a
// length-biased gap at scale 1.
func startRenewal(key sim.RunKey, function uint64, gaps gapQuantile, scale float64, biased func(u float64) float64) Generator {
	stream := sim.NewStream(key, sim.PurposeArrival, function)
	left := sim.NewStream(key, sim.PurposeState, function).Uniform(0)
	first := float64(scale*biased(stream.Uniform(0))) * left
	return &renewal{stream: stream, gaps: gaps, scale: scale, now: toTime(first)}
}

func (g *renewal) Fill(batch []sim.Invocation, horizon sim.Time) int {
	for i := range batch {
		if g.now >= horizon {
			return i
		}
		batch[i].Arrival = g.now
		g.ordinal++
		g.now += toTime(float64(g.scale * g.gaps.quantile(g.stream.Uniform(g.ordinal))))
	}
	return len(batch)
}

// GammaRenewal is the renewal process with gamma gaps.
type GammaRenewal struct {
	rate  float64
	shape float64
	table *gammaTable
}

// NewGammaRenewal returns the process of a rate per second, in (0, 10⁷], and a
// coefficient of variation of the gaps, in [0.01, 10].
func NewGammaRenewal(rate, cv float64) (GammaRenewal, error) {
	if err := checkRenewal(rate, cv); err != nil {
		return GammaRenewal{}, err
	}
	shape := gammaShape(cv)
	return GammaRenewal{rate, shape, newGammaTable(shape)}, nil
}

// Rate returns the mean rate per second.
func (r GammaRenewal) Rate() float64 { return r.rate }

// Scaled returns the process at factor × the rate.
func (r GammaRenewal) Scaled(factor float64) Process {
	r.rate *= factor
	return r
}

// Expected returns rate × horizon.
func (r GammaRenewal) Expected(horizon sim.Time) float64 { return expected(r.rate, horizon) }

// Start returns the arrivals. A length-biased gamma gap is gamma of shape + 1.
func (r GammaRenewal) Start(key sim.RunKey, function uint64) Generator {
	biased := func(u float64) float64 { return gammaQuantile(r.shape+1, u) }
	return startRenewal(key, function, r.table, gapOf(r.rate)/r.shape, biased)
}

// WeibullRenewal is the renewal process with Weibull gaps.
type WeibullRenewal struct {
	rate float64
	gaps Weibull // of scale 1
}

// NewWeibullRenewal returns the process of a rate per second, in (0, 10⁷], and
// a coefficient of variation of the gaps, in [0.01, 10].
func NewWeibullRenewal(rate, cv float64) (WeibullRenewal, error) {
	if err := checkRenewal(rate, cv); err != nil {
		return WeibullRenewal{}, err
	}
	return WeibullRenewal{rate, Weibull{1, weibullShape(cv)}}, nil
}

// Rate returns the mean rate per second.
func (r WeibullRenewal) Rate() float64 { return r.rate }

// Scaled returns the process at factor × the rate.
func (r WeibullRenewal) Scaled(factor float64) Process {
	r.rate *= factor
	return r
}

// Expected returns rate × horizon.
func (r WeibullRenewal) Expected(horizon sim.Time) float64 { return expected(r.rate, horizon) }

// Start returns the arrivals. A Weibull gap X has X^shape exponential; where it
// is length-biased, X^shape is gamma of shape 1 + 1÷shape.
func (r WeibullRenewal) Start(key sim.RunKey, function uint64) Generator {
	biased := func(u float64) float64 {
		return math.Pow(gammaQuantile(1+1/r.gaps.shape, u), 1/r.gaps.shape)
	}
	return startRenewal(key, function, r.gaps, gapOf(r.rate)/r.gaps.Mean(), biased)
}
