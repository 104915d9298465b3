package experiments

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// check wants two columns that there are.
func (t *tradeoffSpec) check(n *spec.Node) error {
	var known []string
	for _, m := range results.Metrics() {
		known = append(known, m.Name)
	}
	for _, axis := range []struct{ key, name string }{{"x", t.X}, {"y", t.Y}} {
		if !slices.Contains(known, axis.name) {
			return n.Get(axis.key).Errorf("%s", spec.Unknown("column", axis.name, known))
		}
	}
	if t.X == t.Y {
		return n.Errorf("found %q on both axes, want two columns", t.X)
	}
	return nil
}
