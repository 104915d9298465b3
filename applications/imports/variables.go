package imports

import (
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// variables puts the values of ${…} into a serverless.yml: of the file itself, options
// and the environment where they have a default, and files beside it.
type variables struct {
	d     *Draft
	o     *Options
	root  *node
	nodes int
	depth int
	files map[string]*node
}

// maxVariable bounds how deep variables lead to variables.
const maxVariable = 30

// walk returns a node with its variables resolved. quiet says that one which cannot
// be is not worth a word.
func (x *variables) walk(n *node, quiet bool) (*node, error) {
	if n == nil {
		return nil, nil
	}
	x.nodes++
	if x.nodes > maxNodes {
		return nil, n.errorf("more than %d values, variables written out; want a definition of at most that", maxNodes)
	}
	x.depth++
	defer func() { x.depth-- }()
	if x.depth > maxDepth {
		return nil, n.errorf("nested deeper than %d levels, variables written out: does one lead to itself?", maxDepth)
	}
	switch n.kind {
	case text:
		return x.resolve(n, quiet, 0)
	case list:
		c := &node{file: n.file, line: n.line, kind: list}
		for _, item := range n.items {
			v, err := x.walk(item, quiet)
			if err != nil {
				return nil, err
			}
			c.items = append(c.items, v)
		}
		return c, nil
	case table:
		c := &node{file: n.file, line: n.line, kind: table}
		for _, key := range n.keys {
			v, err := x.walk(n.under[key], quiet || key == "environment" || key == "custom" || key == "package" || key == "tags")
			if err != nil {
				return nil, err
			}
			c.put(key, v)
		}
		return c, nil
	}
	return n, nil
}

// resolve puts values into a text; a text that is one variable becomes its value.
func (x *variables) resolve(n *node, quiet bool, depth int) (*node, error) {
	s := n.text
	i := strings.Index(s, "${")
	if i < 0 {
		return n, nil
	}
	if depth > maxVariable {
		return nil, n.errorf("%s leads to itself", spec.Quote(s))
	}
	j := closing(s, i)
	if j < 0 {
		return nil, n.errorf("found ${ without its } in %s", spec.Quote(s))
	}
	v, known, err := x.value(n, s[i+2:j], depth)
	if err != nil {
		return nil, err
	}
	if !known {
		if !quiet && !strings.HasPrefix(s[i:], "${AWS::") {
			x.d.lose(n, "%s cannot be resolved here", s[i:j+1])
		}
		rest, err := x.resolve(newText(n, s[j+1:]), quiet, depth+1)
		if err != nil {
			return nil, err
		}
		return newText(n, s[:j+1]+rest.str()), nil
	}
	if i == 0 && j == len(s)-1 {
		if v.is(text) {
			return x.resolve(v, quiet, depth+1)
		}
		return x.walk(v, quiet)
	}
	if len(s)+len(v.str()) > maxBytes {
		return nil, n.errorf("a text longer than %d MB, variables written out", maxBytes>>20)
	}
	return x.resolve(newText(n, s[:i]+v.str()+s[j+1:]), quiet, depth+1)
}

// closing is the place of the } that ends the ${ at i; −1: there is none.
func closing(s string, i int) int {
	open := 0
	for j := i; j < len(s); j++ {
		switch {
		case strings.HasPrefix(s[j:], "${"):
			open++
			j++
		case s[j] == '}':
			if open--; open == 0 {
				return j
			}
		}
	}
	return -1
}

// value finds a variable: the first of its alternatives that is known.
func (x *variables) value(n *node, inner string, depth int) (*node, bool, error) {
	if depth > maxVariable {
		return nil, false, n.errorf("%s leads to itself", spec.Quote("${"+inner+"}"))
	}
	for _, part := range alternatives(inner) {
		part = strings.TrimSpace(part)
		if strings.Contains(part, "${") {
			v, err := x.resolve(newText(n, part), true, depth+1)
			if err != nil {
				return nil, false, err
			}
			if strings.Contains(v.str(), "${") {
				continue
			}
			part = v.str()
		}
		v, err := x.named(n, part, depth)
		if err != nil || v != nil {
			return v, v != nil, err
		}
	}
	if strings.TrimSpace(inner) == "opt:stage" { // of a command line that gives none
		v, err := x.named(n, "sls:stage", depth)
		return v, v != nil, err
	}
	return nil, false, nil
}

// alternatives splits at commas that are in no inner variable, bracket or quote.
func alternatives(s string) (list []string) {
	depth, from := 0, 0
	var quoted byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted != 0:
			if c == quoted {
				quoted = 0
			}
		case c == '\'' || c == '"':
			quoted = c
		case c == '{' || c == '(':
			depth++
		case c == '}' || c == ')':
			depth--
		case c == ',' && depth == 0:
			list, from = append(list, s[from:i]), i+1
		}
	}
	return append(list, s[from:])
}

func (x *variables) named(n *node, s string, depth int) (*node, error) {
	source, address, _ := strings.Cut(s, ":")
	switch {
	case len(s) > 1 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0]:
		return newText(n, s[1:len(s)-1]), nil
	case source == "self" || source == s && strings.HasPrefix(s, "self."):
		return x.at(x.root, address, depth)
	case s == "sls:stage":
		if v := x.root.get("provider", "stage"); v != nil {
			return v, nil
		}
		return newText(n, "dev"), nil
	case source == "param":
		return x.parameter(n, address, depth)
	case s == "aws:region":
		return x.root.get("provider", "region"), nil
	case strings.HasPrefix(s, "file("):
		return x.fileOf(n, s, depth)
	case source == "opt" && address == "stage":
		return nil, nil // its alternative, if there is one
	case source == s && isNumber(s):
		return &node{file: n.file, line: n.line, kind: number, text: s}, nil
	case s == "true" || s == "false":
		return &node{file: n.file, line: n.line, kind: boolean, text: s}, nil
	}
	return nil, nil
}

// parameter finds a parameter of the stage that is deployed, or the one of all stages:
// version 4 of the framework has them in stages.
func (x *variables) parameter(n *node, name string, depth int) (*node, error) {
	stage, err := x.resolve(newText(n, "${sls:stage}"), true, depth+1)
	if err != nil {
		return nil, err
	}
	for _, s := range []string{stage.str(), "default"} {
		if v := first(x.root.get("params", s, name), x.root.get("stages", s, "params", name)); v != nil {
			return v, nil
		}
	}
	return nil, nil
}

func isNumber(s string) bool {
	_, ok := (&node{kind: text, text: s}).num()
	return ok && s != ""
}

// at follows a path such as custom.tables.users, with variables on the way.
func (x *variables) at(n *node, path string, depth int) (*node, error) {
	if path == "" {
		return n, nil
	}
	for _, key := range strings.Split(path, ".") {
		if n.is(text) {
			v, err := x.resolve(n, true, depth+1)
			if err != nil {
				return nil, err
			}
			n = v
		}
		if n.is(list) {
			var found *node
			for i, item := range n.items {
				if key == itoa(i) {
					found = item
				}
			}
			n = found
			continue
		}
		n = n.get(key)
	}
	return n, nil
}

// fileOf reads ${file(path):key}.
func (x *variables) fileOf(n *node, s string, depth int) (*node, error) {
	i := strings.IndexByte(s, ')')
	if i < 0 || x.o.Beside == nil {
		return nil, nil
	}
	path, key := strings.Trim(s[len("file("):i], `'" `), strings.TrimPrefix(s[i+1:], ":")
	file, read := x.files[path]
	if !read {
		if !strings.HasSuffix(path, ".yml") && !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".json") {
			return nil, nil // a program
		}
		data, err := x.o.Beside(path)
		if err != nil {
			x.files[path] = nil
			return nil, nil
		}
		if file, err = parse(path, 1, data); err != nil {
			return nil, err
		}
		x.files[path] = file
	}
	if file == nil {
		return nil, nil
	}
	return x.at(file, key, depth)
}
