package experiments

import (
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// warnOfOutages warns of outages that nothing that counts arrives in, of those that a
// month's bill multiplies, and of those that take a gateway whose functions stand
// elsewhere too: nobody reaches them then.
func (p *Plan) warnOfOutages(pt *point, g *flows.Graph, window sim.Window) {
	for k := range g.Outages {
		o := &g.Outages[k]
		in := max(0, min(o.To, window.Horizon)-max(o.From, window.Warmup))
		switch {
		case in == 0:
			p.warnOf(pt, "outage of %s, from %s to %s: it is outside of what counts, %s to %s, in which all answers",
				o.Of, spec.Duration(o.From), spec.Duration(o.To), spec.Duration(window.Warmup), spec.Duration(window.Horizon))
		case p.span == costmodel.SpanMonth:
			p.warnOf(pt, "outage of %s: a month's bill takes the window for the month, so that %s is out for %.3g %% of it, as for %s of the window's %s",
				o.Of, o.Of, 100*float64(in)/float64(window.Length()), spec.Duration(in), spec.Duration(window.Length()))
		}
		for i := range g.Triggers {
			if t := &g.Triggers[i]; in > 0 && t.HTTP != nil && t.HTTP.Service != flows.None && slices.Contains(o.Services, t.HTTP.Service) && elsewhere(g, g.Services[t.HTTP.Service].Place) {
				p.warnOf(pt, "outage of %s: the gateway of trigger %s stands there, so that nothing of %s is answered then, whatever stands elsewhere", o.Of, t.Name, t.Name)
			}
		}
	}
}

// elsewhere reports whether a function stands at another place.
func elsewhere(g *flows.Graph, place int32) bool {
	return slices.ContainsFunc(g.Functions, func(f flows.Function) bool { return f.Place != place })
}
