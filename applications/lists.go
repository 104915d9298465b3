package applications

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// end is the next of a step that ends its list.
const end = "end"

// none is the index of no step, and of the end of a list.
const none = -1

// flow is the steps of a flow with their names resolved. A step is its place in the file.
type flow struct {
	at    *spec.Node
	names map[string]int
	lists []list
	of    []int // list of each step; none: of no list
	steps []step
}

// list is steps that follow each other: those of the flow itself first, then one a
// branch and one a map.
type list struct {
	steps []int
	by    int // step whose branch or items it is; none: the flow's own
}

// step is what a stepSpec leads to.
type step struct {
	kind     kind
	next     int
	cases    []int // next of each case of a choice
	catches  []int
	branches []int // lists of a parallel, or the one of a map
}

// kind is what a step does.
type kind uint8

const (
	noKind kind = iota
	callKind
	routeKind
	parallelKind
	mapKind
	choiceKind
	waitKind
	sendKind
	useKind
	passKind
	succeedKind
	failKind
)

var kindNames = []string{"", "call", "route", "parallel", "map", "choice", "wait", "send", "use", "pass", "succeed", "fail"}

// kinds returns the kinds that a step says it is of.
func (s *stepSpec) kinds() (list []kind) {
	for k, has := range []bool{
		callKind: s.Call != "", routeKind: s.Route != nil, parallelKind: s.Parallel != nil, mapKind: s.Map != nil, choiceKind: s.Choice != nil,
		waitKind: s.Wait != nil, sendKind: s.Send != nil, useKind: s.Use != nil, passKind: s.Pass, succeedKind: s.Succeed, failKind: s.Fail,
	} {
		if has {
			list = append(list, kind(k))
		}
	}
	return list
}

// resolveFlow resolves the steps of a flow.
func (c *checker) resolveFlow(i int) flow {
	spec := &c.file.Flows[i]
	f := flow{at: c.at("flow", i), names: map[string]int{}, of: make([]int, len(spec.Steps)), steps: make([]step, len(spec.Steps))}
	if len(spec.Steps) == 0 {
		c.failf(below(f.at, "steps"), "found no steps, want one or more")
		return f
	}
	for k := range spec.Steps {
		at := f.stepAt(k)
		name := spec.Steps[k].Name
		if first, twice := f.names[name]; twice {
			c.failf(below(at, "name"), "a second step %q of the flow, want names that differ; the first is at %s", name, f.stepAt(first).Place())
			continue
		}
		if name == end || name == "" {
			c.failf(below(at, "name"), "found %q, want another name", name)
		}
		f.names[name] = k
		f.steps[k].kind = c.kindOf(&spec.Steps[k], at)
	}
	c.findLists(&f, spec)
	for k := range spec.Steps {
		c.resolveStep(&f, spec, k)
	}
	return f
}

// stepAt is where a step stands.
func (f *flow) stepAt(k int) *spec.Node { return item(f.at, "steps", k) }

// kindOf returns the one kind of a step.
func (c *checker) kindOf(s *stepSpec, at *spec.Node) kind {
	kinds := s.kinds()
	switch {
	case len(kinds) == 1:
		return kinds[0]
	case len(kinds) > 1:
		c.failf(below(at, kindNames[kinds[1]]), "found %s beside %s, want one kind of step", kindNames[kinds[1]], kindNames[kinds[0]])
		return kinds[0]
	}
	for _, name := range kindNames[1:] {
		if n := at.Get(name); n != nil {
			if !hasHole(n) {
				c.failf(n, "found %s, want it given or left out", n)
			}
			if name == kindNames[waitKind] {
				return waitKind
			}
			return noKind
		}
	}
	c.failf(at, "found a step of no kind, want one of: call, route, parallel, map, choice, wait, send, use, pass, succeed, fail")
	return noKind
}

// findLists divides the steps into lists.
func (c *checker) findLists(f *flow, s *flowSpec) {
	for k := range f.of {
		f.of[k] = none
	}
	f.lists = []list{{by: none}}
	for k := range s.Steps {
		x := &s.Steps[k]
		at := f.stepAt(k)
		for b, names := range x.Parallel {
			c.addList(f, k, names, item(at, "parallel", b))
		}
		if x.Parallel != nil && len(x.Parallel) == 0 {
			c.failf(below(at, "parallel"), "found no branches, want one or more")
		}
		if x.Map != nil {
			c.addList(f, k, x.Map.Steps, below(at, "map", "steps"))
		}
	}
	for k := range f.of {
		if f.of[k] == none {
			f.of[k] = 0
			f.lists[0].steps = append(f.lists[0].steps, k)
		}
	}
	if len(f.lists[0].steps) == 0 {
		c.failf(below(f.at, "steps"), "each step is in a branch, want a first one that is not")
		return
	}
	for l := range f.lists {
		seen := map[int]bool{}
		for at := l; at != 0 && f.lists[at].by != none; at = f.of[f.lists[at].by] {
			if seen[at] {
				c.failf(f.stepAt(f.lists[l].by), "the step is in a branch of itself")
				f.lists[l].by = none
				break
			}
			seen[at] = true
		}
	}
}

// addList makes the list of a branch.
func (c *checker) addList(f *flow, by int, steps []string, at *spec.Node) {
	l := list{by: by}
	if len(steps) == 0 {
		c.failf(at, "found a branch without steps, want one or more")
	}
	for i, name := range steps {
		where := below(at, fmt.Sprint(i))
		k, ok := f.names[name]
		switch {
		case name == hole:
		case !ok:
			c.failf(where, "%s", spec.Unknown("step", name, f.stepNames()))
		case k == by:
			c.failf(where, "found %q, which is the step itself, want others", name)
		case f.of[k] != none:
			c.failf(where, "found %q, which is in a branch of %q already, want it in one", name, f.nameOf(f.lists[f.of[k]].by))
		default:
			f.of[k] = len(f.lists)
			l.steps = append(l.steps, k)
		}
	}
	f.steps[by].branches = append(f.steps[by].branches, len(f.lists))
	f.lists = append(f.lists, l)
}

func (f *flow) stepNames() []string {
	list := make([]string, 0, len(f.names))
	for name := range f.names {
		list = append(list, name)
	}
	return list
}

func (f *flow) nameOf(k int) string {
	for name, i := range f.names {
		if i == k {
			return name
		}
	}
	return ""
}

// resolveStep resolves where a step leads to.
func (c *checker) resolveStep(f *flow, s *flowSpec, k int) {
	x, at, to := &s.Steps[k], f.stepAt(k), &f.steps[k]
	to.next = c.following(f, k)
	why := "it ends the list"
	if to.kind == choiceKind {
		why = "its cases say what comes next"
	}
	ends := to.kind == choiceKind || to.kind == succeedKind || to.kind == failKind
	switch {
	case x.Next != "" && ends:
		c.failf(below(at, "next"), "found a next beside %s, want none: %s", kindNames[to.kind], why)
	case x.Next != "":
		to.next = c.goes(f, k, x.Next, below(at, "next"))
	}
	if ends {
		to.next = none
	}
	for i := range x.Choice {
		to.cases = append(to.cases, c.goes(f, k, x.Choice[i].Next, below(item(at, "choice", i), "next")))
	}
	for i := range x.Catch {
		to.catches = append(to.catches, c.goes(f, k, x.Catch[i].Next, below(item(at, "catch", i), "next")))
	}
}

// following is the line below of the same list.
func (c *checker) following(f *flow, k int) int {
	steps := f.lists[f.of[k]].steps
	if i := slices.Index(steps, k); i+1 < len(steps) {
		return steps[i+1]
	}
	return none
}

// goes resolves a next, which is of the same list.
func (c *checker) goes(f *flow, from int, name string, at *spec.Node) int {
	if name == end || name == hole {
		return none
	}
	k, ok := f.names[name]
	switch {
	case !ok:
		c.failf(at, "%s", spec.Unknown("step", name, append(f.stepNames(), end)))
		return none
	case f.of[k] != f.of[from]:
		c.failf(at, "found %q, which is %s, want a step %s, or %q", name, f.listName(f.of[k]), f.listName(f.of[from]), end)
		return none
	}
	return k
}

// listName says which list one is, for a message.
func (f *flow) listName(l int) string {
	if f.lists[l].by == none {
		return "in no branch"
	}
	return fmt.Sprintf("in a branch of %q", f.nameOf(f.lists[l].by))
}
