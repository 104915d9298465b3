package main

import (
	"os"
	"path/filepath"
	"regexp"
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
	printed, dir := ranShipped(t, strings.TrimPrefix(file, "experiments/"))
	showsBlocks(t, body, printed, 2)
	sentence := ""
	for _, line := range strings.Split(body, "\n") {
		if strings.HasPrefix(line, "> ") {
			sentence = strings.TrimPrefix(line, "> ")
		}
	}
	if sentence == "" || !strings.Contains(printed, "\n"+sentence+"\n") {
		t.Errorf("it does not say %q but\n%s", sentence, strings.Join(strings.SplitN(printed, "\n", 6)[:5], "\n"))
	}
	showsNumbers(t, body, printed, 0)
	if strings.Contains(body, "](img/"+name+".png)") {
		showsPlot(t, name+".png", dir, "cost-vs-load.png")
	}
}
