package workloads

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Counter is a distribution of whole numbers from 1: tokens, turns, images. It is
// immutable, and may be used from several goroutines.
type Counter interface {
	// Count returns the quantile of u ∈ (0, 1), from the least to the most.
	Count(u float64) int32
	// Mean returns the expected number; of a distribution of real numbers that
	// is rounded, theirs. It does not count what is cut to the least or the most.
	Mean() float64
	// Range returns the least and the most that is drawn.
	Range() (least, most int32)
}

// Count is a distribution of whole numbers from 1 as an experiment writes it: a
// number, which is a constant, or a table such as { dist = "lognormal",
// median = 220, sigma = 1.1, most = 8192 }. Where none is given, Counter is nil.
type Count struct{ Counter }

// DecodeSpec reads a distribution of numbers.
func (c *Count) DecodeSpec(n *spec.Node) error {
	if v, ok := n.Value().(int64); ok {
		fixed, err := NewFixed(v)
		if err != nil {
			return n.Errorf("found %d, want a whole number from 1 to %d", v, math.MaxInt32)
		}
		c.Counter = fixed
		return nil
	}
	if !n.IsTable() {
		return n.Errorf(`found %s, want a whole number from 1 or a table such as { dist = "lognormal", median = 220, sigma = 1.1 }`, found(n))
	}
	counter, err := decodeKind(n, "dist", "distribution of numbers", countKinds())
	c.Counter = counter
	return err
}

// Counts lists the distributions of whole numbers by name.
func Counts() []Entry { return entries(countKinds()) }

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

// Fixed is a fixed number.
type Fixed int32

// NewFixed returns the distribution that is always n, 1 … 2147483647.
func NewFixed(n int64) (Fixed, error) {
	if n < 1 || n > math.MaxInt32 {
		return 0, fmt.Errorf("the number is %d, want 1 … %d", n, math.MaxInt32)
	}
	return Fixed(n), nil
}

// Count returns the number.
func (f Fixed) Count(float64) int32 { return int32(f) }

// Mean returns the number.
func (f Fixed) Mean() float64 { return float64(f) }

// Range returns the number, twice.
func (f Fixed) Range() (least, most int32) { return int32(f), int32(f) }

// one is the duration that a number of 1 is, where a distribution of durations
// is one of numbers: rounded numbers do not depend on how fine that is.
const one = sim.Millisecond

// rounded is a distribution of durations, of which one is 1, rounded and cut.
type rounded struct {
	sampler Sampler
	countRange
}

// rounding makes a rounded of a distribution that a positive number determines.
func rounding[S Sampler](r countRange, x float64, name string, build func(sim.Time) (S, error)) (Counter, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if !(x > 0) || x > math.MaxInt32 {
		return nil, fmt.Errorf("%s is %v, want it above 0 and at most %d", name, x, math.MaxInt32)
	}
	s, err := build(max(1, toTime(float64(x*float64(one)))))
	if err != nil {
		return nil, err
	}
	return rounded{s, r}, nil
}

// Count implements Counter.
func (r rounded) Count(u float64) int32 {
	n := (r.sampler.Sample(u) + one/2) / one
	return int32(min(max(n, int64(r.Least)), int64(r.Most)))
}

// Mean implements Counter.
func (r rounded) Mean() float64 { return r.sampler.Mean() / float64(one) }

// Range implements Counter.
func (r rounded) Range() (least, most int32) { return r.Least, r.Most }

func newLognormalCount(s lognormalCountSpec) (Counter, error) {
	of := func(median sim.Time) (Lognormal, error) { return NewLognormal(median, s.Sigma) }
	switch {
	case s.Median != nil && s.Mean == nil:
		return rounding(s.countRange, *s.Median, "median", of)
	case s.Median == nil && s.Mean != nil:
		if err := within("sigma", s.Sigma, 0, 20); err != nil {
			return nil, err
		}
		return rounding(s.countRange, *s.Mean, "mean", func(mean sim.Time) (Lognormal, error) {
			return newLognormal(math.Log(float64(mean))-float64(s.Sigma*s.Sigma)/2, s.Sigma)
		})
	}
	return nil, errors.New("want either median or mean")
}

// Geometric is the number of trials up to the first success.
type Geometric struct {
	mean float64
	rate float64 // −log(1 − 1÷mean)
	countRange
}

func newGeometric(s geometricSpec) (Counter, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if !(s.Mean >= 1) || s.Mean > math.MaxInt32 {
		return nil, fmt.Errorf("mean is %v, want 1 … %d", s.Mean, math.MaxInt32)
	}
	return Geometric{s.Mean, -math.Log1p(-1 / s.Mean), s.countRange}, nil
}

// Count returns ⌈log(1−u) ÷ log(1 − 1÷mean)⌉, cut.
func (g Geometric) Count(u float64) int32 {
	n := math.Ceil(negLog1m(u) / g.rate)
	return int32(min(max(n, float64(g.Least)), float64(g.Most)))
}

// Mean implements Counter.
func (g Geometric) Mean() float64 { return g.mean }

// Range implements Counter.
func (g Geometric) Range() (least, most int32) { return g.Least, g.Most }

// UniformCount is any whole number of a range, each as likely.
type UniformCount struct{ countRange }

// NewUniformCount returns the distribution on least … most, 1 ≤ least ≤ most.
func NewUniformCount(least, most int32) (UniformCount, error) {
	r := countRange{least, most}
	return UniformCount{r}, r.check()
}

// Count implements Counter.
func (c UniformCount) Count(u float64) int32 {
	n := float64(int64(c.Most) - int64(c.Least) + 1)
	return int32(min(int64(c.Least)+int64(float64(u*n)), int64(c.Most)))
}

// Mean implements Counter.
func (c UniformCount) Mean() float64 { return (float64(c.Least) + float64(c.Most)) / 2 }

// Range implements Counter.
func (c UniformCount) Range() (least, most int32) { return c.Least, c.Most }

// Table is a distribution given by numbers and how often each comes.
type Table struct {
	values     []int32
	cumulative []float64
	mean       float64
}

// NewTable returns the distribution of the values, rising from 1 or more, by their
// weights; nil: all alike.
func NewTable(values []int64, weights []float64) (Table, error) {
	if weights == nil {
		weights = slices.Repeat([]float64{1}, len(values))
	}
	if len(values) == 0 || len(weights) != len(values) {
		return Table{}, fmt.Errorf("%d values and %d weights, want as many of each, at least one", len(values), len(weights))
	}
	shares, err := shareOut(weights)
	if err != nil {
		return Table{}, err
	}
	t := Table{cumulative: cumulative(shares)}
	for i, v := range values {
		switch {
		case v < 1 || v > math.MaxInt32:
			return Table{}, fmt.Errorf("value %d is %d, want 1 … %d", i+1, v, math.MaxInt32)
		case i > 0 && v <= values[i-1]:
			return Table{}, fmt.Errorf("value %d is %d after %d, want them to rise", i+1, v, values[i-1])
		}
		t.values = append(t.values, int32(v))
		t.mean += float64(shares[i] * float64(v))
	}
	return t, nil
}

// shareOut divides weights by their sum.
func shareOut(weights []float64) ([]float64, error) {
	sum := 0.0
	for i, w := range weights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return nil, fmt.Errorf("weight %d is %v, want 0 or more", i+1, w)
		}
		sum += w
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return nil, fmt.Errorf("the weights sum to %v, want them above 0 and finite", sum)
	}
	shares := make([]float64, len(weights))
	for i, w := range weights {
		shares[i] = w / sum
	}
	return shares, nil
}

// Count implements Counter.
func (t Table) Count(u float64) int32 {
	i := sort.Search(len(t.cumulative), func(i int) bool { return u < t.cumulative[i] })
	return t.values[min(i, len(t.values)-1)]
}

// Mean implements Counter.
func (t Table) Mean() float64 { return t.mean }

// Range implements Counter.
func (t Table) Range() (least, most int32) { return t.values[0], t.values[len(t.values)-1] }

// Mixture is a draw of one of some distributions.
type Mixture struct {
	parts      []Count
	cumulative []float64
	mean       float64
	countRange
}

func newMixture(s mixtureSpec) (Counter, error) {
	if len(s.Parts) == 0 || len(s.Weights) != len(s.Parts) {
		return nil, fmt.Errorf("%d parts and %d weights, want as many of each, at least one", len(s.Parts), len(s.Weights))
	}
	shares, err := shareOut(s.Weights)
	if err != nil {
		return nil, err
	}
	m := Mixture{parts: s.Parts, cumulative: cumulative(shares), countRange: countRange{math.MaxInt32, 1}}
	for i, p := range s.Parts {
		m.mean += float64(shares[i] * p.Mean())
		least, most := p.Range()
		m.Least, m.Most = min(m.Least, least), max(m.Most, most)
	}
	return m, nil
}

// Count draws the part with u, and from it with what u leaves: where u falls within the
// part's share is uniform again.
func (m Mixture) Count(u float64) int32 {
	i := pick(m.cumulative, u)
	low := 0.0
	if i > 0 {
		low = m.cumulative[i-1]
	}
	within := (u - low) / (m.cumulative[i] - low)
	return m.parts[i].Count(min(max(within, 1.0/(1<<53)), 1-1.0/(1<<53)))
}

// Mean implements Counter.
func (m Mixture) Mean() float64 { return m.mean }

// Range implements Counter.
func (m Mixture) Range() (least, most int32) { return m.Least, m.Most }
