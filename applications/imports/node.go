package imports

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// kind is what a node is.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	list
	table
)

func (k kind) String() string {
	return [...]string{"nothing", "true or false", "a number", "a text", "a list", "a table"}[k]
}

// node is a value of a definition, whether it was written as JSON or YAML, and where
// it stands. A nil node is an absent value: every method can be asked of it.
type node struct {
	file string
	line int
	kind kind
	text string // of a scalar, as it is meant
	// block tells that the text began on the line after, as YAML's | and > have it.
	block bool
	items []*node
	keys  []string // of a table, in order
	under map[string]*node
}

// Malformed is a definition that cannot be read, or means nothing.
type Malformed struct {
	File    string
	Line    int // from 1; 0: of the whole file
	Column  int // of characters, from 1; 0: of the whole line
	Problem string
}

// Error implements error.
func (m *Malformed) Error() string {
	switch {
	case m.Line == 0:
		return fmt.Sprintf("%s: %s", m.File, m.Problem)
	case m.Column > 0:
		return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Problem)
	}
	return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Problem)
}

// errorf is an error at the node.
func (n *node) errorf(format string, args ...any) error {
	return &Malformed{File: n.file, Line: n.line, Problem: fmt.Sprintf(format, args...)}
}

// get follows keys down tables.
func (n *node) get(keys ...string) *node {
	for _, key := range keys {
		if n == nil || n.kind != table {
			return nil
		}
		n = n.under[key]
	}
	return n
}

// first returns the first of the keys that is there.
func (n *node) first(keys ...string) *node {
	for _, key := range keys {
		if v := n.get(key); v != nil {
			return v
		}
	}
	return nil
}

func (n *node) is(k kind) bool { return n != nil && n.kind == k }

// str is the text of a scalar, or empty.
func (n *node) str() string {
	if n == nil || n.kind == null || n.kind == list || n.kind == table {
		return ""
	}
	return n.text
}

// yes tells whether the value is true, written in either way.
func (n *node) yes() bool { return n != nil && strings.EqualFold(n.str(), "true") }

// num is the number that the value is, or that its text spells.
func (n *node) num() (float64, bool) {
	if n == nil || n.kind != number && n.kind != text {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(n.text), 64)
	return f, err == nil && f-f == 0
}

// each lists the items of a list; of one value that is not in a list, that value,
// as CloudFormation has it in many places.
func (n *node) each() []*node {
	switch {
	case n == nil || n.kind == null:
		return nil
	case n.kind == list:
		return n.items
	}
	return []*node{n}
}

// want checks what a node is.
func (n *node) want(k kind, what string) error {
	if n.kind != k {
		return n.errorf("%s: found %s, want %s", what, n.found(), k)
	}
	return nil
}

// need checks that a table has a key, and what it is.
func (n *node) need(key string, k kind, of string) error {
	if n.get(key) == nil {
		return n.errorf("%s: %s is missing, want %s", of, key, k)
	}
	return n.get(key).want(k, of+": "+key)
}

// found describes a node in a message.
func (n *node) found() string {
	switch n.kind {
	case number, boolean:
		return spec.Shorten(n.text)
	case text:
		return spec.Quote(n.text)
	}
	return n.kind.String()
}

// newTable makes a table with one key.
func newTable(at *node, key string, v *node) *node {
	return &node{file: at.file, line: at.line, kind: table, keys: []string{key}, under: map[string]*node{key: v}}
}

func newText(at *node, s string) *node {
	return &node{file: at.file, line: at.line, kind: text, text: s}
}

// put sets a key; it must be new.
func (n *node) put(key string, v *node) {
	if n.under == nil {
		n.under = map[string]*node{}
	}
	n.keys = append(n.keys, key)
	n.under[key] = v
}

// compact writes a node in one line, for a comment or the text of a rule.
func (n *node) compact() string {
	var b strings.Builder
	n.write(&b, 0)
	return b.String()
}

// compactMost bounds what compact writes.
const compactMost = 300

func (n *node) write(b *strings.Builder, depth int) {
	switch {
	case b.Len() > compactMost || depth > maxDepth:
		return
	case n == nil || n.kind == null:
		b.WriteString("null")
	case n.kind == list:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteString(", ")
			}
			item.write(b, depth+1)
		}
		b.WriteByte(']')
	case n.kind == table:
		b.WriteByte('{')
		for i, key := range n.keys {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(key + ": ")
			n.under[key].write(b, depth+1)
		}
		b.WriteByte('}')
	default:
		b.WriteString(n.text)
	}
}
