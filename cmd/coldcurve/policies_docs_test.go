package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestDocsPolicies: pages of docs/policies show the table and the picture that their command makes, and
// their numbers in bold are of that table.
func TestDocsPolicies(t *testing.T) {
	if testing.Short() {
		t.Skip("what the documents show is not short")
	}
	for _, c := range []struct{ page, experiment, picture string }{
		{"scaling.md", "autoscale.toml", "autoscale.png"},
		{"faults.md", "retries.toml", "retries.png"},
	} {
		t.Run(c.page, func(t *testing.T) {
			t.Parallel()
			checkPolicyPage(t, c.page, c.experiment, c.picture)
		})
	}
}

func checkPolicyPage(t *testing.T, name, experiment, picture string) {
	t.Helper()
	page, err := os.ReadFile("../../docs/policies/" + name)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	var out, problems strings.Builder
	if code := run(context.Background(), []string{"run", "../../experiments/" + experiment, "-o", dir, "--quiet"}, strings.NewReader(""), &out, &problems, new(kept)); code != exitDone {
		t.Fatalf("it ends with %d:\n%s", code, problems.String())
	}
	blocks := textBlock.FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 1 || !strings.Contains(out.String(), "\n"+blocks[0][1]) {
		t.Errorf("it prints\n%s\nand the page shows %q", out.String(), blocks)
	}
	numbers := 0
	for _, m := range bold.FindAllStringSubmatch(string(page), -1) {
		if strings.ContainsAny(m[1], "0123456789") {
			numbers++
			if !strings.Contains(out.String(), m[1]) {
				t.Errorf("it does not print %s", m[1])
			}
		}
	}
	if numbers < 5 {
		t.Errorf("%d numbers in bold, want the tails and what is held", numbers)
	}
	if runtime.GOARCH != "amd64" {
		return // the last bit of a float moves pixels
	}
	want, err := os.ReadFile(filepath.Join(dir, "plots/instances.png"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile("../../docs/img/" + picture); err != nil || !bytes.Equal(got, want) {
		t.Errorf("docs/img/%s is not its plots/instances.png (%v): copy it there", picture, err)
	}
}
