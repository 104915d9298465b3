package spec

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

type kind uint8

const (
	scalarKind kind = iota
	tableKind
	arrayKind
)

// Node is a TOML value with where it stands: a table, an array or a scalar.
type Node struct {
	File string // as it was given to Parse
	Line int    // from 1; 0 where there are no lines, as in a flag
	Path string // dotted, as the user would write it; array items as name[0]; empty for the root
	// Note ends each error of the node: where it is from, if File and Line say what brought it here.
	Note string

	kind  kind
	value any // of a scalar: string, int64, float64, bool, time.Time
	form  form
	keys  []string // of a table, in file order
	table map[string]*Node
	items []*Node
}

// form tells TOML's four kinds of date and time apart.
type form uint8

const (
	offsetDatetime form = iota
	localDatetime
	localDate
	localTime
)

// layouts are how each form is written, in Go's notation.
var layouts = [...]string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02",
	"15:04:05.999999999",
}

// IsTable reports whether the node is a table. A nil node is none.
func (n *Node) IsTable() bool { return n != nil && n.kind == tableKind }

// IsArray reports whether the node is an array, of tables or of values.
func (n *Node) IsArray() bool { return n != nil && n.kind == arrayKind }

// Keys returns the keys of a table in file order; nil for any other node.
func (n *Node) Keys() []string {
	if n == nil {
		return nil
	}
	return slices.Clone(n.keys)
}

// Items returns the items of an array; nil for any other node.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return slices.Clone(n.items)
}

// Value returns a scalar as string, int64, float64, bool or time.Time; a date
// or time without an offset is given in UTC. It returns nil for a table or an
// array.
func (n *Node) Value() any {
	if n == nil {
		return nil
	}
	return n.value
}

// Get follows keys into tables, and decimal indices into arrays. It returns
// nil if there is nothing.
func (n *Node) Get(path ...string) *Node {
	for _, key := range path {
		if n == nil {
			return nil
		}
		switch n.kind {
		case tableKind:
			n = n.table[key]
		case arrayKind:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(n.items) {
				return nil
			}
			n = n.items[i]
		default:
			return nil
		}
	}
	return n
}

// Clone returns a deep copy.
func (n *Node) Clone() *Node {
	if n == nil {
		return nil
	}
	c := *n
	c.keys = slices.Clone(n.keys)
	c.table = maps.Clone(n.table)
	for key, v := range c.table {
		c.table[key] = v.Clone()
	}
	c.items = slices.Clone(n.items)
	for i, v := range c.items {
		c.items[i] = v.Clone()
	}
	return &c
}

// Without returns a shallow copy of a table less some keys.
func (n *Node) Without(keys ...string) *Node {
	if n == nil {
		return nil
	}
	c := *n
	c.keys, c.table = nil, maps.Clone(n.table)
	for _, key := range n.keys {
		if slices.Contains(keys, key) {
			delete(c.table, key)
		} else {
			c.keys = append(c.keys, key)
		}
	}
	return &c
}

// Set puts a copy of v at the path below n, in place of what is there; tables
// on the way that do not exist are made. The copy keeps its file and line and
// takes the path of its new place. An array is entered by a decimal index of
// an item that exists.
func (n *Node) Set(path []string, v *Node) error {
	if v == nil {
		return n.Errorf("nothing to set %q to", strings.Join(path, "."))
	}
	if len(path) == 0 {
		return n.Errorf("an empty path, want a key to set")
	}
	key, rest := path[0], path[1:]
	switch n.kind {
	case tableKind:
		return n.setKey(key, rest, v)
	case arrayKind:
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(n.items) {
			return fmt.Errorf("found index %q into %s, want 0 to %d", key, n.name(), len(n.items)-1)
		}
		if len(rest) > 0 {
			return n.items[i].Set(rest, v)
		}
		n.items[i] = v.Clone()
		n.items[i].rebase(indexPath(n.Path, i))
		return nil
	default:
		return fmt.Errorf("cannot set %q below %s, which is %s, not a table", strings.Join(path, "."), n.name(), n.describe())
	}
}

func (n *Node) setKey(key string, rest []string, v *Node) error {
	child := n.table[key]
	if len(rest) > 0 {
		if child == nil {
			child = newTable(v.File, v.Line, joinPath(n.Path, key))
			n.put(key, child)
		}
		return child.Set(rest, v)
	}
	child = v.Clone()
	child.rebase(joinPath(n.Path, key))
	n.put(key, child)
	return nil
}

// Errorf returns an error "file:line: path: message".
func (n *Node) Errorf(format string, a ...any) error {
	err := fmt.Errorf(format, a...)
	if n == nil {
		return err
	}
	return fmt.Errorf("%s%w%s", n.prefix(true), err, n.suffix())
}

// Place returns "file:line", or what there is of it.
func (n *Node) Place() string { return strings.TrimSuffix(n.prefix(false), ": ") }

// suffix is the note as an error ends with it.
func (n *Node) suffix() string {
	if n.Note == "" {
		return ""
	}
	return "; " + n.Note
}

// prefix is "file:line: path: ", less what there is none of.
func (n *Node) prefix(withPath bool) string {
	var b strings.Builder
	b.WriteString(n.File)
	if n.Line > 0 {
		fmt.Fprintf(&b, ":%d", n.Line)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if withPath && n.Path != "" {
		b.WriteString(n.Path + ": ")
	}
	return b.String()
}

// FromValue returns a node that holds v: nil is not a value; string, bool, any
// integer or float, time.Time, []any, map[string]any (keys sorted), slices of
// those, or a *Node, which is copied. Anything else becomes its text.
func FromValue(file string, line int, v any) *Node {
	n := fromValue(file, line, v)
	n.rebase("")
	return n
}

func fromValue(file string, line int, v any) *Node {
	n := &Node{File: file, Line: line}
	switch v := v.(type) {
	case *Node:
		return v.Clone()
	case string, int64, float64, bool:
		n.value = v
	case int:
		n.value = int64(v)
	case int32:
		n.value = int64(v)
	case uint32:
		n.value = int64(v)
	case float32:
		n.value = float64(v)
	case time.Time:
		n.value, n.form = dated(v)
	case []string:
		return fromItems(n, v)
	case []any:
		return fromItems(n, v)
	case []map[string]any:
		return fromItems(n, v)
	case map[string]any:
		n.kind, n.table = tableKind, map[string]*Node{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			n.put(key, fromValue(file, line, v[key]))
		}
	default:
		n.value = fmt.Sprint(v)
	}
	return n
}

func fromItems[T any](n *Node, items []T) *Node {
	n.kind, n.items = arrayKind, make([]*Node, len(items))
	for i, v := range items {
		n.items[i] = fromValue(n.File, n.Line, v)
	}
	return n
}

// dated tells a local date or time, which BurntSushi/toml marks by the name of
// its zone and places in the machine's own, from one with an offset.
func dated(t time.Time) (time.Time, form) {
	f := offsetDatetime
	switch t.Location().String() {
	case "datetime-local":
		f = localDatetime
	case "date-local":
		f = localDate
	case "time-local":
		f = localTime
	default:
		return t, f
	}
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC), f
}

func newTable(file string, line int, path string) *Node {
	return &Node{File: file, Line: line, Path: path, kind: tableKind, table: map[string]*Node{}}
}

// put adds or replaces a key of a table.
func (n *Node) put(key string, v *Node) {
	if _, ok := n.table[key]; !ok {
		n.keys = append(n.keys, key)
	}
	n.table[key] = v
}

// rebase gives a node and all below it their paths.
func (n *Node) rebase(path string) {
	n.Path = path
	for _, key := range n.keys {
		n.table[key].rebase(joinPath(path, key))
	}
	for i, v := range n.items {
		v.rebase(indexPath(path, i))
	}
}

func joinPath(path, key string) string {
	key = TOMLKey(key)
	if path == "" {
		return key
	}
	return path + "." + key
}

func indexPath(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// name is the node's path for the middle of a sentence.
func (n *Node) name() string {
	if n.Path == "" {
		return "the top level"
	}
	return n.Path
}
