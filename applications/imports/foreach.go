package imports

import (
	"maps"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

const forEach = "Fn::ForEach"

// mostWritten bounds how many values the loops of a template are written out to.
const mostWritten = maxNodes

// unrolled are the resources of a template with its loops written out: a loop is a name,
// a list and a table, which stands once for each item of the list with the item in the
// place of the name. A loop over what only a deployment knows is left out and listed.
func (t *template) unrolled(all *node) (*node, error) {
	made := &node{file: all.file, line: all.line, kind: table}
	written := 0
	var put func(n *node, with map[string]string, depth int) error
	put = func(n *node, with map[string]string, depth int) error {
		for _, key := range n.keys {
			r := n.under[key]
			if !strings.HasPrefix(key, forEach) {
				id := replaced(key, with)
				c, err := t.instance(r, with, &written)
				if err != nil {
					return err
				}
				if before := made.get(id); before != nil {
					return r.errorf("resource %s stands twice, first at line %d", spec.Quote(id), before.line)
				}
				made.put(id, c)
				continue
			}
			if !r.is(list) || len(r.items) != 3 || !r.items[0].is(text) || !r.items[2].is(table) {
				return r.errorf("%s: found %s, want a name, a list and a table", key, r.found())
			}
			if depth > 5 {
				return r.errorf("%s: more than 5 loops in each other", key)
			}
			items := t.collection(r.items[1])
			if len(items) == 0 {
				t.d.lose(r, "%s: a loop over what is not known here (%s): its resources are left out", key, r.items[1].compact())
				continue
			}
			for _, item := range items {
				inner := map[string]string{r.items[0].text: item}
				for k, v := range with {
					if k != r.items[0].text {
						inner[k] = v
					}
				}
				if err := put(r.items[2], inner, depth+1); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return made, put(all, nil, 0)
}

// collection are the items of a loop: a list, or a parameter that is one. Nil: not known.
func (t *template) collection(n *node) (items []string) {
	n = t.plain(n)
	if !n.is(list) {
		v := t.resolve(n)
		if !v.known || strings.Contains(v.text, "${") || v.text == "" {
			return nil
		}
		for _, item := range strings.Split(v.text, ",") {
			items = append(items, strings.TrimSpace(item))
		}
		return items
	}
	for _, item := range n.items {
		v := t.resolve(item)
		if !v.known || strings.Contains(v.text, "${") {
			return nil
		}
		items = append(items, v.text)
	}
	return items
}

// instance is a copy of a node with an item in the place of a loop's name.
func (t *template) instance(n *node, with map[string]string, written *int) (*node, error) {
	if n == nil || len(with) == 0 {
		return n, nil
	}
	if *written++; *written > mostWritten {
		return nil, n.errorf("more than %d values, loops written out; want a template of at most that", mostWritten)
	}
	switch n.kind {
	case text:
		c := *n
		c.text = replaced(n.text, with)
		return &c, nil
	case list:
		c := &node{file: n.file, line: n.line, kind: list}
		for _, item := range n.items {
			v, err := t.instance(item, with, written)
			if err != nil {
				return nil, err
			}
			c.items = append(c.items, v)
		}
		return c, nil
	case table:
		if item, ok := with[n.get("Ref").str()]; ok && len(n.keys) == 1 {
			return newText(n, item), nil
		}
		c := &node{file: n.file, line: n.line, kind: table}
		for _, key := range n.keys {
			v, err := t.instance(n.under[key], with, written)
			if err != nil {
				return nil, err
			}
			if id := replaced(key, with); c.get(id) == nil {
				c.put(id, v)
			}
		}
		return c, nil
	}
	return n, nil
}

// replaced puts the items of loops into a text: ${Name}, and &{Name} for its letters and
// digits alone.
func replaced(s string, with map[string]string) string {
	for _, name := range slices.Sorted(maps.Keys(with)) {
		item := with[name]
		s = strings.ReplaceAll(s, "${"+name+"}", item)
		s = strings.ReplaceAll(s, "&{"+name+"}", strings.Map(alphanumeric, item))
	}
	return s
}

func alphanumeric(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return -1
}
