package experiments

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// maxCells bounds a sweep: more is a mistake in the file rather than a plan.
const maxCells = 100_000

// A choice is one value of a swept path and what the outputs print for it.
type choice struct {
	label string
	value *spec.Node
}

// An axis is a swept path and its values, in the order of the file.
type axis struct {
	path    string
	choices []choice
}

// A corner is one combination: for each swept path the label, and what is set.
type corner struct {
	labels []string
	set    []assignment
}

type assignment struct {
	path  string
	value *spec.Node
}

// corners returns the columns of a sweep and its corners in their order:
// the last path of a grid varies fastest, cases come as they are listed.
func (s sweepSpec) corners() (paths []string, corners []corner, err error) {
	if s.Grid != nil && len(s.Cases) > 0 {
		return nil, nil, s.Cases[0].Errorf("found [[sweep.case]] beside [sweep.grid], want one of them")
	}
	if len(s.Cases) > 0 {
		return caseCorners(s.Cases)
	}
	if s.Grid == nil {
		return nil, []corner{{}}, nil
	}
	axes, err := gridAxes(s.Grid)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range axes {
		paths = append(paths, a.path)
	}
	corners, err = product(s.Grid, axes)
	return paths, corners, err
}

// gridAxes reads [sweep.grid].
func gridAxes(grid *spec.Node) ([]axis, error) {
	if !grid.IsTable() {
		return nil, grid.Errorf("want a table of paths, each with a list of values")
	}
	var axes []axis
	for _, path := range grid.Keys() {
		list := grid.Get(path)
		if err := mayVary(list, path); err != nil {
			return nil, err
		}
		if !list.IsArray() || len(list.Items()) == 0 {
			return nil, list.Errorf("want a list of one value or more")
		}
		a := axis{path: path}
		seen := map[string]bool{}
		for _, item := range list.Items() {
			c, err := newChoice(item)
			if err != nil {
				return nil, err
			}
			if seen[c.label] {
				return nil, item.Errorf("the label %q stands twice; give each value a label of its own", c.label)
			}
			seen[c.label] = true
			a.choices = append(a.choices, c)
		}
		axes = append(axes, a)
	}
	return axes, nil
}

// product returns the combinations of all axes.
func product(grid *spec.Node, axes []axis) ([]corner, error) {
	corners := []corner{{}}
	for _, a := range axes {
		if len(corners)*len(a.choices) > maxCells {
			return nil, grid.Errorf("the sweep has more than %d cells", maxCells)
		}
		next := make([]corner, 0, len(corners)*len(a.choices))
		for _, c := range corners {
			for _, ch := range a.choices {
				next = append(next, c.with(a.path, ch))
			}
		}
		corners = next
	}
	return corners, nil
}

func (c corner) with(path string, ch choice) corner {
	return corner{
		labels: append(append([]string(nil), c.labels...), ch.label),
		set:    append(append([]assignment(nil), c.set...), assignment{path, ch.value}),
	}
}

// caseCorners reads [[sweep.case]]: the columns are the label, where there is
// one, and every path that a case sets, in the order of their first use.
func caseCorners(cases []*spec.Node) (paths []string, corners []corner, err error) {
	column := map[string]int{}
	for _, c := range cases {
		if !c.IsTable() || len(c.Keys()) == 0 {
			return nil, nil, c.Errorf("found %s, want a table of paths, each with its value: [[sweep.case]]", c)
		}
		for _, path := range c.Keys() {
			if path != caseLabel {
				if err := mayVary(c.Get(path), path); err != nil {
					return nil, nil, err
				}
			}
			if _, ok := column[path]; !ok {
				column[path] = len(paths)
				paths = append(paths, path)
			}
		}
	}
	seen := map[string]bool{}
	for _, c := range cases {
		one := corner{labels: make([]string, len(paths))}
		for _, path := range c.Keys() {
			ch, err := newChoice(c.Get(path))
			if err != nil {
				return nil, nil, err
			}
			one.labels[column[path]] = ch.label
			if path != caseLabel {
				one.set = append(one.set, assignment{path, ch.value})
			}
		}
		key := strings.Join(one.labels, "\x00")
		if seen[key] {
			return nil, nil, c.Errorf("the same case stands twice; give each a label of its own")
		}
		seen[key] = true
		corners = append(corners, one)
	}
	return paths, corners, nil
}

// caseLabel is the key of a case that names it, and its column.
const caseLabel = "label"

// mayVary reports an error where a path leads to what a sweep cannot vary.
func mayVary(n *spec.Node, path string) error {
	keys, err := splitPath(path)
	if err != nil {
		return n.Errorf("%w", err)
	}
	roots := []string{"platform", "workload", applicationWord}
	if slices.Contains(roots, keys[0]) {
		return nil
	}
	return n.Errorf("%s; a sweep varies what is below these", spec.Unknown("path", keys[0], roots))
}

// newChoice returns a value and its label: the label key of a table, else the
// value as written.
func newChoice(n *spec.Node) (choice, error) {
	if !n.IsTable() {
		return choice{render(n), n}, nil
	}
	label := n.Get("label")
	if label == nil {
		return choice{render(n), n}, nil
	}
	s, ok := label.Value().(string)
	if !ok || s == "" {
		return choice{}, label.Errorf("want a text that is not empty")
	}
	return choice{s, n.Without("label")}, nil
}

// render writes a value as a cell of a table: a text as it is, a number as in
// the file, a table as name(key=value …).
func render(n *spec.Node) string {
	switch {
	case n.IsTable():
		return renderTable(n)
	case n.IsArray():
		parts := make([]string, 0, len(n.Items()))
		for _, item := range n.Items() {
			parts = append(parts, render(item))
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	switch v := n.Value().(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

func renderTable(n *spec.Node) string {
	head := ""
	var rest []string
	for _, key := range n.Keys() {
		value := n.Get(key)
		if (key == "name" || key == "dist" || key == "process" || key == "script") && head == "" && !value.IsTable() {
			head = render(value)
			continue
		}
		rest = append(rest, key+"="+render(value))
	}
	sort.Strings(rest)
	if head != "" && len(rest) == 0 {
		return head
	}
	return head + "(" + strings.Join(rest, " ") + ")"
}
