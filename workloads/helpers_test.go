package workloads

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type namedProcess struct {
	name    string
	process Process
}

// testProcesses returns each arrival process at the same mean rate.
func testProcesses(tb testing.TB, rate float64) []namedProcess {
	tb.Helper()
	return []namedProcess{
		{"poisson", must(NewPoisson(rate))},
		{"periodic", must(newPeriodic(gapOf(rate), RandomOffset, 0))},
		{"gamma", must(NewGammaRenewal(rate, 2))},
		{"weibull", must(NewWeibullRenewal(rate, 2))},
		{"mmpp", must(NewMMPP([]MMPPState{{Rate: 1.9 * rate, Sojourn: sim.Minute}, {Rate: 0.1 * rate, Sojourn: sim.Minute}}))},
		{"diurnal", must(NewDiurnal(rate, 0.8, sim.Day, 14*sim.Hour))},
		{"steps", must(NewSteps(rate, []Step{{sim.Hour, 3}, {2 * sim.Hour, 1}}))},
	}
}

type namedSampler struct {
	name    string
	sampler Sampler
}

// testDistributions returns each distribution, with a mean near a second.
func testDistributions(tb testing.TB) []namedSampler {
	tb.Helper()
	return []namedSampler{
		{"constant", must(NewConstant(sim.Second))},
		{"exponential", must(NewExponential(sim.Second))},
		{"lognormal", must(NewLognormal(700*sim.Millisecond, 0.8))},
		{"gamma", must(NewGammaMean(sim.Second, 0.5))},
		{"weibull", must(NewWeibullMean(sim.Second, 1.5))},
		{"pareto", must(NewPareto(600*sim.Millisecond, 2.5))},
		{"uniform", must(NewUniform(0, 2*sim.Second))},
		{"empirical", must(NewEmpirical([]float64{0, 0.5, 0.99, 1}, []sim.Time{sim.Millisecond, sim.Second, 2 * sim.Second, 5 * sim.Second}))},
		{"observed", must(NewObserved([]sim.Time{sim.Second, 2 * sim.Second, sim.Millisecond}))},
	}
}

// zipfWorkload returns an hour of functions that share 100 invocations a second.
func zipfWorkload(tb testing.TB, count int) *Synthetic {
	tb.Helper()
	w, err := New([]FunctionSpec{{
		Name: "f", Count: count, Popularity: &Popularity{1.1},
		Arrivals: ArrivalProcess{must(NewPoisson(100))},
		Service:  Distribution{must(NewExponential(sim.Second))},
	}}, sim.Hour)
	if err != nil {
		tb.Fatal(err)
	}
	return w
}
