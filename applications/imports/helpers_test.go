package imports

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// definition reads one of the real definition files; the test is skipped without them.
func definition(t *testing.T, name string) *Draft {
	t.Helper()
	root := os.Getenv("COLDCURVE_DATA")
	if root == "" {
		t.Skip("COLDCURVE_DATA is not set")
	}
	file := filepath.Join(root, "definitions", name)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read(file, data, Options{Beside: func(path string) ([]byte, error) {
		return os.ReadFile(filepath.Join(filepath.Dir(file), path))
	}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// read reads a definition that must be sound.
func read(t *testing.T, text string) *Draft {
	t.Helper()
	d, err := Read("x.yaml", []byte(text), Options{})
	if err != nil {
		t.Fatalf("%v\nof\n%s", err, text)
	}
	return d
}

// written is the application file that comes of a definition.
func written(t *testing.T, text string) string {
	t.Helper()
	s, _ := read(t, text).Write()
	return s
}

// holds checks that a text has each of the parts.
func holds(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is missing in\n%s", p, text)
		}
	}
}

// lost joins what was not carried.
func lost(d *Draft) string {
	var b strings.Builder
	for _, l := range d.Lost {
		b.WriteString(l.What + "\n")
	}
	return b.String()
}
