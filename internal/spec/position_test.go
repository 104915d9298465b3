package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// positions lists "line path" of a node and all below it, in file order.
func positions(n *Node) []string {
	lines := []string{fmt.Sprintf("%d %s", n.Line, n.Path)}
	for _, key := range n.keys {
		lines = append(lines, positions(n.table[key])...)
	}
	for _, item := range n.items {
		lines = append(lines, positions(item)...)
	}
	return lines
}

func parse(t testing.TB, src string) *Node {
	t.Helper()
	n, err := Parse("x.toml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPositions has the lines counted by hand in each source.
func TestPositions(t *testing.T) {
	for _, test := range []struct {
		name, src string
		want      []string // less the root
	}{
		{"keys before any header", "# c\n\na = 1\nb = 2\n", []string{"3 a", "4 b"}},
		{"CRLF", "a = 1\r\n\r\nb = 2\r\n", []string{"1 a", "3 b"}},
		{"byte order mark", "\xEF\xBB\xBFa = 1\nb = 2", []string{"1 a", "2 b"}},
		{"a header, and a comment that looks like one", "[t] # [u]\n# [v]\na = 1 # b = 2\n", []string{"1 t", "3 t.a"}},
		{"a header with dots, blanks and quotes", "[ a . \"b.c\" . 'd e' ]\nx = 1", []string{"1 a", `1 a."b.c"`, `1 a."b.c"."d e"`, `2 a."b.c"."d e".x`}},
		{"a table first implied, then written", "[a.b]\nx = 1\n[a]\ny = 2", []string{"3 a", "1 a.b", "2 a.b.x", "4 a.y"}},
		{"dotted keys", "a.b.c = 1\na.b.d = 2\na.e = 3", []string{"1 a", "1 a.b", "1 a.b.c", "2 a.b.d", "3 a.e"}},
		{"arrays of tables, with tables and arrays below", `
[[p]]
name = "x"
[p.q]
z = 1
[[p.r]]
w = 1

[[p]]
[p.q]
z = 2
[[p.r]]
[[p.r]]
w = 3
`, []string{"2 p", "2 p[0]", "3 p[0].name", "4 p[0].q", "5 p[0].q.z", "6 p[0].r", "6 p[0].r[0]", "7 p[0].r[0].w",
			"9 p[1]", "10 p[1].q", "11 p[1].q.z", "12 p[1].r", "12 p[1].r[0]", "13 p[1].r[1]", "14 p[1].r[1].w"}},
		{"an array over several lines", `
a = [ # one
  1, 2, # two ]
  # none, [
  "]",
  [ 3,
    4 ],
]
b = 1`, []string{"2 a", "3 a[0]", "3 a[1]", "5 a[2]", "6 a[3]", "6 a[3][0]", "7 a[3][1]", "9 b"}},
		{"inline tables", "a = { b = 1, c.d = 'x}', \"e f\" = [1, { g = 2 }] }\nh = {}\ni = []", []string{
			"1 a", "1 a.b", "1 a.c", "1 a.c.d", `1 a."e f"`, `1 a."e f"[0]`, `1 a."e f"[1]`, `1 a."e f"[1].g`, "2 h", "3 i"}},
		{"inline tables in an array over lines: a sweep", `
[sweep.grid]
"platform.lambda.keepalive" = [
  { label = "none", name = "none" },
  { label = "10m",
    name = "fixed" },
]`, []string{"2 sweep", "2 sweep.grid", `3 sweep.grid."platform.lambda.keepalive"`,
			`4 sweep.grid."platform.lambda.keepalive"[0]`, `4 sweep.grid."platform.lambda.keepalive"[0].label`, `4 sweep.grid."platform.lambda.keepalive"[0].name`,
			`5 sweep.grid."platform.lambda.keepalive"[1]`, `5 sweep.grid."platform.lambda.keepalive"[1].label`, `6 sweep.grid."platform.lambda.keepalive"[1].name`}},
		{"basic strings with escapes", `a = "\"]\\"` + "\n" + `b = "#"` + "\nc = 1", []string{"1 a", "2 b", "3 c"}},
		{"literal strings", `a = '\'` + "\nb = '\"'\nc = 1", []string{"1 a", "2 b", "3 c"}},
		{"multi-line strings that hold everything", "a = \"\"\"\n[t]\nb = 1 \\\"\"\" \\\\\"\"\"\nc = '''\n[[u]] \\'''\nd = 1", []string{"1 a", "4 c", "6 d"}},
		{"quotes at the end of multi-line strings", "a = \"\"\"x\"\"\"\"\"\nb = '''y''''\nc = \"\"\"\"\"\"\nd = ''\ne = 1", []string{"1 a", "2 b", "3 c", "4 d", "5 e"}},
		{"dates with a blank in them", "a = [1979-05-27 07:32:00Z, 1979-05-27, 07:32:00]\nb = 1", []string{"1 a", "1 a[0]", "1 a[1]", "1 a[2]", "2 b"}},
		{"keys that need quotes", "\"\" = 1\n\"a\\tb\" = 2\n'c\"d' = 3\n\"ü\" = 4\n1.2 = 5\n", []string{`1 ""`, `2 "a\u0009b"`, `3 "c\"d"`, `4 "ü"`, "5 1", "5 1.2"}},
		{"escapes of code points", "\"\\u00e4\\U0001F600\\\\\" = 1\nb = 2", []string{`1 "ä😀\\"`, "2 b"}},
		{"values without blanks around", "a=1\nb=[1,[2]]\nc={d=1,e=2}\n[t]\nx=-inf", []string{"1 a", "2 b", "2 b[0]", "2 b[1]", "2 b[1][0]", "3 c", "3 c.d", "3 c.e", "4 t", "5 t.x"}},
		{"no newline at the end", "[t]", []string{"1 t"}},
		{"nothing", "", nil},
		{"comments only", "# a = 1\n\n  # [t]", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := positions(parse(t, test.src))[1:]
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("positions (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPositionsProperty writes random documents while counting its own lines.
func TestPositionsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &writer{t: t, line: 1}
		w.document()
		n, err := Parse("x.toml", []byte(w.text.String()))
		if err != nil {
			t.Fatalf("%v in\n%s", err, w.text.String())
		}
		got := positions(n)[1:]
		slices.Sort(got)
		slices.Sort(w.want)
		if diff := cmp.Diff(w.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("positions (-want +got):\n%s\nof\n%s", diff, w.text.String())
		}
	})
}

// writer writes TOML and notes where it put what.
type writer struct {
	t    *rapid.T
	text strings.Builder
	line int
	want []string
	next int
}

func (w *writer) put(s string) {
	w.text.WriteString(s)
	w.line += strings.Count(s, "\n")
}

func (w *writer) note(path string) { w.want = append(w.want, fmt.Sprintf("%d %s", w.line, path)) }

func (w *writer) pick(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(w.t, label)
}

// key returns a new key as it is written and as it stands in a path.
func (w *writer) key() (written, path string) {
	w.next++
	k := fmt.Sprintf("k%d", w.next)
	switch w.pick("key", "bare", "basic", "literal", "dotted") {
	case "basic":
		return `"` + k + ` \"["`, `"` + k + ` \"["`
	case "literal":
		return `'` + k + `#='`, `"` + k + `#="`
	case "dotted":
		return `"` + k + `.x"`, `"` + k + `.x"`
	}
	return k, k
}

func (w *writer) document() {
	w.pairs("")
	for range rapid.IntRange(0, 4).Draw(w.t, "tables") {
		written, path := w.key()
		if rapid.Bool().Draw(w.t, "array") {
			w.note(path)
			for i := range rapid.IntRange(1, 3).Draw(w.t, "items") {
				w.note(fmt.Sprintf("%s[%d]", path, i))
				w.put("[[" + written + "]]" + w.eol())
				w.pairs(fmt.Sprintf("%s[%d].", path, i))
			}
			continue
		}
		w.note(path)
		w.put("[" + written + "]" + w.eol())
		w.pairs(path + ".")
	}
}

func (w *writer) eol() string {
	return w.pick("eol", "\n", "\r\n", " # c [x] = \"\n", "\n\n", "\n# = '''\n")
}

func (w *writer) pairs(prefix string) {
	for range rapid.IntRange(0, 3).Draw(w.t, "pairs") {
		written, path := w.key()
		w.note(prefix + path)
		w.put(written + w.pick("eq", " = ", "=", "\t=  "))
		w.value(prefix+path, 3)
		w.put(w.eol())
	}
}

func (w *writer) value(path string, depth int) {
	kinds := []string{"scalar", "multi"}
	if depth > 0 {
		kinds = append(kinds, "array", "inline")
	}
	switch w.pick("kind", kinds...) {
	case "scalar":
		w.put(w.pick("scalar", "1", "-0.5e3", "true", `"a\\"`, `"]},#\""`, `'\'`, "1979-05-27 07:32:00", "''", `""`, "inf"))
	case "multi":
		w.put(w.pick("multi", "\"\"\"\n\"a\"\n\\\"\"\"]\"\"\"", "'''a\n]''\n'''", "\"\"\"\"\"\"", "'''x'''''", "\"\"\"\\\\\"\"\"\"\""))
	case "array":
		w.put("[")
		for i := range rapid.IntRange(0, 3).Draw(w.t, "length") {
			if i > 0 {
				w.put(",")
			}
			w.put(w.pick("gap", "", " ", "\n", " # ]\n  ", "\r\n"))
			p := fmt.Sprintf("%s[%d]", path, i)
			w.note(p)
			w.value(p, depth-1)
		}
		w.put(w.pick("end", "]", "\n]", " # ,\n]"))
	case "inline":
		w.put("{")
		for i := range rapid.IntRange(0, 2).Draw(w.t, "length") {
			if i > 0 {
				w.put(", ")
			}
			written, key := w.key()
			w.note(path + "." + key)
			w.put(written + " = ")
			w.value(path+"."+key, depth-1)
		}
		w.put("}")
	}
}

// FuzzParse: never panics; an error names the file and the line; the scanner
// finds exactly what the TOML reader found; the text of a value reads back as
// the value.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"title = \"x\"\n[[platform]]\nname = 'a'\nkeepalive = { name = \"fixed\", window = \"10m\" }\n",
		"[sweep.grid]\n\"platform.a.keepalive\" = [\n { label = \"a\" }, # c\n]\n",
		"a = \"\"\"\nx\"\"\"\"\"\nb = '''\n'''\nc.d = 1979-05-27 07:32:00\n", "a = = 1", "[a\n", "a = [1,\n", "\"\\u00e4\" = nan", "a = {b = [", "\xff\xfe", "a = 1\ra = 2",
		"[a.b]\n[a]\n[[c]]\n[c.d]\n[[c]]\n[c.d]\n", "a = 9999999999999999999999", "a = \"\\xe9\\e\"", "a = 1e400",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Parse("fuzz.toml", data)
		if err != nil {
			var line, column int
			if k, _ := fmt.Sscanf(err.Error(), "fuzz.toml:%d:%d: ", &line, &column); k != 2 || line < 1 || column < 1 {
				t.Fatalf("error without a position: %q", err)
			}
			if strings.Contains(err.Error(), "BUG") {
				t.Fatalf("an internal error: %q", err)
			}
			return
		}
		values, err := decode(strings.TrimPrefix(string(data), "\xEF\xBB\xBF"))
		if err != nil {
			t.Fatal(err)
		}
		sameShape(t, "", values, scan(data))
		again, err := Parse("fuzz.toml", []byte("v = "+n.String()))
		if err != nil {
			t.Fatalf("%v\nof %q", err, n)
		}
		if a, b := n.Canonical(), again.Get("v").Canonical(); a != b {
			t.Fatalf("%s became %s", a, b)
		}
	})
}

// sameShape fails where the marks have other keys or items than the value.
func sameShape(t testing.TB, path string, v any, m *mark) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if len(m.keys) != len(v) {
			t.Fatalf("%s: scanned the keys %q of %d", path, m.keys, len(v))
		}
		for key, child := range v {
			if m.children[key] == nil {
				t.Fatalf("%s: the scanner missed the key %q", path, key)
			}
			sameShape(t, path+"."+key, child, m.children[key])
		}
	case []any:
		sameItems(t, path, v, m)
	case []map[string]any:
		sameItems(t, path, v, m)
	default:
		if len(m.keys)+len(m.items) > 0 {
			t.Fatalf("%s: scanned keys %q and %d items in a scalar", path, m.keys, len(m.items))
		}
	}
}

func sameItems[T any](t testing.TB, path string, items []T, m *mark) {
	t.Helper()
	if len(items) != len(m.items) {
		t.Fatalf("%s: scanned %d items of %d", path, len(m.items), len(items))
	}
	for i, v := range items {
		sameShape(t, fmt.Sprintf("%s[%d]", path, i), v, m.items[i])
	}
}
