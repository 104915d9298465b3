//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// measured lets a command of coldcurve be one that is measured, and returns its largest
// resident memory, MiB, when it has ended. What wait(2) says of a process is no less than what
// the one that started it has had, since that was its memory until exec(2).
func measured(t *testing.T, c *exec.Cmd) func() int64 {
	t.Helper()
	path, err := exec.LookPath("coldcurve-measured")
	if err != nil {
		t.Fatal(err)
	}
	status := filepath.Join(t.TempDir(), "status")
	c.Args[0] = filepath.Base(path) // by which it is told apart
	c.Path, c.Env = path, append(c.Environ(), statusVariable+"="+status)
	return func() int64 {
		t.Helper()
		text, err := os.ReadFile(status)
		if err != nil {
			t.Fatal(err)
		}
		_, of, _ := strings.Cut(string(text), "\nVmHWM:")
		kB, err := strconv.ParseInt(strings.Fields(of + " ?")[0], 10, 64)
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		return kB >> 10
	}
}

// What is measured is the command's own memory, however much this process has had.
func TestMeasuredIsItsOwn(t *testing.T) {
	held := make([]byte, 200<<20)
	for i := range held {
		held[i] = 1
	}
	c := exec.Command("coldcurve", "version")
	largest := measured(t, c)
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	if got := largest(); got < 5 || got > 100 || held[0] != 1 {
		t.Errorf("%d MiB, want those of one that prints its version", got)
	}
}
