package script

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// declared is a parameter as a script declares it: duration("10m", help = "…").
type declared struct {
	kind     string // the name of the declarer
	name     string // in params
	help     string
	value    starlark.Value // the default; nil: it must be given
	text     string         // the default as an experiment has it
	min, max starlark.Value // of a number; nil: none
}

// reserved are the keys of a policy's table that are no parameters.
var reserved = []string{"label", "name", "script", "source"}

func (d *declared) String() string        { return d.kind + "(…)" }
func (d *declared) Type() string          { return "parameter" }
func (d *declared) Freeze()               {}
func (d *declared) Truth() starlark.Bool  { return true }
func (d *declared) Hash() (uint32, error) { return 0, fmt.Errorf("unhashable type: parameter") }

// declarers adds the functions that declare a parameter: its default, and help, min and max.
func declarers(env starlark.StringDict) {
	for _, kind := range []string{"boolean", "duration", "integer", "number", "string"} {
		env[kind] = starlark.NewBuiltin(kind, func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			d := &declared{kind: kind}
			if err := starlark.UnpackArgs(kind, args, kwargs, "default?", &d.value, "help?", &d.help, "min?", &d.min, "max?", &d.max); err != nil {
				return nil, err
			}
			return d, d.check()
		})
	}
}

// check sees that the default and the range are of the parameter's kind.
func (d *declared) check() (err error) {
	for _, v := range []*starlark.Value{&d.value, &d.min, &d.max} {
		if *v == nil || *v == starlark.None {
			*v = nil
			continue
		}
		plain, err := plainOf(*v)
		if err != nil {
			return fmt.Errorf("%s: %w", d.kind, err)
		}
		n := spec.FromValue("", 0, plain)
		if v == &d.value {
			d.text = n.String()
		} else if d.kind == "boolean" || d.kind == "string" {
			return fmt.Errorf("%s: found min or max, want them of a duration, an integer or a number", d.kind)
		}
		if *v, err = d.decode(n); err != nil {
			return fmt.Errorf("%s: %w", d.kind, err)
		}
	}
	if d.min != nil && d.max != nil && compareNumbers(d.min, d.max) > 0 {
		return fmt.Errorf("%s: found min = %s and max = %s, want a min of at most max", d.kind, d.show(d.min), d.show(d.max))
	}
	if d.value == nil {
		return nil
	}
	return d.within(d.value)
}

// plainOf returns a scalar as spec has it.
func plainOf(v starlark.Value) (any, error) {
	switch v := v.(type) {
	case starlark.Bool:
		return bool(v), nil
	case starlark.Float:
		return float64(v), nil
	case starlark.Int:
		i, ok := v.Int64()
		if !ok {
			return nil, fmt.Errorf("found %s, want a number of at most 63 bits", spec.Shorten(v.String()))
		}
		return i, nil
	case starlark.String:
		return string(v), nil
	}
	return nil, fmt.Errorf("found %s, want a value as an experiment has it", described(v))
}

// decode reads a value as TOML has it.
func (d *declared) decode(n *spec.Node) (starlark.Value, error) {
	switch d.kind {
	case "boolean":
		var v bool
		err := n.Decode(&v)
		return starlark.Bool(v), err
	case "duration":
		var v spec.Duration
		err := n.Decode(&v)
		return starlark.MakeInt64(int64(v)), err
	case "integer":
		var v int64
		err := n.Decode(&v)
		return starlark.MakeInt64(v), err
	case "number":
		var v float64
		err := n.Decode(&v)
		return starlark.Float(v), err
	}
	var v string
	err := n.Decode(&v)
	if err == nil && len(v) > mostText {
		err = n.Errorf("%w", textFits(len(v)))
	}
	return starlark.String(v), err
}

// within sees that a value is in the range.
func (d *declared) within(v starlark.Value) error {
	below, above := false, false
	if d.min != nil {
		below = compareNumbers(v, d.min) < 0
	}
	if d.max != nil {
		above = compareNumbers(v, d.max) > 0
	}
	switch {
	case !below && !above:
		return nil
	case d.min == nil:
		return fmt.Errorf("found %s, want at most %s", d.show(v), d.show(d.max))
	case d.max == nil:
		return fmt.Errorf("found %s, want %s or more", d.show(v), d.show(d.min))
	}
	return fmt.Errorf("found %s, want %s to %s", d.show(v), d.show(d.min), d.show(d.max))
}

// compareNumbers compares two ints or two floats, which are finite.
func compareNumbers(x, y starlark.Value) int {
	if a, ok := x.(starlark.Int); ok {
		n, _ := a.Cmp(y, 0) // of two Ints there is no error
		return n
	}
	switch a, b := x.(starlark.Float), y.(starlark.Float); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// show writes a value as an experiment has it.
func (d *declared) show(v starlark.Value) string {
	if i, ok := v.(starlark.Int); ok && d.kind == "duration" {
		ns, _ := i.Int64() // it was read as one
		return spec.Duration(ns).String()
	}
	return v.String()
}

// declarations reads the global params of a script.
func declarations(v starlark.Value) ([]*declared, error) {
	table, ok := v.(*dict)
	if !ok {
		return nil, fmt.Errorf("params: found %s, want a dict, as in params = {\"window\": duration(\"10m\")}", described(v))
	}
	var list []*declared
	for _, item := range table.Items() {
		name, ok := starlark.AsString(item[0])
		if !ok || !isName(name) || slices.Contains(reserved, name) {
			return nil, fmt.Errorf("params: found the key %s, want a name of letters, digits and _, which is none of %q", spec.Shorten(item[0].String()), reserved)
		}
		d, ok := item[1].(*declared)
		if !ok {
			return nil, fmt.Errorf("params: %s is %s, want boolean, duration, integer, number or string, as in duration(\"10m\")", name, described(item[1]))
		}
		if d.name != "" {
			return nil, fmt.Errorf("params: %s and %s are the same value, want one for each", d.name, name)
		}
		d.name = name
		list = append(list, d)
	}
	return list, nil
}

// isName tells whether an attribute can have that name.
func isName(s string) bool {
	for i, c := range []byte(s) {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// decodeParams reads the parameters of a policy's table: strictly, each once.
func decodeParams(n *spec.Node, list []*declared) (*record, error) {
	known := make([]string, len(list))
	for i, d := range list {
		known[i] = d.name
	}
	params := &record{kind: "params", values: starlark.StringDict{}}
	for _, key := range n.Keys() {
		if slices.Contains(reserved, key) {
			continue
		}
		i := slices.Index(known, key)
		if i < 0 {
			return nil, fmt.Errorf("%s: %s", n.Get(key).Place(), spec.Unknown("key", key, known))
		}
		v, err := list[i].decode(n.Get(key))
		if err != nil {
			return nil, err
		}
		if err := list[i].within(v); err != nil {
			return nil, n.Get(key).Errorf("%w", err)
		}
		params.values[key] = v
	}
	for _, d := range list {
		if params.values[d.name] != nil {
			continue
		}
		if d.value == nil {
			return nil, n.Errorf("missing key %q", d.name)
		}
		params.values[d.name] = d.value
	}
	return params, nil
}

// record is attributes that do not change.
type record struct {
	kind   string
	values starlark.StringDict
}

var _ starlark.HasAttrs = (*record)(nil)

func (r *record) String() string                           { return "<" + r.kind + ">" }
func (r *record) Type() string                             { return r.kind }
func (r *record) Freeze()                                  {}
func (r *record) Truth() starlark.Bool                     { return true }
func (r *record) Hash() (uint32, error)                    { return 0, fmt.Errorf("unhashable type: %s", r.kind) }
func (r *record) Attr(name string) (starlark.Value, error) { return r.values[name], nil }
func (r *record) AttrNames() []string                      { return r.values.Keys() }
