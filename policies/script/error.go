package script

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Error is what is wrong with a script, or went wrong in it.
type Error struct {
	File string
	// Line and Column are where, from 1; 0 where it is of no place.
	Line, Column int
	Text         string
	// Calls lead there: the function that was called last is first. None at load.
	Calls []Call
}

// Call is a function that a script was in.
type Call struct {
	Function     string
	Line, Column int
}

// mostCalls is how many calls a message has.
const mostCalls = 8

// Error is a line: the place, the function, what is wrong, and from where it was called.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(place(e.File, e.Line, e.Column) + ": ")
	if len(e.Calls) > 0 {
		b.WriteString("in " + e.Calls[0].Function + ": ")
	}
	b.WriteString(e.Text)
	for i := 1; i < len(e.Calls) && i <= mostCalls; i++ {
		c := e.Calls[i]
		b.WriteString("; called by " + c.Function + " at " + place(e.File, c.Line, c.Column))
	}
	return b.String()
}

func place(file string, line, column int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d:%d", file, line, column)
}

// wrap makes an Error of what Starlark says.
func wrap(file string, err error) *Error {
	e := &Error{File: file, Text: spec.Shorten(strings.TrimPrefix(err.Error(), "Starlark computation cancelled: "))}
	at := func(p syntax.Position) { e.Line, e.Column = int(p.Line), int(p.Col) }
	var parse syntax.Error
	var names resolve.ErrorList
	var eval *starlark.EvalError
	switch {
	case errors.As(err, &parse):
		at(parse.Pos)
		e.Text = spec.Shorten(parse.Msg)
	case errors.As(err, &names):
		at(names[0].Pos)
		e.Text = spec.Shorten(names[0].Msg)
		if word, ok := strings.CutPrefix(names[0].Msg, "undefined: "); ok {
			if meant, near := spec.Nearest(word, slices.Collect(maps.Keys(environment()))); near {
				e.Text += fmt.Sprintf("; did you mean %q?", meant)
			}
		}
	case errors.As(err, &eval):
		for i := range eval.CallStack {
			f := eval.CallStack.At(i)
			if f.Pos.Line == 0 || !f.Pos.IsValid() {
				continue // a built-in
			}
			if e.Line == 0 {
				at(f.Pos)
			}
			if f.Name != "<toplevel>" {
				e.Calls = append(e.Calls, Call{f.Name, int(f.Pos.Line), int(f.Pos.Col)})
			}
		}
	}
	return e
}
