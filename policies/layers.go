package policies

import (
	"strings"

	"github.com/coldcurve/coldcurve/sim"
)

// sharedLayers names the phases from which somebody else may go on, for messages.
func sharedLayers() string {
	var names []string
	for _, p := range sim.Phases() {
		if p > 0 && p <= sim.PhaseDependencies {
			names = append(names, p.String())
		}
	}
	return strings.Join(names, ", ")
}
