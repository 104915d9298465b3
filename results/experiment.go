package results

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// kept is what a result folder was made from, as far as it keeps it; a part that it
// does not keep is nil.
type kept struct {
	experiment, tariffs *spec.Node
	damaged             bool // what it keeps cannot be read
}

// whether says whether there are keys to compare.
func (k kept) whether() string {
	switch {
	case k.damaged:
		return "damaged: its keys cannot be told"
	case k.experiment == nil:
		return "not kept, as by an earlier version: its keys cannot be told"
	}
	return "kept"
}

// readKept reads it.
func (m *Manifest) readKept(dir string) (k kept, err error) {
	if k.experiment, err = m.readTree(dir, ExperimentFile); err == nil {
		k.tariffs, err = m.readTree(dir, TariffsFile)
	}
	return k, err
}

// readTree reads a file of a result folder that is TOML; nil where its manifest lists none.
func (m *Manifest) readTree(dir, name string) (*spec.Node, error) {
	if digestOf(m.Files, name) == "" {
		return nil, nil
	}
	text, err := m.Read(dir, name, spec.DocumentMost)
	if err != nil {
		return nil, err
	}
	return spec.Parse(filepath.Join(dir, name), text)
}

// itemNames returns the labels of a list of tables, or their names; nil where one
// has neither or two have the same.
func itemNames(items []*spec.Node) []string {
	for _, key := range []string{"label", "name"} {
		var names []string
		for _, item := range items {
			if name, ok := item.Get(key).Value().(string); ok && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if len(names) == len(items) && len(names) > 0 {
			return names
		}
	}
	return nil
}

// joined is a path and a key, which is in quotes where it holds what a path is cut by.
func joined(path, key string) string {
	if key == "" || strings.ContainsAny(key, ".\"' =\n") {
		key = spec.FromValue("", 0, key).String()
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// stated are the keys whose values the manifest states, with their defaults.
var stated = []string{"seed", "replications"}

// keyChanges lists the keys of two experiments that differ, in the order of a, and
// then those that only b has; a table that only one of them has is one of them.
// Platforms, functions and what else has a name or a label stand in a path by it, as
// they do in the path of a sweep; any other list is one value.
func keyChanges(a, b *spec.Node) []InputChange {
	var d keyDiff
	d.compare("", a, b)
	return slices.DeleteFunc(d.changes, func(c InputChange) bool { return slices.Contains(stated, c.Name) })
}

// keyDiff collects what differs in two trees.
type keyDiff struct{ changes []InputChange }

func (d *keyDiff) compare(path string, a, b *spec.Node) {
	names := [2][]string{itemNames(a.Items()), itemNames(b.Items())}
	switch {
	case a.IsTable() && b.IsTable():
		d.each(path, a.Keys(), b.Keys(), a.Get, b.Get)
		if path == gridPath {
			d.order(path, a.Keys(), b.Keys())
		}
	case names[0] != nil && names[1] != nil:
		item := func(list []*spec.Node, names []string) func(...string) *spec.Node {
			return func(name ...string) *spec.Node {
				if i := slices.Index(names, name[0]); i >= 0 {
					return list[i]
				}
				return nil
			}
		}
		d.each(path, names[0], names[1], item(a.Items(), names[0]), item(b.Items(), names[1]))
		d.order(path, names[0], names[1])
	case a.Canonical() != b.Canonical():
		d.changes = append(d.changes, InputChange{path, a.Canonical(), b.Canonical()})
	}
}

// each compares what two tables or lists have of each name.
func (d *keyDiff) each(path string, inA, inB []string, a, b func(...string) *spec.Node) {
	for _, name := range inA {
		d.compare(joined(path, name), a(name), b(name))
	}
	for _, name := range inB {
		if a(name) == nil {
			d.compare(joined(path, name), nil, b(name))
		}
	}
}

// gridPath is the table in which the order of keys means something: that of rows.
const gridPath = "sweep.grid"

// order notes that two have the same names in another order, which is that of rows.
func (d *keyDiff) order(path string, a, b []string) {
	if !slices.Equal(a, b) && slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))) {
		d.changes = append(d.changes, InputChange{"order in " + path, strings.Join(a, ", "), strings.Join(b, ", ")})
	}
}

// tariffChanges lists the keys of the tariffs that both have and that differ.
func tariffChanges(a, b *spec.Node) (out []InputChange) {
	before, after := a.Get("tariff").Items(), b.Get("tariff").Items()
	for _, t := range before {
		name, _ := t.Get("name").Value().(string)
		i := slices.IndexFunc(after, func(n *spec.Node) bool { return n.Get("name").Value() == name })
		if i < 0 {
			continue
		}
		var d keyDiff
		d.compare("", t, after[i])
		for _, c := range d.changes {
			out = append(out, InputChange{tariffName(name) + ": " + c.Name, c.A, c.B})
		}
	}
	return out
}

// tariffName is how a tariff begins the name of a change.
func tariffName(name string) string { return "tariff " + name }

// toldOf reports whether changes tell how a tariff differs, of which the digests then need not.
func toldOf(changes []InputChange, name string) bool {
	return slices.ContainsFunc(changes, func(c InputChange) bool { return strings.HasPrefix(c.Name, name+": ") })
}

// Changes says in what a result folder at dir, of which m is the manifest, differs
// from what a run would put in its place, by the keys of the experiments and tariffs
// that the folder keeps and that the run has, as far as they are whole.
func (m *Manifest) Changes(dir string, next *Manifest, experiment, tariffs []byte) []InputChange {
	there, err := m.readKept(dir)
	if err != nil {
		there = kept{damaged: true} // the manifests tell less, and that
	}
	var here kept
	if here.experiment, err = spec.Parse(ExperimentFile, experiment); err != nil {
		here.experiment = nil
	}
	if here.tariffs, err = spec.Parse(TariffsFile, tariffs); err != nil {
		here.tariffs = nil
	}
	return inputChanges(m, next, there, here)
}
