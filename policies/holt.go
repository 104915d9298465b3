package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// HoltForecast forecasts by Holt's linear method, which smooths a level l and a trend b:
//
//	l′ = α·x + (1 − α)·(l + b),  b′ = β·(l′ − l) + (1 − β)·b,  x̂ = l + b.
//
// It begins at the second value with l = x₂, b = x₂ − x₁, as R's HoltWinters does; one
// value is its own forecast.
type HoltForecast struct {
	Alpha float64 `toml:"alpha" default:"0.3" help:"weight of the last interval in the level, above 0 to 1"`
	Beta  float64 `toml:"beta" default:"0.1" help:"weight of the last change of the level in the trend, above 0 to 1"`
	Forecast
}

// About describes the policy.
func (HoltForecast) About() Entry {
	return Entry{
		Name: "forecast-holt", Help: "as many instances stand as Holt's level and trend of the demand forecast", Control: Operator,
		Source: "Holt's linear method; weights and first values: where R's HoltWinters begins its search [M]",
	}
}

// Check refuses what is out of range.
func (p HoltForecast) Check(n *spec.Node) error {
	if err := checkWeights(n, named[float64]{"alpha", p.Alpha}, named[float64]{"beta", p.Beta}); err != nil {
		return err
	}
	return p.check(n)
}

// New returns the policy of a deployment.
func (p HoltForecast) New(sim.Group) sim.Prewarm {
	return newForecasting(p.Forecast, &holt{alpha: p.Alpha, beta: p.Beta})
}

type holt struct {
	alpha, beta  float64
	n            int // values, 2 at most
	level, trend float64
}

func (h *holt) add(x float64) {
	switch h.n {
	case 0:
		h.level, h.n = x, 1
	case 1:
		h.level, h.trend, h.n = x, x-h.level, 2
	default:
		h.move(x)
	}
}

// move smooths the level with x, and the trend with how the level has moved.
func (h *holt) move(x float64) {
	level := smooth(h.alpha, x, h.level+h.trend)
	h.level, h.trend = level, smooth(h.beta, level-h.level, h.trend)
}

func (h *holt) next() float64 { return h.level + h.trend }
