package imports

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// graph is one list of steps in the making: a workflow, a branch, or what a loop
// does. Lists are built from their end, so that each step knows what follows; jumps
// by name are joined when all names are known.
type graph struct {
	d       *Draft
	flow    *flow
	steps   []*step
	entries map[string]*step // the first step of what has the name
	jumps   []jump
	known   []string
	made    *int // steps of the flow
}

type jump struct {
	at   *node
	name string
	set  func(*step)
}

// maxSteps bounds a flow: subworkflows are written out where they are called.
const maxSteps = 20_000

func (g *graph) below() *graph {
	return &graph{d: g.d, flow: g.flow, entries: map[string]*step{}, made: g.made}
}

// add makes a step of the list.
func (g *graph) add(name, kind string, n *node, next *step) (*step, error) {
	if *g.made++; *g.made > maxSteps {
		return nil, n.errorf("more than %d steps, what is called written out; want at most that", maxSteps)
	}
	s := &step{name: slug(name), source: name, node: n, kind: kind, next: next, weight: 1, from: g.d.at(n) + ": " + kind}
	g.steps = append(g.steps, s)
	return s, nil
}

// to calls set with the step of that name, at the end.
func (g *graph) to(at *node, name string, set func(*step)) {
	g.jumps = append(g.jumps, jump{at, name, set})
}

// finish joins the jumps, and returns the steps that are reached from the first.
func (g *graph) finish(first *step) ([]*step, error) {
	for _, j := range g.jumps {
		s, ok := g.entries[j.name]
		if !ok {
			return nil, j.at.errorf("next: %s", spec.Unknown("step", j.name, g.known))
		}
		j.set(s)
	}
	seen := map[*step]bool{}
	var list []*step
	stack := []*step{first}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if s == nil || seen[s] {
			continue
		}
		seen[s] = true
		list = append(list, s)
		after := s.after()
		for i := len(s.catch) - 1; i >= 0; i-- {
			stack = append(stack, s.catch[i].next)
		}
		for i := len(after) - 1; i >= 0; i-- {
			stack = append(stack, after[i])
		}
	}
	for i := len(g.steps) - 1; i >= 0; i-- {
		if s := g.steps[i]; !seen[s] {
			g.d.lose(s.node, "step %s: no step leads to it", s.name)
		}
	}
	if err := exits(list); err != nil {
		return nil, err
	}
	return bypassed(list), nil
}

// bypassed leaves out the steps that are nothing but a way to the next.
func bypassed(list []*step) []*step {
	past := func(s *step) *step {
		for s != nil && s.void() {
			s = s.next
		}
		return s
	}
	var kept []*step
	for i, s := range list {
		s.next = past(s.next)
		for j := range s.choices {
			s.choices[j].next = past(s.choices[j].next)
		}
		for j := range s.catch {
			s.catch[j].next = past(s.catch[j].next)
		}
		if !s.void() || i == 0 && past(s) == nil { // a list has one step at least
			kept = append(kept, s)
		}
	}
	return kept
}

// void tells a step that is nothing but a way to the next.
func (s *step) void() bool {
	return s.weight == 0 && len(s.fields) == 1 && s.fields[0].key == "pass" && len(s.choices) == 0 && len(s.branches) == 0
}

// entry gives a name to what begins with the step.
func (g *graph) entry(n *node, name string, s *step) error {
	if _, twice := g.entries[name]; twice {
		return n.errorf("step %s stands twice in its list", spec.Quote(name))
	}
	g.entries[name] = s
	g.known = append(g.known, name)
	return nil
}

// startFlow begins a flow of an orchestrator.
func (d *Draft) startFlow(name, preset string, root *node) (*flow, *graph) {
	f := &flow{name: d.name(name), from: fmt.Sprintf("line %d", root.line), kinds: map[string]int{}, engine: preset}
	f.fields = append(f.fields, is("engine", tableOf(is("preset", str(preset)))))
	d.flows = append(d.flows, f)
	return f, &graph{d: d, flow: f, entries: map[string]*step{}, made: new(int)}
}
