package logs

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// The JSON readers below walk a value in memory without building it. They take
// all that RFC 8259 allows; what is passed over is only matched in its brackets
// and strings.

// space returns where the next byte that is no white space stands.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// stringEnd returns the end of the string that begins at i; −1: it has none.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return -1
}

// valueEnd returns the end of the value that begins at i; −1: it has none.
func valueEnd(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		return stringEnd(b, i)
	case '{', '[':
		return nestedEnd(b, i)
	}
	from := i
	for i < len(b) && !ends(b[i]) {
		i++
	}
	if i == from {
		return -1
	}
	return i
}

// ends reports whether a byte ends a number or a word.
func ends(c byte) bool {
	switch c {
	case ',', ']', '}', '[', '{', ':', '"':
		return true
	}
	return c <= ' '
}

// nestedEnd returns the end of an object or list.
func nestedEnd(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			if i = stringEnd(b, i); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// walk goes through the members of an object or the items of a list.
type walk struct {
	b      []byte
	i      int
	broken bool // it ended at what is no JSON
	key    []byte
	value  []byte
}

// newWalk begins a walk through an object ({) or list ([); through anything
// else, it is empty.
func newWalk(b []byte, open byte) walk {
	i := space(b, 0)
	if i >= len(b) || b[i] != open {
		return walk{b: b, i: len(b), broken: true}
	}
	return walk{b: b, i: i + 1}
}

// next goes to the next member or item; key is empty in a list.
func (w *walk) next(list bool) bool {
	w.i = space(w.b, w.i)
	if w.broken || w.i >= len(w.b) {
		w.broken = true
		return false
	}
	if w.b[w.i] == '}' || w.b[w.i] == ']' {
		return false
	}
	if !list && !w.name() {
		w.broken = true
		return false
	}
	end := valueEnd(w.b, w.i)
	if end < 0 {
		w.broken = true
		return false
	}
	w.value = w.b[w.i:end]
	w.i = space(w.b, end)
	if w.i < len(w.b) && w.b[w.i] == ',' {
		w.i++
	} else if w.i >= len(w.b) || w.b[w.i] != '}' && w.b[w.i] != ']' {
		w.broken = true // the value stands; what follows does not
	}
	return true
}

// name reads "name":.
func (w *walk) name() bool {
	if w.b[w.i] != '"' {
		return false
	}
	end := stringEnd(w.b, w.i)
	if end < 0 {
		return false
	}
	w.key = w.b[w.i+1 : end-1]
	if bytes.IndexByte(w.key, '\\') >= 0 {
		key, ok := unquote(nil, w.b[w.i:end])
		if !ok {
			return false
		}
		w.key = key
	}
	w.i = space(w.b, end)
	if w.i >= len(w.b) || w.b[w.i] != ':' {
		return false
	}
	w.i = space(w.b, w.i+1)
	return true
}

// unquote returns what a JSON string holds: a piece of it, or scratch where it
// has escapes. Not ok: it is no string, or has a broken escape.
func unquote(scratch, v []byte) ([]byte, bool) {
	if len(v) < 2 || v[0] != '"' {
		return nil, false
	}
	v = v[1 : len(v)-1]
	i := bytes.IndexByte(v, '\\')
	if i < 0 {
		return v, true
	}
	out := append(scratch[:0], v[:i]...)
	for i < len(v) {
		if v[i] != '\\' {
			next := bytes.IndexByte(v[i:], '\\')
			if next < 0 {
				next = len(v) - i
			}
			out = append(out, v[i:i+next]...)
			i += next
			continue
		}
		var ok bool
		if out, i, ok = escape(out, v, i+1); !ok {
			return nil, false
		}
	}
	return out, true
}

// escape appends what the escape at v[i:], after its backslash, stands for. A
// lone surrogate is U+FFFD, as encoding/json has it.
func escape(out, v []byte, i int) ([]byte, int, bool) {
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i >= len(v) {
		return nil, i, false
	}
	for k := range len(from) {
		if v[i] == from[k] {
			return append(out, to[k]), i + 1, true
		}
	}
	r, ok := hex4(v, i)
	if !ok {
		return nil, i, false
	}
	i += 5
	if utf16.IsSurrogate(r) {
		low, ok := rune(0), false
		if i < len(v) && v[i] == '\\' {
			low, ok = hex4(v, i+1)
		}
		if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
			i += 6
		}
	}
	return utf8.AppendRune(out, r), i, true
}

// hex4 reads u and four hex digits.
func hex4(v []byte, i int) (rune, bool) {
	if i+5 > len(v) || v[i] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(v[i+1:i+5]), 16, 16)
	return rune(n), err == nil
}

// scalar returns a scalar without quotes: a number as it is, or in a string.
func scalar(v []byte) []byte {
	if len(v) >= 2 && v[0] == '"' {
		return v[1 : len(v)-1]
	}
	return v
}

// text returns what a JSON value says: a string without its quotes, another value
// as it stands, nothing for null. It is valid until the buffer is used again.
func (r *reader) text(buffer int, v []byte) []byte {
	if len(v) > 0 && v[0] == '"' {
		b, _ := r.unquoted(buffer, v)
		return b
	}
	if string(v) == "null" {
		return nil
	}
	return v
}
