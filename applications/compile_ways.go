package applications

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// Way is from one region to another.
type Way struct{ From, To string }

// unmeasured are the ways that calls and messages take, and of which neither the catalogue
// nor the file knows a round trip: they take no time. Each is told once, in one direction.
func (c *compiler) unmeasured() (out []Way) {
	g := c.g
	take := func(from, to int32) {
		way := Way{g.Places[from], g.Places[to]}
		if c.timeless[way] && !slices.Contains(out, way) && !slices.Contains(out, Way{way.To, way.From}) {
			out = append(out, way)
		}
	}
	target := func(from int32, function, flow int32) {
		if function != flows.None {
			take(from, g.Functions[function].Place)
		}
		if flow != flows.None {
			take(from, g.Flows[flow].Engine.Place)
		}
	}
	service := func(from, k int32) {
		if k != flows.None {
			take(from, g.Services[k].Place)
		}
	}
	send := func(from int32, s *flows.Send) {
		if s == nil {
			return
		}
		service(from, s.Service)
		if s.Trigger != flows.None {
			take(from, c.entry(&g.Triggers[s.Trigger]))
		}
	}
	uses := func(from int32, all []flows.Use) {
		for k := range all {
			u := &all[k]
			service(from, u.Service)
			target(from, u.Function, u.Flow)
			send(from, u.Send)
		}
	}
	for k := range g.Functions {
		f := &g.Functions[k]
		uses(f.Place, f.Uses)
		if f.State != nil {
			service(f.Place, f.State.Service)
		}
	}
	for k := range g.Services {
		uses(g.Services[k].Place, g.Services[k].Before)
		service(g.Services[k].Place, g.Services[k].Behind)
		send(g.Services[k].Place, g.Services[k].Feeds)
	}
	for k := range g.Steps {
		s := &g.Steps[k]
		from := g.Flows[s.Flow].Engine.Place
		if s.Kind == flows.CallStep {
			target(from, s.Function, s.SubFlow)
		}
		if s.Route != nil {
			for _, f := range s.Route.To {
				target(from, f, flows.None)
			}
		}
		uses(from, s.Uses)
		send(from, s.Send)
	}
	for k := range g.Triggers {
		t := &g.Triggers[k]
		in := c.entry(t)
		take(t.Place, in)
		target(in, t.Start.Function, t.Start.Flow)
	}
	return out
}

// entry is where what comes to a trigger is taken: at its service, else at what it starts.
func (c *compiler) entry(t *flows.Trigger) int32 {
	g := c.g
	of := int32(flows.None)
	switch {
	case t.HTTP != nil:
		of = t.HTTP.Service
	case t.Queue != nil:
		of = t.Queue.Service
	case t.Stream != nil:
		of = t.Stream.Service
	case t.Bus != nil:
		of = t.Bus.Service
	case t.Write != nil:
		of = t.Write.Service
	}
	switch {
	case of != flows.None:
		return g.Services[of].Place
	case t.Start.Function != flows.None:
		return g.Functions[t.Start.Function].Place
	case t.Start.Flow != flows.None:
		return g.Flows[t.Start.Flow].Engine.Place
	}
	return t.Place
}
