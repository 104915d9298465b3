package policies_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readmePolicy returns the README's policy, a whole file, and the line that
// registers it.
func readmePolicy(t *testing.T) (file, line string) {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "```go\n")
	file, _, found := strings.Cut(after, "```\n")
	line = regexp.MustCompile("the line `(.*)` in the list `KeepAlives`").FindStringSubmatch(string(readme))[1]
	if !found || line == "" {
		t.Fatalf("the README shows the policy %q and the line %q", file, line)
	}
	return file, line
}

// TestReadmePolicy: the policy that the README shows, saved under the name that
// it gives and registered by its line, wherever in the list that stands, makes
// no check fail.
func TestReadmePolicy(t *testing.T) {
	if testing.Short() {
		t.Skip("compiling the package anew is not short")
	}
	file, line := readmePolicy(t)
	registry, err := os.ReadFile("registry.go")
	if err != nil {
		t.Fatal(err)
	}
	const begin = "func KeepAlives() []Entry {\n\treturn sorted(\n"
	if _, err := os.Stat("officehours.go"); err == nil || strings.Contains(string(registry), line) {
		t.Skip("somebody has done as the README says: all other tests of this package hold the policy")
	}
	if !strings.Contains(string(registry), begin) {
		t.Fatalf("registry.go has not %q", begin)
	}
	for _, where := range []string{"first", "last"} {
		registered := strings.Replace(string(registry), begin, begin+"\t\t"+line+"\n", 1)
		if where == "last" {
			head, tail, _ := strings.Cut(string(registry), "\n\t)\n")
			registered = head + "\n\t\t" + line + "\n\t)\n" + tail
		}
		overlay := overlaid(t, map[string]string{"officehours.go": file, "registry.go": registered})
		for _, args := range [][]string{{"vet"}, {"test", "-count=1", "-short", "-rapid.checks=10"}} {
			args = append(args, "-overlay="+overlay)
			if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
				t.Errorf("with the policy %s in the list, go %s: %v\n%s", where, strings.Join(args, " "), err, out)
			}
		}
	}
}

// overlaid writes files of this folder as they would be, and returns the
// overlay that puts them there.
func overlaid(t *testing.T, files map[string]string) string {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir, replace := t.TempDir(), map[string]string{}
	for name, text := range files {
		put := filepath.Join(dir, name)
		replace[filepath.Join(here, name)] = put
		if err := os.WriteFile(put, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return overlay
}

// TestReadmePolicyIsTheExample: what this package's page shows is what the
// README shows.
func TestReadmePolicyIsTheExample(t *testing.T) {
	file, _ := readmePolicy(t)
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(file, ")\n\n") // after the imports
	if !strings.Contains(strings.ReplaceAll(string(source), "policies.", ""), strings.TrimSpace(shown)) || strings.Count(shown, "\n") < 15 {
		t.Errorf("the README shows\n%s\nwhich example_test.go does not hold", shown)
	}
}
