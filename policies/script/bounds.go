package script

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"
)

// The bounds of a script. Each is more than a policy wants, and little enough that what goes
// wrong ends soon.
const (
	mostSource = 64 << 10  // bytes of a file; a parser recurses over what nests in it
	mostNested = 100       // brackets within brackets, and values within values
	mostSteps  = 1_000_000 // of one call, some 20 ms
	mostText   = 64 << 10  // bytes of a string
	mostBits   = 4096      // of a whole number
	mostTuple  = 1000      // values in a tuple, with those of the tuples in it: each use as a key goes over all

	// What the states of all groups of a platform may take together, if each is as large as it may.
	mostStates = 2 << 30
	mostState  = 16 << 20 // bytes of one
	leastState = 64 << 10 // that one may take, however many there are
)

// stateMost is how many bytes the state of one of so many groups may take.
func stateMost(groups int) int { return max(leastState, min(mostState, mostStates/max(1, groups))) }

var errSteps = fmt.Errorf("it takes more than %d steps, which is the most of one call", mostSteps)

// charge lets a call take n steps more.
func charge(t *starlark.Thread, n int) error {
	t.Steps += uint64(n)
	if t.Steps >= mostSteps {
		return errSteps
	}
	return nil
}

// bounded returns a value that an operation has made, or an error where it is too large.
func bounded(t *starlark.Thread, v starlark.Value, err error) (starlark.Value, error) {
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case starlark.Int:
		if _, small := v.Int64(); !small && v.BigInt().BitLen() > mostBits {
			return nil, fmt.Errorf("a whole number of more than %d bits", mostBits)
		}
	case starlark.String:
		if err := textFits(len(v)); err != nil {
			return nil, err
		}
		return v, charge(t, len(v)/64)
	case starlark.Bytes:
		if err := textFits(len(v)); err != nil {
			return nil, err
		}
		return v, charge(t, len(v)/64)
	case starlark.Tuple:
		n := 0
		if err := weighTuple(v, &n); err != nil {
			return nil, err
		}
		return v, charge(t, n)
	}
	return v, nil
}

func textFits(n int) error {
	if n > mostText {
		return fmt.Errorf("a string of more than %d bytes", mostText)
	}
	return nil
}

// weighTuple counts what is in a tuple and the tuples in it, which whoever hashes,
// compares or freezes it goes over, each time it is met.
func weighTuple(v starlark.Tuple, n *int) error {
	if *n += len(v); *n > mostTuple {
		return fmt.Errorf("a tuple of more than %d values, with those of the tuples in it", mostTuple)
	}
	for _, e := range v {
		if inner, ok := e.(starlark.Tuple); ok {
			if err := weighTuple(inner, n); err != nil {
				return err
			}
		}
	}
	return nil
}

var errNested = fmt.Errorf("values nested more than %d deep", mostNested)

// weigh charges for going over a value and all that is in it, as often as it is met there.
func weigh(t *starlark.Thread, v starlark.Value) error { return weighAt(t, v, 0) }

func weighAt(t *starlark.Thread, v starlark.Value, depth int) error {
	if depth > mostNested {
		return errNested
	}
	switch v := v.(type) {
	case starlark.String:
		return charge(t, 1+len(v)/16)
	case starlark.Bytes:
		return charge(t, 1+len(v)/16)
	case starlark.Tuple:
		for _, e := range v {
			if err := weighAt(t, e, depth+1); err != nil {
				return err
			}
		}
	case *starlark.List:
		for i := range v.Len() {
			if err := weighAt(t, v.Index(i), depth+1); err != nil {
				return err
			}
		}
	case *dict:
		for _, e := range v.entries[v.first:] {
			if e.key == nil {
				continue
			}
			if err := weighAt(t, e.key, depth+1); err != nil {
				return err
			}
			if err := weighAt(t, e.value, depth+1); err != nil {
				return err
			}
		}
	}
	return charge(t, 1)
}

// sizer adds up the bytes of what a state holds, each thing once.
type sizer struct {
	seen  map[any]bool
	stack []starlark.Value
	count int // of values
}

// size returns about how many bytes a value takes with all that can be reached from it, and
// how many values that are; it stops when there are more bytes than most.
func (s *sizer) size(v starlark.Value, most int) (bytes, values int) {
	s.seen, s.stack, s.count = map[any]bool{}, append(s.stack[:0], v), 0
	for len(s.stack) > 0 && bytes <= most {
		v := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		s.count++
		bytes += 16 + s.open(v)
	}
	return bytes, s.count
}

// open returns the bytes of a value without what it refers to, which it lets be looked at.
func (s *sizer) open(v starlark.Value) int {
	switch v := v.(type) {
	case starlark.String:
		return len(v)
	case starlark.Bytes:
		return len(v)
	case starlark.Int:
		if _, small := v.Int64(); small {
			return 8
		}
		return 32 + v.BigInt().BitLen()/8
	case starlark.Tuple:
		s.stack = append(s.stack, v...) // a tuple is bounded by itself
		return 24
	case *starlark.List:
		if s.first(v) {
			for i := range v.Len() {
				s.stack = append(s.stack, v.Index(i))
			}
			return 48
		}
	case *dict:
		if s.first(v) {
			for _, e := range v.entries[v.first:] {
				if e.key != nil {
					s.stack = append(s.stack, e.key, e.value)
				}
			}
			return 96 + 128*v.Len() // its keys stand in a map of their own
		}
	case *starlark.Function:
		if s.first(v) {
			for i := range v.NumFreeVars() {
				if _, free := v.FreeVar(i); free != nil {
					s.stack = append(s.stack, free)
				}
			}
			for i := range v.NumParams() {
				if d := v.ParamDefault(i); d != nil {
					s.stack = append(s.stack, d)
				}
			}
			return 64
		}
	default:
		return 32
	}
	return 0
}

func (s *sizer) first(v any) bool {
	if s.seen[v] {
		return false
	}
	s.seen[v] = true
	return true
}

// errPrivate is of a value that is used after the call that it was given to.
var errPrivate = errors.New("it is only there during the call that it was given to; keep what you need of it")

// boundedItems is bounded of a list of tuples that an operation has made, too.
func boundedItems(t *starlark.Thread, v starlark.Value, err error) (starlark.Value, error) {
	if list, ok := v.(*starlark.List); ok && err == nil {
		for i := range list.Len() {
			tuple, ok := list.Index(i).(starlark.Tuple)
			if !ok {
				break // all are, or none
			}
			if _, err := bounded(t, tuple, nil); err != nil {
				return nil, err
			}
		}
		return v, nil
	}
	return bounded(t, v, err)
}
