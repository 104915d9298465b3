package spec

import (
	"maps"
	"slices"
	"strconv"
)

// With returns a tree that is n but for v at the path, as Set puts it there. n
// is left as it is, and the result shares with it all that does not lie on the
// path: a thousand variants of a tree cost a thousand paths.
func (n *Node) With(path []string, v *Node) (*Node, error) {
	c := *n
	c.keys, c.table, c.items = slices.Clone(n.keys), maps.Clone(n.table), slices.Clone(n.items)
	if len(path) > 1 {
		child := n.Get(path[0])
		if child != nil {
			next, err := child.With(path[1:], v)
			if err != nil {
				return nil, err
			}
			return &c, c.replace(path[0], next)
		}
	}
	return &c, c.Set(path, v)
}

// replace puts a child in place of the one that a key or an index names.
func (n *Node) replace(key string, child *Node) error {
	if n.kind == tableKind {
		n.table[key] = child
		return nil
	}
	i, err := strconv.Atoi(key)
	n.items[i] = child // Get has found it there
	return err
}
