package apps

import (
	"context"

	"github.com/coldcurve/coldcurve/experiments/estimate"
)

// Limits is a placeholder type.
type Limits struct{}

type limitsJSON struct{}

func (r *runner) limits(ctx context.Context, base *outcome) (*Limits, error) { return nil, nil }
func (l *Limits) csv() [][]string                                            { return nil }
func (l *Limits) part() estimate.Part                                        { return estimate.Part{} }
func (l *Limits) json() *limitsJSON                                          { return nil }
