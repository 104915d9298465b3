package imports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// asl reads a state machine of the Amazon States Language
// (https://states-language.net/spec.html) into a flow.
type asl struct {
	d    *Draft
	flow *flow
	// refer says what a value of the definition names: a function, queue, table or
	// machine of the template around it, or as it is.
	refer func(n *node) ref
}

// ref is what a value of a definition points at.
type ref struct {
	text string // with what is known put in
	name string // of the resource, or the last part of its address
	// dynamic tells that the value is only known when it runs.
	dynamic bool
}

// machine reads a state machine. express says which of the two kinds it is;
// its kind is in no definition, only in the template around it.
func (d *Draft) machine(root *node, name, source string, express bool, refer func(*node) ref) (*flow, error) {
	f := &flow{name: name, source: source, from: d.at(root), kinds: map[string]int{}, engine: engineOf(express)}
	f.fields = append(f.fields, is("engine", tableOf(is("preset", str(f.engine)))))
	d.flows = append(d.flows, f)
	im := &asl{d, f, refer}
	if t := root.get("TimeoutSeconds"); t != nil {
		v, err := seconds(t, "TimeoutSeconds")
		if err != nil {
			return nil, err
		}
		f.fields = append(f.fields, field{"timeout", v, d.at(t)})
	}
	steps, err := im.scope(root)
	if err != nil {
		return nil, err
	}
	f.settle(steps)
	return f, nil
}

// scope reads StartAt and States: a whole machine, a branch or what a map does. It
// returns the steps that are reached, the first first. Steps of branches below go to
// the flow's list.
func (im *asl) scope(n *node) ([]*step, error) {
	if err := n.want(table, "a state machine"); err != nil {
		return nil, err
	}
	states := n.get("States")
	if err := n.need("States", table, "a state machine"); err != nil {
		return nil, err
	}
	if len(states.keys) == 0 {
		return nil, states.errorf("States is empty, want at least one state")
	}
	start := n.get("StartAt")
	if err := n.need("StartAt", text, "a state machine"); err != nil {
		return nil, err
	}
	if states.get(start.text) == nil {
		return nil, start.errorf("StartAt: %s", spec.Unknown("state", start.text, states.keys))
	}
	g := &scope{asl: im, states: states, steps: map[string]*step{}}
	for _, name := range g.order(start.text) { // named in the order in which they are written
		s := states.get(name)
		g.steps[name] = &step{name: slug(name), source: name, node: s, weight: 1}
	}
	for _, name := range states.keys {
		s := states.get(name)
		if err := s.want(table, "state "+spec.Quote(name)); err != nil {
			return nil, err
		}
		if g.steps[name] == nil {
			im.d.lose(s, "state %s: no state leads to it", spec.Quote(name))
			g.steps[name] = &step{name: slug(name), source: name, node: s, kind: unreached, weight: 1}
		}
	}
	var list []*step
	for _, name := range g.order(start.text) {
		if err := g.fill(name, g.steps[name]); err != nil {
			return nil, err
		}
		list = append(list, g.steps[name])
	}
	for _, name := range states.keys { // counted, and checked, all the same
		if s := g.steps[name]; s.kind == unreached {
			if err := g.aside(name, s); err != nil {
				return nil, err
			}
		}
	}
	return list, exits(list)
}

// unreached marks a state that nothing leads to.
const unreached = "unreached"

// scope is one table of states.
type scope struct {
	*asl
	states *node
	steps  map[string]*step
}

// aside reads a state that is not reached, for its counts and its mistakes only.
func (g *scope) aside(name string, s *step) error {
	d, f := *g.d, *g.flow
	kinds := f.kinds
	d.names, d.flows, d.index, d.said = maps.Clone(d.names), nil, maps.Clone(d.index), map[any]bool{}
	d.functions, d.stores, d.triggers = slices.Clone(d.functions), slices.Clone(d.stores), slices.Clone(d.triggers)
	other := &scope{&asl{&d, &flow{name: f.name, kinds: kinds}, g.refer}, g.states, g.steps}
	return other.fill(name, s)
}

// order lists the states that are reached, each after the one that leads to it: what
// follows, then what a choice leads to, then what catches.
func (g *scope) order(start string) (names []string) {
	seen := map[string]bool{}
	stack := []string{start}
	for len(stack) > 0 {
		name := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		s := g.states.get(name)
		if s == nil || seen[name] {
			continue
		}
		seen[name] = true
		names = append(names, name)
		var next []string
		next = append(next, s.get("Next").str())
		for _, c := range s.get("Choices").each() {
			next = append(next, c.get("Next").str())
		}
		next = append(next, s.get("Default").str())
		for _, c := range s.get("Catch").each() {
			next = append(next, c.get("Next").str())
		}
		slices.Reverse(next)
		stack = append(stack, next...)
	}
	return names
}

// to finds the step that a Next names.
func (g *scope) to(n *node, what string) (*step, error) {
	if err := n.want(text, what); err != nil {
		return nil, err
	}
	if s := g.steps[n.text]; s != nil {
		return s, nil
	}
	return nil, n.errorf("%s: %s", what, spec.Unknown("state", n.text, g.states.keys))
}

// exits refuses a list in which a step never comes to an end.
func exits(list []*step) error {
	before := map[*step][]*step{}
	leaves := map[*step]bool{}
	var reached []*step
	for _, s := range list {
		leads := s.ends
		for _, next := range s.after() {
			if next == nil {
				leads = true
			} else {
				before[next] = append(before[next], s)
			}
		}
		if leads {
			leaves[s], reached = true, append(reached, s)
		}
	}
	for len(reached) > 0 { // backwards from the ends
		s := reached[len(reached)-1]
		reached = reached[:len(reached)-1]
		for _, p := range before[s] {
			if !leaves[p] {
				leaves[p], reached = true, append(reached, p)
			}
		}
	}
	for _, s := range list {
		if !leaves[s] {
			return s.node.errorf("%s is on a cycle without an exit: %s", spec.Quote(s.name), cycle(s))
		}
	}
	return nil
}

// after lists what may follow a step that ends well; nil is the end.
func (s *step) after() (list []*step) {
	if s.ends {
		return nil
	}
	if len(s.choices) == 0 {
		return []*step{s.next}
	}
	for _, c := range s.choices {
		list = append(list, c.next)
	}
	return list
}

// cycle writes the way round from a step.
func cycle(s *step) string {
	seen := map[*step]bool{}
	var way []string
	for at := s; at != nil; {
		way = append(way, at.name)
		if seen[at] || len(way) > 8 {
			break
		}
		seen[at] = true
		after := at.after()
		if len(after) == 0 {
			break
		}
		at = after[0]
	}
	return strings.Join(way, " → ")
}

// seconds reads a number of seconds.
func seconds(n *node, what string) (value, error) {
	if expression(n.str()) {
		return ask(what + " is " + n.str()), nil
	}
	f, ok := n.num()
	if !ok || n.kind != number {
		return value{}, n.errorf("%s: found %s, want a number of seconds", what, n.found())
	}
	return lasting(n, f, what)
}

// longest is the longest time that can be written, ten years.
const longest = 10 * 365 * 86400.0

func lasting(n *node, seconds float64, what string) (value, error) {
	if !(seconds >= 0) || seconds > longest {
		return value{}, n.errorf("%s: found %s, want seconds from 0 to %.0f", what, n.found(), longest)
	}
	return str(spec.Duration(int64(seconds*1e9 + 0.5)).String()), nil
}

// expression tells a value that is only known when it runs.
func expression(s string) bool {
	return strings.HasPrefix(s, "{%") || strings.HasPrefix(s, "$.") || strings.HasPrefix(s, "$$.") || s == "$" || strings.HasPrefix(s, "States.") || strings.Contains(s, "${")
}

// jsonata is the text within {% and %}.
func jsonata(s string) string {
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), "{%"), "%}"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
