package traces

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestGzipMembers: several members are one text; what follows them is said to follow,
// and a member that is cut short is said to be so.
func TestGzipMembers(t *testing.T) {
	pack := func(text string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(text))
		_ = z.Close()
		return b.String()
	}
	one, two, none := pack("first line\n"), pack("second\n"), pack("")
	const trailing = "f: its gzip stream is whole, 11 bytes decompressed, and bytes follow its end that are no gzip, expected the end of the file; take them off, or compress the file again"
	const cut = "f: truncated: its gzip stream stops after 11 decompressed bytes, expected its end mark and checksum; fetch or copy the file again: unexpected EOF"
	for _, row := range []struct{ name, data, text, err string }{
		{"one", one, "first line\n", ""},
		{"two", one + two, "first line\nsecond\n", ""},
		{"empty ones between", none + one + none + none + two + none, "first line\nsecond\n", ""},
		{"a byte after it", one + "x", "first line\n", trailing},
		{"the first byte of a member alone", one + "\x1f", "first line\n", trailing},
		{"zeros after it", one + strings.Repeat("\x00", 512), "first line\n", trailing},
		{"text after it", one + "more text than a header of gzip has", "first line\n", trailing},
		{"a second header cut short", one + two[:5], "first line\n", cut},
		{"a checksum cut short", one[:len(one)-3], "first line\n", cut},
	} {
		s, err := newStream(strings.NewReader(row.data), "f")
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		text, err := io.ReadAll(s)
		if string(text) != row.text || (err == nil) != (row.err == "") || err != nil && err.Error() != row.err {
			t.Errorf("%s: got %q, %v\nwant %q, %s", row.name, text, err, row.text, row.err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("%s: closing: %v", row.name, err)
		}
	}
}

// A stream that is cut short or damaged is told once, not again when it is closed.
func TestClosedOnce(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for i := range 20_000 {
		fmt.Fprintln(z, i*i)
	}
	z.Close()
	whole := b.Bytes()
	damaged := bytes.Clone(whole)
	damaged[len(damaged)/2] ^= 0xff
	for name, data := range map[string][]byte{"cut": whole[:len(whole)/2], "damaged": damaged, "whole": whole} {
		s, err := Decompress(bytes.NewReader(data), "f")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(s); (err == nil) != (name == "whole") {
			t.Errorf("%s: reading says %v", name, err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("%s: closing says %v", name, err)
		}
	}
}
