package plain

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// The forms of escape are those of JSON (RFC 8259, section 7).
func TestLine(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"plain é 注文 😀 ─ \u00a0", "plain é 注文 😀 ─ \u00a0"},
		{"\x1b[31mred\x1b[0m", `\u001b[31mred\u001b[0m`},
		{"\u009b31m", `\u009b31m`},
		{"a\nb\tc\rd\x00\x07\x7f", `a\u000ab\u0009c\u000dd\u0000\u0007\u007f`},
		{"\u202eright\u2066\u200f\u061c", `\u202eright\u2066\u200f\u061c`},
		{"a\u200bb\u00adc\ufeff\u2028\u2029\u0085", `a\u200bb\u00adc\ufeff\u2028\u2029\u0085`},
		{"\U000E0041", `\udb40\udc41`},
		{"\x9b31m \xff", `\x9b31m \xff`}, // C1 of a terminal that reads bytes
	} {
		if got := Line(c.text); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

// Lines and tabs pass; characters may come in any pieces.
func TestWriter(t *testing.T) {
	const text, want = "a\tb\né\x1b]0;x\x07\u009b😀\u202e\xe2\x80", "a\tb\né\\u001b]0;x\\u0007\\u009b😀\\u202e\\xe2\\x80"
	for _, split := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.HalfReader} {
		var b strings.Builder
		w := NewWriter(&b)
		// Only Read, so that the pieces stay.
		if _, err := io.Copy(struct{ io.Writer }{w}, struct{ io.Reader }{split(strings.NewReader(text))}); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil || b.String() != want {
			t.Errorf("%q, %v, want %q", b.String(), err, want)
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// An error is told, and nothing counts as written.
func TestWriterFails(t *testing.T) {
	w := NewWriter(failing{})
	if n, err := w.Write([]byte("text")); n != 0 || err != io.ErrShortWrite {
		t.Errorf("%d, %v", n, err)
	}
	w = NewWriter(failing{})
	w.Write([]byte("\xc3"))
	if err := w.Flush(); err != io.ErrShortWrite {
		t.Error(err)
	}
}

// JSON that passes a Writer has the value that it had, and nothing that acts.
func FuzzWriter(f *testing.F) {
	f.Add("a\x1b\u009b\u202e\U000E0041\\\u0085", uint8(3))
	f.Fuzz(func(t *testing.T, text string, cut uint8) {
		data, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		w := NewWriter(&b)
		i := min(int(cut), len(data))
		w.Write(data[:i])
		w.Write(data[i:])
		w.Flush()
		var got, want string
		if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
			t.Fatal(err)
		}
		json.Unmarshal(data, &want)
		if got != want || strings.ContainsFunc(b.String(), Acts) {
			t.Errorf("%q: %q", text, b.String())
		}
		if line := Line(text); strings.ContainsFunc(line, Acts) || !utf8.ValidString(line) {
			t.Errorf("%q: %q", text, line)
		}
	})
}
