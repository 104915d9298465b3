package experiments

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// readTolerances reads [tolerance]: columns, and by how much each may become worse than
// a baseline's. It is no part of what determines results.
func readTolerances(n *spec.Node) (list []results.Tolerance, err error) {
	if n == nil {
		return nil, nil
	}
	err = eachColumn(n, nil, func(column, amount string) error {
		t, err := results.ParseTolerance(column, amount)
		list = append(list, t)
		return err
	})
	return list, err
}
