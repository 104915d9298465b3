package workloads

import (
	"errors"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Distribution is a distribution of durations as an experiment writes it: a
// duration ("120ms"), which is a constant, or a table such as
// { dist = "exponential", mean = "1.991s" }. Where none is given, Sampler is nil.
type Distribution struct{ Sampler }

// Entry describes a distribution or an arrival process for a listing.
type Entry struct {
	Name   string
	Help   string
	Params []spec.Param
	Source string
}

// kind is an Entry with how to read it.
type kind[T any] struct {
	Entry
	decode func(n *spec.Node) (T, error)
}

// newKind ties a name to the struct S of its keys and to what builds a T of them.
func newKind[S, T any](name, help, source string, build func(S) (T, error)) kind[T] {
	decode := func(n *spec.Node) (t T, err error) {
		var s S
		if err := n.Decode(&s); err != nil {
			return t, err
		}
		if t, err = build(s); err != nil {
			return t, n.Errorf("%w", err)
		}
		return t, nil
	}
	return kind[T]{Entry{name, help, spec.Params(new(S)), source}, decode}
}

// decodeKind reads a table whose key says which of the kinds it is.
func decodeKind[T any](n *spec.Node, key, what string, kinds []kind[T]) (t T, err error) {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	named := n.Get(key)
	if named == nil {
		return t, n.Errorf("missing key %q, want one of: %s", key, strings.Join(names, ", "))
	}
	name, ok := named.Value().(string)
	if !ok {
		return t, named.Errorf("found %s, want one of: %s", found(named), strings.Join(names, ", "))
	}
	i := slices.Index(names, name)
	if i < 0 {
		return t, named.Errorf("%s", spec.Unknown(what, name, names))
	}
	return kinds[i].decode(n.Without(key))
}

// found describes a node in a message: a scalar as it would be written.
func found(n *spec.Node) string {
	switch {
	case n.IsTable():
		return "a table"
	case n.IsArray():
		return "an array"
	}
	return n.String()
}

func entries[T any](kinds []kind[T]) []Entry {
	list := make([]Entry, len(kinds))
	for i, k := range kinds {
		list[i] = k.Entry
	}
	return list
}

// Distributions lists the distributions by name.
func Distributions() []Entry { return entries(distributionKinds()) }

// DecodeSpec reads a distribution.
func (d *Distribution) DecodeSpec(n *spec.Node) error {
	switch v := n.Value().(type) {
	case string:
		var duration spec.Duration
		if err := duration.UnmarshalText([]byte(v)); err != nil {
			return n.Errorf("%w", err)
		}
		constant, err := NewConstant(sim.Time(duration))
		if err != nil {
			return n.Errorf("%w", err)
		}
		d.Sampler = constant
		return nil
	default:
		if !n.IsTable() {
			return n.Errorf(`found %s, want a duration such as "120ms" or a table such as { dist = "exponential", mean = "2s" }`, found(n))
		}
	}
	sampler, err := decodeKind(n, "dist", "distribution", distributionKinds())
	d.Sampler = sampler
	return err
}

type constantSpec struct {
	Value spec.Duration `toml:"value" required:"true" help:"the duration; the string alone says the same"`
}

type exponentialSpec struct {
	Mean spec.Duration `toml:"mean" required:"true" help:"mean, above 0"`
}

type lognormalSpec struct {
	Median *spec.Duration `toml:"median" help:"median, above 0; or mu"`
	Mu     *float64       `toml:"mu" unit:"log of seconds" help:"mean of the logarithm, −20 … 22; or median"`
	Sigma  float64        `toml:"sigma" required:"true" help:"standard deviation of the natural logarithm, 0 … 20"`
}

// shapedSpec has the keys of gamma and Weibull.
type shapedSpec struct {
	Mean  *spec.Duration `toml:"mean" help:"mean, above 0; with cv"`
	CV    *float64       `toml:"cv" help:"standard deviation ÷ mean, 0.01 … 10"`
	Scale *spec.Duration `toml:"scale" help:"scale, above 0; with shape, in place of mean and cv"`
	Shape *float64       `toml:"shape" help:"shape; gamma: 0.01 … 10000, Weibull: 0.1 … 200"`
}

type paretoSpec struct {
	Scale spec.Duration `toml:"scale" required:"true" help:"the least duration, above 0"`
	Shape float64       `toml:"shape" required:"true" help:"exponent of the tail, 0.01 … 1000; ≤ 1: infinite mean"`
}

type uniformSpec struct {
	Min spec.Duration `toml:"min" default:"0s" help:"the least duration"`
	Max spec.Duration `toml:"max" required:"true" help:"the longest duration"`
}

type empiricalSpec struct {
	Values        []spec.Duration `toml:"values" required:"true" help:"quantiles at the probabilities, or, without these, equally likely durations"`
	Probabilities []float64       `toml:"probabilities" help:"rising, 0 … 1; linear between; the mass outside lies on the first and last value"`
}

// byName returns kinds sorted by name, in whatever order they stand.
func byName[T any](kinds ...kind[T]) []kind[T] {
	slices.SortFunc(kinds, func(a, b kind[T]) int { return strings.Compare(a.Name, b.Name) })
	return kinds
}

// distributionKinds lists the distributions, sorted by name.
func distributionKinds() []kind[Sampler] {
	return byName(
		newKind("classification", "of images: base + each × images", "", newClassification),
		newKind("constant", "always the same duration", "", func(s constantSpec) (Sampler, error) {
			return NewConstant(sim.Time(s.Value))
		}),
		newKind("empirical", "a table of quantiles, or a list of durations", "Hyndman and Fan, Am. Stat. 50(4), 1996 (definition 1, for a list)", newEmpirical),
		newKind("diffusion", "of images from noise: base + step × steps × images × (side ÷ 1024)²", "", newDiffusion),
		newKind("embedding", "of a text: base + each × tokens, all of them in", "", newEmbedding),
		newKind("exponential", "memoryless: density e^(−x÷mean) ÷ mean", "Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, ch. 19", func(s exponentialSpec) (Sampler, error) {
			return NewExponential(sim.Time(s.Mean))
		}),
		newKind("gamma", "density ∝ x^(shape−1)·e^(−x÷scale)", "Johnson, Kotz and Balakrishnan, ch. 17", newGamma),
		newKind("lognormal", "the logarithm is normal", "Johnson, Kotz and Balakrishnan, ch. 14", newLognormalOf),
		newKind("pareto", "P(X > x) = (scale÷x)^shape: a heavy tail", "Johnson, Kotz and Balakrishnan, ch. 20", func(s paretoSpec) (Sampler, error) {
			return NewPareto(sim.Time(s.Scale), s.Shape)
		}),
		newKind("quantiles", "published percentiles; a lognormal in pieces between and beyond them", "", newQuantilesOf),
		newKind("uniform", "anything between two durations", "Johnson, Kotz and Balakrishnan, ch. 26", func(s uniformSpec) (Sampler, error) {
			return NewUniform(sim.Time(s.Min), sim.Time(s.Max))
		}),
		newKind("weibull", "P(X > x) = e^(−(x÷scale)^shape)", "Johnson, Kotz and Balakrishnan, ch. 21", newWeibull),
	)
}

func newEmpirical(s empiricalSpec) (Sampler, error) {
	values := make([]sim.Time, len(s.Values))
	for i, v := range s.Values {
		values[i] = sim.Time(v)
	}
	if s.Probabilities == nil {
		return NewObserved(values)
	}
	return NewEmpirical(s.Probabilities, values)
}

func newLognormalOf(s lognormalSpec) (Sampler, error) {
	switch {
	case s.Median != nil && s.Mu == nil:
		return NewLognormal(sim.Time(*s.Median), s.Sigma)
	case s.Median == nil && s.Mu != nil:
		return NewLognormalMu(*s.Mu, s.Sigma)
	}
	return nil, errors.New("want either median or mu")
}

// byMean and byScale say which pair of keys is given; neither, where they are
// mixed.
func (s shapedSpec) byMean() bool {
	return s.Mean != nil && s.CV != nil && s.Scale == nil && s.Shape == nil
}

func (s shapedSpec) byScale() bool {
	return s.Mean == nil && s.CV == nil && s.Scale != nil && s.Shape != nil
}

var errShaped = errors.New("want either mean and cv, or scale and shape")

func newGamma(s shapedSpec) (Sampler, error) {
	switch {
	case s.byMean():
		return NewGammaMean(sim.Time(*s.Mean), *s.CV)
	case s.byScale():
		return NewGamma(sim.Time(*s.Scale), *s.Shape)
	}
	return nil, errShaped
}

func newWeibull(s shapedSpec) (Sampler, error) {
	switch {
	case s.byMean():
		return NewWeibullMean(sim.Time(*s.Mean), *s.CV)
	case s.byScale():
		return NewWeibull(sim.Time(*s.Scale), *s.Shape)
	}
	return nil, errShaped
}
