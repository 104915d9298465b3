package workloads

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

type (
	classificationSpec struct {
		Images Count         `toml:"images" required:"true" help:"images of a request"`
		Each   spec.Duration `toml:"each" required:"true" help:"time of an image"`
		Base   spec.Duration `toml:"base" default:"0s" help:"time of a request besides"`
	}
	embeddingSpec struct {
		Tokens Count         `toml:"tokens" required:"true" help:"tokens of a request, all of them in"`
		Each   spec.Duration `toml:"each" required:"true" help:"time of a token"`
		Base   spec.Duration `toml:"base" default:"0s" help:"time of a request besides"`
	}
	diffusionSpec struct {
		Steps  Count         `toml:"steps" required:"true" help:"denoising steps"`
		Side   Count         `toml:"side" unit:"pixels" help:"of a square image; absent: 1024"`
		Images Count         `toml:"images" help:"images of a request; absent: 1"`
		Step   spec.Duration `toml:"step" required:"true" help:"time of a step of an image of 1024 × 1024; others by their pixels"`
		Base   spec.Duration `toml:"base" default:"0s" help:"time of a request besides: the text's encoder, the image's decoder"`
	}
)

// Sized is the time of a request by its size: base + unit × the product of its sizes,
// each drawn by itself.
type Sized struct {
	base, unit float64 // ns
	sizes      []size
	mean       float64 // of the product
}

// size is one factor of a request's size: a number, or its power.
type size struct {
	Count
	scale float64
	power int
}

// newSized makes a Sized.
func newSized(base, unit spec.Duration, sizes ...size) (Sampler, error) {
	if err := positiveTime("the time of one", sim.Time(unit)); err != nil {
		return nil, err
	}
	if err := checkDuration("base", sim.Time(base)); err != nil {
		return nil, err
	}
	s := Sized{base: float64(base), unit: float64(unit), sizes: sizes, mean: 1}
	for _, f := range sizes {
		s.mean *= f.mean()
	}
	return s, nil
}

func newClassification(s classificationSpec) (Sampler, error) {
	return newSized(s.Base, s.Each, size{s.Images, 1, 1})
}

func newEmbedding(s embeddingSpec) (Sampler, error) {
	return newSized(s.Base, s.Each, size{s.Tokens, 1, 1})
}

// baseSide is the side of the image of which a step's time is given.
const baseSide = 1024

func newDiffusion(s diffusionSpec) (Sampler, error) {
	sizes := []size{{s.Steps, 1, 1}}
	if s.Side.Counter != nil {
		sizes = append(sizes, size{s.Side, 1.0 / baseSide, 2})
	}
	if s.Images.Counter != nil {
		sizes = append(sizes, size{s.Images, 1, 1})
	}
	return newSized(s.Base, s.Step, sizes...)
}

// of returns the factor that a number is.
func (f *size) of(n int32) float64 {
	x := float64(float64(n) * f.scale)
	if f.power == 2 {
		return float64(x * x)
	}
	return x
}

// mean integrates the factor over the quantiles.
func (f *size) mean() float64 {
	const points = 1 << 12
	sum := 0.0
	for i := range points {
		sum += f.of(f.Count.Count((float64(i) + 0.5) / points))
	}
	return sum / points
}

// Sample returns the time of the sizes that u says.
func (s Sized) Sample(u float64) sim.Time {
	product := 1.0
	for i := range s.sizes {
		n := int32(0)
		n, u = split(s.sizes[i].Counter, u, i == len(s.sizes)-1)
		product *= s.sizes[i].of(n)
	}
	return toTime(s.base + float64(s.unit*product))
}

// Mean returns base + unit × the product of the sizes' means.
func (s Sized) Mean() float64 { return s.base + float64(s.unit*s.mean) }

// split returns the quantile of u, and what u leaves for another draw: where u falls in the
// probability of that number is uniform, too. Of the last draw nothing is left.
func split(c Counter, u float64, last bool) (n int32, rest float64) {
	n = c.Count(u)
	if _, fixed := c.(Fixed); fixed || last {
		return n, u
	}
	low := edge(func(v float64) bool { return c.Count(v) >= n }, 0, u)
	high := edge(func(v float64) bool { return c.Count(v) > n }, u, 1)
	const least = 1.0 / (1 << 53)
	return n, min(max((u-low)/(high-low), least), 1-least)
}

// edge returns where a condition begins to hold in (low, high], by halves.
func edge(holds func(float64) bool, low, high float64) float64 {
	for range 64 {
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			break
		}
		if holds(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}
