package costmodel

import (
	"os"
	"path/filepath"
	"testing"
)

// TestDocument: the shipped tariffs, all in a file and some alone, are read as themselves.
func TestDocument(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	all := c.Tariffs()
	same := func(tariffs ...*Tariff) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "used.toml"), []byte(Document(tariffs)), 0o666); err != nil {
			t.Fatal(err)
		}
		again, err := Load(dir)
		if err != nil {
			t.Fatalf("%s, of %d: %v", tariffs[0].Name, len(tariffs), err)
		}
		for _, tariff := range tariffs {
			if got, err := again.Tariff(tariff.Name); err != nil || got == tariff || got.Text() != tariff.Text() {
				t.Errorf("%s, of %d: %v", tariff.Name, len(tariffs), err)
			}
		}
	}
	same(all...)
	for i := 0; i < len(all); i += 40 {
		same(all[i])
	}
}
