package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// ARForecast forecasts by an autoregressive model, fitted anew in each interval to the
// last ones by the equations of Yule and Walker:
//
//	x̂ = m + Σ φᵢ·(xₙ₊₁₋ᵢ − m),  Σⱼ φⱼ·r|ᵢ₋ⱼ| = rᵢ for i = 1 … p,
//	m = mean,  rₖ = Σ (xₜ − m)(xₜ₊ₖ − m) ÷ n.
//
// Divided by n, and not by n − k, the autocovariances give a model that is stationary.
// Levinson's recursion solves the equations. Of n values, n − 1 lags are used at most;
// where they do not vary, their mean is the forecast.
//
// It is no use for the idle times that the hybrid histogram forecasts (autoregression.go):
// that takes all of them, and one lag, in O(1).
type ARForecast struct {
	Order  int `toml:"order" default:"10" help:"lags p, 1 to 100"`
	Window int `toml:"window" default:"504" unit:"intervals" help:"the last intervals that it is fitted to, 2 to 10000"`
	Forecast
}

// maxWindow bounds the values that a model is fitted to, and maxOrder its lags: each
// interval costs their product.
const (
	maxWindow = 10_000
	maxOrder  = 100
)

// About describes the policy.
func (ARForecast) About() Entry {
	return Entry{
		Name: "forecast-ar", Help: "as many instances stand as an autoregressive model of the demand forecasts", Control: Operator,
		Source: "Yule-Walker equations, order 10 [M]; window: FeMux's block of 504 minutes [V]",
	}
}

// Check refuses what is out of range.
func (p ARForecast) Check(n *spec.Node) error {
	if p.Order < 1 || p.Order > maxOrder {
		return at(n, "order").Errorf("found %d, want 1 to %d lags", p.Order, maxOrder)
	}
	if err := checkWindow(n, p.Window); err != nil {
		return err
	}
	return p.check(n)
}

// checkWindow refuses a window of intervals that no model can be fitted to.
func checkWindow(n *spec.Node, window int) error {
	if window < 2 || window > maxWindow {
		return at(n, "window").Errorf("found %d, want 2 to %d intervals", window, maxWindow)
	}
	return nil
}

// New returns the policy of a deployment.
func (p ARForecast) New(sim.Group) sim.Prewarm {
	return newForecasting(p.Forecast, newYuleWalker(p.Order, p.Window))
}

type yuleWalker struct {
	recent
	r         []float64 // autocovariances, from lag 0 on
	phi, last []float64 // coefficients, of this and the last order
}

func newYuleWalker(order, window int) *yuleWalker {
	return &yuleWalker{recent: newRecent(window), r: make([]float64, order+1), phi: make([]float64, order), last: make([]float64, order)}
}

func (y *yuleWalker) next() float64 {
	n, m := len(y.xs), mean(y.xs)
	x := m
	for i, phi := range y.fit(m) {
		x += float64(phi * (y.xs[n-1-i] - m))
	}
	return x
}

// fit returns the coefficients, by lag; none where the values do not vary.
func (y *yuleWalker) fit(m float64) []float64 {
	n := len(y.xs)
	order := min(len(y.phi), n-1)
	for k := range order + 1 {
		sum := 0.0
		for t, x := range y.xs[:n-k] {
			sum += float64((x - m) * (y.xs[t+k] - m))
		}
		y.r[k] = sum / float64(n)
	}
	left := y.r[0] // variance that the lags so far leave
	for k := range order {
		if left <= 0 {
			return y.phi[:k]
		}
		sum := y.r[k+1]
		for j, phi := range y.phi[:k] {
			sum -= float64(phi * y.r[k-j])
		}
		reflection := sum / left
		copy(y.last, y.phi[:k])
		for j := range k {
			y.phi[j] = y.last[j] - float64(reflection*y.last[k-1-j])
		}
		y.phi[k] = reflection
		left *= 1 - float64(reflection*reflection)
	}
	return y.phi[:order]
}
