package traces

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// atomicFile is a file that appears at its path whole or not at all: it is
// written beside it and renamed. A path that is there and is not a regular
// file (a device, a pipe) is written directly.
type atomicFile struct {
	*os.File
	path   string
	direct bool
}

func createAtomic(path string) (*atomicFile, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return nil, fmt.Errorf("writing %s: it is a folder, expected a file", path)
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", path, err)
		}
		return &atomicFile{f, path, true}, nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.partial")
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, err)
	}
	return &atomicFile{f, path, false}, nil
}

// finish closes the file, and puts it in place where ok; else it removes it.
func (a *atomicFile) finish(ok bool) error {
	if a.direct {
		return a.Close()
	}
	temp := a.Name()
	var err error
	if ok {
		err = errors.Join(a.Chmod(0o644), a.Sync())
	}
	err = errors.Join(err, a.Close())
	if ok && err == nil {
		err = os.Rename(temp, a.path)
	}
	if !ok || err != nil {
		if gone := os.Remove(temp); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", a.path, err)
	}
	return nil
}
