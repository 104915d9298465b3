package script

import (
	"errors"
	"fmt"
	"slices"

	"go.starlark.net/starlark"
)

// dictMethodNames are the methods of a dict, sorted.
var dictMethodNames = []string{"clear", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"}

// AttrNames implements starlark.HasAttrs.
func (d *dict) AttrNames() []string { return slices.Clone(dictMethodNames) }

// Attr implements starlark.HasAttrs.
func (d *dict) Attr(name string) (starlark.Value, error) {
	if !slices.Contains(dictMethodNames, name) {
		return nil, nil
	}
	return starlark.NewBuiltin(name, d.method), nil
}

// method is all methods, told apart by the name of the built-in.
func (d *dict) method(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	v, err := d.methodOf(b.Name(), args, kwargs)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name(), err)
	}
	return v, nil
}

func (d *dict) methodOf(name string, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if name == "update" {
		return starlark.None, d.update(args, kwargs)
	}
	least, most := 0, 0
	if name == "get" || name == "pop" || name == "setdefault" {
		least, most = 1, 2
	}
	switch {
	case len(kwargs) > 0:
		return nil, errors.New("unexpected keyword arguments")
	case len(args) < least || len(args) > most:
		return nil, fmt.Errorf("got %d arguments, want %d to %d", len(args), least, most)
	}
	if most > 0 {
		var other starlark.Value
		if len(args) == 2 {
			other = args[1]
		}
		return d.keyed(name, args[0], other)
	}
	switch name {
	case "clear":
		return starlark.None, d.clear()
	case "popitem":
		return d.popItem()
	}
	return d.list(name), nil
}

// keyed are the methods that are given a key, and what to do without: nil where that is not said.
func (d *dict) keyed(name string, key, other starlark.Value) (starlark.Value, error) {
	if name == "pop" {
		v, found, err := d.remove(key)
		if err == nil && !found {
			if other == nil {
				return nil, errors.New("missing key")
			}
			v = other
		}
		return v, err
	}
	v, found, err := d.Get(key)
	if err != nil || found {
		return v, err
	}
	if other == nil {
		other = starlark.None
	}
	if name == "setdefault" {
		err = d.SetKey(key, other)
	}
	return other, err
}

// popItem takes the entry that came first.
func (d *dict) popItem() (starlark.Value, error) {
	if d.Len() == 0 {
		return nil, errors.New("empty dict")
	}
	key := d.entries[d.first].key
	v, _, err := d.remove(key)
	if err != nil {
		return nil, err
	}
	return starlark.Tuple{key, v}, nil
}

// list is the keys, the values or the items.
func (d *dict) list(name string) *starlark.List {
	list := make([]starlark.Value, 0, d.Len())
	for _, e := range d.entries[d.first:] {
		switch {
		case e.key == nil:
		case name == "keys":
			list = append(list, e.key)
		case name == "values":
			list = append(list, e.value)
		default:
			list = append(list, starlark.Tuple{e.key, e.value})
		}
	}
	return starlark.NewList(list)
}

// dictOf is the built-in dict.
func dictOf(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	d := newDict(0)
	if err := d.update(args, kwargs); err != nil {
		return nil, fmt.Errorf("dict: %w", err)
	}
	return d, nil
}

// literal is {k: v, …}, of which a tuple has keys and values in turn.
func literal(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	list := args[0].(starlark.Tuple)
	if err := charge(t, len(list)/2); err != nil {
		return nil, err
	}
	d := newDict(len(list) / 2)
	for i := 0; i < len(list); i += 2 {
		if err := d.SetKey(list[i], list[i+1]); err != nil {
			return nil, err
		}
		if d.Len() != i/2+1 {
			return nil, fmt.Errorf("duplicate key: %v", list[i])
		}
	}
	return d, nil
}

// comprehended is {k: v for …}, of which a list has the pairs.
func comprehended(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	list := args[0].(*starlark.List)
	if err := charge(t, list.Len()); err != nil {
		return nil, err
	}
	d := newDict(list.Len())
	for i := range list.Len() {
		pair := list.Index(i).(starlark.Tuple)
		if err := d.SetKey(pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	return d, nil
}
