package policies_test

import (
	"os"
	"strings"
	"testing"
)

// The policy that the README shows is the one that example_test.go compiles.
func TestReadmePolicy(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "```go\n")
	shown, _, found := strings.Cut(after, "```")
	if !found || strings.Count(shown, "\n") < 15 || !strings.Contains(string(source), strings.TrimSpace(shown)) {
		t.Errorf("the README shows\n%s\nwhich example_test.go does not hold", shown)
	}
}
