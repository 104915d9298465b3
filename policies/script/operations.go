package script

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

type builtin = func(t *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error)

// guards are the built-ins that stand in place of operations, by the names that guard gives them.
func guards(env starlark.StringDict) {
	add := func(name string, f builtin) { env[guardName(name)] = starlark.NewBuiltin(name, f) }
	for _, op := range []syntax.Token{syntax.PLUS, syntax.MINUS, syntax.STAR, syntax.PERCENT, syntax.LTLT, syntax.PIPE} {
		add(op.String(), func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return arithmetic(t, op, args[0], args[1])
		})
		add(op.String()+"=", func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return inPlace(t, op, args[0], args[1])
		})
		add("[]"+op.String()+"=", func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return starlark.None, item(t, op, args[0], args[1], args[2])
		})
	}
	for _, op := range []syntax.Token{syntax.EQL, syntax.NEQ, syntax.LT, syntax.LE, syntax.GT, syntax.GE} {
		add(op.String(), func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return compare(t, op, args[0], args[1])
		})
	}
	for _, op := range []syntax.Token{syntax.IN, syntax.NOT_IN} {
		add(op.String(), func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return within(t, op, args[0], args[1])
		})
	}
	add("[:]", slice)
	add("{}", literal)
	add("{for}", comprehended)
	add("tuple", func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		return bounded(t, slices.Clone(args), nil)
	})
	for _, name := range guardedMethods {
		add("."+name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			return method(t, name, args[0], args[1:], kwargs)
		})
	}
}

// arithmetic is x op y of what is not too large.
func arithmetic(t *starlark.Thread, op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	if a, ok := x.(starlark.Float); ok {
		if b, ok := y.(starlark.Float); ok {
			switch op {
			case syntax.PLUS:
				return a + b, nil
			case syntax.MINUS:
				return a - b, nil
			case syntax.STAR:
				return a * b, nil
			}
		}
	}
	switch op {
	case syntax.PLUS:
		if err := charge(t, (length(x)+length(y))/4); err != nil {
			return nil, err
		}
	case syntax.STAR:
		for _, pair := range [][2]starlark.Value{{x, y}, {y, x}} {
			if err := repeated(t, pair[0], pair[1]); err != nil {
				return nil, err
			}
		}
	case syntax.PERCENT:
		if _, ok := x.(starlark.String); ok {
			if err := weigh(t, y); err != nil {
				return nil, err
			}
		}
	case syntax.PIPE:
		if err := charge(t, length(x)+length(y)); err != nil {
			return nil, err
		}
	}
	v, err := starlark.Binary(op, x, y)
	return bounded(t, v, err)
}

// repeated charges for as many copies of x as y says, if that is what it says.
func repeated(t *starlark.Thread, x, y starlark.Value) error {
	times, ok := y.(starlark.Int)
	if !ok || length(x) == 0 {
		return nil
	}
	n, small := times.Int64()
	if !small || n > 4*mostSteps { // too many of one value, whatever it is
		n = 4 * mostSteps
	}
	size := length(x)
	switch x.(type) {
	case starlark.String, starlark.Bytes:
		if int64(size)*n > mostText {
			return textFits(mostText + 1)
		}
		return nil
	}
	return charge(t, int(max(0, min(n*int64(size)/4, mostSteps))))
}

// length is how many values or bytes something has, 0 of what has none.
func length(v starlark.Value) int { return max(0, starlark.Len(v)) }

// inPlace is x op= y: a list grows where it is, and a dict takes what is in another.
func inPlace(t *starlark.Thread, op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	switch x := x.(type) {
	case *starlark.List:
		if it, ok := y.(starlark.Iterable); ok && op == syntax.PLUS {
			_, err := method(t, "extend", x, starlark.Tuple{it}, nil)
			return x, err
		}
	case *dict:
		if other, ok := y.(*dict); ok && op == syntax.PIPE {
			_, err := method(t, "update", x, starlark.Tuple{other}, nil)
			return x, err
		}
	}
	return arithmetic(t, op, x, y)
}

// item is x[key] op= y.
func item(t *starlark.Thread, op syntax.Token, x, key, y starlark.Value) error {
	switch x := x.(type) {
	case starlark.HasSetKey:
		old, found, err := x.Get(key)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("key %v not in %s", key, x.Type())
		}
		v, err := inPlace(t, op, old, y)
		if err != nil {
			return err
		}
		return x.SetKey(key, v)
	case starlark.HasSetIndex:
		i, err := starlark.AsInt32(key)
		if err != nil {
			return fmt.Errorf("%s index: %w", x.Type(), err)
		}
		n := x.Len()
		if i < 0 {
			i += n
		}
		if i < 0 || i >= n {
			return fmt.Errorf("%s index %v out of range of %d values", x.Type(), key, n)
		}
		v, err := inPlace(t, op, x.Index(i), y)
		if err != nil {
			return err
		}
		return x.SetIndex(i, v)
	}
	return fmt.Errorf("%s value does not support item assignment", x.Type())
}

// compare charges for values that hold others.
func compare(t *starlark.Thread, op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	if compound(x) && compound(y) {
		if err := weigh(t, x); err != nil {
			return nil, err
		}
		if err := weigh(t, y); err != nil {
			return nil, err
		}
	}
	same, err := starlark.Compare(op, x, y)
	return starlark.Bool(same), err
}

func compound(v starlark.Value) bool {
	switch v.(type) {
	case starlark.Int, starlark.Float, starlark.Bool, starlark.NoneType:
		return false
	}
	return true
}

// within is x in y, which for lists and tuples compares with each.
func within(t *starlark.Thread, op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	switch y.(type) {
	case *starlark.List, starlark.Tuple:
		if err := weigh(t, y); err != nil {
			return nil, err
		}
	case starlark.String:
		if err := weigh(t, y); err != nil {
			return nil, err
		}
	}
	return starlark.Binary(op, x, y)
}

// slice is x[lo:hi:step].
func slice(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	x, ok := args[0].(starlark.Sliceable)
	if !ok {
		return nil, fmt.Errorf("invalid slice operand %s", args[0].Type())
	}
	step := 1
	if args[3] != starlark.None {
		var err error
		if step, err = starlark.AsInt32(args[3]); err != nil {
			return nil, fmt.Errorf("slice step: %w", err)
		}
		if step == 0 {
			return nil, fmt.Errorf("zero is not a valid slice step")
		}
	}
	lo, hi, err := bounds(args[1], args[2], x.Len(), step)
	if err != nil {
		return nil, err
	}
	n := max(0, (hi-lo+step-sign(step))/step)
	if n == 0 {
		lo, hi = 0, 0 // which each type takes
		step = 1
	}
	if err := charge(t, copied(x, n)); err != nil {
		return nil, err
	}
	return bounded(t, x.Slice(lo, hi, step), nil)
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// copied is what copying n values of x takes; a range copies none.
func copied(x starlark.Value, n int) int {
	switch x.(type) {
	case *starlark.List, starlark.Tuple:
		return n / 4
	case starlark.String, starlark.Bytes:
		return n / 64
	}
	return 0
}

// bounds are where a slice begins and ends, as in Python.
func bounds(from, to starlark.Value, n, step int) (lo, hi int, err error) {
	least, most := 0, n
	lo, hi = 0, n
	if step < 0 {
		least, most = -1, n-1
		lo, hi = n-1, -1
	}
	place := func(v starlark.Value, at *int) error {
		if v == starlark.None {
			return nil
		}
		i, err := starlark.AsInt32(v)
		if err != nil {
			return fmt.Errorf("slice index: %w", err)
		}
		if i < 0 {
			i += n
		}
		*at = max(least, min(most, i))
		return nil
	}
	if err := place(from, &lo); err != nil {
		return 0, 0, err
	}
	return lo, hi, place(to, &hi)
}

// method calls a method that goes over all that it is called on.
func method(t *starlark.Thread, name string, x starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	has, ok := x.(starlark.HasAttrs)
	var f starlark.Value
	if ok {
		var err error
		if f, err = has.Attr(name); err != nil {
			return nil, err
		}
	}
	if f == nil {
		return nil, fmt.Errorf("%s has no .%s field or method", x.Type(), name)
	}
	if err := methodCost(t, name, x, args); err != nil {
		return nil, err
	}
	call, ok := f.(*starlark.Builtin)
	if !ok {
		return nil, fmt.Errorf("invalid call of non-function (%s)", f.Type())
	}
	v, err := call.CallInternal(t, args, kwargs)
	return boundedItems(t, v, err)
}

func methodCost(t *starlark.Thread, name string, x starlark.Value, args starlark.Tuple) error {
	n := length(x)
	switch name {
	case "pop":
		if _, list := x.(*starlark.List); !list || len(args) == 0 {
			return nil // of a dict, and of the end of a list, nothing moves
		}
		return charge(t, n/16)
	case "insert":
		return charge(t, n/16)
	case "popitem":
		return charge(t, 1)
	case "index", "remove":
		return weigh(t, x)
	case "items", "keys", "values":
		return charge(t, n)
	}
	for _, a := range args { // extend, update
		if err := charge(t, length(a)); err != nil {
			return err
		}
	}
	return nil
}
