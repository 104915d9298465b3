//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package experiments

import (
	"fmt"
	"os"
	"syscall"
)

// lock holds a folder for one run. The system lets go of it when the process
// ends, however that happens, and nothing is left in the folder.
func lock(dir string) (unlock func() error, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("locking the output folder: %w", err)
	}
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
	case syscall.EWOULDBLOCK:
		f.Close()
		return nil, fmt.Errorf("another run is writing to %s; wait for it, or choose another folder", dir)
	case nil:
	default: // a file system without locks
	}
	return f.Close, nil
}
