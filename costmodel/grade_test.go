package costmodel

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestGradesAreDocumented: docs/tariffs.md explains the grades in the words
// that are printed.
func TestGradesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/tariffs.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile(`(?m)^- \*\*([ABCU])\*\* (.*)[;.]$`).FindAllStringSubmatch(string(doc), -1) {
		listed = append(listed, m[1]+" "+m[2])
	}
	if got := "Grades of prices and of platforms' values: " + strings.Join(listed, "; ") + "."; got != Grades {
		t.Errorf("docs/tariffs.md says\n%s\nwhat is printed is\n%s", got, Grades)
	}
}
