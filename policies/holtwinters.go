package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// HoltWintersForecast forecasts by the additive method of Holt and Winters, which adds to
// a level l and a trend b what each of the m intervals of a season s is above them:
//
//	l′ = α·(x − sᵢ) + (1 − α)·(l + b),  b′ = β·(l′ − l) + (1 − β)·b,
//	sᵢ′ = γ·(x − l′) + (1 − γ)·sᵢ,      x̂ = l + b + sᵢ₊₁.
//
// Within the first season it forecasts as Holt's method does. At its end the level is
// the season's mean, the trend 0, and sᵢ what each interval was above the mean.
type HoltWintersForecast struct {
	Alpha  float64       `toml:"alpha" default:"0.3" help:"weight of the last interval in the level, above 0 to 1"`
	Beta   float64       `toml:"beta" default:"0.1" help:"weight of the last change of the level in the trend, above 0 to 1"`
	Gamma  float64       `toml:"gamma" default:"0.1" help:"weight of the last season in the seasonal part, above 0 to 1"`
	Season spec.Duration `toml:"season" default:"24h" help:"length of a season; a whole number of intervals, two or more"`
	Forecast
}

// About describes the policy.
func (HoltWintersForecast) About() Entry {
	return Entry{
		Name: "forecast-holt-winters", Help: "as many instances stand as a level, a trend and a season of the demand forecast", Control: Operator,
		Source: "additive method of Holt and Winters; season of 1,440 minutes, weights where R's HoltWinters begins its search [M]",
	}
}

// Check refuses what is out of range.
func (p HoltWintersForecast) Check(n *spec.Node) error {
	if err := checkWeights(n, named[float64]{"alpha", p.Alpha}, named[float64]{"beta", p.Beta}, named[float64]{"gamma", p.Gamma}); err != nil {
		return err
	}
	if err := p.check(n); err != nil {
		return err
	}
	if p.Season%p.Every != 0 || p.Season < 2*p.Every || p.Season/p.Every > maxBins {
		return at(n, "season").Errorf("found a season of %s and intervals of %s, want 2 to %d whole intervals", p.Season, p.Every, maxBins)
	}
	return nil
}

// New returns the policy of a deployment.
func (p HoltWintersForecast) New(sim.Group) sim.Prewarm {
	return newForecasting(p.Forecast, newHoltWinters(p.Alpha, p.Beta, p.Gamma, int(p.Season/max(1, p.Every))))
}

type holtWinters struct {
	holt
	gamma  float64
	season []float64 // the first season's values, and from its end on what each is above the level
	i      int       // which of them comes next
	full   bool      // the first season is over
}

func newHoltWinters(alpha, beta, gamma float64, intervals int) *holtWinters {
	return &holtWinters{holt: holt{alpha: alpha, beta: beta}, gamma: gamma, season: make([]float64, max(1, intervals))}
}

func (h *holtWinters) add(x float64) {
	s := &h.season[h.i]
	if h.full {
		h.move(x - *s)
		*s = smooth(h.gamma, x-h.level, *s)
	} else {
		h.holt.add(x)
		*s = x
	}
	if h.i++; h.i < len(h.season) {
		return
	}
	h.i = 0
	if !h.full {
		h.begin()
	}
}

// begin takes the parts from the first season.
func (h *holtWinters) begin() {
	h.full, h.level, h.trend = true, mean(h.season), 0
	for i := range h.season {
		h.season[i] -= h.level
	}
}

func (h *holtWinters) next() float64 {
	if !h.full {
		return h.holt.next()
	}
	return h.level + h.trend + h.season[h.i]
}
