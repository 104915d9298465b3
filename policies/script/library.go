package script

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// plainNames are the names of Starlark that are here as they are: none takes long, or makes
// anything large.
var plainNames = []string{"None", "True", "False", "abs", "bool", "float", "len", "range", "type"}

// chargedNames are those that go over all that they are given.
var chargedNames = []string{"all", "any", "dict", "enumerate", "int", "list", "max", "min", "reversed", "sorted", "str", "tuple", "zip"}

// environment is what a script finds: the library, what it says of its parameters and its
// answers, and the guards.
func environment() starlark.StringDict {
	env := starlark.StringDict{}
	for _, name := range chargedNames {
		of := starlark.Universe[name].(*starlark.Builtin)
		env[name] = starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			if err := callCost(t, name, args); err != nil {
				return nil, err
			}
			if name == "dict" {
				return dictOf(args, kwargs)
			}
			v, err := of.CallInternal(t, args, kwargs)
			return boundedItems(t, v, err)
		})
	}
	env["fail"] = starlark.NewBuiltin("fail", fail)
	for name, f := range map[string]func(float64) float64{
		"ceil": math.Ceil, "exp": math.Exp, "floor": math.Floor, "log": math.Log, "round": math.Round, "sqrt": math.Sqrt,
	} {
		env[name] = starlark.NewBuiltin(name, func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			var x number
			if err := starlark.UnpackPositionalArgs(b.Name(), args, kwargs, 1, &x); err != nil {
				return nil, err
			}
			y := starlark.Float(f(float64(x)))
			if name == "ceil" || name == "floor" || name == "round" {
				return starlark.NumberToInt(y)
			}
			return y, nil
		})
	}
	env["pow"] = starlark.NewBuiltin("pow", func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var x, y number
		if err := starlark.UnpackPositionalArgs(b.Name(), args, kwargs, 2, &x, &y); err != nil {
			return nil, err
		}
		return starlark.Float(math.Pow(float64(x), float64(y))), nil
	})
	for name, t := range map[string]sim.Time{
		"microsecond": sim.Microsecond, "millisecond": sim.Millisecond, "second": sim.Second, "minute": sim.Minute, "hour": sim.Hour, "day": sim.Day,
		"never": sim.Never,
	} {
		env[name] = starlark.MakeInt64(t)
	}
	declarers(env)
	answers(env)
	guards(env)
	return env
}

// libraryNames are the names that a script can use, for a message.
func libraryNames(env starlark.StringDict) []string {
	names := slices.Clone(plainNames)
	for name := range env {
		if name[0] != '(' {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// callCost charges for what a function of the library goes over.
func callCost(t *starlark.Thread, name string, args starlark.Tuple) error {
	switch name {
	case "int":
		if s, ok := first(args).(starlark.String); ok && len(s) > mostBits/4 {
			return fmt.Errorf("a number of %d digits, want at most %d", len(s), mostBits/4)
		}
		return nil
	case "str", "sorted":
		return weighAll(t, args)
	case "max", "min":
		for _, a := range args {
			if _, many := a.(starlark.Iterable); many || len(args) > 1 && compound(a) {
				if err := weighed(t, a); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, a := range args {
		if err := charge(t, length(a)); err != nil {
			return err
		}
	}
	return nil
}

func weighAll(t *starlark.Thread, args starlark.Tuple) error {
	for _, a := range args {
		if err := weighed(t, a); err != nil {
			return err
		}
	}
	return nil
}

// weighed charges for a value, and for what a range would make.
func weighed(t *starlark.Thread, v starlark.Value) error {
	if err := charge(t, length(v)); err != nil {
		return err
	}
	return weigh(t, v)
}

func first(args starlark.Tuple) starlark.Value {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}

// fail ends the run.
func fail(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	text := "fail"
	for i, a := range args {
		if err := weigh(t, a); err != nil {
			return nil, err
		}
		word, ok := starlark.AsString(a)
		if !ok {
			word = a.String()
		}
		text += []string{": ", " "}[min(i, 1)] + word
	}
	if len(kwargs) > 0 {
		return nil, errors.New("fail: unexpected keyword arguments")
	}
	return nil, errors.New(spec.Shorten(text))
}

// number is an int or a float that is given to a function of the library.
type number float64

// Unpack implements starlark.Unpacker.
func (n *number) Unpack(v starlark.Value) error {
	f, ok := starlark.AsFloat(v)
	if _, isBool := v.(starlark.Bool); !ok || isBool {
		return fmt.Errorf("found %s, want a number", described(v))
	}
	*n = number(f)
	return nil
}

// described says what a value is, for "found …"; a large one by its type alone.
func described(v starlark.Value) string {
	switch v := v.(type) {
	case starlark.NoneType:
		return "None"
	case starlark.Bool, starlark.Float:
		return v.String()
	case starlark.Int:
		if _, small := v.Int64(); small {
			return v.String()
		}
		return "a whole number of more than 64 bits"
	case starlark.String:
		return "the string " + spec.Quote(string(v))
	}
	switch name := v.Type(); name {
	case "int", "Action", "instance":
		return "an " + name
	default:
		return "a " + name
	}
}

// nanoseconds is the time that a number of a script comes to: never beyond what an int64 has.
func nanoseconds(v starlark.Value, what string) (sim.Time, error) {
	switch v := v.(type) {
	case starlark.Int:
		if v.Sign() < 0 {
			return 0, fmt.Errorf("%s: found %s, want a time in ns, 0 or more", what, described(v))
		}
		if t, ok := v.Int64(); ok {
			return t, nil
		}
		return sim.Never, nil
	case starlark.Float:
		f := math.Round(float64(v))
		if !(f >= 0) {
			return 0, fmt.Errorf("%s: found %s, want a time in ns, 0 or more", what, described(v))
		}
		if f < 1<<62 {
			return sim.Time(f), nil
		}
		return sim.Never, nil
	}
	return 0, fmt.Errorf("%s: found %s, want a time in ns, a number", what, described(v))
}

// count turns a value into a whole number from 0 to most.
func count(v starlark.Value, what string, most int) (int, error) {
	if i, ok := v.(starlark.Int); ok {
		if n, ok := i.Int64(); ok && n >= 0 && n <= int64(most) {
			return int(n), nil
		}
	}
	return 0, fmt.Errorf("%s: found %s, want a whole number from 0 to %d", what, described(v), most)
}
