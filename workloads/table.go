package workloads

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

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
