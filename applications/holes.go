package applications

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Hole is a value that is still to be filled in: it is written "?".
type Hole struct {
	File string
	Line int
	Path string // dotted, steps and functions by their names: flow.alerting.steps.infer.call
}

// Unfilled is the error of a file with holes.
type Unfilled struct{ Holes []Hole }

// Error lists all of them, a line each.
func (u *Unfilled) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d values are to be filled in:", len(u.Holes))
	if len(u.Holes) == 1 {
		b.Reset()
		b.WriteString("1 value is to be filled in:")
	}
	for _, h := range u.Holes {
		if h.Line == 0 { // of a flag
			fmt.Fprintf(&b, "\n%s: %s", h.File, h.Path)
			continue
		}
		fmt.Fprintf(&b, "\n%s:%d: %s", h.File, h.Line, h.Path)
	}
	return b.String()
}

// hole is how one is written.
const hole = "?"

// holesOf lists the holes of a tree, in the order of the file.
func holesOf(n *spec.Node, path string, list []Hole) []Hole {
	if n.Value() == any(hole) {
		return append(list, Hole{n.File, n.Line, path})
	}
	for _, key := range n.Keys() {
		list = holesOf(n.Get(key), strings.TrimPrefix(path+"."+key, "."), list)
	}
	for i, item := range n.Items() {
		name := fmt.Sprint(i)
		if text, ok := item.Get("name").Value().(string); ok && text != hole {
			name = text
		}
		list = holesOf(item, path+"."+name, list)
	}
	return list
}

// hasHole reports whether something in a node is to be filled in.
func hasHole(n *spec.Node) bool { return len(holesOf(n, "", nil)) > 0 }

var (
	decoderType = reflect.TypeFor[spec.Decoder]()
	textType    = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// without returns a tree that can be decoded into a type although it has holes: a
// value with a hole is left out, or, where it must be given, one that means nothing
// stands in its place. A name that is a hole stays.
func without(n *spec.Node, t reflect.Type) (*spec.Node, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() == reflect.Struct && n.IsTable() && !reflect.PointerTo(t).Implements(decoderType):
		for i := range t.NumField() {
			key, field := t.Field(i).Tag.Get("toml"), t.Field(i)
			child := n.Get(key)
			if key == "" || child == nil || !hasHole(child) {
				continue
			}
			whole := child.Value() == any(hole) && field.Type.Kind() != reflect.String
			if isLeaf(field.Type) || whole && field.Tag.Get("required") != "true" {
				if field.Tag.Get("required") != "true" {
					n = n.Without(key)
					continue
				}
				var err error
				if n, err = n.With([]string{key}, spec.FromValue(child.File, child.Line, placeholder(field.Type))); err != nil {
					return nil, err
				}
				continue
			}
			filled, err := without(child, field.Type)
			if err != nil {
				return nil, err
			}
			if n, err = n.With([]string{key}, filled); err != nil {
				return nil, err
			}
		}
	case t.Kind() == reflect.Map && n.IsTable(): // of ops: one that is to be filled in is there all the same
		for _, key := range n.Keys() {
			child := n.Get(key)
			if !hasHole(child) || t.Elem().Kind() == reflect.String {
				continue
			}
			var err error
			if n, err = n.With([]string{key}, spec.FromValue(child.File, child.Line, placeholder(t.Elem()))); err != nil {
				return nil, err
			}
		}
	case t.Kind() == reflect.Slice && n.IsArray():
		for i, item := range n.Items() {
			filled, err := without(item, t.Elem())
			if err != nil {
				return nil, err
			}
			if n, err = n.With([]string{fmt.Sprint(i)}, filled); err != nil {
				return nil, err
			}
		}
	}
	return n, nil
}

// isLeaf reports whether a type is one value for the purpose of holes.
func isLeaf(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	p := reflect.PointerTo(t)
	switch {
	case p.Implements(decoderType) || p.Implements(textType):
		return true
	case t.Kind() == reflect.Struct, t.Kind() == reflect.Map:
		return false
	case t.Kind() == reflect.Slice:
		return isLeaf(t.Elem()) && t.Elem().Kind() != reflect.String
	}
	return t.Kind() != reflect.String
}

// placeholder is a value of a type that must be given.
func placeholder(t reflect.Type) any {
	switch t {
	case reflect.TypeFor[spec.Size](), reflect.TypeFor[Bytes]():
		return "0B"
	case reflect.TypeFor[spec.Rate]():
		return "1/s"
	case reflect.TypeFor[ItemCount]():
		return int64(1)
	}
	if reflect.PointerTo(t).Implements(decoderType) || reflect.PointerTo(t).Implements(textType) {
		return "1s"
	}
	return int64(1)
}
