package apps

import (
	"context"

	"github.com/coldcurve/coldcurve/experiments/estimate"
)

type Change struct{}
type changeJSON struct{}
type LeftOut struct{ Name, Reason string }

func (r *runner) changes(ctx context.Context, base *outcome) ([]Change, []LeftOut, error) {
	return nil, nil, nil
}
func (e *Estimate) changesPart() estimate.Part { return estimate.Part{} }
func (e *Estimate) changesCSV() [][]string     { return nil }
func (e *Estimate) changesJSON() []changeJSON  { return nil }
