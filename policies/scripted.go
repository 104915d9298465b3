package policies

import "github.com/coldcurve/coldcurve/internal/spec"

// scripted reports whether a policy's table names a script, which stands in place of one
// of the registry: { script = "mine.star" }.
func scripted(n *spec.Node) bool {
	return n.IsTable() && n.Get("script") != nil && n.Get("name") == nil
}
