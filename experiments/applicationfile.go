package experiments

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// An application stands in a file of its own, which [workload] names. Where the tree
// of an experiment needs what is in it, its table stands in place of the name, so that
// paths lead into it and that the kept experiment holds it.

// applicationAt is where an application stands in the tree of an experiment.
var applicationAt = []string{"workload", "application"}

// applicationWord is how a path of a sweep or of --set begins that leads into it.
const applicationWord = "app"

// applicationFiles are the files of applications of an experiment, each read once.
type applicationFiles struct {
	beside, data string // folders in which they are looked up, in this order
	trees        map[string]*spec.Node
	texts        []namedText
}

// namedText is a file's text as it was written.
type namedText struct {
	name string // without a folder
	text []byte
}

// withApplication returns a tree in which the application's table stands in place of
// the name of its file.
func withApplication(root *spec.Node, known *parts) (*spec.Node, error) {
	named := root.Get(applicationAt...)
	if named == nil {
		return root, nil
	}
	tree := named
	if !named.IsTable() {
		var err error
		if tree, err = known.applications.read(named); err != nil {
			return nil, err
		}
	}
	measured, err := timesStay(tree)
	if err != nil || measured == named {
		return root, err
	}
	return root.With(applicationAt, measured)
}

// timesStay says of each function whose times follow its memory that they are of the
// platform that the file puts it on, where it names none, so that a sweep or --set that
// puts the function on another leaves them where they are.
func timesStay(app *spec.Node) (*spec.Node, error) {
	for i, f := range items(app.Get("function")) {
		by, platform := f.Get("by_memory"), f.Get("platform")
		if !by.IsTable() || by.Get("on") != nil || platform == nil {
			continue
		}
		var err error
		if app, err = app.With([]string{"function", strconv.Itoa(i), "by_memory", "on"}, platform); err != nil {
			return nil, err
		}
	}
	return app, nil
}

// read reads the file that a node names.
func (a *applicationFiles) read(named *spec.Node) (*spec.Node, error) {
	name, ok := named.Value().(string)
	if !ok || name == "" {
		return nil, named.Errorf("found %s, want the name of an application's file, as in application = \"alerts.app.toml\"", named)
	}
	if tree := a.trees[name]; tree != nil {
		return tree, nil
	}
	path, data, err := a.find(name)
	if err != nil {
		return nil, named.Errorf("%w", err)
	}
	tree, err := spec.Parse(path, data)
	if err != nil {
		return nil, err
	}
	if a.trees == nil {
		a.trees = map[string]*spec.Node{}
	}
	a.trees[name] = tree
	a.texts = append(a.texts, namedText{a.freeName(filepath.Base(path)), data})
	return tree, nil
}

// freeName returns a name that no other text has.
func (a *applicationFiles) freeName(name string) string {
	for n := 2; slices.ContainsFunc(a.texts, func(t namedText) bool { return t.name == name }); n++ {
		name = fmt.Sprintf("%d.%s", n, name)
	}
	return name
}

// find reads the file beside the experiment or, where there is none, in the folder of
// data.
func (a *applicationFiles) find(name string) (path string, data []byte, err error) {
	places := []string{name}
	if !filepath.IsAbs(name) {
		places = []string{filepath.Join(a.beside, name)}
		if a.data != "" {
			places = append(places, filepath.Join(a.data, name))
		}
	}
	for _, path = range places {
		if data, err = spec.ReadDocumentFile(path); err == nil {
			return path, data, nil
		}
		if !os.IsNotExist(err) {
			return "", nil, fmt.Errorf("reading the application: %w", err)
		}
	}
	return "", nil, fmt.Errorf("there is no application %q: looked for %s", name, strings.Join(places, " and "))
}

// applicationLists are the lists of an application whose items a path names, and by
// which keys, the first that an item has.
var applicationLists = map[string][]string{
	"trigger": {"name"}, "store": {"name"}, "function": {"name"}, "flow": {"name"}, "steps": {"name"},
	"overhead": {"name"}, "outage": {"of"}, "network": {"between"},
}

// applicationKey is the key of a word of a path: a path says step for one of the steps.
func applicationKey(word string) string {
	if word == "step" {
		return "steps"
	}
	return word
}

// inApplication finds what a path leads to in the application: items of its lists by
// their names, * for all of them.
func inApplication(root *spec.Node, path string, keys []string) ([]target, error) {
	table := root.Get(applicationAt...)
	if table == nil {
		return nil, fmt.Errorf("path %q: the workload has no application, want workload.application", path)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("path %q: want a key of the application, as in app.function.NAME.memory", path)
	}
	return belowApplication(path, applicationAt, table, keys)
}

func belowApplication(path string, at []string, table *spec.Node, keys []string) ([]target, error) {
	key := applicationKey(keys[0])
	names, isList := applicationLists[key]
	list := table.Get(key)
	if !isList || list != nil && !list.IsArray() || len(keys) == 1 {
		keys = slices.Clone(keys)
		keys[0] = key
		return []target{{at: at, node: table, keys: keys}}, nil
	}
	if len(keys) < 3 {
		return nil, fmt.Errorf("path %q: want the name of a %s (or *) and a key of it", path, keys[0])
	}
	var known []string
	var found []target
	for i, item := range items(list) {
		name := itemName(item, names)
		known = append(known, name)
		if keys[1] != "*" && keys[1] != name {
			continue
		}
		below, err := belowApplication(path, append(slices.Clone(at), key, fmt.Sprint(i)), item, keys[2:])
		if err != nil && keys[1] != "*" {
			return nil, err
		}
		found = append(found, below...)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("path %q: %s", path, unknownName(keys[0], keys[1:], known))
	}
	return found, nil
}

// itemName is how a path names an item: by the first of the keys that it has, two
// regions with a hyphen between them.
func itemName(item *spec.Node, keys []string) string {
	for _, key := range keys {
		n := item.Get(key)
		if n.IsArray() {
			var words []string
			for _, part := range n.Items() {
				word, _ := part.Value().(string)
				words = append(words, word)
			}
			return strings.Join(words, "-")
		}
		if name, ok := n.Value().(string); ok {
			return name
		}
	}
	return ""
}

// standingKeys are the keys of a path as they stand in the tree.
func standingKeys(keys []string) []string {
	if len(keys) == 0 || keys[0] != applicationWord {
		return keys
	}
	out := slices.Clone(applicationAt)
	for _, key := range keys[1:] {
		out = append(out, applicationKey(key))
	}
	return out
}

// inlined returns a tree in which the files of applications that a sweep names are
// written out as tables, whose labels are the names.
func inlined(root *spec.Node, known *parts) (*spec.Node, error) {
	var err error
	set := func(path []string) {
		named := root.Get(path...)
		if err != nil || named == nil || named.IsTable() {
			return
		}
		var tree *spec.Node
		if tree, err = known.applications.read(named); err != nil {
			return
		}
		if tree, err = tree.With([]string{"label"}, named); err == nil {
			root, err = root.With(path, tree)
		}
	}
	key := strings.Join(applicationAt, ".")
	for i := range items(root.Get("sweep", "grid", key)) {
		set([]string{"sweep", "grid", key, fmt.Sprint(i)})
	}
	for i := range items(root.Get("sweep", "case")) {
		set([]string{"sweep", "case", fmt.Sprint(i), key})
	}
	return root, err
}
