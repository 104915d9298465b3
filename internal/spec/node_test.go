package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const doc = `title = "t"
[platform.lambda]
keepalive = { name = "fixed", window = "10m" }
[[function]]
name = "f"
rates = [1, 2.5]
`

func TestGet(t *testing.T) {
	n := parse(t, doc)
	for _, test := range []struct {
		path []string
		want string
	}{
		{nil, n.String()},
		{[]string{"title"}, `"t"`},
		{[]string{"platform", "lambda", "keepalive", "window"}, `"10m"`},
		{[]string{"function", "0", "rates", "1"}, "2.5"},
		{[]string{"function", "1"}, ""},
		{[]string{"function", "-1"}, ""},
		{[]string{"function", "name"}, ""},
		{[]string{"title", "x"}, ""},
		{[]string{"absent", "x"}, ""},
	} {
		if got := n.Get(test.path...).String(); got != test.want {
			t.Errorf("Get(%q) is %s, want %s", test.path, got, test.want)
		}
	}
}

// TestSet: the value takes the path of its new place and keeps its line.
func TestSet(t *testing.T) {
	n := parse(t, doc)
	v := parse(t, "\n\n\nv = { name = 'hybrid', head = 5 }").Get("v")
	if err := n.Set([]string{"platform", "lambda", "keepalive"}, v); err != nil {
		t.Fatal(err)
	}
	if err := n.Set([]string{"platform", "new", "table"}, FromValue("--set", 0, true)); err != nil {
		t.Fatal(err)
	}
	if err := n.Set([]string{"function", "0", "rates", "0"}, FromValue("--set", 0, 7)); err != nil {
		t.Fatal(err)
	}
	want := `{ title = "t", platform = { lambda = { keepalive = { name = "hybrid", head = 5 } }, new = { table = true } }, function = [{ name = "f", rates = [7, 2.5] }] }`
	if got := n.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	head := n.Get("platform", "lambda", "keepalive", "head")
	if err := head.Errorf("no"); err.Error() != "x.toml:4: platform.lambda.keepalive.head: no" {
		t.Errorf("a moved value says %q", err)
	}
	if err := n.Get("platform", "new", "table").Errorf("no"); err.Error() != "--set: platform.new.table: no" {
		t.Errorf("a flag's value says %q", err)
	}
	if got := v.Get("head").Path; got != "v.head" {
		t.Errorf("Set changed the path of its argument to %q", got)
	}
}

func TestSetErrors(t *testing.T) {
	n, v := parse(t, doc), FromValue("--set", 0, 1)
	for _, test := range []struct {
		path []string
		v    *Node
		want string
	}{
		{[]string{"title", "x"}, v, `cannot set "x" below title, which is the string "t", not a table`},
		{[]string{"function", "1", "x"}, v, `found index "1" into function, want 0 to 0`},
		{[]string{"function", "x"}, v, `found index "x" into function, want 0 to 0`},
		{nil, v, `x.toml:1: an empty path, want a key to set`},
		{[]string{"a", "b"}, nil, `x.toml:1: nothing to set "a.b" to`},
	} {
		if err := n.Set(test.path, test.v); err == nil || err.Error() != test.want {
			t.Errorf("Set(%q): %v, want %s", test.path, err, test.want)
		}
	}
	if n.String() != parse(t, doc).String() {
		t.Error("a failed Set changed the tree")
	}
}

// TestCopies: a clone shares nothing; Without leaves the original alone.
func TestCopies(t *testing.T) {
	n := parse(t, doc)
	c := n.Clone()
	if err := c.Set([]string{"function", "0", "name"}, FromValue("", 0, "g")); err != nil {
		t.Fatal(err)
	}
	w := n.Get("platform", "lambda", "keepalive").Without("name", "absent")
	if got := w.String(); got != `{ window = "10m" }` {
		t.Errorf("Without gave %s", got)
	}
	if diff := cmp.Diff(parse(t, doc).String(), n.String()); diff != "" {
		t.Errorf("the original changed:\n%s", diff)
	}
	var none *Node
	if none.Clone() != nil || none.Without("x") != nil || none.Get("x") != nil || none.Keys() != nil || none.Items() != nil || none.IsTable() || none.Value() != nil {
		t.Error("a nil node is not empty")
	}
}

// TestLocalTimes: a date without an offset does not depend on the machine's zone.
func TestLocalTimes(t *testing.T) {
	t.Setenv("TZ", "Asia/Tokyo")
	n := parse(t, "a = [2026-01-31, 2026-01-31T10:20:30.5, 10:20:30, 2026-01-31T10:20:30+02:00]")
	if got, want := n.Get("a").String(), "[2026-01-31, 2026-01-31T10:20:30.5, 10:20:30, 2026-01-31T10:20:30+02:00]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestTextReadsBack: any value's text parses to the same value, and its
// canonical text does not depend on the order of keys.
func TestTextReadsBack(t *testing.T) {
	scalar := rapid.OneOf(rapid.String().AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(), rapid.Bool().AsAny())
	table := rapid.MapOf(rapid.String(), rapid.OneOf(scalar,
		rapid.SliceOf(scalar).AsAny(), rapid.MapOf(rapid.String(), scalar).AsAny()))
	rapid.Check(t, func(t *rapid.T) {
		n := FromValue("", 0, table.Draw(t, "table"))
		again, err := Parse("x.toml", []byte("v = "+n.String()))
		if err != nil {
			t.Fatalf("%v\nof %s", err, n)
		}
		if got := again.Get("v").String(); got != n.String() {
			t.Fatalf("%s became %s", n, got)
		}
		if got := again.Get("v").Canonical(); got != n.Canonical() {
			t.Fatalf("canonical %s became %s", n.Canonical(), got)
		}
	})
}
