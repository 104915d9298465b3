package experiments

import (
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// values returns a corner's columns.
func (c corner) values(paths []string) []results.PathValue {
	byPath := map[string]*spec.Node{}
	for _, a := range c.set {
		byPath[a.path] = a.value
	}
	var values []results.PathValue
	for i, path := range paths {
		v := results.PathValue{Path: path, Label: c.labels[i]}
		if n := byPath[path]; n != nil {
			v.Number, v.Unit, v.Numeric = quantity(n)
			v.Policy = strings.TrimSuffix(policyName(n), ".star")
		}
		values = append(values, v)
	}
	return values
}

// quantity returns a value in the base unit of its kind (s, MiB, 1/s, MiB/s),
// ok where it has one.
func quantity(n *spec.Node) (x float64, unit string, ok bool) {
	switch v := n.Value().(type) {
	case int64:
		return float64(v), "", true
	case float64:
		return v, "", true
	case string:
		return textQuantity([]byte(v))
	}
	return 0, "", false
}

// mebibyte is the bytes of the unit in which sizes are plotted.
const mebibyte = 1 << 20

func textQuantity(text []byte) (x float64, unit string, ok bool) {
	var d spec.Duration
	if d.UnmarshalText(text) == nil {
		return d.Seconds(), "s", true
	}
	var r spec.Rate
	if r.UnmarshalText(text) == nil {
		return float64(r), "1/s", true
	}
	var s spec.Size
	if s.UnmarshalText(text) == nil {
		return float64(s) / mebibyte, "MiB", true
	}
	var b spec.Bandwidth
	if b.UnmarshalText(text) == nil {
		return float64(b) / mebibyte, "MiB/s", true
	}
	return 0, "", false
}
