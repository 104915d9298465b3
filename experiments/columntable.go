package experiments

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// eachColumn reads a table whose keys are columns of the output, as in latency_p99_s =
// "2%", in their order; keys of its own are left to the caller. An amount may be a text or
// a number.
func eachColumn(n *spec.Node, own []string, read func(column, amount string) error) error {
	if !n.IsTable() {
		return n.Errorf("want a table of columns, as in latency_p99_s = \"2%%\"")
	}
	var known []string
	for _, m := range results.Metrics() {
		known = append(known, m.Name)
	}
	for _, key := range n.Keys() {
		at := n.Get(key)
		if slices.Contains(own, key) {
			continue
		}
		if !slices.Contains(known, key) {
			return at.Errorf("%s", spec.Unknown("column", key, append(known, own...)))
		}
		amount, ok := at.Value().(string)
		if !ok {
			amount = at.String() // a number; what is none is refused with it
		}
		if err := read(key, amount); err != nil {
			return at.Errorf("%w", err)
		}
	}
	return nil
}
