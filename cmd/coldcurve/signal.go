package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/coldcurve/coldcurve/internal/folder"
)

// grace is how long a command has to clean up behind itself once a signal has
// come. One that cannot look up, since it is blocked in a read of a pipe, say,
// is ended from outside; a folder that it was putting into place is put right
// by the next run.
const grace = 500 * time.Millisecond

// lastWords is how long the message may take to be taken from stderr.
const lastWords = 200 * time.Millisecond

// stopped is the cause of a context that a signal has cancelled.
type stopped struct{ signal os.Signal }

func (s *stopped) Error() string { return "interrupted" }

// code is the exit code of a process that the signal stopped, as a shell has
// it: 128 and the signal's number.
func (s *stopped) code() int {
	if n, ok := s.signal.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return exitFailed
}

// stoppedBy returns the signal that cancelled a context; nil where none did.
func stoppedBy(ctx context.Context) *stopped {
	s, _ := context.Cause(ctx).(*stopped)
	return s
}

// untilSignal is the whole program: it ends when the command does, or soon
// after the first SIGINT or SIGTERM, or at once with the second.
func untilSignal(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	k := new(kept)
	return supervise(signals, grace, stderr, k, func(ctx context.Context) int {
		return run(ctx, args, stdin, stdout, stderr, k)
	})
}

// supervise does some work until it ends, or a signal does.
func supervise(signals <-chan os.Signal, grace time.Duration, stderr io.Writer, k *kept, work func(context.Context) int) int {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	done := make(chan int, 1)
	go func() { done <- work(ctx) }()
	var s *stopped
	select {
	case code := <-done:
		return code
	case came := <-signals:
		s = &stopped{came}
	}
	cancel(s)
	select {
	case code := <-done:
		return code
	case <-signals:
	case <-time.After(grace):
	}
	said := make(chan struct{})
	go func() {
		fmt.Fprintf(stderr, "coldcurve: %s\n", k.message())
		close(said)
	}()
	select {
	case <-said:
	case <-time.After(lastWords):
	}
	return s.code()
}

const nothingKept = "interrupted; no file was written"

// kept says what is left of a command's work when it is interrupted now.
type kept struct {
	text  atomic.Pointer[func() string]
	mutex sync.Mutex
	paths []string // of what is being written
}

// writes notes that a file is about to be written: what is there of it when the command is
// stopped, and can clean up no more, is removed.
func (k *kept) writes(path string) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.paths = append(k.paths, path)
}

// sweep removes those files, and returns what is to be said where that cannot be done.
func (k *kept) sweep() string {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	var errs []error
	for _, path := range k.paths {
		errs = append(errs, folder.Sweep(path))
	}
	if err := errors.Join(errs...); err != nil {
		return "; " + err.Error()
	}
	return ""
}

// is sets what is left from now on.
func (k *kept) is(text func() string) { k.text.Store(&text) }

// nothing says that nothing is left, and removes a partial folder that is still empty.
func (k *kept) nothing(partial string) {
	k.is(func() string {
		_ = os.Remove(partial) // it stays where something is in it
		return nothingKept
	})
}

func (k *kept) message() string {
	left := k.sweep()
	if text := k.text.Load(); text != nil {
		return (*text)() + left
	}
	return nothingKept + left
}
