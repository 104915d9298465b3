package experiments

import (
	"errors"
	"fmt"

	"github.com/coldcurve/coldcurve/internal/fault"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/traces"
)

// InputError is an error in what the user gave: the experiment, a trace, a
// tariff, an output folder that is taken. The command exits 2 for it.
type InputError struct{ Err error }

// Error says what is wrong; an overlong value of the input is shortened.
func (e *InputError) Error() string { return spec.Shorten(e.Err.Error()) }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

// input marks an error as one in the input, unless the machine is to blame.
func input(err error) error {
	if err == nil || fault.Machine(err) {
		return err
	}
	return &InputError{err}
}

// ofTrace marks an error of a simulation as one in the input where it is of the
// trace, which is read as it is replayed.
func (u *unit) ofTrace(err error) error {
	var malformed *traces.Malformed
	if errors.As(err, &malformed) {
		return &InputError{u.trace.Errorf("%w", err)}
	}
	return err
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
