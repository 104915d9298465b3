package apps

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/results"
)

// frontOf is the column that cost is set against.
const frontOf = doneP99

// figures is the plot of what an event costs over its p99.
func (a *Advice) figures() []*results.Figure {
	o := results.CostFront{
		Metric: frontOf, Axis: "p99 of an event", CostAxis: "cost, " + a.Currency + " each", Bound: math.NaN(),
		Caption: "Each mark is a way to run the application; down is cheaper. The dashed steps join those of which none is both cheaper and as fast; bars are their 95 % intervals over the replications, of which ways that were dropped early have one.",
	}
	for _, b := range a.SLO {
		if b.Metric == frontOf {
			o.Bound = b.Limit
		}
	}
	for _, c := range a.All {
		s, _ := c.Row.Stat(frontOf)
		p := results.FrontPoint{Label: c.Name, X: s.Mean, Half: s.Half, Cost: c.value("cost_per_event"), Is: results.FrontMeets, Front: slices.Contains(a.Front, c)}
		switch {
		case c == a.Best:
			p.Is = results.FrontChosen
		case c == a.Now:
			p.Is = results.FrontToday
		case c.worst > 0:
			p.Is = results.FrontMisses
		}
		p.Named = p.Front || c == a.Best || c == a.Now
		o.Points = append(o.Points, p)
	}
	if f := o.Figure(); f != nil {
		return []*results.Figure{f}
	}
	return nil
}
