package script

import (
	"math"
	"strings"
	"testing"

	"go.starlark.net/starlark"
	"pgregory.net/rapid"
)

// keysOfTests are values of all kinds that can be keys: some are equal though they are not the
// same, some are alike and not equal.
func keysOfTests() []starlark.Value {
	big := starlark.MakeInt64(math.MaxInt64).Mul(starlark.MakeInt(3))
	f, g := starlark.NewBuiltin("f", nil), starlark.NewBuiltin("f", nil)
	one := starlark.MakeInt(1)
	return []starlark.Value{
		starlark.None, starlark.False, starlark.True, starlark.MakeInt(0), one, starlark.MakeInt(2), starlark.MakeInt(-1),
		starlark.Float(0), starlark.Float(math.Copysign(0, -1)), starlark.Float(1), starlark.Float(1.5), starlark.Float(-1),
		starlark.Float(math.NaN()), starlark.Float(math.Float64frombits(0x7ff8000000000002)), starlark.Float(math.Inf(1)), starlark.Float(math.Inf(-1)), starlark.Float(math.Inf(1)),
		starlark.MakeInt64(1 << 62), starlark.Float(1 << 62), big, starlark.MakeInt64(math.MinInt64), starlark.Float(1e300),
		starlark.String(""), starlark.String("1"), starlark.Bytes("1"), starlark.Bytes(""), starlark.String("a"),
		f, g, starlark.Tuple{}, starlark.Tuple{one}, starlark.Tuple{starlark.Float(1)}, starlark.Tuple{starlark.String("1")},
		starlark.Tuple{one, one}, starlark.Tuple{starlark.Tuple{one}, one}, starlark.Tuple{starlark.Tuple{one, one}}, starlark.Tuple{f}, starlark.Tuple{g},
		starlark.Tuple{starlark.String("a"), starlark.String("b")}, starlark.Tuple{starlark.String("ab"), starlark.String("")},
		starlark.Tuple{starlark.String("a"), starlark.String("\x03\x00b")}, starlark.Tuple{starlark.String("a\x03\x00"), starlark.String("b")},
		starlark.Tuple{big}, starlark.Tuple{starlark.Bytes("1")}, starlark.Tuple{starlark.None}, starlark.Tuple{starlark.False},
	}
}

// TestKeysAreEqualWhereValuesAre: two values have the same key just where Starlark says that
// they are equal.
func TestKeysAreEqualWhereValuesAre(t *testing.T) {
	list := keysOfTests()
	for i, x := range list {
		for j, y := range list {
			same, _ := starlark.Equal(x, y)
			a, _ := keyOf(x)
			b, _ := keyOf(y)
			if (a == b) != same {
				t.Errorf("%d %v and %d %v: keys are equal is %t, want %t", i, x, j, y, a == b, same)
			}
		}
	}
	for _, bad := range []starlark.Value{starlark.NewList(nil), newDict(0), starlark.Tuple{newDict(0)}, starlark.Tuple{starlark.Tuple{starlark.NewList(nil)}}} {
		if _, err := keyOf(bad); err == nil {
			t.Errorf("%v can be a key, want an error", bad)
		}
	}
}

// TestDictIsStarlarks holds our dict to Starlark's own: the same operations in the same order
// give the same answers, the same order, and errors at the same places.
func TestDictIsStarlarks(t *testing.T) {
	keys := append(keysOfTests(), starlark.NewList(nil)) // which cannot be one
	rapid.Check(t, func(t *rapid.T) {
		ours, theirs := newDict(0), starlark.NewDict(0)
		call := func(name string, args ...starlark.Value) {
			var said [2]string
			for i, d := range []starlark.HasAttrs{ours, theirs} {
				f, err := d.Attr(name)
				if err != nil || f == nil {
					t.Fatalf("%s: %v, %v", name, f, err)
				}
				v, err := f.(*starlark.Builtin).CallInternal(nil, args, nil)
				said[i] = "an error"
				if err == nil {
					said[i] = v.String()
				}
			}
			if said[0] != said[1] {
				t.Fatalf("%s%v: got %s, want %s", name, args, said[0], said[1])
			}
		}
		for n := rapid.IntRange(0, 120).Draw(t, "operations"); n > 0; n-- {
			var open []starlark.Iterator
			if rapid.IntRange(0, 9).Draw(t, "iterating") == 0 {
				open = []starlark.Iterator{ours.Iterate(), theirs.Iterate()}
			}
			k := rapid.SampledFrom(keys).Draw(t, "key")
			v := starlark.MakeInt(n)
			switch op := rapid.IntRange(0, 12).Draw(t, "operation"); op {
			case 0, 1, 2, 3:
				if a, b := ours.SetKey(k, v), theirs.SetKey(k, v); (a == nil) != (b == nil) {
					t.Fatalf("[%v] = %v: %v and %v", k, v, a, b)
				}
			case 4:
				a, foundA, errA := ours.Get(k)
				b, foundB, errB := theirs.Get(k)
				if a != b || foundA != foundB || (errA == nil) != (errB == nil) {
					t.Fatalf("[%v]: %v, %t, %v and %v, %t, %v", k, a, foundA, errA, b, foundB, errB)
				}
			case 5:
				call("get", k, v)
			case 6:
				call("setdefault", k)
			case 7:
				call("pop", k, v)
			case 8:
				call("pop", k)
			case 9:
				call("popitem")
			case 10:
				if rapid.IntRange(0, 20).Draw(t, "cleared") == 0 {
					call("clear")
				}
			case 11:
				call("update", starlark.NewList([]starlark.Value{starlark.Tuple{k, v}, starlark.Tuple{v, k}}))
			case 12:
				call("update", starlark.NewList([]starlark.Value{k}))
			}
			for _, it := range open {
				it.Done()
			}
		}
		if ours.String() != theirs.String() || ours.Len() != theirs.Len() || ours.Truth() != theirs.Truth() {
			t.Fatalf("got %v, want %v", ours, theirs)
		}
		for _, name := range []string{"keys", "values", "items"} {
			call(name)
		}
		again := newDict(0)
		for _, item := range theirs.Items() {
			_ = again.SetKey(item[0], item[1])
		}
		if same, err := starlark.Equal(ours, again); !same || err != nil {
			t.Fatalf("%v and %v are not equal: %v", ours, again, err)
		}
		if again.SetKey(starlark.String("another"), starlark.None) != nil {
			t.Fatal("it takes no other key")
		}
		if same, _ := starlark.Equal(ours, again); same {
			t.Fatalf("%v and %v are equal", ours, again)
		}
	})
}

// TestDictMovesTogether: a dict from which as much goes as comes is never larger than a few
// times what is in it, and what has moved is found.
func TestDictMovesTogether(t *testing.T) {
	d := newDict(0)
	for i := range 1000 {
		if err := d.SetKey(starlark.MakeInt(i), starlark.MakeInt(-i)); err != nil {
			t.Fatal(err)
		}
		if i%5 == 0 {
			continue // one in five stays
		}
		if v, found, err := d.remove(starlark.MakeInt(i)); !found || err != nil || v != starlark.MakeInt(-i) {
			t.Fatalf("removing %d: %v, %t, %v", i, v, found, err)
		}
		if most := 17 + 2*d.Len(); len(d.entries) > most {
			t.Fatalf("%d entries for %d keys, want at most %d", len(d.entries), d.Len(), most)
		}
	}
	for i := range 1000 {
		if v, found, _ := d.Get(starlark.MakeInt(i)); found != (i%5 == 0) || found && v != starlark.MakeInt(-i) {
			t.Errorf("[%d]: %v, %t", i, v, found)
		}
	}
	for i, item := range d.Items() {
		if item[0] != starlark.MakeInt(5*i) {
			t.Fatalf("key %d is %v, want %d", i, item[0], 5*i)
		}
	}
}

// TestDictsInScripts: what a dict of a script is and does in the text of one.
func TestDictsInScripts(t *testing.T) {
	for lines, want := range map[string]string{
		"fail({})":                              "{}",
		"fail({1: 2, \"a\": (3,)})":             `{1: 2, "a": (3,)}`,
		"fail(type({}), len({1: 2}), bool({}))": "dict 1 False",
		"fail({i: j for i in range(3) for j in [i] if i != 1})":       "{0: 0, 2: 2}",
		"fail({i % 2: i for i in range(5)})":                          "{0: 4, 1: 3}",
		"fail(dict([(1, 2)], a = 3))":                                 `{1: 2, "a": 3}`,
		"fail(dict({1: 2}))":                                          "{1: 2}",
		"fail([k for k in {3: 1, 2: 1}])":                             "[3, 2]",
		"fail(sorted({3: 1, 2: 1}), list({3: 1}), max({3: 1, 5: 1}))": "[2, 3] [3] 5",
		"fail({1: 2} == {1.0: 2}, {1: 2} != {1: 2}, {1: 2} == [1])":   "True False False",
		"fail({1: {2: 3}}[1][2], 2 in {1: 2}, [] in {1: 2})":          "3 False False",
		"fail(\"%(a)s\" % {\"a\": 1})":                                "1",
		"x = {1: 1}\ny = x\nx |= {2: 2}\nfail(y)":                     "{1: 1, 2: 2}",
		"x = {1: 1}\nx[1] += 2\nfail(x)":                              "{1: 3}",
		"x = {1: 1}\nx.update(x)\nfail(x)":                            "{1: 1}",
	} {
		_, failed := asked(t, body(strings.Split(lines, "\n")...), "")
		if got := "mine.star:"; len(failed) < len(want) || failed[:len(got)] != got || failed[len(failed)-len("fail: "+want):] != "fail: "+want {
			t.Errorf("%s: got %q, want %s", lines, failed, want)
		}
	}
	for lines, want := range map[string]string{
		"x = {1: 1, 1.0: 2}":                    "mine.star:2:9: in idle: duplicate key: 1.0",
		"x = pause(now, \"256MB\")":             "mine.star:2:14: in idle: pause: memory, MiB: found the string \"256MB\", want a whole number from 0 to 1099511627776",
		"x = {[]: 1}":                           "mine.star:2:9: in idle: unhashable type: list",
		"x = {}[1]":                             "mine.star:2:11: in idle: key 1 not in dict",
		"x = {1: 1}\nfor k in x:\n    x[2] = 1": "mine.star:4:10: in idle: cannot insert into a dict that a loop goes over",
		"x = {} < {}":                           "mine.star:2:12: in idle: found dict < dict, want == or !=: dicts have no order",
		"x = {} | 1":                            "mine.star:2:12: in idle: unknown binary op: dict | int",
		"x = dict([1])":                         "mine.star:2:13: in idle: dict: dictionary update sequence element #0 is not iterable (int)",
		"x = dict([(1,)])":                      "mine.star:2:13: in idle: dict: dictionary update sequence element #0 has length 1, want 2",
		"x = {}.pop(1)":                         "mine.star:2:15: in idle: pop: missing key",
		"x = {}.popitem()":                      "mine.star:2:19: in idle: popitem: empty dict",
		"x = {}.get()":                          "mine.star:2:15: in idle: get: got 0 arguments, want 1 to 2",
		"x = {}\nx[(\"a\" * 600, \"b\" * 600)] = 1": "mine.star:3:6: in idle: a tuple of more than 1024 bytes as a key",
		"x = {}\nx[tuple(range(900))] = 1":          "mine.star:3:6: in idle: a tuple of more than 1024 bytes as a key",
	} {
		if _, failed := asked(t, body(strings.Split(lines, "\n")...), ""); failed != want {
			t.Errorf("%s: got %q, want %q", lines, failed, want)
		}
	}
	frozen := "x = {1: 1}\n" + body("x[2] = 1")
	if _, failed := asked(t, frozen, ""); failed != "mine.star:3:6: in idle: cannot insert into a dict that is fixed, as globals are: what changes is in ctx.state" {
		t.Errorf("a global can be changed: %q", failed)
	}
}
