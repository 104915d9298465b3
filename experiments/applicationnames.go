package experiments

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// names are the names and tags of what a graph tells of.
func (w *workload) names(title string, g *flows.Graph) *results.ApplicationGraph {
	event, _ := w.Application.Get("unit").Value().(string)
	names := &results.ApplicationGraph{Title: title, Event: event, Graph: g, TriggerTags: make([]string, len(g.Triggers)), OwnerTags: make([]string, len(g.Owners))}
	tag := func(list *spec.Node, name string) string {
		for _, n := range items(list) {
			if nameOf(n) == name {
				text, _ := n.Get("tag").Value().(string)
				return text
			}
		}
		return ""
	}
	for i := range g.Triggers {
		t := &g.Triggers[i]
		names.TriggerTags[i] = tag(w.Application.Get("trigger"), t.Name)
		names.OwnerTags[t.Owner] = names.TriggerTags[i]
	}
	for i := range g.Services {
		names.OwnerTags[g.Services[i].Owner] = tag(w.Application.Get("store"), g.Services[i].Name)
	}
	for i := range g.Functions {
		if f := &g.Functions[i]; i < len(g.Functions)-len(g.Triggers) {
			names.OwnerTags[f.Owner] = tag(w.Application.Get("function"), f.Name)
		}
	}
	for i := range g.Flows {
		f := &g.Flows[i]
		names.OwnerTags[f.Owner] = tag(w.Application.Get("flow"), f.Name)
	}
	for i := range g.Steps {
		s := &g.Steps[i]
		flow := &g.Flows[s.Flow]
		if names.OwnerTags[s.Owner] = tag(stepsOf(w.Application, flow.Name), s.Name); names.OwnerTags[s.Owner] == "" {
			names.OwnerTags[s.Owner] = names.OwnerTags[flow.Owner]
		}
	}
	return names
}

// stepsOf is the list of steps of a flow.
func stepsOf(app *spec.Node, flow string) *spec.Node {
	for _, n := range items(app.Get("flow")) {
		if nameOf(n) == flow {
			return n.Get("steps")
		}
	}
	return nil
}
