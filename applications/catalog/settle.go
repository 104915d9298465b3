package catalog

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Value is a value as a listing has it.
type Value struct {
	Path string // queue.batch, op.write.first
	Text string // as the file has it; "": not known
	Basis
}

// settle gives each value of a file the basis of what it stands in, where it has none
// of its own, and says where one has none at all.
func settle(f *file) error {
	var err error
	walk(reflect.ValueOf(f).Elem(), Basis{}, "", func(_ string, v fact) {
		if b := v.basis().check(); b != nil && err == nil {
			err = v.node().Errorf("%w", b)
		}
	})
	return err
}

// Values lists the values of an entry, which is a pointer to a Service, an Engine, an
// Overhead, an Invocation, a Region or a Trips, in the order of their keys.
func Values(entry any) (list []Value) {
	walk(reflect.ValueOf(entry).Elem(), Basis{}, "", func(path string, v fact) {
		list = append(list, Value{path, v.Text(), *v.basis()})
	})
	return list
}

var basisType = reflect.TypeFor[Basis]()

// walk visits the facts that something states below a struct, in the order of its
// fields, and completes their bases.
func walk(v reflect.Value, outer Basis, path string, visit func(string, fact)) {
	t := v.Type()
	if f, ok := t.FieldByName("Basis"); ok && f.Type == basisType {
		own := v.FieldByIndex(f.Index).Addr().Interface().(*Basis)
		*own = own.over(outer)
		outer = *own
	}
	for i := range t.NumField() {
		key := t.Field(i).Tag.Get("toml")
		if key != "" {
			walkField(v.Field(i), outer, join(path, key), visit)
		}
	}
}

func walkField(v reflect.Value, outer Basis, path string, visit func(string, fact)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Type().Elem().Kind() == reflect.Struct {
			walkField(v.Elem(), outer, path, visit)
		}
	case reflect.Struct:
		f, ok := v.Addr().Interface().(fact)
		if !ok {
			walk(v, outer, path, visit)
			return
		}
		if f.node() != nil {
			*f.basis() = f.basis().over(outer)
			visit(path, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if item := v.Index(i); item.Kind() == reflect.Struct {
				walkField(item, outer, join(path, nameOf(item, i)), visit)
			}
		}
	case reflect.Map:
		for _, key := range slices.Sorted(maps.Keys(keysOf(v))) {
			item := reflect.New(v.Type().Elem()).Elem()
			item.Set(v.MapIndex(reflect.ValueOf(key)))
			walkField(item, outer, join(path, key), visit)
			v.SetMapIndex(reflect.ValueOf(key), item)
		}
	}
}

func keysOf(v reflect.Value) map[string]bool {
	keys := map[string]bool{}
	for _, k := range v.MapKeys() {
		keys[k.String()] = true
	}
	return keys
}

// nameOf is what an item of a list is called in a path.
func nameOf(v reflect.Value, i int) string {
	if f := v.FieldByName("Name"); f.IsValid() && f.Kind() == reflect.String && f.String() != "" {
		return f.String()
	}
	return fmt.Sprint(i + 1)
}

func join(path, key string) string { return strings.TrimPrefix(path+"."+key, ".") }
