package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// EWMAForecast forecasts by an exponentially weighted moving average (simple exponential
// smoothing), which begins with the first value:
//
//	s ← α·x + (1 − α)·s,  x̂ = s.
type EWMAForecast struct {
	Alpha float64 `toml:"alpha" default:"0.3" help:"weight of the last interval, above 0 to 1"`
	Forecast
}

// About describes the policy.
func (EWMAForecast) About() Entry {
	return Entry{
		Name: "forecast-ewma", Help: "as many instances stand as an exponentially weighted moving average of the demand", Control: Operator,
		Source: "simple exponential smoothing; weight 0.3, a tick and an interval of a minute [M]",
	}
}

// Check refuses what is out of range.
func (p EWMAForecast) Check(n *spec.Node) error {
	if err := checkWeights(n, named[float64]{"alpha", p.Alpha}); err != nil {
		return err
	}
	return p.check(n)
}

// New returns the policy of a deployment.
func (p EWMAForecast) New(sim.Group) sim.Prewarm {
	return newForecasting(p.Forecast, &ewma{alpha: p.Alpha})
}

type ewma struct {
	alpha, s float64
	begun    bool
}

func (e *ewma) add(x float64) {
	if !e.begun {
		e.s, e.begun = x, true
		return
	}
	e.s = smooth(e.alpha, x, e.s)
}

func (e *ewma) next() float64 { return e.s }

// smooth returns α·x + (1 − α)·s. The products are rounded before they are added, so that
// processors with a fused multiply-add say the same.
func smooth(alpha, x, s float64) float64 { return float64(alpha*x) + float64((1-alpha)*s) }

// checkWeights refuses weights under which nothing is learnt, or more than there is.
func checkWeights(n *spec.Node, weights ...named[float64]) error {
	for _, w := range weights {
		if !(w.value > 0 && w.value <= 1) {
			return at(n, w.key).Errorf("found %v, want a weight above 0, up to 1", w.value)
		}
	}
	return nil
}
