package script

import (
	"fmt"
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

// fillings are the ways in which a script can fill a dict with n keys that fall into one bucket
// of Starlark's own table.
func fillings(n int) map[string]string {
	fill := func(text string) string {
		return strings.NewReplacer("HALF", fmt.Sprint(n/2), "ALL", fmt.Sprint(n)).Replace(text)
	}
	return map[string]string{
		"whole_numbers":   fill("x = {}\nfor i in range(ALL):\n    x[i << 32] = i"),
		"fractions":       fill("x = {}\nfor i in range(ALL):\n    x[i / (ALL + 1)] = i"),
		"tuples":          fill("x = {}\nfor i in range(ALL):\n    x[(i << 32, 1)] = i"),
		"functions":       fill("x = {}\nfor i in range(ALL):\n    x[lambda: i] = i"),
		"minutes":         fill("x = {}\nfor i in range(ALL):\n    x[i * minute << 20] = i"),
		"a_comprehension": fill("x = {i << 32: i for i in range(ALL)}"),
		"pairs":           fill("x = dict([(i << 32, i) for i in range(ALL)])"),
		"an_update":       fill("x = {}\nx.update([(i << 32, i) for i in range(ALL)])"),
		"defaults":        fill("x = {}\nfor i in range(ALL):\n    x.setdefault(i << 32, i)"),
		"a_union":         fill("x = {i << 32: i for i in range(HALF)} | {i << 32: i for i in range(HALF, ALL)}"),
		"targets":         fill("x = {}\nfor i in range(HALF):\n    x[i << 32], x[(HALF + i) << 32] = i, i"),
	}
}

// However a script fills a dict, it is one of ours, in which keys do not fall together, and
// has them all.
func TestNoScriptHasStarlarksDict(t *testing.T) {
	const n = 400
	for name, lines := range fillings(n) {
		lines = strings.ReplaceAll(lines, "\n", "\n    ")
		k, err := KeepAlive(policy("def f():\n    "+lines+"\n    return x\nmade = [f(), {}, dict(), dict(a = 1)]\n"+body("return until(now)"), ""))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list := k.(*keepAlives).program.globals["made"].(*starlark.List)
		for i := range list.Len() {
			if _, ours := list.Index(i).(*dict); !ours {
				t.Errorf("%s: %d is a %T", name, i, list.Index(i))
			}
		}
		if got := starlark.Len(list.Index(0)); got != n {
			t.Errorf("%s: %d keys, want %d", name, got, n)
		}
	}
}

// What a key keeps of a tuple does not grow with it: a state of some bytes could hold a
// gigabyte of them. Two tuples that differ in their last byte have two keys.
func TestTuplesAreNotKeptTwice(t *testing.T) {
	long := strings.Repeat("a", 900)
	a, err := keyOf(starlark.Tuple{starlark.String(long + "a"), starlark.None})
	if err != nil {
		t.Fatal(err)
	}
	b, err := keyOf(starlark.Tuple{starlark.String(long + "b"), starlark.None})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.text) > 32 || a == b {
		t.Errorf("the keys keep %d bytes, and are the same is %t", len(a.text), a == b)
	}
}

// BenchmarkKeysThatFallTogether fills dicts with 40,000 keys that Starlark's own table puts into
// one bucket, which takes it from 10 s to minutes.
func BenchmarkKeysThatFallTogether(b *testing.B) {
	for name, lines := range fillings(40_000) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, failed := asked(b, body(append(strings.Split(lines, "\n"), "fail(len(x))")...), ""); !strings.HasSuffix(failed, "fail: 40000") {
					b.Fatal(failed)
				}
			}
		})
	}
}

// A tuple has 1,000 values at most, with those of the tuples in it, and 1,000 it may have.
func TestTuplesHaveAThousandValues(t *testing.T) {
	for lines, fits := range map[string]bool{
		"tuple(range(1000))": true, "tuple(range(1001))": false,
		"tuple(range(500)) + tuple(range(500))": true, "tuple(range(500)) + tuple(range(501))": false,
		"((1, 2),) + tuple(range(997))": true, "((1, 2),) + tuple(range(998))": false,
	} {
		_, failed := asked(t, body("x = "+lines, "fail(len(x))"), "")
		if refused := strings.Contains(failed, "a tuple of more than 1000 values"); refused == fits {
			t.Errorf("%s: %q, want that it fits to be %t", lines, failed, fits)
		}
	}
}
