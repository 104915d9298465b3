package results

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestForeignManifest: a manifest whose digest is right, and that lists files of other
// places or what no run has, is refused; nothing that it lists is opened.
func TestForeignManifest(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*Manifest)
		want   string // "" : accepted
	}{
		{"as it is", func(*Manifest) {}, ""},
		{"file beside the folder", func(m *Manifest) { m.Files[0].Name = "../precious.csv" }, `files: found "../precious.csv", want the path of a file below the folder`},
		{"file beside, by a detour", func(m *Manifest) { m.Files[0].Name = "plots/../../x" }, `files: found "plots/../../x", want`},
		{"absolute", func(m *Manifest) { m.Files[0].Name = "/etc/passwd" }, `files: found "/etc/passwd", want`},
		{"the folder itself", func(m *Manifest) { m.Files[0].Name = "." }, `files: found ".", want`},
		{"no name", func(m *Manifest) { m.Files[0].Name = "" }, `files: found "", want`},
		{"of another system", func(m *Manifest) { m.Files[0].Name = `..\x` }, `files: found "..\\x", want`},
		{"twice", func(m *Manifest) { m.Files = append(m.Files, m.Files[0]) }, `twice`},
		{"negative replications", func(m *Manifest) { m.Replications = -2 }, "replications: found -2, want 1 or more"},
		{"no replications", func(m *Manifest) { m.Replications = 0 }, "replications: found 0, want 1 or more"},
		{"negative units", func(m *Manifest) { m.Units = -1 }, "units: found -1, want 0 or more"},
	} {
		dir := written(t, smallSet(t))
		path := filepath.Join(dir, ManifestFile)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := ParseManifest(text)
		if err != nil {
			t.Fatal(err)
		}
		row.change(m)
		if text, err = m.text(); err == nil { // with the digest of what it says now
			err = os.WriteFile(path, text, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = Compare(dir, dir)
		switch {
		case row.want == "" && err != nil:
			t.Errorf("%s: %v", row.name, err)
		case row.want != "" && (err == nil || !strings.Contains(err.Error(), path+": it is no manifest of ours: ") || !strings.Contains(err.Error(), row.want)):
			t.Errorf("%s: error %v, want %s", row.name, err, row.want)
		}
	}
}

// TestPairedWhereNumbersAreTheSame: replications are paired where they saw the same
// random numbers, and the summary says where they did not, and why.
func TestPairedWhereNumbersAreTheSame(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*Manifest)
		paired bool
		want   string
	}{
		{"the same", func(*Manifest) {}, true, "(paired by replication)"},
		{"another model", func(m *Manifest) { m.ModelVersion = "other" }, false, `(independent samples, as the model versions differ, "test" and "other")`},
		{"another architecture", func(m *Manifest) { m.GOARCH = "other" }, true, `(paired by replication, of the same random numbers but for their rounding on "test" and "other")`},
		{"another seed", func(m *Manifest) { m.Seed++ }, false, "(independent samples, as the seeds differ)"},
	} {
		set := func(change func(*Manifest)) string {
			s := smallSet(t)
			s.Manifest.ModelVersion, s.Manifest.GOARCH = "test", "test"
			change(&s.Manifest)
			return written(t, s)
		}
		c, err := Compare(set(func(*Manifest) {}), set(row.change))
		if err != nil {
			t.Fatal(err)
		}
		if text := c.summary(nil); c.Paired != row.paired || !strings.Contains(text, row.want) {
			t.Errorf("%s: paired %t, %s; want %t, %s", row.name, c.Paired, text, row.paired, row.want)
		}
	}
}
