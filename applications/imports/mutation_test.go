package imports

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// What is cut, lacks a line or has another value somewhere is read or refused with its
// place, and never ends the program; line ends, a byte-order mark and a second document
// change nothing.
func TestMutations(t *testing.T) {
	values := []string{"1e999", "-1", "[]", "{}", "null", "true", `"x"`, "99999999999999999999", "0.5", "[[1]]", `{"a":1}`, `"${self:custom}"`, `"$.x"`, `""`, "*a", "&a 1", "\t"}
	for _, c := range owned {
		data, err := os.ReadFile(filepath.Join("testdata", c.file))
		if err != nil {
			t.Fatal(err)
		}
		whole, _ := ownFile(t, c.file).Write()
		for name, same := range map[string][]byte{
			"CRLF": bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")),
			"BOM":  append([]byte("\xEF\xBB\xBF"), data...),
		} {
			d, err := Read(filepath.Join("testdata", c.file), same, Options{Beside: func(path string) ([]byte, error) { return os.ReadFile(filepath.Join("testdata", path)) }})
			if err != nil {
				t.Errorf("%s: %s: %v", c.file, name, err)
			} else if text, _ := d.Write(); text != whole {
				t.Errorf("%s: %s: another application", c.file, name)
			}
		}
		r := rand.New(rand.NewPCG(1, 2))
		lines := bytes.SplitAfter(data, []byte("\n"))
		for range 40 {
			mutated(t, c.file, data[:r.IntN(len(data))])
			k := r.IntN(len(lines))
			mutated(t, c.file, bytes.Join(append(append([][]byte{}, lines[:k]...), lines[k+1:]...), nil))
			at := r.IntN(len(data))
			colon := bytes.IndexByte(data[at:], ':')
			if colon < 0 {
				continue
			}
			at += colon + 1
			if end := bytes.IndexAny(data[at:], ",}\n"); end >= 0 {
				mutated(t, c.file, []byte(string(data[:at])+" "+values[r.IntN(len(values))]+string(data[at+end:])))
			}
		}
	}
}

// mutated reads something that may be wrong.
func mutated(t *testing.T, file string, data []byte) {
	t.Helper()
	d, err := Read(file, data, Options{})
	if err == nil {
		text, _ := d.Write()
		if _, err := spec.Parse("app.toml", []byte(text)); err != nil {
			t.Errorf("%s: %v\n%s", file, err, data)
		}
		return
	}
	var m *Malformed
	if !errors.As(err, &m) || m.Line == 0 && !strings.Contains(m.Problem, "found nothing in it") && !strings.Contains(m.Problem, "found no function and no flow") {
		t.Errorf("%s: %v has no line\n%s", file, err, data)
	}
}
