package experiments

import (
	"errors"
	"fmt"
	"io/fs"
)

// InputError is an error in what the user gave: the experiment, a trace, a
// tariff, an output folder that is taken. The command exits 2 for it.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

// input marks an error as one in the input, unless the machine is to blame: a
// file that is there and cannot be read.
func input(err error) error {
	var path *fs.PathError
	if err == nil || errors.As(err, &path) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return &InputError{err}
}

// Interrupted is a run that was asked to stop. Its finished units are kept.
type Interrupted struct {
	Done, Total int
	Partial     string // the folder with the finished units
	Err         error
}

func (e *Interrupted) Error() string {
	if e.Done == 0 {
		return "interrupted before a unit was finished; nothing is kept"
	}
	return fmt.Sprintf("interrupted after %d of %d units; they are kept in %s, and the same command goes on from there", e.Done, e.Total, e.Partial)
}

// Unwrap returns the cause.
func (e *Interrupted) Unwrap() error { return e.Err }
