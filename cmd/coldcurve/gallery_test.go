package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestDocsGallery: each section of docs/gallery.md shows what its command prints: the
// sentence, the blocks line by line, and each number in bold; and there is a section for
// each experiment.
func TestDocsGallery(t *testing.T) {
	if testing.Short() {
		t.Skip("what the documents show is not short")
	}
	t.Parallel()
	text, err := os.ReadFile("../../docs/gallery.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(text), "\n## ")[1:]
	files, err := filepath.Glob("../../experiments/apps/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, s := range sections {
		name, body, _ := strings.Cut(s, "\n")
		shown[name] = true
		t.Run(name, func(t *testing.T) { checkSection(t, name, body) })
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".toml"); !strings.HasSuffix(name, ".app") && !shown[name] {
			t.Errorf("docs/gallery.md has no section %q", name)
		}
	}
}

var (
	textBlock = regexp.MustCompile("(?s)```text\n(.*?)```")
	bold      = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

func checkSection(t *testing.T, name, body string) {
	file := "experiments/apps/" + name + ".toml"
	if command := "\n    coldcurve run " + file + "\n"; !strings.Contains(body, command) {
		t.Errorf("the section has no line %q", strings.TrimSpace(command))
	}
	dir := filepath.Join(t.TempDir(), "out")
	var out, problems strings.Builder
	if code := run(context.Background(), []string{"run", "../../" + file, "-o", dir, "--quiet"}, strings.NewReader(""), &out, &problems, new(kept)); code != exitDone {
		t.Fatalf("it ends with %d:\n%s", code, problems.String())
	}
	printed := "\n" + out.String()
	blocks := textBlock.FindAllStringSubmatch(body, -1)
	if len(blocks) < 2 {
		t.Errorf("%d blocks of output, want the table and the bill", len(blocks))
	}
	for _, b := range blocks {
		if !strings.Contains(printed, "\n"+b[1]) {
			t.Errorf("it does not print\n%s", b[1])
		}
	}
	sentence := ""
	for _, line := range strings.Split(body, "\n") {
		if strings.HasPrefix(line, "> ") {
			sentence = strings.TrimPrefix(line, "> ")
		}
	}
	if sentence == "" || !strings.Contains(printed, "\n"+sentence+"\n") {
		t.Errorf("it does not say %q but\n%s", sentence, strings.Join(strings.SplitN(printed, "\n", 6)[:5], "\n"))
	}
	for _, m := range bold.FindAllStringSubmatch(body, -1) {
		if !strings.Contains(printed, m[1]) {
			t.Errorf("it does not print %s", m[1])
		}
	}
	if !strings.Contains(body, "](img/"+name+".png)") || runtime.GOARCH != "amd64" { // the last bit of a float moves pixels
		return
	}
	want, err := os.ReadFile(filepath.Join(dir, "plots/cost-vs-load.png"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile("../../docs/img/" + name + ".png"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("docs/img/%s.png is not its plots/cost-vs-load.png (%v): copy it there", name, err)
	}
}
