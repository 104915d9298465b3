package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"testing"
)

// A picture of README.md, with the command under it that makes it and where that leaves it.
type picture struct{ file, command, made string }

var pictured = regexp.MustCompile("!\\[[^\\]]*\\]\\((docs/img/[^)]+)\\)\n\n`(coldcurve [^`]+)` makes it, as `([^`]+)`")

// pictures reads the pictures of README.md: each has a command that the documents show, so
// that TestDocs runs it.
func pictures(t *testing.T, root string, commands []string) (list []picture) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pictured.FindAllSubmatch(text, -1) {
		list = append(list, picture{string(p[1]), string(p[2]), string(p[3])})
		if !slices.Contains(commands, string(p[2])) {
			t.Errorf("no document shows $ %s, which makes a picture of README.md", p[2])
		}
	}
	if n := bytes.Count(text, []byte("](docs/img/")); len(list) != n || n == 0 {
		t.Errorf("%d of %d pictures have a command under them", len(list), n)
	}
	return list
}

// holds the picture to what its command has left in a folder.
func (p picture) holds(t *testing.T, root, dir string) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the pictures are of amd64: the last bit of a float moves pixels")
	}
	want, err := os.ReadFile(filepath.Join(dir, p.made))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(root, p.file)); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what %q makes (%v): copy its %s there", p.file, p.command, err, p.made)
	}
}
