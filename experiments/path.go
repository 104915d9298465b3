package experiments

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// splitPath cuts a dotted path into its keys. A key that holds a dot is
// quoted, as in TOML: platform."my.name".memory.
func splitPath(path string) ([]string, error) {
	var keys []string
	rest := path
	for {
		key, after, err := nextKey(rest)
		if err != nil {
			return nil, fmt.Errorf("path %q: %w", path, err)
		}
		keys = append(keys, key)
		if after == "" {
			return keys, nil
		}
		rest = after[1:]
	}
}

// nextKey returns the first key of a path and what follows it, which is empty
// or starts with a dot.
func nextKey(s string) (key, after string, err error) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		end := strings.IndexByte(s[1:], s[0])
		if end < 0 {
			return "", "", fmt.Errorf("a quote is not closed")
		}
		key, after = s[1:1+end], s[2+end:]
		if after != "" && after[0] != '.' {
			return "", "", fmt.Errorf("found %q after a quoted key, want a dot", after)
		}
	} else {
		end := strings.IndexByte(s, '.')
		if end < 0 {
			end = len(s)
		}
		key, after = s[:end], s[end:]
	}
	if key == "" {
		return "", "", fmt.Errorf("a key is empty")
	}
	return key, after, nil
}

// quotedKey writes a key as splitPath reads it, which knows no escapes; "" where it
// cannot be written.
func quotedKey(key string) string {
	for _, quote := range []string{"", `"`, `'`} {
		text := quote + key + quote
		if got, after, err := nextKey(text); err == nil && got == key && after == "" {
			return text
		}
	}
	return ""
}

// parent returns a path less its last key.
func parent(path string) string {
	rest, last := path, path
	for rest != "" {
		last = rest
		_, after, err := nextKey(rest)
		if err != nil || after == "" {
			break
		}
		rest = after[1:]
	}
	return strings.TrimSuffix(strings.TrimSuffix(path, last), ".")
}

// A target is a table of the tree and the keys below it that a path leads to.
type target struct {
	at       []string // of the table, from the root
	node     *spec.Node
	keys     []string
	platform bool
}

// path is the whole path of a target's first n keys.
func (t target) path(n int) []string { return slices.Concat(t.at, t.keys[:n]) }

// presetPart returns the value of the preset that a path leads into, where the
// platform's file does not have it: copied, a path below it changes that part
// and leaves the others. It is nil where there is none.
func (t target) presetPart(known *parts) (*spec.Node, error) {
	if !t.platform || len(t.keys) < 2 || t.node.Get(t.keys[0]) != nil {
		return nil, nil
	}
	preset, err := known.preset(t.node)
	if err != nil || preset == nil {
		return nil, err
	}
	return preset.Get(t.keys[0]), nil
}

// resolve finds what a path of a sweep or of --set leads to: below
// platform.NAME and workload.function.NAME the tables of those names, * for
// all of them, and below app those of the application; everything else as it stands.
func resolve(root *spec.Node, path string) ([]target, error) {
	keys, err := splitPath(path)
	if err != nil {
		return nil, err
	}
	switch {
	case keys[0] == applicationWord:
		return inApplication(root, path, keys[1:])
	case keys[0] == "platform":
		return named(root, []string{"platform"}, path, keys[1:])
	case len(keys) > 1 && keys[0] == "workload" && keys[1] == "function":
		return named(root, []string{"workload", "function"}, path, keys[2:])
	}
	return []target{{node: root, keys: keys}}, nil
}

// unknownName says that nothing has the name that a path's keys begin with. A name with
// dots that was not quoted came apart: it is shown as a path has it.
func unknownName(kind string, keys, known []string) string {
	written := strings.Join(keys, ".")
	for _, name := range known {
		if quoted := quotedKey(name); quoted != name && quoted != "" && (written == name || strings.HasPrefix(written, name+".")) {
			return fmt.Sprintf("unknown %s %s; the name %s holds a dot: want it in quotes, %s.%s%s", kind, spec.Quote(keys[0]), name, kind, quoted, written[len(name):])
		}
	}
	return spec.Unknown(kind, keys[0], known)
}

// named returns the tables of the list at a place that the first key names.
func named(root *spec.Node, at []string, path string, keys []string) ([]target, error) {
	kind := at[len(at)-1]
	if len(keys) < 2 {
		return nil, fmt.Errorf("path %q: want a %s's name (or *) and a key of it", path, kind)
	}
	var names []string
	var found []target
	for i, item := range items(root.Get(at...)) {
		name := nameOf(item)
		names = append(names, name)
		if keys[0] == "*" || keys[0] == name {
			found = append(found, target{append(slices.Clone(at), strconv.Itoa(i)), item, keys[1:], kind == "platform"})
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("path %q: %s", path, unknownName(kind, keys, names))
	}
	return found, nil
}

// assign returns a tree in which what a path leads to is set; root is left as it
// is.
func assign(root *spec.Node, path string, value *spec.Node, known *parts) (*spec.Node, error) {
	root, err := withApplication(root, known)
	if err != nil {
		return nil, err
	}
	targets, err := resolve(root, path)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		part, err := t.presetPart(known)
		if err != nil {
			return nil, err
		}
		if part != nil {
			preset, _ := t.node.Get("preset").Value().(string)
			if root, err = root.With(t.path(1), fromPreset(part, preset, value)); err != nil {
				return nil, fmt.Errorf("path %q: %w", path, err)
			}
		}
		if root, err = root.With(t.path(len(t.keys)), value); err == nil {
			root, err = t.blamed(root, value, path)
		}
		if err != nil {
			return nil, fmt.Errorf("path %q: %w", path, err)
		}
	}
	return root, nil
}

func items(list *spec.Node) []*spec.Node {
	if list == nil || !list.IsArray() {
		return nil
	}
	return list.Items()
}

// nameOf returns the name key of a table, "" where it has none.
func nameOf(n *spec.Node) string {
	if n == nil || !n.IsTable() {
		return ""
	}
	name := n.Get("name")
	if name == nil {
		return ""
	}
	s, _ := name.Value().(string)
	return s
}
