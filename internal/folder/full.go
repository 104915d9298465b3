package folder

import (
	"errors"
	"fmt"
	"strconv"
	"syscall"
)

// Full reports whether an error says that there is no more room: on the disk,
// in a quota, in what a file may hold.
func Full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// Lacks adds to an error of a full disk how much was needed, in bytes; exact
// says whether needed is what it takes, or nearly. Any other error, and one that
// says so already, it returns as it is.
func Lacks(err error, what string, needed int64, exact bool) error {
	var told *lack
	if !Full(err) || errors.As(err, &told) {
		return err
	}
	about := "about "
	if exact {
		about = ""
	}
	return &lack{fmt.Errorf("%w; %s needs %s%s bytes", err, what, about, Grouped(needed))}
}

// LacksMore is Lacks where it is only known how much fitted.
func LacksMore(err error, what string, fitted int64) error {
	var told *lack
	if !Full(err) || errors.As(err, &told) {
		return err
	}
	return &lack{fmt.Errorf("%w; %s needs more than %s bytes, which fitted", err, what, Grouped(fitted))}
}

// lack is an error that says how much was needed.
type lack struct{ error }

func (l *lack) Unwrap() error { return l.error }

// Grouped writes a number with a comma before each three digits.
func Grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
