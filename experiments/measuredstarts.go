package experiments

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads/starts"
)

// measuredOf lists the measured starts and bandwidths that an initialisation, or
// the stores of a platform, name. All of them are known: they were read before.
func measuredOf(subject string, init, stores *spec.Node) (list []results.Assumption) {
	if name, ok := init.Get("start").Value().(string); ok {
		if s, err := starts.Find(name); err == nil {
			list = append(list, results.Assumption{Subject: subject, Text: "start " + s.Name + partsOf(&s, init), Grade: s.Grade, Source: s.Source})
		}
	}
	bandwidth := func(what string, n *spec.Node) {
		name, ok := n.Get("bandwidth").Value().(string)
		if !ok {
			return
		}
		if b, err := starts.FindBandwidth(name); err == nil {
			list = append(list, results.Assumption{
				Subject: subject, Text: fmt.Sprintf("%s by %s, %.2f·10⁹ bytes a second: %s", what, b.Name, float64(b.Rate)/1e9, b.Error), Grade: b.Grade, Source: b.Source,
			})
		}
	}
	for _, p := range sim.Phases() {
		bandwidth(p.String(), init.Get(p.String()))
	}
	for _, n := range stores.Items() {
		bandwidth("store "+nameOf(n), n)
	}
	return list
}

// partsOf says which phases of a start an initialisation takes, and how long they
// take.
func partsOf(s *starts.Start, init *spec.Node) string {
	var words []string
	for _, p := range sim.Phases() {
		if takes := s.Takes(p); takes != nil && init.Get(p.String()) == nil {
			words = append(words, p.String()+" "+strings.Trim(takes.String(), `"`))
		}
	}
	if words == nil {
		return ", none of its phases"
	}
	return ": " + strings.Join(words, ", ")
}
