package costmodel

import "github.com/coldcurve/coldcurve/internal/spec"

// Document returns tariffs as a file that Load reads: each as it stands in the end,
// with what it took over from others. Read over the same or a later catalog, it has
// the same prices.
func Document(tariffs []*Tariff) string {
	list := make([]any, len(tariffs))
	for i, t := range tariffs {
		list[i] = t.node.Without("extends")
	}
	return spec.FromValue("", 0, map[string]any{"tariff": list}).Document()
}
