package experiments_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// gaps is a renewal process with what the closed forms need of its gaps.
type gaps struct {
	name    string
	process workloads.Process
	mean    float64                 // s
	cdf     func(x float64) float64 // F
	staying func(x float64) float64 // ∫₀ˣ (1 − F)
}

func poissonGaps(rate float64) gaps {
	return gaps{
		name: fmt.Sprintf("poisson rate %g", rate), process: poissonArrivals(rate), mean: 1 / rate,
		cdf:     func(x float64) float64 { return -math.Expm1(-rate * x) },
		staying: func(x float64) float64 { return -math.Expm1(-rate*x) / rate },
	}
}

// gammaGaps has gaps with density x^(k−1) e^(−x/θ) ÷ (Γ(k) θ^k). By parts,
// ∫₀ˣ (1−F) = x (1 − F(x)) + ∫₀ˣ y dF(y), and y dF is k θ times the density of
// shape k + 1.
func gammaGaps(mean, shape float64) gaps {
	scale := mean / shape
	return gaps{
		name:    fmt.Sprintf("gamma shape %g", shape),
		process: must(workloads.NewGammaRenewal(1/mean, 1/math.Sqrt(shape))), mean: mean,
		cdf: func(x float64) float64 { return mathext.GammaIncReg(shape, x/scale) },
		staying: func(x float64) float64 {
			return x*mathext.GammaIncRegComp(shape, x/scale) + mean*mathext.GammaIncReg(shape+1, x/scale)
		},
	}
}

// weibullGaps has 1 − F = e^(−(x/s)^k), of mean s Γ(1+1/k). Substituting (y/s)^k,
// ∫₀ˣ (1−F) = s Γ(1 + 1/k) P(1/k, (x/s)^k) with P the regularised incomplete gamma.
func weibullGaps(mean, shape float64) gaps {
	scale := mean / math.Gamma(1+1/shape)
	cv := math.Sqrt(math.Gamma(1+2/shape)/math.Pow(math.Gamma(1+1/shape), 2) - 1)
	return gaps{
		name:    fmt.Sprintf("weibull shape %g", shape),
		process: must(workloads.NewWeibullRenewal(1/mean, cv)), mean: mean,
		cdf:     func(x float64) float64 { return -math.Expm1(-math.Pow(x/scale, shape)) },
		staying: func(x float64) float64 { return mean * mathext.GammaIncReg(1/shape, math.Pow(x/scale, shape)) },
	}
}

// zeroService runs n requests of no service and no initialisation, in so many
// replications, under a keep-alive policy.
func zeroService(t *testing.T, g gaps, n, replications int, keep sim.KeepAliveFactory) []*sums {
	t.Helper()
	warmup := 20 * g.mean
	window := sim.Window{Warmup: seconds(warmup), Horizon: seconds(warmup + g.mean*float64(n/replications))}
	return replicate(t, replications, 0, sim.Config{
		Workload:  workload(t, window.Horizon, synthetic{arrivals: g.process, service: constant(0)}),
		Platforms: []sim.Platform{{KeepAlive: keep}}, Window: window,
	})
}

// Poisson arrivals, a window T, no service: a request is cold iff the gap
// before it is longer than T, with e^(−λT), and an instance is there for the
// first T of each gap: E[idle] = 1 − e^(−λT). The reference program got, for
// T = 600 s, 0.548628, 0.049755 and 0.002480 cold.
func TestClosedFormPoissonWindow(t *testing.T) {
	for _, test := range []struct {
		rate     float64
		cold     float64 // as published with the facts: e^(−600λ)
		idle     float64
		requests int // a half-width of 1 % needs about 1.3·10⁵ ÷ p
	}{
		{0.001, 0.548812, 0.451188, 240_000},
		{0.005, 0.049787, 0.950213, 3_000_000},
		{0.01, 0.002479, 0.997521, 58_000_000},
	} {
		t.Run(fmt.Sprint(test.rate), func(t *testing.T) {
			long(t, float64(test.requests))
			g := poissonGaps(test.rate)
			runs := zeroService(t, g, test.requests, 100, fixed(600))
			p := math.Exp(-600 * test.rate)
			if math.Abs(p-test.cold) > 1e-6 || math.Abs(1-p-test.idle) > 1e-6 {
				t.Errorf("the table's %v and %v are not e^(−λT) and 1 − e^(−λT)", test.cold, test.idle)
			}
			holds(t, "cold ratio", p, values(runs, coldRatio))
			holds(t, "idle instances", 1-p, values(runs, idleMean))
		})
	}
}

// Any renewal process: p_cold = 1 − F(T), idle per arrival = ∫₀ᵀ (1−F).
func TestClosedFormRenewalWindow(t *testing.T) {
	for _, test := range []struct {
		gaps     gaps
		window   float64
		requests int
	}{
		{gammaGaps(60, 4), 60, 250_000},        // regular: cv 0.5
		{gammaGaps(60, 4), 90, 1_200_000},      // 15 % cold
		{gammaGaps(60, 0.25), 60, 800_000},     // bursty: cv 2
		{weibullGaps(60, 2), 60, 400_000},      // cv 0.52
		{weibullGaps(60, 0.5), 60, 1_000_000},  // heavy: cv 2.24
		{weibullGaps(60, 0.5), 240, 2_400_000}, // 6 % cold
	} {
		t.Run(fmt.Sprintf("%s window %g", test.gaps.name, test.window), func(t *testing.T) {
			long(t, float64(test.requests))
			runs := zeroService(t, test.gaps, test.requests, 40, fixed(test.window))
			holds(t, "cold ratio", 1-test.gaps.cdf(test.window), values(runs, coldRatio))
			holds(t, "idle per arrival, s", test.gaps.staying(test.window), values(runs, idlePer))
		})
	}
}

// Deterministic gaps d: cold iff d > T; idle per arrival min(d, T). Exact.
func TestClosedFormDeterministicWindow(t *testing.T) {
	const d, n = 60, 1000
	every := must(workloads.NewPeriodic(d*sim.Second, 0, 0))
	for _, test := range []struct {
		window float64
		cold   int64 // of the n requests in the window
		idle   sim.Time
	}{
		{0, n, 0},
		{59.999999999, n, 59_999_999_999},
		{60, 0, 60 * sim.Second}, // an instance whose keep-alive ends at t still serves an arrival at t
		{61, 0, 60 * sim.Second},
	} {
		window := sim.Window{Warmup: 60 * d * sim.Second, Horizon: (60 + n) * d * sim.Second}
		s := replicate(t, 1, 0, sim.Config{
			Workload:  workload(t, window.Horizon, synthetic{arrivals: every, service: constant(0)}),
			Platforms: []sim.Platform{{KeepAlive: fixed(test.window)}}, Window: window,
		})[0]
		if s.arrivals != n || s.cold != test.cold || s.idle != n*test.idle {
			t.Errorf("window %v s: %d arrivals, %d cold, idle %d ns; want %d, %d, %d", test.window, s.arrivals, s.cold, s.idle, n, test.cold, n*test.idle)
		}
	}
}

// later is a keep-alive policy that stops an instance at once, starts another
// after a while, and keeps that for a while.
type later struct{ after, stay sim.Time }

func (p later) Scope() sim.Scope            { return sim.ScopeDeployment }
func (p later) New(sim.Group) sim.KeepAlive { return p }

func (p later) Idle(_ sim.View, _ sim.Instance, now sim.Time) sim.Decision {
	return sim.Decision{Until: sim.StopNow, PrewarmFrom: now + p.after, PrewarmUntil: now + p.after + p.stay}
}

// A prewarm window [P, P+K] after each request, no initialisation: a request is
// cold iff its gap falls outside, p_cold = F(P) + 1 − F(P+K), and the instance
// is idle from P until the request or P+K: ∫_P^{P+K} (1−F) per arrival.
func TestClosedFormPrewarmWindow(t *testing.T) {
	for _, test := range []struct {
		gaps        gaps
		after, stay float64
		requests    int
	}{
		{poissonGaps(1.0 / 60), 20, 60, 250_000},
		{gammaGaps(60, 4), 30, 60, 600_000},
		{gammaGaps(60, 25), 40, 50, 3_200_000}, // 5 % cold
		{weibullGaps(60, 2), 30, 30, 200_000},
		{weibullGaps(60, 0.5), 5, 200, 500_000},
	} {
		from, to := test.after, test.after+test.stay
		t.Run(fmt.Sprintf("%s window [%g, %g]", test.gaps.name, from, to), func(t *testing.T) {
			long(t, float64(test.requests))
			f, g := test.gaps.cdf, test.gaps.staying
			runs := zeroService(t, test.gaps, test.requests, 40, later{seconds(test.after), seconds(test.stay)})
			holds(t, "cold ratio", f(from)+1-f(to), values(runs, coldRatio))
			holds(t, "idle per arrival, s", g(to)-g(from), values(runs, idlePer))
		})
	}
}
