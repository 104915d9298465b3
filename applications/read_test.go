package applications

import (
	"os"
	"sync"
	"testing"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// testCatalog is the catalogue of testdata: what ships may change under a test.
var testCatalog = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Read(os.DirFS("testdata/catalog")) })

// readFile reads a file of testdata.
func readFile(t *testing.T, name string) *Application {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return mustRead(t, name, string(data))
}

func mustRead(t *testing.T, name, text string) *Application {
	t.Helper()
	a, err := readText(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func readText(name, text string) (*Application, error) {
	known, err := testCatalog()
	if err != nil {
		return nil, err
	}
	root, err := spec.Parse(name, []byte(text))
	if err != nil {
		return nil, err
	}
	return readWith(root, known)
}

// TestExample: the example of the contract is read and compiled with what ships.
func TestExample(t *testing.T) {
	data, err := os.ReadFile("testdata/alerts.app.toml")
	if err != nil {
		t.Fatal(err)
	}
	root, err := spec.Parse("alerts.app.toml", data)
	if err != nil {
		t.Fatal(err)
	}
	a, err := Read(root)
	if err != nil {
		t.Fatal(err)
	}
	if w := a.Warnings(); len(w) > 0 {
		t.Errorf("%v", w)
	}
	if c := compiled(t, a); len(c.Graph.Steps) != 7 {
		t.Errorf("%d steps, want 7", len(c.Graph.Steps))
	}
}
