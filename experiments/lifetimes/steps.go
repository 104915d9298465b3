package lifetimes

import "slices"

// Steps is a distribution of durations in seconds: of each step its mass, evenly from From
// to To. Beyond is what is longer than Longest, the longest that was seen.
type Steps struct {
	List    []Step
	Beyond  float64
	Longest float64
}

// Step is a part of a distribution.
type Step struct{ From, To, Mass float64 }

// least is the mass below which a step is none.
const least = 1e-6

// steps returns the distribution, where the mass at an end lies from the longest that was
// survived below it.
func (m *mass) steps(survived []float64) Steps {
	survived = slices.Sorted(slices.Values(survived))
	s := Steps{Beyond: m.p[len(m.at)]}
	if n := len(survived); n > 0 {
		s.Longest = survived[n-1]
	}
	left := 0.0
	for i, end := range m.at {
		if m.p[i] < least {
			continue
		}
		k, _ := slices.BinarySearch(survived, end)
		from := left
		if k > 0 {
			from = max(from, survived[k-1])
		}
		s.List = append(s.List, Step{from, end, m.p[i]})
		left, s.Longest = end, max(s.Longest, end)
	}
	if s.Beyond < least {
		s.Beyond = 0
	}
	return s
}

// After is the probability of being longer than x seconds.
func (s *Steps) After(x float64) float64 {
	left := s.Beyond
	if x >= s.Longest {
		left = 0
	}
	for _, step := range s.List {
		switch {
		case x < step.From:
			left += step.Mass
		case x < step.To:
			left += step.Mass * (step.To - x) / (step.To - step.From)
		}
	}
	return left
}

// gap separates two probabilities between which there is nothing.
const gap = 1e-9

// Quantiles returns the distribution as a table of quantiles, which are linear between.
func (s *Steps) Quantiles() (probabilities, values []float64) {
	add := func(p, v float64) {
		if n := len(probabilities); n > 0 && p <= probabilities[n-1] {
			p = probabilities[n-1] + gap
		}
		probabilities, values = append(probabilities, min(p, 1)), append(values, v)
	}
	below := 0.0
	for _, step := range s.List {
		add(below, step.From)
		below += step.Mass
		add(min(below, 1-2*gap), step.To)
	}
	if s.Beyond > 0 || len(s.List) == 0 {
		add(min(below+gap, 1-gap), s.Longest)
	}
	return probabilities, values
}
