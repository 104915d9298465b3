package experiments

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// A preset is right by itself. Where one of its values is wrong in an experiment,
// what the user changed beside it is to blame: --set platform.p.keepalive.name=none
// leaves a window of the preset's in a policy that has none. So a value of a preset
// that a path leads into stands where the path's value does, and says in a note
// whose it is.

// fromPreset is the part of a preset that a path leads into, as a copy for the
// experiment's tree.
func fromPreset(part *spec.Node, preset string, by *spec.Node) *spec.Node {
	part = part.Clone()
	note(part, preset)
	blame(part, by, true)
	return part
}

// note says of a value and all below it that it is a preset's.
func note(n *spec.Node, preset string) {
	n.Note = fmt.Sprintf("it is of the preset %q", preset)
	if n.IsTable() {
		n.Note = fmt.Sprintf("what it has not from there is of the preset %q", preset)
	}
	for _, child := range children(n) {
		note(child, preset)
	}
}

// blame moves the values of a preset in a table to where another value stands: those
// right in it, and with deep those below.
func blame(n *spec.Node, by *spec.Node, deep bool) {
	if n.Note != "" {
		n.File, n.Line = by.File, by.Line
	}
	for _, child := range children(n) {
		if deep || len(children(child)) == 0 {
			blame(child, by, deep)
		}
	}
}

// children returns what is right below a table or an array.
func children(n *spec.Node) []*spec.Node {
	list := n.Items()
	for _, key := range n.Keys() {
		list = append(list, n.Get(key))
	}
	return list
}

// blamed returns a tree in which the values of a preset beside a path's value, and
// beside the tables that it stands in, are blamed on that value.
func (t target) blamed(root, by *spec.Node, path string) (*spec.Node, error) {
	if !t.platform || len(t.keys) < 2 {
		return root, nil
	}
	top := root.Get(t.path(1)...).Clone()
	for n, i := top, 1; i < len(t.keys) && n != nil; i++ {
		last := i == len(t.keys)-1
		blame(n, by, last)
		if last {
			instead(n, path)
		}
		n = n.Get(t.keys[i])
	}
	return root.With(t.path(1), top)
}

// instead notes at the values of a preset in a table how they are left out.
func instead(table *spec.Node, path string) {
	if !table.IsTable() {
		return
	}
	var others []string
	for _, key := range table.Keys() {
		if table.Get(key).Note != "" {
			others = append(others, key)
		}
	}
	own := table.Without(others...)
	for _, key := range others {
		n := table.Get(key)
		whose, _, _ := strings.Cut(n.Note, withoutIt)
		n.Note = fmt.Sprintf("%s%s%s = %s", whose, withoutIt, parent(path), own)
	}
}

// withoutIt is before the text of a table that leaves out what is the preset's.
const withoutIt = "; without it: "
