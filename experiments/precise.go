package experiments

import (
	"context"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

const (
	// fewestPrecise is how many replications a run that goes on until it is precise begins
	// with at least: an interval of fewer is narrow by chance too often.
	fewestPrecise = 10
	mostPrecise   = 200 // without precision.most
)

// precision is how narrow intervals are to be, and how many replications it may take.
type precision struct {
	of   []results.Precision
	most int
}

// readPrecision reads [precision]: columns and the half-widths of their intervals, and
// the most replications.
func readPrecision(n *spec.Node, replications int) (*precision, error) {
	if n == nil {
		return nil, nil
	}
	p := &precision{most: max(mostPrecise, replications)}
	err := eachColumn(n, []string{"most"}, func(column, amount string) error {
		one, err := results.ParsePrecision(column, amount)
		p.of = append(p.of, one)
		return err
	})
	if err != nil {
		return nil, err
	}
	if at := n.Get("most"); at != nil {
		fewest := max(fewestPrecise, replications)
		most, ok := at.Value().(int64)
		if !ok || most < int64(fewest) || most > maxReplications {
			return nil, at.Errorf("found %s, want a whole number of replications from %d to %d", at, fewest, maxReplications)
		}
		p.most = int(most)
	}
	if len(p.of) == 0 {
		return nil, n.Errorf("found no column, want one or more, as in latency_p99_s = \"2%%\"")
	}
	return p, nil
}

// MostReplications is how many a run of the plan may come to make.
func (p *Plan) MostReplications() int {
	if p.precision == nil {
		return p.Replications
	}
	return p.precision.most
}

// WithReplications is the plan with another number of replications; it shares the traces,
// and what it is the plan of is the same.
func (p *Plan) WithReplications(ctx context.Context, n int) (*Plan, error) {
	if n == p.Replications {
		return p, nil
	}
	return p.again(ctx, func(e *Experiment) { e.Replications = n })
}

// again expands a changed experiment anew; what it is the plan of is the same.
func (p *Plan) again(ctx context.Context, change func(*Experiment)) (*Plan, error) {
	catalog, err := p.loader.env.catalog()
	if err != nil {
		return nil, input(err)
	}
	e := *p.Experiment
	change(&e)
	q := newPlan(&e, p.loader)
	q.piloted = p.piloted
	if err := q.expand(ctx, catalog); err != nil {
		return nil, input(err)
	}
	q.Hash = p.Hash
	return q, nil
}

// precisely makes sets of more and more replications, until their intervals are as narrow
// as the experiment asks for, and returns the last and its plan. What it does depends on
// the results alone.
func (p *Plan) precisely(ctx context.Context, set func(*Plan) (*results.Set, error)) (*results.Set, *Plan, error) {
	for began := p.Replications; ; {
		s, err := set(p)
		if err != nil || p.precision == nil {
			return s, p, err
		}
		rows, err := s.Rows()
		if err != nil {
			return nil, p, err
		}
		n := results.Replications(rows, p.precision.of, p.precision.most)
		if n == p.Replications {
			s.Warnings = append(slices.Clone(s.Warnings), results.PrecisionNote(rows, p.precision.of, began))
			return s, p, nil
		}
		more, err := p.WithReplications(ctx, n)
		if err != nil {
			return nil, p, err
		}
		p = more
	}
}
