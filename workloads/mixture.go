package workloads

import (
	"fmt"
	"math"
)

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
