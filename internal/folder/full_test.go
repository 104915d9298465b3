package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"
)

// TestLacks: a full disk, whatever its name, and nothing else is said to need
// more; once.
func TestLacks(t *testing.T) {
	for _, cause := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		wrapped := fmt.Errorf("writing x: %w", &fs.PathError{Op: "write", Path: "x", Err: cause})
		got := Lacks(Lacks(wrapped, "the folder", 1234567, true), "the folder", 1, false)
		if want := wrapped.Error() + "; the folder needs 1,234,567 bytes"; got.Error() != want || !errors.Is(got, cause) {
			t.Errorf("got %q, want %q", got, want)
		}
		if got, want := Lacks(wrapped, "the trace", 999, false).Error(), wrapped.Error()+"; the trace needs about 999 bytes"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		got = LacksMore(LacksMore(wrapped, "the trace", 1000), "it", 2)
		if want := wrapped.Error() + "; the trace needs more than 1,000 bytes, which fitted"; got.Error() != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, err := range []error{nil, syscall.EACCES} {
		if Lacks(err, "x", 1, true) != err || LacksMore(err, "x", 1) != err {
			t.Errorf("%v was changed", err)
		}
	}
}

// TestGrouped: commas part thousands.
func TestGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567", -1: "-1", -123: "-123", -1234: "-1,234"} {
		if got := Grouped(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}
