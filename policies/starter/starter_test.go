package starter_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/policies/script"
	"github.com/coldcurve/coldcurve/policies/starter"
)

// TestScripts: each script that a policy begins as is one, with the parameters that are shown.
func TestScripts(t *testing.T) {
	for _, k := range starter.Kinds() {
		f, err := starter.Script(k, "office-hours")
		if err != nil {
			t.Fatal(err)
		}
		if f.Name != "office-hours.star" || !strings.Contains(string(f.Text), k.Name+` = { script = "office-hours.star"`) {
			t.Errorf("%s: it does not say how it is named:\n%s", f.Name, f.Text)
		}
		n, err := spec.Parse("x.toml", []byte("policy = { script = \"office-hours.star\", "+k.Params+" }"))
		if err != nil {
			t.Fatal(err)
		}
		n = n.Get("policy")
		if err := n.Set([]string{script.SourceKey}, spec.FromValue("", 0, string(f.Text))); err != nil {
			t.Fatal(err)
		}
		switch k.Name {
		case "keepalive":
			_, err = policies.KeepAlive(n)
		case "prewarm":
			_, err = policies.Prewarm(n)
		case "scaling":
			_, err = policies.Scaling(n)
		case "placement":
			_, err = policies.Placement(n)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// TestGo: the files of Go compile in the folder of policies, registered by the line that is
// shown, and their tests pass there, as does the conformance suite.
func TestGo(t *testing.T) {
	if testing.Short() {
		t.Skip("compiling the package anew is not short")
	}
	folder, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir, replace, tests := t.TempDir(), map[string]string{}, ""
	put := func(name, text string) {
		t.Helper()
		at := filepath.Join(dir, name)
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(folder, name)] = at
	}
	registry, err := os.ReadFile("../registry.go")
	if err != nil {
		t.Fatal(err)
	}
	registered := string(registry)
	for _, k := range starter.Kinds() {
		name := "begun-" + k.Name
		files, err := starter.Go(k, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			put(f.Name, string(f.Text))
		}
		begin := "func " + k.List + "() []Entry {\n\treturn sorted(\n"
		if !strings.Contains(registered, begin) {
			t.Fatalf("registry.go has not %q", begin)
		}
		registered = strings.Replace(registered, begin, begin+"\t\t"+k.Line(name)+"\n", 1)
		tests += "|Test" + starter.Type(name) + "$"
	}
	put("registry.go", registered)
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.Command("go", "test", "-count=1", "-short", "-v", "-rapid.checks=10", "-overlay="+overlay, "-run", "TestEntries|TestDefaults|TestUnknownParameters|TestDeterminism|TestCausality|TestWindows"+tests)
	run.Dir = folder
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, k := range starter.Kinds() {
		for _, passed := range []string{"--- PASS: Test" + starter.Type("begun-"+k.Name), "/begun-" + k.Name} {
			if !strings.Contains(string(out), passed) {
				t.Errorf("%s did not run:\n%s", passed, out)
			}
		}
	}
}

// TestNames: what can name a policy.
func TestNames(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "office-hours": true, "x2": true, "": false, "2x": false, "-a": false, "a-": false, "a--b": false, "Office": false, "a_b": false, "../a": false,
		"a b": false, "é": false, strings.Repeat("a", 60): true, strings.Repeat("a", 61): false,
	} {
		if err := starter.CheckName(name); (err == nil) != want {
			t.Errorf("%q: %v", name, err)
		}
	}
	if got := starter.Type("office-hours"); got != "OfficeHours" {
		t.Errorf("the type of office-hours is %s", got)
	}
}
