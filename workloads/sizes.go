package workloads

import (
	"errors"
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Sizer is a distribution of sizes. It is immutable, and may be used from several
// goroutines.
type Sizer interface {
	// Sample returns the quantile of u ∈ (0, 1) in bytes, ≥ 0.
	Sample(u float64) int64
	// Mean returns the expected size in bytes; it does not count what is cut to the least
	// or the most.
	Mean() float64
	// Least and Most return the smallest and the largest that is drawn.
	Least() int64
	Most() int64
}

// Bytes is a distribution of sizes as a file writes it: a size ("2KB"), which is a
// constant, or a table such as { dist = "lognormal", median = "2KB", sigma = 0.5,
// most = "1MB" }. Where none is given, Sizer is nil.
type Bytes struct{ Sizer }

// DecodeSpec reads a distribution of sizes.
func (b *Bytes) DecodeSpec(n *spec.Node) error {
	if text, ok := n.Value().(string); ok {
		var size spec.Size
		if err := size.UnmarshalText([]byte(text)); err != nil {
			return n.Errorf("%w", err)
		}
		b.Sizer = FixedSize(size)
		return nil
	}
	if !n.IsTable() {
		return n.Errorf(`found %s, want a size such as "2KB" or a table such as { dist = "lognormal", median = "2KB", sigma = 0.5 }`, found(n))
	}
	sizer, err := decodeKind(n, "dist", "distribution of sizes", sizeKinds())
	b.Sizer = sizer
	return err
}

// Sizes lists the distributions of sizes by name.
func Sizes() []Entry { return entries(sizeKinds()) }

// FixedSize is a fixed size in bytes.
type FixedSize int64

// Sample returns the size.
func (f FixedSize) Sample(float64) int64 { return int64(f) }

// Mean returns the size.
func (f FixedSize) Mean() float64 { return float64(f) }

// Least returns the size.
func (f FixedSize) Least() int64 { return int64(f) }

// Most returns the size.
func (f FixedSize) Most() int64 { return int64(f) }

// maxSize is the largest size that is drawn, 2^58 bytes: a byte is a nanosecond of
// the distributions that it is drawn by, and none is longer than sim.Longest.
const maxSize = 1 << 58

// sized is a distribution of durations, of which a nanosecond is a byte, cut.
type sized struct {
	sampler     Sampler
	least, most int64
}

// Sample implements Sizer.
func (s sized) Sample(u float64) int64 { return min(max(s.sampler.Sample(u), s.least), s.most) }

// Mean implements Sizer.
func (s sized) Mean() float64 { return s.sampler.Mean() }

// Least implements Sizer.
func (s sized) Least() int64 { return s.least }

// Most implements Sizer.
func (s sized) Most() int64 { return s.most }

// sizeRange is where sizes are cut.
type sizeRange struct {
	Least spec.Size  `toml:"least" help:"smaller ones are raised to it"`
	Most  *spec.Size `toml:"most" help:"larger ones are cut to it"`
}

func (r sizeRange) of(s Sampler, err error) (Sizer, error) {
	if err != nil {
		return nil, err
	}
	most := int64(maxSize)
	if r.Most != nil {
		most = int64(*r.Most)
	}
	if int64(r.Least) > most || most > maxSize {
		return nil, fmt.Errorf("sizes go from %v to %v, want least ≤ most ≤ %v", r.Least, spec.Size(most), spec.Size(maxSize))
	}
	return sized{s, int64(r.Least), most}, nil
}

// bytes is a size as a parameter of a distribution that must be above 0.
func bytes(name string, size spec.Size) (sim.Time, error) {
	if size <= 0 || size > maxSize {
		return 0, fmt.Errorf("%s is %v, want it above 0 and at most %v", name, size, spec.Size(maxSize))
	}
	return sim.Time(size), nil
}

type (
	fixedSizeSpec struct {
		Value spec.Size `toml:"value" required:"true" help:"the size; the text alone says the same"`
	}
	exponentialSizeSpec struct {
		Mean spec.Size `toml:"mean" required:"true" help:"mean, above 0"`
		sizeRange
	}
	lognormalSizeSpec struct {
		Median *spec.Size `toml:"median" help:"median, above 0; or mean"`
		Mean   *spec.Size `toml:"mean" help:"mean, above 0; or median"`
		Sigma  float64    `toml:"sigma" required:"true" help:"standard deviation of the natural logarithm, 0 … 20"`
		sizeRange
	}
	shapedSizeSpec struct {
		Mean spec.Size `toml:"mean" required:"true" help:"mean, above 0"`
		CV   float64   `toml:"cv" required:"true" help:"standard deviation ÷ mean, 0.01 … 10"`
		sizeRange
	}
	paretoSizeSpec struct {
		Scale spec.Size `toml:"scale" required:"true" help:"the least size, above 0"`
		Shape float64   `toml:"shape" required:"true" help:"exponent of the tail, 0.01 … 1000; ≤ 1: infinite mean"`
		sizeRange
	}
	uniformSizeSpec struct {
		Least spec.Size `toml:"least" help:"the least size"`
		Most  spec.Size `toml:"most" required:"true" help:"the largest size"`
	}
	empiricalSizeSpec struct {
		Values        []spec.Size `toml:"values" required:"true" help:"quantiles at the probabilities, or, without these, equally likely sizes"`
		Probabilities []float64   `toml:"probabilities" help:"rising, 0 … 1; linear between; the mass outside lies on the first and last value"`
	}
)

// sizeKinds lists the distributions of sizes, sorted by name.
func sizeKinds() []kind[Sizer] {
	return byName(
		newKind("constant", "always the same size", "", func(s fixedSizeSpec) (Sizer, error) { return FixedSize(s.Value), nil }),
		newKind("empirical", "a table of quantiles, or a list of sizes", "Hyndman and Fan, Am. Stat. 50(4), 1996 (definition 1, for a list)", newEmpiricalSize),
		newKind("exponential", "density e^(−x÷mean) ÷ mean", "Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, ch. 19", func(s exponentialSizeSpec) (Sizer, error) {
			mean, err := bytes("mean", s.Mean)
			if err != nil {
				return nil, err
			}
			d, err := NewExponential(mean)
			return s.of(d, err)
		}),
		newKind("gamma", "density ∝ x^(shape−1)·e^(−x÷scale)", "Johnson, Kotz and Balakrishnan, ch. 17", func(s shapedSizeSpec) (Sizer, error) {
			mean, err := bytes("mean", s.Mean)
			if err != nil {
				return nil, err
			}
			d, err := NewGammaMean(mean, s.CV)
			return s.of(d, err)
		}),
		newKind("lognormal", "the logarithm is normal", "Johnson, Kotz and Balakrishnan, ch. 14", newLognormalSize),
		newKind("pareto", "P(X > x) = (scale÷x)^shape: a heavy tail", "Johnson, Kotz and Balakrishnan, ch. 20", func(s paretoSizeSpec) (Sizer, error) {
			scale, err := bytes("scale", s.Scale)
			if err != nil {
				return nil, err
			}
			d, err := NewPareto(scale, s.Shape)
			return s.of(d, err)
		}),
		newKind("uniform", "anything from the least to the most", "Johnson, Kotz and Balakrishnan, ch. 26", func(s uniformSizeSpec) (Sizer, error) {
			if s.Least > s.Most || s.Most > maxSize {
				return nil, fmt.Errorf("sizes go from %v to %v, want least ≤ most ≤ %v", s.Least, s.Most, spec.Size(maxSize))
			}
			d, err := NewUniform(sim.Time(s.Least), sim.Time(s.Most))
			return sized{d, int64(s.Least), int64(s.Most)}, err
		}),
		newKind("weibull", "P(X > x) = e^(−(x÷scale)^shape)", "Johnson, Kotz and Balakrishnan, ch. 21", func(s shapedSizeSpec) (Sizer, error) {
			mean, err := bytes("mean", s.Mean)
			if err != nil {
				return nil, err
			}
			d, err := NewWeibullMean(mean, s.CV)
			return s.of(d, err)
		}),
	)
}

func newLognormalSize(s lognormalSizeSpec) (Sizer, error) {
	if err := within("sigma", s.Sigma, 0, 20); err != nil {
		return nil, err
	}
	switch {
	case s.Median != nil && s.Mean == nil:
		median, err := bytes("median", *s.Median)
		if err != nil {
			return nil, err
		}
		d, err := NewLognormal(median, s.Sigma)
		return s.of(d, err)
	case s.Median == nil && s.Mean != nil:
		mean, err := bytes("mean", *s.Mean)
		if err != nil {
			return nil, err
		}
		d, err := newLognormal(math.Log(float64(mean))-float64(s.Sigma*s.Sigma)/2, s.Sigma)
		return s.of(d, err)
	}
	return nil, errors.New("want either median or mean")
}

func newEmpiricalSize(s empiricalSizeSpec) (Sizer, error) {
	values := make([]spec.Duration, len(s.Values))
	least, most := int64(maxSize), int64(0)
	for i, v := range s.Values {
		if v > maxSize {
			return nil, fmt.Errorf("value %d is %v, want at most %v", i+1, v, spec.Size(maxSize))
		}
		values[i] = spec.Duration(v)
		least, most = min(least, int64(v)), max(most, int64(v))
	}
	for i := 1; i < len(values) && s.Probabilities != nil; i++ {
		if values[i] < values[i-1] {
			return nil, fmt.Errorf("value %d is %v after %v, want none below the one before", i+1, s.Values[i], s.Values[i-1])
		}
	}
	d, err := newEmpirical(empiricalSpec{values, s.Probabilities})
	if err != nil {
		return nil, err
	}
	return sized{d, least, most}, nil
}
