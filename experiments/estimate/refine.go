package estimate

import (
	"context"
	"slices"

	"github.com/coldcurve/coldcurve/results"
)

// refine looks between the powers of two: where the cheapest plan that meets
// the SLO has several standing instances, it tries a quarter and then an eighth
// fewer and more, with as many replications.
func (r *runner) refine(ctx context.Context, a *Advice, all []*Candidate) ([]*Candidate, error) {
	if r.in.Provisioned > 0 {
		return all, nil
	}
	for _, part := range []int{4, 8} {
		best := bestOf(all, a.last)
		if best == nil || best.choice.provisioned < part {
			return all, nil
		}
		var near []*Candidate
		for _, sign := range []int{-1, 1} {
			c := best.choice
			c.provisioned += sign * c.provisioned / part
			if slices.ContainsFunc(all, func(o *Candidate) bool { return o.Name == c.name() }) {
				continue
			}
			s, err := r.in.subject(c, r.catalog, best.subject.load, likely)
			if err != nil {
				return nil, err
			}
			if s.beyondQuota() == "" {
				near = append(near, &Candidate{Name: c.name(), choice: c, subject: s})
			}
		}
		if err := r.extend(ctx, near, a.last, a.SLO); err != nil {
			return nil, err
		}
		a.Rounds = append(a.Rounds, Round{len(near), a.last, len(near)})
		all = append(all, near...)
	}
	return all, nil
}

// bestOf returns the cheapest candidate of the last round that is sure to meet
// the SLO.
func bestOf(all []*Candidate, last int) (best *Candidate) {
	for _, c := range all {
		if c.Replications == last && c.Meets == results.Yes && (best == nil || Better(c, best) < 0) {
			best = c
		}
	}
	return best
}
