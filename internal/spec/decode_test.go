package spec

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// colour reads a node in its own way: a name, or three numbers.
type colour struct{ r, g, b int }

func (c *colour) DecodeSpec(n *Node) error {
	if n.IsArray() && len(n.Items()) == 3 {
		for i, p := range []*int{&c.r, &c.g, &c.b} {
			if err := n.Items()[i].Decode(p); err != nil {
				return err
			}
		}
		return nil
	}
	if n.Value() == "black" {
		return nil
	}
	return n.Errorf("found %s, want a colour", n)
}

// level is an enumeration, as those of sim are.
type level uint8

func (l *level) UnmarshalText(b []byte) error {
	switch string(b) {
	case "low":
		*l = 0
	case "high":
		*l = 1
	default:
		return errNoLevel
	}
	return nil
}

var errNoLevel = errors.New("no such level")

type shared struct {
	Label string `toml:"label" default:"plain"`
}

type sample struct {
	shared
	Shared2  shared              `toml:"shared"`
	Window   Duration            `toml:"window" default:"10m" unit:"time" help:"how long"`
	Optional *Duration           `toml:"optional"`
	Level    level               `toml:"level" default:"high"`
	Colour   colour              `toml:"colour" default:"[1, 2, 3]"`
	Share    float64             `toml:"share" default:"0.5"`
	Count    int32               `toml:"count" default:"-3"`
	On       bool                `toml:"on" default:"true"`
	Names    []string            `toml:"names" default:"['a', 'b']"`
	Rates    map[string]Rate     `toml:"rates"`
	Since    time.Time           `toml:"since" default:"2026-01-31"`
	Raw      *Node               `toml:"raw"`
	Any      any                 `toml:"any"`
	Nested   []map[string][]int8 `toml:"nested"`
	Ignored  int
	Dash     int `toml:"-"`
}

var equal = cmp.Options{cmp.AllowUnexported(sample{}, colour{}), cmp.Comparer(func(a, b *Node) bool { return a.Canonical() == b.Canonical() })}

func TestDecodeDefaults(t *testing.T) {
	got := sample{Ignored: 7}
	if err := parse(t, "").Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := sample{
		shared: shared{"plain"}, Shared2: shared{"plain"}, Window: 600e9, Level: 1, Colour: colour{1, 2, 3}, Share: 0.5, Count: -3, On: true,
		Names: []string{"a", "b"}, Since: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Ignored: 7,
	}
	if diff := cmp.Diff(want, got, equal); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}

func TestDecodeValues(t *testing.T) {
	n := parse(t, `
label = "l"
window = "1m"
optional = "2m"
level = "low"
colour = "black"
share = 1                  # an integer is a number
count = 0x10
on = false
names = []
rates = { a = "1/s", "b.c" = "60/m" }
since = 2026-02-01T12:00:00+01:00
raw = { x = [1, 2] }
any = { s = "x", i = 1, f = 1.0, l = [true] }
nested = [{ a = [1] }, { b = [-128] }]
[shared]
label = "s"
`)
	var got sample
	if err := n.Decode(&got); err != nil {
		t.Fatal(err)
	}
	two := Duration(120e9)
	want := sample{
		shared: shared{"l"}, Shared2: shared{"s"}, Window: 60e9, Optional: &two, Share: 1, Count: 16, Names: []string{},
		Rates: map[string]Rate{"a": 1, "b.c": 1}, Since: time.Date(2026, 2, 1, 11, 0, 0, 0, time.UTC),
		Raw:    FromValue("", 0, map[string]any{"x": []any{1, 2}}),
		Any:    map[string]any{"s": "x", "i": int64(1), "f": 1.0, "l": []any{true}},
		Nested: []map[string][]int8{{"a": {1}}, {"b": {-128}}},
	}
	if diff := cmp.Diff(want, got, equal); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// TestDecodeErrorsWrap: an error of a type's own reading can be told apart.
func TestDecodeErrorsWrap(t *testing.T) {
	err := parse(t, "\nlevel = 'middle'").Decode(&sample{})
	if !errors.Is(err, errNoLevel) || err.Error() != "x.toml:2: level: no such level" {
		t.Errorf("got %v, want file, line, path and the error itself", err)
	}
}

// TestFirstErrorInFileOrder: of several slips, the first in the file is named.
func TestFirstErrorInFileOrder(t *testing.T) {
	err := parse(t, "window = '1m'\nzzz = 1\nlevel = 'x'\nshare = 'x'").Decode(&sample{})
	if err == nil || !strings.HasPrefix(err.Error(), "x.toml:2: ") {
		t.Errorf("got %v, want the error of line 2", err)
	}
}

func TestDecodeMisuse(t *testing.T) {
	n := parse(t, "a = 1")
	for _, into := range []any{nil, sample{}, (*sample)(nil), &struct {
		A chan int `toml:"a"`
	}{}, &struct {
		A fmt.Stringer `toml:"a"`
	}{}, &map[int]int{}, &struct {
		B int `toml:"b" default:"x"`
		A int `toml:"a"`
	}{}} {
		if err := n.Decode(into); err == nil {
			t.Errorf("decoding into %T: no error", into)
		}
	}
}

func TestParams(t *testing.T) {
	got := Params(&sample{})
	want := []Param{
		{Name: "label", Type: "string", Default: "plain"},
		{Name: "shared", Type: "table"},
		{Name: "window", Type: "duration", Unit: "time", Default: "10m", Help: "how long"},
		{Name: "optional", Type: "duration"},
		{Name: "level", Type: "string", Default: "high"},
		{Name: "colour", Type: "value", Default: "[1, 2, 3]"},
		{Name: "share", Type: "number", Default: "0.5"},
		{Name: "count", Type: "integer", Default: "-3"},
		{Name: "on", Type: "boolean", Default: "true"},
		{Name: "names", Type: "array of string", Default: "['a', 'b']"},
		{Name: "rates", Type: "table"},
		{Name: "since", Type: "date", Default: "2026-01-31"},
		{Name: "raw", Type: "value"},
		{Name: "any", Type: "value"},
		{Name: "nested", Type: "array of table"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("params (-want +got):\n%s", diff)
	}
	if Params(nil) != nil || Params(3) != nil {
		t.Error("params of what is no struct")
	}
}

// TestNearest has the distances counted by hand.
func TestNearest(t *testing.T) {
	known := []string{"window", "windows", "warmup", "keepalive", "max_lifetime", "on"}
	for _, test := range []struct{ word, want string }{
		{"windw", "window"},              // one missing
		{"widnow", "window"},             // two swapped: one edit
		{"windowss", "windows"},          // one too many
		{"WINDOW", "window"},             // case does not count
		{"max-lifetime", "max_lifetime"}, // nor - for _
		{"keep_alive", "keepalive"},      // one too many
		{"kepalives", "keepalive"},       // two of nine letters
		{"no", "on"},                     // one edit is always a slip
		{"x", ""},                        // two edits to "on"
		{"colour", ""},                   // nothing near
		{"", ""},
		{strings.Repeat("w", 101), ""},
	} {
		got, ok := Nearest(test.word, known)
		if got != test.want || ok != (test.want != "") {
			t.Errorf("Nearest(%q) is %q, %v; want %q", test.word, got, ok, test.want)
		}
	}
	if got, want := Unknown("function", "x", []string{"of\ntwo lines", "one", "é 𝄞"}), `unknown function "x"; known: "of\ntwo lines", one, é 𝄞`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, _ := Nearest("windowx", []string{"windowz", "windowa"}); got != "windowa" {
		t.Errorf("of two as near, %q; want the first in sorted order", got)
	}
}
