package experiments

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzExperiment: whatever the file, it is read or refused with a place; and
// what was read is read again to the same cells.
func FuzzExperiment(f *testing.F) {
	files, err := filepath.Glob("*.toml")
	if err != nil || len(files) < 4 {
		f.Fatalf("%d experiments, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), "")
	}
	f.Add(sound, "platform.p.memory=1GB")
	f.Add(small, `sweep.grid."platform.p.reuse"=["newest", "oldest"]`)
	f.Add("a = [[[[[[", "=")
	f.Fuzz(func(t *testing.T, text, set string) {
		var sets []string
		if set != "" {
			sets = []string{set}
		}
		e, err := Parse("x.toml", []byte(text), sets...)
		if err != nil {
			var input *InputError
			if !errors.As(err, &input) || strings.TrimSpace(err.Error()) == "" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		again, err := Parse("x.toml", []byte(text), sets...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(labelRows(e), labelRows(again)); diff != "" {
			t.Errorf("read twice (-first +second):\n%s", diff)
		}
		if e.resolved.Canonical() != again.resolved.Canonical() {
			t.Error("read twice to two normal forms")
		}
		// What a result folder keeps is the same experiment, under whatever name.
		kept, err := Parse("kept.toml", []byte(e.resolved.Document()))
		if err != nil {
			t.Fatalf("kept:\n%s\n%v", e.resolved.Document(), err)
		}
		if diff := cmp.Diff(labelRows(e), labelRows(kept)); diff != "" {
			t.Errorf("kept (-first +kept):\n%s", diff)
		}
		if got, want := kept.resolved.Canonical(), e.resolved.Canonical(); got != want {
			t.Errorf("kept as another experiment:\ngot  %s\nwant %s", got, want)
		}
		for i := range e.points {
			for j, p := range e.points[i].platforms {
				if kept.points[i].platforms[j].canonical != p.canonical {
					t.Errorf("platform %q behaves otherwise when kept", p.name)
				}
			}
		}
	})
}
