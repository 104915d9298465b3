package applications

import (
	"os"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// readFile reads a file of testdata.
func readFile(t *testing.T, name string) *Application {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	a, err := readText(name, string(data))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func readText(name, text string) (*Application, error) {
	root, err := spec.Parse(name, []byte(text))
	if err != nil {
		return nil, err
	}
	return Read(root)
}

func TestExample(t *testing.T) {
	a := readFile(t, "alerts.app.toml")
	if w := a.Warnings(); len(w) > 0 {
		t.Errorf("%v", w)
	}
}
