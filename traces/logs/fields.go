package logs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Fields says where JSON objects and CSV have what. The zero value takes the names
// themselves: {"time":…,"duration_ms":…,"function":…}.
type Fields struct{ paths []fieldPath }

// fieldPath is where one thing stands: names from the top, joined by dots.
type fieldPath struct {
	is   field
	path string
}

// field is something that an object or row may say.
type field uint8

const (
	fieldTime field = iota
	fieldEnd
	fieldArrival
	fieldFunction
	fieldDuration
	fieldInit
	fieldBilled
	fieldMemory
	fieldCold
	fieldStatus
)

// fieldName is a name on the left of a field map.
type fieldName struct {
	name  string
	is    field
	scale int // of durations: 10^scale ns
	help  string
}

// fieldNames are the names of a field map, sorted.
var fieldNames = []fieldName{
	{"arrival_s", fieldArrival, 9, "when the request arrived, s from the start of a trace"},
	{"billed_ms", fieldBilled, 0, "billed duration, whole ms"},
	{"cold", fieldCold, 0, "true where the request met an initialisation"},
	{"duration_ms", fieldDuration, 6, "duration on a warm instance, ms"},
	{"duration_ns", fieldDuration, 0, "the same, ns"},
	{"duration_s", fieldDuration, 9, "the same, s"},
	{"duration_us", fieldDuration, 3, "the same, µs"},
	{"end", fieldEnd, 0, "when the request ended, as time; arrival is end − duration − init"},
	{"function", fieldFunction, 0, "the function's name, or a path or METHOD path, which becomes a template"},
	{"init_ms", fieldInit, 6, "initialisation, ms; not part of the duration"},
	{"init_s", fieldInit, 9, "the same, s"},
	{"memory_mb", fieldMemory, 0, "memory configured, whole MiB"},
	{"service_s", fieldDuration, 9, "the same as duration_s, as package traces has it"},
	{"status", fieldStatus, 0, "an HTTP status, or a word (error, timeout)"},
	{"time", fieldTime, 0, "when the request arrived: ISO 8601, or a Unix time in s, ms, µs or ns by its size"},
}

// ParseFields reads a field map, "time=ts,duration_ms=latency.total": what a
// request says, and where it stands, as names from the top joined by dots, or as a column.
func ParseFields(text string) (Fields, error) {
	var f Fields
	if text == "" {
		return f, nil
	}
	for _, pair := range strings.Split(text, ",") {
		name, path, ok := strings.Cut(pair, "=")
		if !ok || path == "" {
			return Fields{}, fmt.Errorf("field map: found %q, expected name=path, as in duration_ms=latency", pair)
		}
		i := slices.IndexFunc(fieldNames, func(n fieldName) bool { return n.name == name })
		if i < 0 {
			return Fields{}, unknownField(name)
		}
		for _, p := range f.paths {
			if fieldNames[p.is].is == fieldNames[i].is {
				return Fields{}, fmt.Errorf("field map: found %s after %s, expected one of them", name, fieldNames[p.is].name)
			}
		}
		f.paths = append(f.paths, fieldPath{field(i), path})
	}
	return f, nil
}

func unknownField(name string) error {
	var names []string
	for _, n := range fieldNames {
		names = append(names, n.name)
	}
	hint := ""
	if near, ok := spec.Nearest(name, names); ok {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return fmt.Errorf("field map: unknown name %q, expected one of %s%s", name, strings.Join(names, ", "), hint)
}

// find returns the name that a path stands for; nil: none.
func (f *Fields) find(path []byte) *fieldName {
	if len(f.paths) == 0 {
		for i := range fieldNames {
			if string(path) == fieldNames[i].name {
				return &fieldNames[i]
			}
		}
		return nil
	}
	for _, p := range f.paths {
		if string(path) == p.path {
			return &fieldNames[p.is]
		}
	}
	return nil
}
