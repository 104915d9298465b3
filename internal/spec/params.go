package spec

import (
	"reflect"
	"time"
)

// Param describes one key of a struct for a listing.
type Param struct {
	Name    string
	Type    string // duration, size, rate, bandwidth, string, boolean, integer, number, date, array of …, table
	Unit    string // from the tag; may be empty
	Default string // from the tag; empty where there is none
	Help    string
	// Required is true where the key must be given.
	Required bool
}

// Params lists the keys of the struct that structPtr points to, in the order
// of its fields. It returns nil for nil.
func Params(structPtr any) []Param {
	t := reflect.TypeOf(structPtr)
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var params []Param
	for _, f := range fieldsOf(t) {
		params = append(params, Param{f.key, typeName(f.typ), f.tag.Get("unit"), f.def, f.tag.Get("help"), f.required})
	}
	return params
}

func typeName(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Duration]():
		return "duration"
	case reflect.TypeFor[Size]():
		return "size"
	case reflect.TypeFor[Rate]():
		return "rate"
	case reflect.TypeFor[Bandwidth]():
		return "bandwidth"
	case reflect.TypeFor[time.Time]():
		return "date"
	case nodeType:
		return "value"
	}
	p := reflect.PointerTo(t)
	switch {
	case t.Kind() == reflect.Pointer:
		return typeName(t.Elem())
	case p.Implements(decoderType):
		return "value"
	case p.Implements(textType):
		return "string"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Slice:
		return "array of " + typeName(t.Elem())
	case reflect.Map, reflect.Struct:
		return "table"
	case reflect.String:
		return "string"
	case reflect.Interface:
		return "value"
	default:
		return "integer"
	}
}
