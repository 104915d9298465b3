//go:build unix

package experiments_test

import (
	"syscall"
	"testing"
)

// processorTime returns the ns of processor time that the process has used.
func processorTime(t testing.TB) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
