// Package plain writes text so that it is only text: what would move a
// terminal's cursor, colour it, hide or reverse what it shows, is written as an
// escape.
//
// Names come from logs, traces and files of others, and an escape sequence in
// one of them must not act on the terminal of who reads it. [Writer] is put
// around the streams of a command, so that nothing passes by it; [Line] is for
// cells and quotes, where also a line break would mislead.
package plain

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Acts reports whether a terminal or a reader of text may act on a character
// instead of showing it: the controls (C0, DEL and C1, with the line breaks and
// the tab), format characters (of direction, of no width), and the separators
// of lines and paragraphs.
func Acts(r rune) bool {
	return r < ' ' || r >= 0x7F && r < 0xA0 ||
		r > 0xA0 && (unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029')
}

// Line returns s on one line, with what acts and what is no UTF-8 escaped.
func Line(s string) string {
	if !needs(s, false) {
		return s
	}
	return string(escape(nil, []byte(s), false))
}

// needs reports whether s has something to escape.
func needs(s string, breaks bool) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return Acts(r) && !(breaks && isBreak(r)) })
}

func isBreak(r rune) bool { return r == '\n' || r == '\t' }

// escape appends b. Characters become \uXXXX, as in JSON, so that JSON keeps
// its value; bytes that are no UTF-8 become \xXX.
func escape(out, b []byte, breaks bool) []byte {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			out = append(out, '\\', 'x', hex[b[0]>>4], hex[b[0]&15])
		case !Acts(r) || breaks && isBreak(r):
			out = append(out, b[:n]...)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			out = unit(unit(out, high), low)
		default:
			out = unit(out, r)
		}
		b = b[n:]
	}
	return out
}

const hex = "0123456789abcdef"

// unit appends a UTF-16 code unit.
func unit(out []byte, r rune) []byte {
	text := strconv.FormatInt(0x10000+int64(r), 16)
	return append(append(out, `\u`...), text[1:]...)
}

// Writer writes text with what acts escaped, but for LF and tab. A character
// may come in pieces: Flush writes what is left of one.
type Writer struct {
	w    io.Writer
	rest []byte // the start of a character
	buf  []byte
}

// NewWriter returns a writer around w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	b := p
	if len(w.rest) > 0 {
		b = append(w.rest, p...)
		w.rest = nil
	}
	if whole := len(b) - unfinished(b); whole < len(b) {
		w.rest = bytes.Clone(b[whole:])
		b = b[:whole]
	}
	w.buf = escape(w.buf[:0], b, true)
	if _, err := w.w.Write(w.buf); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes what is left of a character that was not finished.
func (w *Writer) Flush() error {
	b := w.rest
	w.rest = nil
	if len(b) == 0 {
		return nil
	}
	_, err := w.w.Write(escape(nil, b, true))
	return err
}

// unfinished returns how many bytes at the end begin a character that they do
// not finish.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}
