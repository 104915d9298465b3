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

// TestDocsScaling: docs/policies/scaling.md shows what its experiment makes.
func TestDocsScaling(t *testing.T) {
	showsItsRun(t, "scaling.md", "", "autoscale.toml", "instances.png", "autoscale.png")
}

// TestDocsFaults: so does docs/policies/faults.md.
func TestDocsFaults(t *testing.T) {
	showsItsRun(t, "faults.md", "", "retries.toml", "goodput.png", "retries.png")
}

// TestDocsCluster: so does docs/policies/cluster.md.
func TestDocsCluster(t *testing.T) {
	showsItsRun(t, "cluster.md", "", "cluster.toml", "tradeoff.png", "cluster.png")
}

// TestDocsTraining: so does the part of docs/policies/keepalive.md on days of training.
func TestDocsTraining(t *testing.T) {
	showsItsRun(t, "keepalive.md", "\n## Days of training\n", "papers.toml", "waste-vs-cold.png", "papers.png")
}

// showsItsRun holds a page on policies to its experiment: it shows the table and the plot that
// the experiment makes, and its numbers in bold are of that table. Where a heading is given, this
// is so of what is below it, up to the next.
func showsItsRun(t *testing.T, page, heading, experiment, plot, picture string) {
	if testing.Short() {
		t.Skip("what the documents show is not short")
	}
	t.Parallel()
	text, err := os.ReadFile("../../docs/policies/" + page)
	if err != nil {
		t.Fatal(err)
	}
	part := string(text)
	if heading != "" {
		_, part, _ = strings.Cut(part, heading)
		part, _, _ = strings.Cut(part, "\n## ")
	}
	dir := filepath.Join(t.TempDir(), "out")
	var out, problems strings.Builder
	if code := run(context.Background(), []string{"run", "../../experiments/" + experiment, "-o", dir, "--quiet"}, strings.NewReader(""), &out, &problems, new(kept)); code != exitDone {
		t.Fatalf("it ends with %d:\n%s", code, problems.String())
	}
	blocks := textBlock.FindAllStringSubmatch(part, -1)
	if len(blocks) != 1 || !strings.Contains(out.String(), "\n"+blocks[0][1]) {
		t.Errorf("it prints\n%s\nand the page shows %q", out.String(), blocks)
	}
	numbers := 0
	for _, m := range bold.FindAllStringSubmatch(part, -1) {
		if strings.ContainsAny(m[1], "0123456789") {
			numbers++
			if !strings.Contains(out.String(), m[1]) {
				t.Errorf("it does not print %s", m[1])
			}
		}
	}
	if numbers < 5 {
		t.Errorf("%d numbers in bold, want those that the page reads", numbers)
	}
	if runtime.GOARCH != "amd64" {
		return // the last bit of a float moves pixels
	}
	want, err := os.ReadFile(filepath.Join(dir, "plots", plot))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile("../../docs/img/" + picture); err != nil || !bytes.Equal(got, want) {
		t.Errorf("docs/img/%s is not its plots/%s (%v): copy it there", picture, plot, err)
	}
}
