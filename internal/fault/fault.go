// Package fault says whose fault an error of a file is, which is what an exit
// code tells: the machine's, or that of who named the file.
package fault

import (
	"errors"
	"io/fs"
	"syscall"
)

// Machine reports whether an error is the machine's: a file that is there and is
// what it should be, and cannot be read or written (no permission, a broken or
// full disk). A path that leads to nothing, to a folder in place of a file or to
// a file in place of a folder, into a loop of links, or that is no path at all is
// the user's, and so is what no file has to do with.
func Machine(err error) bool {
	var path *fs.PathError
	if !errors.As(err, &path) {
		return false
	}
	for _, mistake := range []error{
		fs.ErrNotExist, fs.ErrInvalid,
		syscall.EISDIR, syscall.ENOTDIR, syscall.ELOOP, syscall.ENAMETOOLONG, syscall.EINVAL,
	} {
		if errors.Is(path, mistake) {
			return false
		}
	}
	return true
}
