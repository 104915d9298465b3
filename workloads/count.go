package workloads

import (
	"errors"
	"fmt"
	"math"

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
