package logs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files lists the files that a path names (see find), or stdin for "-". One
// that is named by itself is called as the user wrote it.
func Files(path, name string, stdin io.Reader) ([]File, error) {
	if path == "-" {
		return []File{{Name: "standard input", R: stdin}}, nil
	}
	paths, err := find(path)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, p := range paths {
		called := p
		if p == path {
			called = name
		}
		files = append(files, File{Name: called, Path: p})
	}
	return files, nil
}

// find lists the files that a path names: a file, those below a folder, or
// those that a pattern matches, in the order of their paths. What begins with
// a point, and what is no file, is passed over in folders.
func find(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		return []string{path}, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading logs: %w", err)
	}
	roots := []string{path}
	if err != nil {
		if roots, _ = filepath.Glob(path); len(roots) == 0 { // a malformed pattern is the name of no file
			return nil, fmt.Errorf("reading logs: %w", err)
		}
	}
	var files []string
	for _, root := range roots {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case name != root && strings.HasPrefix(d.Name(), "."):
				if d.IsDir() {
					return fs.SkipDir
				}
			case d.Type().IsRegular(), name == root && !d.IsDir():
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading logs: %w", err)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("reading logs: %s: found no file in it, expected at least one", path)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}
