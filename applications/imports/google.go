package imports

import (
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// google reads a workflow of Google Workflows
// (https://cloud.google.com/workflows/docs/reference/syntax).
type google struct {
	d    *Draft
	root *node
	deep int // subworkflows within each other
}

// googleWords are the keys that say what a step does.
var googleWords = []string{"assign", "call", "for", "next", "parallel", "raise", "return", "steps", "switch", "try"}

func isGoogle(n *node) bool {
	if n.get("main", "steps") != nil || n.get("main").is(list) {
		return true
	}
	if !n.is(list) || len(n.items) == 0 || !n.items[0].is(table) || len(n.items[0].keys) != 1 {
		return false
	}
	body := n.items[0].under[n.items[0].keys[0]]
	return body.first(googleWords...) != nil
}

func readGoogle(d *Draft, n *node, _ *Options) error {
	im := &google{d: d, root: n}
	main := n
	if !n.is(list) {
		main = n.get("main")
		if main == nil {
			return n.errorf("main is missing, want the workflow that an execution runs")
		}
	}
	f, g := d.startFlow(titleOf(n.file), "google-workflows", main)
	first, err := im.list(g, stepsOf(main), context{}, nil)
	if err != nil {
		return err
	}
	if first == nil {
		return main.errorf("a workflow without steps, want at least one")
	}
	steps, err := g.finish(first)
	if err != nil {
		return err
	}
	f.settle(steps)
	return nil
}

// stepsOf are the steps of a workflow: a list, or a table with steps.
func stepsOf(n *node) *node {
	if n.is(list) {
		return n
	}
	return n.get("steps")
}

// context is what a step's place says.
type context struct {
	after   *step // of a return: what follows the call of a subworkflow; nil: the end
	within  bool  // in a branch or loop, from which a return does not lead out here
	handler *step // of errors; nil: none
	handled bool
}

// list reads steps from the last to the first, and returns the first.
func (im *google) list(g *graph, n *node, c context, after *step) (*step, error) {
	if n == nil {
		return after, nil
	}
	if err := n.want(list, "steps"); err != nil {
		return nil, err
	}
	for i := len(n.items) - 1; i >= 0; i-- {
		item := n.items[i]
		if !item.is(table) || len(item.keys) != 1 {
			return nil, item.errorf("found %s, want a step: a table of its name", item.found())
		}
		name := item.keys[0]
		body := item.under[name]
		if err := body.want(table, "step "+spec.Quote(name)); err != nil {
			return nil, err
		}
		if body.line == 0 {
			body.line = item.line
		}
		s, err := im.step(g, name, body, c, after)
		if err != nil {
			return nil, err
		}
		if err := g.entry(item, name, s); err != nil {
			return nil, err
		}
		after = s
	}
	return after, nil
}

// step reads a step, and returns the first of what it becomes.
func (im *google) step(g *graph, name string, n *node, c context, after *step) (*step, error) {
	var word string
	for _, w := range []string{"try", "call", "switch", "for", "parallel", "assign", "steps", "return", "raise", "next"} {
		if n.get(w) != nil {
			word = w
			break
		}
	}
	if word == "" {
		return nil, n.errorf("step %s: %s", spec.Quote(name), spec.Unknown("key", strings.Join(n.keys, ", "), googleWords))
	}
	g.flow.kinds[word]++
	switch word {
	case "try":
		return im.try(g, name, n, c, after)
	case "call":
		return im.call(g, name, n, c, after)
	case "switch":
		return im.choose(g, name, n, c, after)
	case "for":
		return im.loop(g, name, n, n.get("for"), c, after, false)
	case "parallel":
		return im.parallel(g, name, n, c, after)
	case "steps":
		return im.block(g, name, n, c, after)
	case "return":
		return im.leave(g, name, n, c)
	case "raise":
		return im.raise(g, name, n, c)
	}
	s, err := g.add(name, word, n, after)
	if err != nil {
		return nil, err
	}
	s.fields = append(s.fields, is("pass", yes()))
	return s, im.next(g, n, c, s)
}

// next reads where a step leads.
func (im *google) next(g *graph, n *node, c context, s *step) error {
	to := n.get("next")
	if to == nil {
		return nil
	}
	if err := to.want(text, "next"); err != nil {
		return err
	}
	im.jump(g, to, c, func(target *step) { s.next = target })
	return nil
}

// jump joins what leads to a name: end, break and continue are words.
func (im *google) jump(g *graph, to *node, c context, set func(*step)) {
	switch to.text {
	case "end":
		if c.within {
			im.d.lose(to, "next: end within a branch or loop ends only that here")
		}
		set(c.after)
	case "break":
		im.d.lose(to, "break ends one round here, not the loop")
		set(nil)
	case "continue":
		set(nil)
	default:
		g.to(to, to.text, set)
	}
}

// block is a step that groups others.
func (im *google) block(g *graph, name string, n *node, c context, after *step) (*step, error) {
	if to := n.get("next"); to != nil { // what follows the last of them
		s, err := g.add(name+"-next", "next", to, after)
		if err != nil {
			return nil, err
		}
		s.weight = 0
		s.fields = append(s.fields, is("pass", yes()))
		if err := im.next(g, n, c, s); err != nil {
			return nil, err
		}
		after = s
	}
	first, err := im.list(g, n.get("steps"), c, after)
	if err != nil {
		return nil, err
	}
	if first == after { // nothing in it: a place to jump to all the same
		s, err := g.add(name, "steps", n, after)
		if err != nil {
			return nil, err
		}
		s.fields = append(s.fields, is("pass", yes()))
		return s, nil
	}
	return first, nil
}

// leave is a return: the end, or what follows the call of a subworkflow.
func (im *google) leave(g *graph, name string, n *node, c context) (*step, error) {
	s, err := g.add(name, "return", n, c.after)
	if err != nil {
		return nil, err
	}
	if c.within {
		im.d.lose(n, "step %s: a return within a branch or loop ends only that here", spec.Quote(name))
	}
	if c.after == nil && !c.within {
		s.ends = true
		s.fields = append(s.fields, is("succeed", yes()))
		return s, nil
	}
	s.fields = append(s.fields, is("pass", yes()))
	return s, nil
}

// raise is an error: what catches it follows, else it fails.
func (im *google) raise(g *graph, name string, n *node, c context) (*step, error) {
	s, err := g.add(name, "raise", n, c.handler)
	if err != nil {
		return nil, err
	}
	if c.handled {
		s.fields = append(s.fields, is("pass", yes()))
		return s, nil
	}
	s.ends = true
	s.fields = append(s.fields, is("fail", yes()))
	return s, nil
}

// choose is a switch.
func (im *google) choose(g *graph, name string, n *node, c context, after *step) (*step, error) {
	rules := n.get("switch")
	if err := rules.want(list, "step "+spec.Quote(name)+": switch"); err != nil {
		return nil, err
	}
	s, err := g.add(name, "switch", n, nil)
	if err != nil {
		return nil, err
	}
	rest := after // what follows what a condition leads to, unless that says otherwise
	if to := n.get("next"); to != nil {
		if rest, err = g.add(name+"-next", "next", to, after); err != nil {
			return nil, err
		}
		rest.weight = 0
		rest.fields = append(rest.fields, is("pass", yes()))
		if err := im.next(g, n, c, rest); err != nil {
			return nil, err
		}
	}
	s.choices = make([]choice, len(rules.items), len(rules.items)+1)
	for i, r := range rules.items {
		if err := r.want(table, "step "+spec.Quote(name)+": a condition"); err != nil {
			return nil, err
		}
		condition := r.get("condition")
		if condition == nil {
			return nil, r.errorf("step %s: a part of switch without condition", spec.Quote(name))
		}
		when := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(condition.compact(), "${"), "}"))
		s.choices[i] = choice{when: when, otherwise: when == "true", next: rest}
		if err := im.rule(g, name, r, c, rest, func(to *step) { s.choices[i].next = to }); err != nil {
			return nil, err
		}
		if when == "true" {
			s.choices = s.choices[:i+1]
			break
		}
	}
	if k := len(s.choices); k == 0 || !s.choices[k-1].otherwise {
		s.choices = append(s.choices, choice{otherwise: true, next: rest})
	}
	return s, nil
}

// rule is what a condition leads to.
func (im *google) rule(g *graph, name string, r *node, c context, after *step, set func(*step)) error {
	switch {
	case r.get("steps") != nil:
		if to := r.get("next"); to != nil {
			s, err := g.add(name+"-next", "next", to, after)
			if err != nil {
				return err
			}
			s.weight = 0
			s.fields = append(s.fields, is("pass", yes()))
			if err := im.next(g, r, c, s); err != nil {
				return err
			}
			after = s
		}
		first, err := im.list(g, r.get("steps"), c, after)
		set(first)
		return err
	case r.get("return") != nil: // no step of its own
		if c.within {
			im.d.lose(r, "step %s: a return within a branch or loop ends only that here", spec.Quote(name))
		}
		set(c.after)
	case r.get("raise") != nil:
		s, err := im.raise(g, name+"-raise", r, c)
		if err != nil {
			return err
		}
		s.weight = 0
		set(s)
	case r.get("call") != nil, r.get("assign") != nil:
		s, err := im.step(g, name+"-then", r, c, after)
		set(s)
		return err
	case r.get("next") != nil:
		if err := r.get("next").want(text, "next"); err != nil {
			return err
		}
		im.jump(g, r.get("next"), c, set)
	}
	return nil
}
