package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestMachine: what the user can mend by naming another file is no fault of the
// machine; what only a mended disk or a permission helps is.
func TestMachine(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	reading := func(path string) error {
		_, err := os.ReadFile(path)
		return fmt.Errorf("reading: %w", err)
	}
	of := func(errno error) error { return &fs.PathError{Op: "read", Path: "x", Err: errno} }
	for _, c := range []struct {
		name string
		err  error
		want bool
	}{
		{"no error", nil, false},
		{"of no file", errors.New("a word"), false},
		{"nothing there", reading(filepath.Join(dir, "absent")), false},
		{"a folder", reading(dir), false},
		{"below a file", reading(filepath.Join(file, "x")), false},
		{"a long name", reading(filepath.Join(dir, strings.Repeat("a", 300))), false},
		{"a zero byte", reading("a\x00b"), false},
		{"a loop", of(syscall.ELOOP), false},
		{"permission", of(syscall.EACCES), true},
		{"a broken disk", fmt.Errorf("writing: %w", of(syscall.EIO)), true},
		{"a full disk", of(syscall.ENOSPC), true},
	} {
		if runtime.GOOS == "windows" && (c.name == "below a file" || c.name == "a long name") {
			continue // it has words of its own for these
		}
		if got := Machine(c.err); got != c.want {
			t.Errorf("%s (%v): got %v, want %v", c.name, c.err, got, c.want)
		}
	}
}
