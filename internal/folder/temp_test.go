package folder

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Sweep removes what this process began at a path, files and folders, and nothing else that
// looks like it: of other paths, other processes, or no such file.
func TestSweep(t *testing.T) {
	dir, pid := t.TempDir(), os.Getpid()
	begun := []string{"a.csv", "a [1]*.svg", "folder/"}
	for _, path := range begun {
		sub, err := os.MkdirTemp(Temp(filepath.Join(dir, path)))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(sub, "in"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.CreateTemp(Temp(filepath.Join(dir, path)))
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	others := []string{"a.csv", ".a.csv.123.partial", fmt.Sprintf(".a.csv.%d-1.partial", pid+1), fmt.Sprintf(".a.csv.%d-1", pid), "out.partial", fmt.Sprintf("a.csv.%d-1.partial", pid), fmt.Sprintf(".b.csv.%d-1.partial", pid)}
	for _, path := range others {
		if err := os.WriteFile(filepath.Join(dir, path), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range begun {
		if err := Sweep(filepath.Join(dir, path)); err != nil {
			t.Fatal(err)
		}
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
	if err := Sweep(filepath.Join(dir, "none", "a.csv")); err != nil {
		t.Error(err)
	}
}
