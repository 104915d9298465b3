package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
)

// picture matches a picture of README.md, and under it the command that makes it
// and where that leaves it.
var picture = regexp.MustCompile("!\\[[^\\]]*\\]\\((docs/img/[^)]+)\\)\n\n`(coldcurve [^`]+)` makes it, as `([^`]+)`")

// TestPictures: each picture of README.md is what the command under it makes.
func TestPictures(t *testing.T) {
	if testing.Short() {
		t.Skip("what the README shows is not short")
	}
	if runtime.GOARCH != "amd64" {
		t.Skip("the pictures are of amd64: the last bit of a float moves pixels")
	}
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	pictures := picture.FindAllSubmatch(text, -1)
	if n := bytes.Count(text, []byte("](docs/img/")); len(pictures) != n || n == 0 {
		t.Errorf("%d of %d pictures have a command under them", len(pictures), n)
	}
	for _, p := range pictures {
		file, command, made := string(p[1]), string(p[2]), string(p[3])
		dir := t.TempDir()
		if err := os.Symlink(filepath.Join(root, "experiments"), filepath.Join(dir, "experiments")); err != nil {
			t.Fatal(err)
		}
		run := exec.Command("sh", "-c", command)
		run.Dir = dir
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		want, err := os.ReadFile(filepath.Join(dir, made))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(root, file)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what %q makes (%v): copy its %s there", file, command, err, made)
		}
	}
}
