package traces

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/coldcurve/coldcurve/internal/folder"
)

// atomicFile is a file that appears at its path whole or not at all: it is
// written beside it and renamed. A path that is there and is not a regular
// file (a device, a pipe) is written directly.
type atomicFile struct {
	*os.File
	path    string
	direct  bool
	replace bool
	written int64
}

// Write implements io.Writer.
func (a *atomicFile) Write(b []byte) (int, error) {
	n, err := a.File.Write(b)
	a.written += int64(n)
	return n, err
}

// mayWrite reports an error where a path cannot be written to, or has a file
// that is not to be replaced; direct says that it is written as it is.
func mayWrite(path string, replace bool) (direct bool, err error) {
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("writing %s: %w", path, err)
	case info.IsDir():
		return false, fmt.Errorf("writing %s: it is a folder, expected a file", path)
	case !info.Mode().IsRegular():
		return true, nil
	case !replace:
		return false, fmt.Errorf("writing %s: it is there; write to another, or replace it with --force", path)
	}
	return false, nil
}

func createAtomic(path string, replace bool) (*atomicFile, error) {
	direct, err := mayWrite(path, replace)
	if err != nil {
		return nil, err
	}
	var f *os.File
	if direct {
		f, err = os.OpenFile(path, os.O_WRONLY, 0)
	} else {
		f, err = os.CreateTemp(folder.Temp(path))
	}
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, err)
	}
	return &atomicFile{File: f, path: path, direct: direct, replace: replace}, nil
}

// finish closes the file, and puts it in place where ok; else it removes it.
// What has come to its place meanwhile stays, unless it is to be replaced.
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
		err = a.place(temp)
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

// place renames the file to its path.
func (a *atomicFile) place(temp string) error {
	if a.replace {
		return os.Rename(temp, a.path)
	}
	err := folder.Move(temp, a.path)
	if errors.Is(err, fs.ErrExist) {
		return errors.New("it has come there meanwhile; write to another, or replace it with --force")
	}
	return err
}

// newFolder reports an error where a folder cannot be made anew.
func newFolder(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("writing %s: it exists, expected a folder that does not", path)
	}
	return nil
}

// inFolder makes a folder that appears whole or not at all.
func inFolder(path string, fill func(dir string) error) error {
	if err := newFolder(path); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(folder.Temp(path))
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err = fill(temp); err == nil {
		if err = os.Chmod(temp, 0o755); err == nil {
			err = os.Rename(temp, path) // which fails where a folder has come meanwhile
		}
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(temp))
	}
	return nil
}
