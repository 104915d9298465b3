package spec

import (
	"os"
	"path/filepath"
	"testing"
)

// TestDocument: a worked example, to the byte.
func TestDocument(t *testing.T) {
	const want = `title = "a \"b\""
empty = []

[workload]
horizon = "2h"
epoch = 2026-03-02

[[workload.function]]
name = "f"
service = { dist = "exponential", mean = "2s" }

[[platform]]
name = "p"
tariffs = ["aws-lambda", "aws-lambda-arm"]

[sweep.grid]
"platform.p.keepalive" = [
  { label = "none", name = "none" },
  { label = "5m", name = "fixed", window = "5m" },
]
"platform.p.memory_scale" = [1, 2.5]

[output]
`
	root := parse(t, `[workload]
horizon = "2h"
[[workload.function]]
name = "f"
service = { dist = "exponential", mean = "2s" }
[[platform]]
name = "p"
tariffs = ["aws-lambda", 'aws-lambda-arm']
[sweep]
grid = { "platform.p.keepalive" = [{ label = "none", name = "none" }, { label = "5m", name = "fixed", window = "5m" }], "platform.p.memory_scale" = [1, 2.5] }
[output]
`)
	if err := root.Get("workload").Set([]string{"epoch"}, parse(t, "v = 2026-03-02").Get("v")); err != nil {
		t.Fatal(err)
	}
	top := newTable("x.toml", 1, "")
	top.put("title", FromValue("", 0, `a "b"`))
	top.put("empty", FromValue("", 0, []any{}))
	for _, key := range root.keys {
		top.put(key, root.table[key])
	}
	if got := top.Document(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestDocumentOfShippedFiles: what is written is read as the same value.
func TestDocumentOfShippedFiles(t *testing.T) {
	files, err := filepath.Glob("../../experiments/*.toml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		root, err := Parse(file, data)
		if err != nil {
			t.Fatal(err)
		}
		sameDocument(t, root)
	}
}

// sameDocument writes a document and reads it again.
func sameDocument(t *testing.T, root *Node) {
	t.Helper()
	again, err := Parse("again.toml", []byte(root.Document()))
	if err != nil {
		t.Fatalf("%v\n%s", err, root.Document())
	}
	if got, want := again.Canonical(), root.Canonical(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzDocument(f *testing.F) {
	for _, text := range []string{"", "a = 1", "[a]\n[a.b]\nc = 1\n[[a.d]]\n[[a.d]]\nx = [{}, {y = 1}]", "a = [[{}], [1]]", "'a.b' = {'' = 1979-05-27T07:32:00}", "[a.b.c.d]\ne = nan", "[[a]]\n[[a.b]]\nc.d = -inf\n[a.e]"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if root, err := Parse("x.toml", data); err == nil {
			sameDocument(t, root)
		}
	})
}

// TestDocumentOfLines: a text of several lines stands as it is where TOML can write it so,
// and is read as the same text wherever it stands.
func TestDocumentOfLines(t *testing.T) {
	for text, want := range map[string]string{
		"def f():\n\treturn \"a\\b\"\n": "v = '''\ndef f():\n\treturn \"a\\b\"\n'''\n",
		"\nx":                           "v = '''\n\nx'''\n",
		"a'''\n":                        `v = "a'''\u000A"` + "\n",
		"a\nb'":                         `v = "a\u000Ab'"` + "\n",
		"a\r\n":                         `v = "a\u000D\u000A"` + "\n",
		"a\n\x1b[2J":                    `v = "a\u000A\u001B[2J"` + "\n",
	} {
		top := newTable("x.toml", 1, "")
		top.put("v", FromValue("", 0, text))
		if got := top.Document(); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", text, got, want)
		}
		sameDocument(t, top)
	}
}
