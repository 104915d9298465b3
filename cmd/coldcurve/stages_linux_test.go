package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"
)

// openTerminal returns both ends of a pseudo-terminal of 100 columns.
func openTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here:", err)
	}
	ioctl := func(request uintptr, arg unsafe.Pointer) {
		if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request, uintptr(arg)); e != 0 {
			t.Skip("no pseudo-terminals here:", e)
		}
	}
	var number, lock uint32
	ioctl(syscall.TIOCGPTN, unsafe.Pointer(&number))
	ioctl(syscall.TIOCSPTLCK, unsafe.Pointer(&lock))
	size := [4]uint16{30, 100}
	ioctl(syscall.TIOCSWINSZ, unsafe.Pointer(&size))
	if slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Skip("no pseudo-terminals here:", err)
	}
	return master, slave
}

// TestProgressOnATerminal: while a log is read and plans are simulated, stderr
// has how far that is; stdout has the answer alone.
func TestProgressOnATerminal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	var log bytes.Buffer
	for i := range 40_000 {
		fmt.Fprintf(&log, `{"function":"f","time":%d,"duration_ms":%d,"memory_mb":512}`+"\n", 1_790_000_000+i, 100+i%400)
	}
	if err := os.WriteFile(path, log.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"estimate", "--logs", path, "--within", "aws-lambda", "--replications", "1"},
		{"optimize", "--requests", "3M/month", "--duration", "120ms", "--memory", "512MB", "--within", "aws-lambda-arm", "--slo", "p99 <= 5s"},
	} {
		master, slave := openTerminal(t)
		var shown bytes.Buffer
		var read sync.WaitGroup
		read.Go(func() { io.Copy(&shown, master) }) // ends with the other end
		var out bytes.Buffer
		code := run(context.Background(), args, strings.NewReader(""), &out, slave, new(kept))
		slave.Close()
		read.Wait()
		master.Close()
		if code != exitDone || !strings.Contains(shown.String(), "simulating: ") || !strings.Contains(shown.String(), " %, left ") {
			t.Errorf("%v: %d, shows\n%q", args, code, shown.String())
		}
		if strings.Contains(out.String(), "simulating: ") || !strings.HasPrefix(out.String(), "The cheapest plan") {
			t.Errorf("%v: prints %.100q", args, out.String())
		}
	}
}
