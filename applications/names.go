package applications

import (
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// class is what a name names.
type class uint8

const (
	noClass class = iota
	functionClass
	flowClass
	triggerClass
	storeClass
)

var classNames = [...]string{"", "function", "flow", "trigger", "store"}

// named is what a name names: a place in its list of the file.
type named struct {
	class class
	index int
}

// names are the names of an application. Functions, flows, triggers and stores have
// them in common: an owner of costs is told by its name alone.
type names map[string]named

// of lists the names of some classes, sorted.
func (n names) of(classes ...class) (list []string) {
	for name, x := range n {
		if slices.Contains(classes, x.class) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// words lists classes for a message: a function or a flow.
func words(classes []class) string {
	list := make([]string, len(classes))
	for i, s := range classes {
		list[i] = "a " + classNames[s]
	}
	if len(list) == 1 {
		return list[0]
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

// enterNames notes all names.
func (c *checker) enterNames() {
	c.names = names{}
	enter := func(name string, s class, index int, at *spec.Node) {
		at = below(at, "name")
		switch old, twice := c.names[name]; {
		case name == "":
			c.failf(at, "found an empty name, want one")
		case name == end:
			c.failf(at, "found %q, want another name: as a next it means the end", name)
		case strings.Contains(name, "/"):
			c.failf(at, "found %s, want a name without %q: a step's costs are those of flow/step", spec.Quote(name), "/")
		case twice:
			c.failf(at, "a second %q, want names that differ: there is a %s of that name (%s)", name, classNames[old.class], c.nodeOf(old).Place())
		default:
			c.names[name] = named{s, index}
		}
	}
	for i := range c.file.Triggers {
		enter(c.file.Triggers[i].Name, triggerClass, i, c.at("trigger", i))
	}
	for i := range c.file.Stores {
		enter(c.file.Stores[i].Name, storeClass, i, c.at("store", i))
	}
	for i := range c.file.Functions {
		enter(c.file.Functions[i].Name, functionClass, i, c.at("function", i))
	}
	for i := range c.file.Flows {
		enter(c.file.Flows[i].Name, flowClass, i, c.at("flow", i))
	}
}

// nodeOf is where something stands.
func (a *Application) nodeOf(n named) *spec.Node { return a.at(classNames[n.class], n.index) }

// lineOf is where its name stands, for a message about the whole of it.
func (a *Application) lineOf(n named) *spec.Node { return below(a.nodeOf(n), "name") }

// resolve returns what a name names, if it is of one of the classes. Else it notes the
// nearest name.
func (c *checker) resolve(name string, at *spec.Node, classes ...class) (named, bool) {
	if name == hole {
		return named{}, false
	}
	x, ok := c.names[name]
	switch {
	case ok && slices.Contains(classes, x.class):
		return x, true
	case ok:
		c.failf(at, "found %q, which is a %s, want %s", name, classNames[x.class], words(classes))
	default:
		list := make([]string, len(classes))
		for i, s := range classes {
			list[i] = classNames[s]
		}
		c.failf(at, "%s", spec.Unknown(strings.Join(list, " or "), name, c.names.of(classes...)))
	}
	return named{}, false
}
