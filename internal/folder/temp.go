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
	path = filepath.Clean(path)
	return filepath.Dir(path), "." + filepath.Base(path) + tempMark() + "*" + tempEnd
}

const tempEnd = ".partial"

func tempMark() string { return fmt.Sprintf(".%d-", os.Getpid()) }

// Sweep removes what this process has begun to write into a folder under names of Temp, where
// whoever began it can clean up no more. A folder that is not there has nothing.
func Sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing what was begun: %w", err)
	}
	var errs []error
	for _, e := range entries {
		name := e.Name()
		if rest, ok := strings.CutSuffix(name, tempEnd); ok && name[0] == '.' {
			if i := strings.LastIndex(rest, tempMark()); i >= 0 && !strings.ContainsRune(rest[i+len(tempMark()):], '.') {
				errs = append(errs, os.RemoveAll(filepath.Join(dir, name)))
			}
		}
	}
	return errors.Join(errs...)
}
