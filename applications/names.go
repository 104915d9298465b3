package applications

import (
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// sort is what a name names.
type sort uint8

const (
	noSort sort = iota
	functionSort
	flowSort
	triggerSort
	storeSort
)

var sortNames = [...]string{"", "function", "flow", "trigger", "store"}

// named is what a name names: a place in its list of the file.
type named struct {
	sort  sort
	index int
}

// names are the names of an application. Functions, flows, triggers and stores have
// them in common: an owner of costs is told by its name alone.
type names map[string]named

// of lists the names of some sorts, sorted.
func (n names) of(sorts ...sort) (list []string) {
	for name, x := range n {
		if slices.Contains(sorts, x.sort) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// words lists sorts for a message: a function or a flow.
func words(sorts []sort) string {
	list := make([]string, len(sorts))
	for i, s := range sorts {
		list[i] = "a " + sortNames[s]
	}
	if len(list) == 1 {
		return list[0]
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

// enterNames notes all names.
func (c *checker) enterNames() {
	c.names = names{}
	enter := func(name string, s sort, index int, at *spec.Node) {
		at = below(at, "name")
		switch old, twice := c.names[name]; {
		case name == "":
			c.failf(at, "found an empty name, want one")
		case name == end:
			c.failf(at, "found %q, want another name: as a next it means the end", name)
		case strings.Contains(name, "/"):
			c.failf(at, "found %s, want a name without %q: a step's costs are those of flow/step", spec.Quote(name), "/")
		case twice:
			c.failf(at, "a second %q, want names that differ: there is a %s of that name (%s)", name, sortNames[old.sort], c.nodeOf(old).Place())
		default:
			c.names[name] = named{s, index}
		}
	}
	for i := range c.file.Triggers {
		enter(c.file.Triggers[i].Name, triggerSort, i, c.at("trigger", i))
	}
	for i := range c.file.Stores {
		enter(c.file.Stores[i].Name, storeSort, i, c.at("store", i))
	}
	for i := range c.file.Functions {
		enter(c.file.Functions[i].Name, functionSort, i, c.at("function", i))
	}
	for i := range c.file.Flows {
		enter(c.file.Flows[i].Name, flowSort, i, c.at("flow", i))
	}
}

// nodeOf is where something stands.
func (a *Application) nodeOf(n named) *spec.Node { return a.at(sortNames[n.sort], n.index) }

// resolve returns what a name names, if it is of one of the sorts. Else it notes the
// nearest name.
func (c *checker) resolve(name string, at *spec.Node, sorts ...sort) (named, bool) {
	if name == hole {
		return named{}, false
	}
	x, ok := c.names[name]
	switch {
	case ok && slices.Contains(sorts, x.sort):
		return x, true
	case ok:
		c.failf(at, "found %q, which is a %s, want %s", name, sortNames[x.sort], words(sorts))
	default:
		list := make([]string, len(sorts))
		for i, s := range sorts {
			list[i] = sortNames[s]
		}
		c.failf(at, "%s", spec.Unknown(strings.Join(list, " or "), name, c.names.of(sorts...)))
	}
	return named{}, false
}
