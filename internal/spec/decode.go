package spec

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Decoder is a type that reads a node in its own way.
type Decoder interface {
	DecodeSpec(n *Node) error
}

// Decode fills the struct that into points to from a table, by the fields'
// tags (see the package). The first error in file order is returned; into is
// then partly filled.
//
// Fields may be strings, booleans, integers, floats (finite), time.Time,
// slices, maps with string keys, structs, pointers to those, any (as from
// encoding/json, with int64 for integers), *Node (the raw node), an
// encoding.TextUnmarshaler (from a string) or a Decoder.
func (n *Node) Decode(into any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("spec: cannot decode into %T, want a pointer", into)
	}
	return n.decode(v.Elem())
}

var (
	nodeType    = reflect.TypeFor[*Node]()
	timeType    = reflect.TypeFor[time.Time]()
	decoderType = reflect.TypeFor[Decoder]()
	textType    = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func (n *Node) decode(v reflect.Value) error {
	t := v.Type()
	switch {
	case t == nodeType:
		v.Set(reflect.ValueOf(n))
		return nil
	case t == timeType:
		return n.decodeTime(v)
	case t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(decoderType):
		return v.Addr().Interface().(Decoder).DecodeSpec(n)
	case t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(textType):
		return n.decodeText(v.Addr().Interface().(encoding.TextUnmarshaler))
	}
	switch t.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		return n.decode(v.Elem())
	case reflect.Struct:
		return n.decodeStruct(v)
	case reflect.Map:
		return n.decodeMap(v)
	case reflect.Slice:
		return n.decodeSlice(v)
	case reflect.Interface:
		if t.NumMethod() == 0 {
			v.Set(reflect.ValueOf(n.plain()))
			return nil
		}
	default:
		return n.decodeScalar(v)
	}
	return fmt.Errorf("spec: cannot decode into %s", t)
}

func (n *Node) decodeStruct(v reflect.Value) error {
	if n.kind != tableKind {
		return n.mismatch("a table")
	}
	fields := fieldsOf(v.Type())
	byKey := make(map[string]field, len(fields))
	known := make([]string, len(fields))
	for i, f := range fields {
		byKey[f.key], known[i] = f, f.key
	}
	for _, key := range n.keys {
		child := n.table[key]
		f, ok := byKey[key]
		if !ok {
			return fmt.Errorf("%s%s%s", child.prefix(false), Unknown("key", key, known), child.suffix())
		}
		if err := child.decode(v.FieldByIndex(f.index)); err != nil {
			return err
		}
	}
	for _, f := range fields {
		if n.table[f.key] != nil {
			continue
		}
		if f.required {
			return n.Errorf("missing key %q", f.key)
		}
		if err := setDefault(v.FieldByIndex(f.index), f); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) decodeMap(v reflect.Value) error {
	t := v.Type()
	if t.Key().Kind() != reflect.String {
		return fmt.Errorf("spec: cannot decode into %s, want string keys", t)
	}
	if n.kind != tableKind {
		return n.mismatch("a table")
	}
	m := reflect.MakeMapWithSize(t, len(n.keys))
	for _, key := range n.keys {
		e := reflect.New(t.Elem()).Elem()
		if err := n.table[key].decode(e); err != nil {
			return err
		}
		m.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), e)
	}
	v.Set(m)
	return nil
}

func (n *Node) decodeSlice(v reflect.Value) error {
	if n.kind != arrayKind {
		if e := v.Type().Elem(); e.Kind() == reflect.Struct && n.kind == tableKind && !isText(e) {
			return n.mismatch("an array of tables, [[" + n.Path + "]]")
		}
		return n.mismatch("an array")
	}
	s := reflect.MakeSlice(v.Type(), len(n.items), len(n.items))
	for i, item := range n.items {
		if err := item.decode(s.Index(i)); err != nil {
			return err
		}
	}
	v.Set(s)
	return nil
}

func (n *Node) decodeTime(v reflect.Value) error {
	t, ok := n.value.(time.Time)
	if !ok || n.form == localTime {
		return n.mismatch("a date such as 2026-01-31, without quotes")
	}
	v.Set(reflect.ValueOf(t))
	return nil
}

func (n *Node) decodeText(u encoding.TextUnmarshaler) error {
	s, ok := n.value.(string)
	if !ok {
		want := "a string"
		if q, ok := u.(interface{ want() string }); ok {
			want = q.want()
		}
		return n.mismatch(want)
	}
	if err := u.UnmarshalText([]byte(s)); err != nil {
		return n.Errorf("%w", err)
	}
	return nil
}

func (n *Node) decodeScalar(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		s, ok := n.value.(string)
		if !ok {
			return n.mismatch("a string")
		}
		v.SetString(s)
	case reflect.Bool:
		b, ok := n.value.(bool)
		if !ok {
			return n.mismatch("true or false")
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		i, ok := n.value.(int64)
		if !ok || v.OverflowInt(i) {
			return n.mismatch("an integer" + rangeOf(v.Type()))
		}
		v.SetInt(i)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		i, ok := n.value.(int64)
		if !ok || i < 0 || v.OverflowUint(uint64(i)) {
			return n.mismatch("an integer" + rangeOf(v.Type()))
		}
		v.SetUint(uint64(i))
	case reflect.Float32, reflect.Float64:
		f, ok := n.number()
		if !ok {
			return n.mismatch("a finite number")
		}
		v.SetFloat(f)
	default:
		return fmt.Errorf("spec: cannot decode into %s", v.Type())
	}
	return nil
}

// rangeOf says what an integer type holds, where that is less than TOML's.
func rangeOf(t reflect.Type) string {
	switch bits := t.Bits(); {
	case t.Kind() >= reflect.Uint && bits == 64:
		return " ≥ 0"
	case t.Kind() >= reflect.Uint:
		return fmt.Sprintf(" from 0 to %d", uint64(1)<<bits-1)
	case bits < 64:
		return fmt.Sprintf(" from %d to %d", -(int64(1) << (bits - 1)), int64(1)<<(bits-1)-1)
	}
	return ""
}

// number returns a finite float, from a float or an integer.
func (n *Node) number() (float64, bool) {
	switch f := n.value.(type) {
	case int64:
		return float64(f), true
	case float64:
		return f, !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	return 0, false
}

// plain returns the value as maps, slices and scalars.
func (n *Node) plain() any {
	switch n.kind {
	case tableKind:
		m := make(map[string]any, len(n.keys))
		for key, v := range n.table {
			m[key] = v.plain()
		}
		return m
	case arrayKind:
		s := make([]any, len(n.items))
		for i, v := range n.items {
			s[i] = v.plain()
		}
		return s
	default:
		return n.value
	}
}

func (n *Node) mismatch(want string) error { return n.Errorf("found %s, want %s", n.describe(), want) }

// setDefault gives a field its default, and the fields of a nested struct theirs.
func setDefault(v reflect.Value, f field) error {
	if !f.hasDefault {
		if v.Kind() == reflect.Struct && !reflect.PointerTo(v.Type()).Implements(decoderType) {
			for _, inner := range fieldsOf(v.Type()) {
				if err := setDefault(v.FieldByIndex(inner.index), inner); err != nil {
					return err
				}
			}
		}
		return nil
	}
	n, err := f.defaultNode(v.Type())
	if err != nil {
		return err
	}
	if err := n.decode(v); err != nil {
		return fmt.Errorf("spec: the default of %q: %w", f.key, err)
	}
	return nil
}

// defaultNode reads a default as TOML has it: a text without quotes, else what
// the parser makes of it. Numbers and booleans do without the parser, which takes
// longer than all the rest of decoding.
func (f *field) defaultNode(t reflect.Type) (*Node, error) {
	if isText(t) {
		return FromValue("", 0, f.def), nil
	}
	if i, err := strconv.ParseInt(f.def, 10, 64); err == nil {
		return FromValue("", 0, i), nil
	}
	if f.def == "true" || f.def == "false" {
		return FromValue("", 0, f.def == "true"), nil
	}
	root, err := Parse("default", []byte("v = "+f.def))
	if err != nil {
		return nil, fmt.Errorf("spec: the default of %q: %w", f.key, err)
	}
	n := root.Get("v")
	if n.value == nil && n.kind == scalarKind {
		return nil, fmt.Errorf("spec: the default of %q is %q", f.key, f.def)
	}
	return n, nil
}

// isText reports whether a type is written as a string, so that its default
// needs no quotes.
func isText(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	p := reflect.PointerTo(t)
	if t == timeType || p.Implements(decoderType) {
		return false
	}
	return t.Kind() == reflect.String || p.Implements(textType)
}

// field is one key of a struct's table.
type field struct {
	key        string
	index      []int
	def        string
	hasDefault bool
	required   bool
	tag        reflect.StructTag
	typ        reflect.Type
}

// fieldsOf lists the keys of a struct in the order of its fields.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		sf := t.Field(i)
		key, _, _ := strings.Cut(sf.Tag.Get("toml"), ",")
		if sf.Anonymous && key == "" && sf.Type.Kind() == reflect.Struct {
			for _, f := range fieldsOf(sf.Type) {
				f.index = append([]int{i}, f.index...)
				fields = append(fields, f)
			}
			continue
		}
		if key == "" || key == "-" || !sf.IsExported() {
			continue
		}
		f := field{key: key, index: []int{i}, typ: sf.Type, tag: sf.Tag}
		f.def, f.hasDefault = sf.Tag.Lookup("default")
		f.required = sf.Tag.Get("required") == "true"
		fields = append(fields, f)
	}
	return fields
}
