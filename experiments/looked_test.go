package experiments

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// A function is named in full, by its name alone, or as a table shortens it.
func TestLookedAt(t *testing.T) {
	functions := []sim.Function{{App: "a", Name: "resize"}, {App: "b", Name: "resize"}, {App: "a", Name: "scan"}, {App: "c0ffee01", Name: "7f1d22aa"}, {App: "c0ffee02", Name: "7f1d22aa9"}, {App: "x…", Name: "y"}}
	for name, want := range map[string]int{"a/resize": 0, "scan": 2, "c0ffee01/7f1…": 3, "c0f…/7f1…9": 4, "c0…02/…": 4, "x…/y": 5} {
		if got, err := lookedAt(functions, name); err != nil || got != want {
			t.Errorf("%s: %d, %v, want %d", name, got, err, want)
		}
	}
	for name, want := range map[string]string{
		"resize":      "resize is a function of more than one application: a/resize, b/resize",
		"c0f…/7f1…":   "c0f…/7f1… stands for more than one function: c0ffee01/7f1d22aa, c0ffee02/7f1d22aa9",
		"scam":        `unknown function "scam"; known: a/resize, a/scan, b/resize, c0ffee01/7f1d22aa, c0ffee02/7f1d22aa9, x…/y`,
		"c0ffee01/8…": `unknown function "c0ffee01/8…"; known: a/resize, a/scan, b/resize, c0ffee01/7f1d22aa, c0ffee02/7f1d22aa9, x…/y`,
	} {
		if _, err := lookedAt(functions, name); err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", name, err, want)
		}
	}
}
