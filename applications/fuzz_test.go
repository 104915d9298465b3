package applications

import (
	"errors"
	"os"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// FuzzRead: no file makes a panic, neither read nor compiled; what was read compiles, or
// says where it does not.
func FuzzRead(f *testing.F) {
	example, err := os.ReadFile("testdata/alerts.app.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{string(example), valid, unfilled, everything} {
		f.Add(text)
	}
	known, err := testCatalog()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, err := spec.Parse("x.toml", []byte(text))
		if err != nil {
			return
		}
		a, err := readWith(root, known)
		var holes *Unfilled
		if err != nil && !errors.As(err, &holes) {
			return
		}
		for _, o := range []Options{{}, {Platforms: platforms, Window: sim.Window{Horizon: sim.Minute}}} {
			c, err := a.Compile(o)
			if (err == nil) == (c == nil) {
				t.Errorf("compiled to %v, %v", c, err)
			}
		}
	})
}
