package experiments

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Of a program that Go has linked the identity is the hash of its content, as Go's own tool
// tells it: another for another program, and none where that was left out.
func TestLinkedID(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("programs of other systems are read whole")
	}
	dir := t.TempDir()
	build := func(name, text string, args ...string) string {
		source := filepath.Join(dir, name+".go")
		if err := os.WriteFile(source, []byte("package main\nfunc main() { println(\""+text+"\") }\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(dir, name)
		if text, err := exec.Command("go", append(args, "-o", out, source)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		return out
	}
	read := func(path string) string {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return linkedID(bytes.NewReader(b))
	}
	a, b := build("a", "one", "build"), build("b", "two", "build")
	told, err := exec.Command("go", "tool", "buildid", a).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := read(a), strings.TrimSpace(string(told)); got == "" || !strings.HasSuffix(want, "/"+got) {
		t.Errorf("found %q, want the end of %q", got, want)
	}
	if read(a) == read(b) {
		t.Error("two programs have one identity")
	}
	if got := read(build("c", "one", "build", "-ldflags=-buildid=")); got != "" {
		t.Errorf("found %q where no identity was linked", got)
	}
	if got := linkedID(strings.NewReader("no program")); got != "" {
		t.Errorf("found %q in what is no program", got)
	}
}
