package spec

import "testing"

// TestWith: the result is what Set makes of a copy, and the tree is as it was,
// shared but for the path.
func TestWith(t *testing.T) {
	const text = "[a]\nb = [{ c = 1 }, { c = 2 }]\nd = { e = 3 }\n[f]\ng = 4\n"
	parse := func() *Node {
		n, err := Parse("x.toml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	v := FromValue("--set", 0, 7)
	for _, path := range [][]string{{"f"}, {"h"}, {"a", "b", "1", "c"}, {"a", "b", "0"}, {"a", "d", "new", "deep"}, {"a", "d", "e"}} {
		n, want := parse(), parse()
		if err := want.Set(path, v); err != nil {
			t.Fatal(err)
		}
		got, err := n.With(path, v)
		if err != nil || got.String() != want.String() || got.Get(path...).Path != want.Get(path...).Path {
			t.Errorf("%q: got %s, %v; want %s", path, got, err, want)
		}
		if n.String() != parse().String() {
			t.Errorf("%q changed the tree to %s", path, n)
		}
		if path[0] == "a" && got.Get("f") != n.Get("f") {
			t.Errorf("%q: what is beside the path is not shared", path)
		}
	}
	for _, path := range [][]string{{}, {"f", "g", "x"}, {"a", "b", "2"}, {"a", "b", "x", "y"}} {
		if got, err := parse().With(path, v); err == nil || err.Error() != parse().Set(path, v).Error() {
			t.Errorf("%q: got %v, %v", path, got, err)
		}
	}
}
