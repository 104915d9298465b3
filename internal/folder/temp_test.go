package folder

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Sweep removes what this process began, files and folders, and nothing else that looks like it.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{"a.csv", "a [1].svg", "x/"} {
		where, pattern := Temp(filepath.Join(dir, path))
		f, err := os.CreateTemp(where, pattern)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	where, pattern := Temp(filepath.Join(dir, "folder"))
	sub, err := os.MkdirTemp(where, pattern)
	if err != nil {
		t.Fatal(err)
	}
	others := []string{"a.csv", ".a.csv.123.partial", fmt.Sprintf(".a.csv.%d-1.partial", os.Getpid()+1), fmt.Sprintf(".a.%d-1", os.Getpid()), "out.partial", fmt.Sprintf("a.%d-1.partial", os.Getpid())}
	for _, path := range append(others, filepath.Join(filepath.Base(sub), "in")) {
		if err := os.WriteFile(filepath.Join(dir, path), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Sweep(dir); err != nil {
		t.Fatal(err)
	}
	var left []string
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	slices.Sort(others)
	if err != nil || !slices.Equal(left, others) {
		t.Errorf("left are %q, %v, want %q", left, err, others)
	}
	if err := Sweep(filepath.Join(dir, "none")); err != nil {
		t.Error(err)
	}
}
