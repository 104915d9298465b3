package applications

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/applications/draw"
)

// Diagram returns the application as it is drawn. Nodes and groups are called as what
// costs are counted for: a step flow/step, anything else by its name.
func (a *Application) Diagram() *draw.Diagram {
	d := &diagram{Application: a, Diagram: &draw.Diagram{Title: a.Title}, stores: map[string]bool{}, drawn: map[string]bool{}, joined: map[draw.Edge]bool{}}
	for i := range a.file.Triggers {
		d.trigger(&a.file.Triggers[i])
	}
	for i := range a.file.Flows {
		d.flow(i)
	}
	for i := range a.file.Functions {
		if f := &a.file.Functions[i]; d.wanted(f.Name) {
			d.node(draw.Node{ID: f.Name, Label: f.Name, Sub: f.sub(), Kind: f.kind()})
			d.uses(f.Name, f.Uses, f.State)
		}
	}
	for i := range a.file.Stores {
		s := &a.file.Stores[i]
		d.node(draw.Node{ID: s.Name, Label: s.Name, Sub: unlike(s.Service, s.Name), Kind: storeNode(s.Service)})
		if s.Behind != "" {
			d.edge(draw.Edge{From: s.Name, To: s.Behind, Label: "misses", Kind: draw.Use})
		}
		if s.Encrypt != "" {
			d.edge(draw.Edge{From: s.Name, To: s.Encrypt, Kind: draw.Use})
		}
	}
	return d.Diagram
}

// diagram is one that is being made.
type diagram struct {
	*Application
	*draw.Diagram
	stores map[string]bool
	drawn  map[string]bool // functions that a step stands for
	joined map[draw.Edge]bool
}

func (d *diagram) node(n draw.Node) { d.Nodes = append(d.Nodes, n) }

// edge adds an edge, once.
func (d *diagram) edge(e draw.Edge) {
	if e.To != "" && !d.joined[e] {
		d.joined[e] = true
		d.Edges = append(d.Edges, e)
	}
}

// wanted reports whether a function has a node of its own: where no step stands for it,
// or something other than a step calls it.
func (d *diagram) wanted(function string) bool {
	return !d.drawn[function] || slices.ContainsFunc(d.Edges, func(e draw.Edge) bool { return e.To == function })
}

func (d *diagram) trigger(t *triggerSpec) {
	n := draw.Node{ID: t.Name, Label: t.Name, Kind: draw.Trigger}
	dead := ""
	switch {
	case t.HTTP != nil:
		n.Sub = "HTTP" + through(t.HTTP.Service)
		if t.HTTP.DNS != nil {
			d.edge(draw.Edge{From: t.Name, To: t.HTTP.DNS.Store, Kind: draw.Use})
		}
		if t.HTTP.Auth != nil {
			d.edge(draw.Edge{From: t.Name, To: t.HTTP.Auth.Call, Label: "may it?", Kind: draw.Call})
		}
	case t.Queue != nil:
		n.Kind, n.Sub, dead = draw.Queue, t.Queue.Service, t.Queue.Dead
	case t.Stream != nil:
		n.Kind, n.Sub, dead = draw.Stream, fmt.Sprintf("%s, %d shards", t.Stream.Service, t.Stream.Shards), t.Stream.Dead
		if t.Stream.Via != "" {
			n.Sub += ", " + t.Stream.Via
		}
	case t.Schedule != nil:
		n.Sub = "every " + t.Schedule.Every.String()
	case t.Object != nil:
		n.Sub = "object written"
		d.edge(draw.Edge{From: t.Name, To: t.Object.Store, Kind: draw.Use})
	case t.Bus != nil:
		n.Sub, dead = t.Bus.Service, t.Bus.Dead
	case t.Async != nil:
		n.Sub, dead = t.Async.Service, t.Async.Dead
	}
	d.node(n)
	d.edge(draw.Edge{From: t.Name, To: t.Start, Kind: draw.Call})
	if dead != "" {
		d.edge(draw.Edge{From: t.Name, To: dead, Label: "given up", Kind: draw.Dead})
	}
}

func through(service string) string {
	if service == "" || service == "none" {
		return ""
	}
	return ", " + service
}

// flow draws a flow's steps in a frame.
func (d *diagram) flow(i int) {
	s := &d.file.Flows[i]
	engine := s.Engine.Preset
	if engine == "none" {
		engine = ""
	}
	d.Groups = append(d.Groups, draw.Group{ID: s.Name, Label: s.Name, Sub: engine})
	f := &d.flows[i]
	for l := range f.lists {
		if f.lists[l].by == none {
			d.list(s, f, l, s.Name)
		}
	}
}

// list draws a list of steps in a group.
func (d *diagram) list(s *flowSpec, f *flow, l int, group string) {
	id := func(k int) string { return s.Name + "/" + s.Steps[k].Name }
	end := ""
	goes := func(k int) string {
		if k != none {
			return id(k)
		}
		if end == "" {
			end = fmt.Sprintf("%s/%s %d", s.Name, "end", l) // a step's name that nobody sees
			d.node(draw.Node{ID: end, Kind: draw.End, Group: group})
		}
		return end
	}
	for _, k := range f.lists[l].steps {
		x, to := &s.Steps[k], &f.steps[k]
		d.step(s, f, k, id(k), group)
		for c := range x.Choice {
			d.edge(draw.Edge{From: id(k), To: goes(to.cases[c]), Label: x.Choice[c].label()})
		}
		for c := range x.Catch {
			d.edge(draw.Edge{From: id(k), To: goes(to.catches[c]), Label: strings.Join(x.Catch[c].On, ", "), Kind: draw.Catch})
		}
		if to.next != none {
			d.edge(draw.Edge{From: id(k), To: id(to.next)})
		}
	}
}

// step draws a step: a parallel and a map as frames, all else as a box.
func (d *diagram) step(s *flowSpec, f *flow, k int, id, group string) {
	x, to := &s.Steps[k], &f.steps[k]
	n := draw.Node{ID: id, Label: x.Name, Group: group}
	switch to.kind {
	case parallelKind, mapKind:
		sub := "at the same time"
		if to.kind == mapKind {
			sub = "for each item"
		}
		d.Groups = append(d.Groups, draw.Group{ID: id, Label: x.Name, Sub: sub, Parent: group})
		for _, b := range to.branches {
			d.list(s, f, b, id)
		}
		return
	case callKind:
		n.Kind, n.Sub = draw.Function, unlike(x.Call, x.Name)
		d.call(&n, x.Call, id)
	case routeKind:
		n.Kind, n.Sub = draw.Route, "by "+x.Route.By
		for _, name := range x.Route.To {
			d.edge(draw.Edge{From: id, To: name, Kind: draw.Call})
		}
	case choiceKind:
		n.Kind = draw.Choice
	case waitKind:
		n.Kind = draw.Wait
	case sendKind:
		n.Kind = draw.Send
		d.edge(draw.Edge{From: id, To: x.Send.To, Kind: draw.Sends})
	case useKind:
		n.Kind = draw.Pass
		d.uses(id, x.Use, nil)
	case succeedKind:
		n.Kind = draw.Succeed
	case failKind:
		n.Kind = draw.Fail
	default:
		n.Kind = draw.Pass
	}
	d.node(n)
}

// call lets a step's box stand for the function that it calls, or leads to the flow.
func (d *diagram) call(n *draw.Node, name, id string) {
	i := slices.IndexFunc(d.file.Functions, func(f functionSpec) bool { return f.Name == name })
	if i < 0 {
		d.edge(draw.Edge{From: id, To: name, Kind: draw.Call})
		return
	}
	f := &d.file.Functions[i]
	d.drawn[name] = true
	n.Kind = f.kind()
	n.Sub = joinWords(n.Sub, f.sub())
	d.uses(id, f.Uses, f.State)
}

// uses leads from who calls to what is called.
func (d *diagram) uses(from string, list []useSpec, state *stateSpec) {
	for i := range list {
		switch u := &list[i]; {
		case u.Store != "":
			d.edge(draw.Edge{From: from, To: u.Store, Label: u.Op, Kind: draw.Use})
		case u.Call != "":
			d.edge(draw.Edge{From: from, To: u.Call, Kind: draw.Call})
		default:
			d.edge(draw.Edge{From: from, To: u.Send, Kind: draw.Sends})
		}
	}
	if state != nil && state.Store != "" {
		d.edge(draw.Edge{From: from, To: state.Store, Label: "state", Kind: draw.Use})
	}
}

// sub says of a function where it runs, and with what.
func (f *functionSpec) sub() string {
	memory := ""
	if f.Memory > 0 {
		memory = f.Memory.String()
	}
	return joinWords(f.Platform, memory)
}

func (f *functionSpec) kind() draw.Kind {
	if f.Tokens != nil {
		return draw.Model
	}
	return draw.Function
}

// storeNode is what a service is drawn as.
func storeNode(service string) draw.Kind {
	if strings.HasPrefix(service, "sqs") || strings.HasSuffix(service, "queue") {
		return draw.Queue
	}
	return draw.Store
}

// label says when a case of a choice is taken.
func (c *choiceSpec) label() string {
	switch {
	case c.When != "":
		return c.When
	case c.Probability > 0:
		return strconv.FormatFloat(c.Probability*100, 'g', 3, 64) + " %"
	case c.SizeAbove > 0:
		return "> " + c.SizeAbove.String()
	case c.Attempt > 0:
		return fmt.Sprintf("after %d times", c.Attempt)
	}
	return "else"
}

// unlike is a text unless it says the same as another.
func unlike(text, other string) string {
	if text == other {
		return ""
	}
	return text
}

// joinWords joins those that say something.
func joinWords(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), ", ")
}
