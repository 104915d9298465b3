//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// lock makes a folder and holds it for one process. The system lets go of it
// when the process ends, however that happens, and nothing is left in the
// folder.
func lock(dir string) (unlock func() error, err error) {
	for {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, fmt.Errorf("making the output folder: %w", err)
		}
		f, err := os.Open(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue // another process is done with it, and has removed it
		}
		if err != nil {
			return nil, fmt.Errorf("locking the output folder: %w", err)
		}
		switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
		case syscall.EWOULDBLOCK:
			f.Close()
			return nil, &InUse{Dir: dir}
		case nil:
		default: // a file system without locks
		}
		if same(f, dir) {
			return f.Close, nil
		}
		f.Close()
	}
}

// same reports whether an open folder is still the one of that name.
func same(f *os.File, dir string) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(dir)
	return err == nil && os.SameFile(held, named)
}

// renameable reports whether the system would rename dir: onto full, a folder
// that is not empty, nothing can be renamed, so that the question changes
// nothing. A mount point and a folder that is not ours to move fail otherwise.
func renameable(dir, full string) bool {
	err := syscall.Rename(dir, full)
	return errors.Is(err, fs.ErrExist)
}
