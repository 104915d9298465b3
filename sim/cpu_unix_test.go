//go:build unix

package sim

import (
	"syscall"
	"testing"
)

// processorTime returns the processor's time that this process has taken, ns.
func processorTime(t testing.TB) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
