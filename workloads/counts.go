package workloads

import (
	"fmt"

	"github.com/coldcurve/coldcurve/sim"
)

// countRange is where numbers are cut.
type countRange struct {
	Least int32 `toml:"least" default:"1" help:"smaller numbers are raised to it, 1 or more"`
	Most  int32 `toml:"most" default:"2147483647" help:"larger numbers are cut to it"`
}

func (r countRange) check() error {
	if r.Least < 1 || r.Most < r.Least {
		return fmt.Errorf("numbers go from %d to %d, want 1 ≤ least ≤ most", r.Least, r.Most)
	}
	return nil
}

type (
	fixedCountSpec struct {
		Value int64 `toml:"value" required:"true" help:"the number; it alone says the same"`
	}
	lognormalCountSpec struct {
		Median *float64 `toml:"median" help:"median, above 0; or mean"`
		Mean   *float64 `toml:"mean" help:"mean, above 0; or median"`
		Sigma  float64  `toml:"sigma" required:"true" help:"standard deviation of the natural logarithm, 0 … 20"`
		countRange
	}
	exponentialCountSpec struct {
		Mean float64 `toml:"mean" required:"true" help:"mean of what is rounded, above 0"`
		countRange
	}
	geometricSpec struct {
		Mean float64 `toml:"mean" required:"true" help:"mean, 1 or more"`
		countRange
	}
	shapedCountSpec struct {
		Mean float64 `toml:"mean" required:"true" help:"mean of what is rounded, above 0"`
		CV   float64 `toml:"cv" required:"true" help:"standard deviation ÷ mean, 0.01 … 10"`
		countRange
	}
	paretoCountSpec struct {
		Scale float64 `toml:"scale" required:"true" help:"the least that is rounded, above 0"`
		Shape float64 `toml:"shape" required:"true" help:"exponent of the tail, 0.01 … 1000; ≤ 1: infinite mean"`
		countRange
	}
	uniformCountSpec struct {
		Least int32 `toml:"least" default:"1" help:"the least number, 1 or more"`
		Most  int32 `toml:"most" required:"true" help:"the largest number"`
	}
	empiricalCountSpec struct {
		Values  []int64   `toml:"values" required:"true" help:"the numbers, rising, 1 or more"`
		Weights []float64 `toml:"weights" help:"how often each comes, relative to the others; absent: all alike"`
	}
	mixtureSpec struct {
		Parts   []Count   `toml:"parts" required:"true" help:"distributions, one of which each draw is of"`
		Weights []float64 `toml:"weights" required:"true" help:"how often each is"`
	}
)

// countKinds lists the distributions of whole numbers, sorted by name.
func countKinds() []kind[Counter] {
	const nearest = ", rounded to the nearest"
	return byName(
		newKind("constant", "always the same number", "", func(s fixedCountSpec) (Counter, error) { return NewFixed(s.Value) }),
		newKind("empirical", "a table of numbers and how often each comes", "", func(s empiricalCountSpec) (Counter, error) {
			return NewTable(s.Values, s.Weights)
		}),
		newKind("exponential", "density e^(−x÷mean) ÷ mean"+nearest, "Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, ch. 19", func(s exponentialCountSpec) (Counter, error) {
			return rounding(s.countRange, s.Mean, "mean", NewExponential)
		}),
		newKind("gamma", "density ∝ x^(shape−1)·e^(−x÷scale)"+nearest, "Johnson, Kotz and Balakrishnan, ch. 17", func(s shapedCountSpec) (Counter, error) {
			return rounding(s.countRange, s.Mean, "mean", func(mean sim.Time) (Gamma, error) { return NewGammaMean(mean, s.CV) })
		}),
		newKind("geometric", "P(X > k) = (1 − 1÷mean)^k: a next one follows as likely after any", "Johnson, Kemp and Kotz, Univariate Discrete Distributions, ch. 5", newGeometric),
		newKind("lognormal", "the logarithm is normal"+nearest, "Johnson, Kotz and Balakrishnan, ch. 14", newLognormalCount),
		newKind("mixture", "a draw of one of some distributions; ServeGen's inputs are a Pareto and a lognormal", "", newMixture),
		newKind("pareto", "P(X > x) = (scale÷x)^shape"+nearest, "Johnson, Kotz and Balakrishnan, ch. 20", func(s paretoCountSpec) (Counter, error) {
			return rounding(s.countRange, s.Scale, "scale", func(scale sim.Time) (Pareto, error) { return NewPareto(scale, s.Shape) })
		}),
		newKind("uniform", "any number from the least to the most, each as likely", "Johnson, Kemp and Kotz, ch. 6", func(s uniformCountSpec) (Counter, error) {
			return NewUniformCount(s.Least, s.Most)
		}),
		newKind("weibull", "P(X > x) = e^(−(x÷scale)^shape)"+nearest, "Johnson, Kotz and Balakrishnan, ch. 21", func(s shapedCountSpec) (Counter, error) {
			return rounding(s.countRange, s.Mean, "mean", func(mean sim.Time) (Weibull, error) { return NewWeibullMean(mean, s.CV) })
		}),
	)
}
