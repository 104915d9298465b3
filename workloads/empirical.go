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

// Empirical is a distribution given by some of its quantiles, linear between
// them. What lies below the first probability has the first value, what lies
// above the last has the last.
type Empirical struct{ probabilities, values []float64 }

// NewEmpirical returns the distribution whose quantile at probabilities[i] is
// values[i]. The probabilities must rise, within [0, 1]; the values must not
// fall.
func NewEmpirical(probabilities []float64, values []sim.Time) (Empirical, error) {
	if len(probabilities) != len(values) {
		return Empirical{}, fmt.Errorf("%d probabilities and %d values, want as many of each", len(probabilities), len(values))
	}
	if err := checkValues(values); err != nil {
		return Empirical{}, err
	}
	e := Empirical{slices.Clone(probabilities), make([]float64, len(values))}
	for i, p := range probabilities {
		if err := within(fmt.Sprintf("probability %d", i+1), p, 0, 1); err != nil {
			return Empirical{}, err
		}
		if i > 0 && p <= probabilities[i-1] {
			return Empirical{}, fmt.Errorf("probability %d is %v after %v, want them to rise", i+1, p, probabilities[i-1])
		}
		if i > 0 && values[i] < values[i-1] {
			return Empirical{}, fmt.Errorf("value %d is %v after %v, want none below the one before", i+1, spec.Duration(values[i]), spec.Duration(values[i-1]))
		}
		e.values[i] = float64(values[i])
	}
	return e, nil
}

func checkValues(values []sim.Time) error {
	if len(values) == 0 {
		return errors.New("no values, want at least one")
	}
	for i, v := range values {
		if err := checkDuration(fmt.Sprintf("value %d", i+1), v); err != nil {
			return err
		}
	}
	return nil
}

// Sample interpolates the quantiles at u.
func (e Empirical) Sample(u float64) sim.Time {
	i := sort.SearchFloat64s(e.probabilities, u) // the first that is ≥ u
	switch i {
	case 0:
		return toTime(e.values[0])
	case len(e.values):
		return toTime(e.values[i-1])
	}
	part := (u - e.probabilities[i-1]) / (e.probabilities[i] - e.probabilities[i-1])
	return toTime(e.values[i-1] + float64(part*(e.values[i]-e.values[i-1])))
}

// Mean returns the integral of the quantiles over (0, 1), in nanoseconds.
func (e Empirical) Mean() float64 {
	last := len(e.values) - 1
	mean := float64(e.probabilities[0]*e.values[0]) + float64((1-e.probabilities[last])*e.values[last])
	for i := 1; i <= last; i++ {
		mean += float64((e.probabilities[i] - e.probabilities[i-1]) * (e.values[i] + e.values[i-1]) / 2)
	}
	return mean
}

// Observed is the distribution of a list of values, each as likely as the next.
type Observed struct{ values []sim.Time }

// NewObserved returns the distribution of a value taken from the list.
func NewObserved(values []sim.Time) (Observed, error) {
	if err := checkValues(values); err != nil {
		return Observed{}, err
	}
	o := Observed{slices.Clone(values)}
	slices.Sort(o.values)
	return o, nil
}

// Sample returns the value of rank ⌈n·u⌉.
func (o Observed) Sample(u float64) sim.Time {
	n := len(o.values)
	return o.values[min(int(math.Ceil(float64(n)*u)), n)-1]
}

// Mean returns the mean of the values in nanoseconds.
func (o Observed) Mean() float64 {
	mean := 0.0
	for _, v := range o.values {
		mean += float64(v) / float64(len(o.values))
	}
	return mean
}
