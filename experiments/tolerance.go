package experiments

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// readTolerances reads [tolerance]: columns, and by how much each may become worse than
// a baseline's. It is no part of what determines results.
func readTolerances(n *spec.Node) (list []results.Tolerance, err error) {
	if n == nil {
		return nil, nil
	}
	if !n.IsTable() {
		return nil, n.Errorf("want a table of columns, as in latency_p99_s = \"2%%\"")
	}
	var known []string
	for _, m := range results.Metrics() {
		known = append(known, m.Name)
	}
	for _, key := range n.Keys() {
		at := n.Get(key)
		if !slices.Contains(known, key) {
			return nil, at.Errorf("%s", spec.Unknown("column", key, known))
		}
		text, ok := at.Value().(string)
		if !ok {
			text = at.String() // a number; what is none is refused with it
		}
		t, err := results.ParseTolerance(key, text)
		if err != nil {
			return nil, at.Errorf("%w", err)
		}
		list = append(list, t)
	}
	return list, nil
}
