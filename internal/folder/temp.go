package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Temp returns where and under which pattern os.CreateTemp or os.MkdirTemp makes what is
// written beside a path, to be renamed to it when it is whole: hidden, and marked as this
// process's own, so that Sweep finds it.
func Temp(path string) (dir, pattern string) {
	dir, start := tempOf(path)
	return dir, start + "*" + tempEnd
}

const tempEnd = ".partial"

// tempOf returns the folder of what Temp names, and how its names begin.
func tempOf(path string) (dir, start string) {
	path = filepath.Clean(path)
	return filepath.Dir(path), fmt.Sprintf(".%s.%d-", filepath.Base(path), os.Getpid())
}

// Sweep removes what this process has begun to write beside a path under names of Temp, where
// whoever began it can clean up no more. It is of that path alone: in another container a
// process of the same number may write beside it. A folder that is not there has nothing.
func Sweep(path string) error {
	dir, start := tempOf(path)
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing what was begun: %w", err)
	}
	var errs []error
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, start) && strings.HasSuffix(name, tempEnd) {
			errs = append(errs, os.RemoveAll(filepath.Join(dir, name)))
		}
	}
	return errors.Join(errs...)
}
