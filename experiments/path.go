package experiments

import (
	"fmt"
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

// A target is a node of the tree and the keys below it that a path leads to.
type target struct {
	node     *spec.Node
	keys     []string
	platform bool
}

// fromPreset copies a table of the preset into a platform whose file does not
// have it, so that a path below it changes that part and leaves the others.
func (t target) fromPreset() error {
	if !t.platform || len(t.keys) < 2 || t.node.Get(t.keys[0]) != nil {
		return nil
	}
	preset, err := presetOf(t.node)
	if err != nil || preset == nil {
		return err
	}
	if value := preset.Get(t.keys[0]); value != nil {
		return t.node.Set(t.keys[:1], value)
	}
	return nil
}

// resolve finds what a path of a sweep or of --set leads to: below
// platform.NAME and workload.function.NAME the tables of those names, * for
// all of them; everything else as it stands.
func resolve(root *spec.Node, path string) ([]target, error) {
	keys, err := splitPath(path)
	if err != nil {
		return nil, err
	}
	switch {
	case keys[0] == "platform":
		return named(root, root.Get("platform"), "platform", path, keys[1:])
	case len(keys) > 1 && keys[0] == "workload" && keys[1] == "function":
		return named(root, root.Get("workload", "function"), "function", path, keys[2:])
	}
	return []target{{node: root, keys: keys}}, nil
}

// named returns the tables of list that the first key names.
func named(root, list *spec.Node, kind, path string, keys []string) ([]target, error) {
	if len(keys) < 2 {
		return nil, fmt.Errorf("path %q: want a %s's name (or *) and a key of it", path, kind)
	}
	var names []string
	var found []target
	for _, item := range items(list) {
		name := nameOf(item)
		names = append(names, name)
		if keys[0] == "*" || keys[0] == name {
			found = append(found, target{item, keys[1:], kind == "platform"})
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("path %q: %s", path, spec.Unknown(kind, keys[0], names))
	}
	return found, nil
}

// assign sets what a path leads to.
func assign(root *spec.Node, path string, value *spec.Node) error {
	targets, err := resolve(root, path)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if err := t.fromPreset(); err != nil {
			return err
		}
		if err := t.node.Set(t.keys, value.Clone()); err != nil {
			return fmt.Errorf("path %q: %w", path, err)
		}
	}
	return nil
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
