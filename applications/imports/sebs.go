package imports

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// sebs reads a workflow of SeBS-Flow's platform-neutral form
// (https://github.com/spcl/serverless-benchmarks), as its generator for Step Functions
// writes it out: a repeat is so many tasks, a loop is a map that takes one item at a time.
type sebs struct{ d *Draft }

var sebsTypes = []string{"loop", "map", "parallel", "repeat", "switch", "task"}

func isSeBS(n *node) bool { return n.get("root").is(text) && n.get("states").is(table) }

func readSeBS(d *Draft, n *node, _ *Options) error {
	im := &sebs{d}
	f, g := d.startFlow(titleOf(n.file), "step-functions-standard", n)
	d.note("a workflow of this form runs on several orchestrators: taken as Step Functions, Standard")
	list, err := im.scope(g, n)
	if err != nil {
		return err
	}
	f.settle(list)
	return nil
}

// scope reads a table of states from its root.
func (im *sebs) scope(g *graph, n *node) ([]*step, error) {
	if err := n.need("root", text, "a workflow"); err != nil {
		return nil, err
	}
	if err := n.need("states", table, "a workflow"); err != nil {
		return nil, err
	}
	return im.states(g, n.get("root"), n.get("states"))
}

func (im *sebs) states(g *graph, root, states *node) ([]*step, error) {
	if len(states.keys) == 0 {
		return nil, states.errorf("states is empty, want at least one")
	}
	for _, name := range states.keys {
		if err := im.state(g, name, states.under[name]); err != nil {
			return nil, err
		}
	}
	start := g.entries[root.text]
	if start == nil {
		return nil, root.errorf("root: %s", spec.Unknown("state", root.text, states.keys))
	}
	return g.finish(start)
}

// state reads a state into the step that its name leads to.
func (im *sebs) state(g *graph, name string, n *node) error {
	if err := n.want(table, "state "+spec.Quote(name)); err != nil {
		return err
	}
	if err := n.need("type", text, "state "+spec.Quote(name)); err != nil {
		return err
	}
	kind := n.get("type").text
	s, err := g.add(name, kind, n, nil)
	if err != nil {
		return err
	}
	if err := g.entry(n, name, s); err != nil {
		return err
	}
	g.flow.kinds[kind]++
	switch kind {
	case "task":
		err = im.call(s, name, n)
	case "repeat":
		return im.repeat(g, s, name, n)
	case "loop", "map":
		err = im.mapped(g, s, name, n)
	case "parallel":
		err = im.parallel(g, s, name, n)
	case "switch":
		return im.choose(g, s, name, n)
	default:
		return n.get("type").errorf("state %s: %s", spec.Quote(name), spec.Unknown("type", kind, sebsTypes))
	}
	if err != nil {
		return err
	}
	return im.follow(g, s, name, n)
}

// follow reads what comes after a state, and after its failure.
func (im *sebs) follow(g *graph, s *step, name string, n *node) error {
	if to := n.get("next"); to != nil && to.kind != null {
		if err := to.want(text, "state "+spec.Quote(name)+": next"); err != nil {
			return err
		}
		g.to(to, to.text, func(target *step) { s.next = target })
	}
	if to := n.get("failure"); to != nil && to.kind != null {
		if err := to.want(text, "state "+spec.Quote(name)+": failure"); err != nil {
			return err
		}
		s.catch = append(s.catch, catcher{on: []string{"any"}})
		g.to(to, to.text, func(target *step) { s.catch[0].next = target })
	}
	return nil
}

func (im *sebs) call(s *step, name string, n *node) error {
	if err := n.need("func_name", text, "state "+spec.Quote(name)); err != nil {
		return err
	}
	f := im.d.function(n.get("func_name").text, n.get("func_name"), str(lambda))
	s.fields = append(s.fields, is("call", str(f.name)))
	return nil
}

// repeat is a task so many times in a row.
func (im *sebs) repeat(g *graph, s *step, name string, n *node) error {
	count, ok := n.get("count").num()
	if !ok || count < 1 || count != float64(int(count)) || count > maxSteps {
		return first(n.get("count"), n).errorf("state %s: count: want a whole number from 1 to %d", spec.Quote(name), maxSteps)
	}
	if err := im.call(s, name, n); err != nil {
		return err
	}
	last := s
	for i := 1; i < int(count); i++ {
		more, err := g.add(fmt.Sprintf("%s_%d", name, i), "task", n, nil)
		if err != nil {
			return err
		}
		if err := im.call(more, name, n); err != nil {
			return err
		}
		last.next, last = more, more
	}
	return im.follow(g, last, name, n)
}

func (im *sebs) mapped(g *graph, s *step, name string, n *node) error {
	b := g.below()
	var body []*step
	var err error
	if n.get("states") != nil {
		body, err = im.scope(b, n)
	} else { // one task
		var task *step
		if task, err = b.add(name+"-task", "task", n, nil); err == nil {
			if err = im.call(task, name, n); err == nil {
				body, err = b.finish(task)
			}
		}
	}
	if err != nil {
		return err
	}
	s.branches = append(s.branches, body)
	v := tableOf(is("items", ask("how many items: "+n.get("array").compact())), is("steps", names(body)))
	if n.get("type").text == "loop" {
		v.add("concurrency", whole(1))
	}
	s.fields = append(s.fields, is("map", v))
	return nil
}

// parallel has a list of workflows, or in its older form a table of states.
func (im *sebs) parallel(g *graph, s *step, name string, n *node) error {
	branches := n.get("parallel_functions")
	if branches == nil {
		return n.errorf("state %s: parallel_functions is missing", spec.Quote(name))
	}
	var parts []*node
	switch {
	case branches.is(list):
		parts = branches.items
	case branches.is(table):
		for _, key := range branches.keys {
			part := newTable(branches.under[key], "root", newText(branches, key))
			part.put("states", newTable(branches.under[key], key, branches.under[key]))
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return branches.errorf("state %s: parallel_functions is empty, want at least one branch", spec.Quote(name))
	}
	all := listOf()
	for _, part := range parts {
		if err := part.need("states", table, "a branch of "+spec.Quote(name)); err != nil {
			return err
		}
		root := part.get("root")
		if root == nil && len(part.get("states").keys) > 0 { // the first
			root = newText(part, part.get("states").keys[0])
		}
		if root == nil {
			return part.get("states").errorf("states is empty, want at least one")
		}
		branch, err := im.states(g.below(), root, part.get("states"))
		if err != nil {
			return err
		}
		s.branches = append(s.branches, branch)
		all.items = append(all.items, names(branch))
	}
	s.fields = append(s.fields, is("parallel", all))
	return nil
}

func (im *sebs) choose(g *graph, s *step, name string, n *node) error {
	if err := n.need("cases", list, "state "+spec.Quote(name)); err != nil {
		return err
	}
	cases := n.get("cases").items
	s.choices = make([]choice, len(cases), len(cases)+1)
	for i, c := range cases {
		if err := c.want(table, "a case of "+spec.Quote(name)); err != nil {
			return err
		}
		if err := c.need("next", text, "a case of "+spec.Quote(name)); err != nil {
			return err
		}
		s.choices[i] = choice{when: fmt.Sprintf("%s %s %s", c.get("var").str(), c.get("op").str(), c.get("val").str())}
		g.to(c.get("next"), c.get("next").text, func(target *step) { s.choices[i].next = target })
	}
	k := len(cases)
	s.choices = append(s.choices, choice{otherwise: true})
	if to := n.get("default"); to != nil && to.kind != null {
		if err := to.want(text, "state "+spec.Quote(name)+": default"); err != nil {
			return err
		}
		g.to(to, to.text, func(target *step) { s.choices[k].next = target })
	}
	return nil
}
