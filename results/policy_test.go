package results

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dataBlock is what no browser runs: data for the script.
var dataBlock = regexp.MustCompile(`(?s)<script type="application/json"[^>]*>.*?</script>`)

// checkPolicy holds a written page to its own policy as a browser does
// (Content Security Policy, level 3, section 8.3): the hash of what stands
// between the tags is in the policy, and there is nothing that no hash allows.
func checkPolicy(t *testing.T, page string, scripts int) {
	t.Helper()
	meta := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`).FindAllStringSubmatch(page, -1)
	if len(meta) != 1 {
		t.Fatalf("%d policies", len(meta))
	}
	directives := map[string][]string{}
	for _, d := range strings.Split(html.UnescapeString(meta[0][1]), ";") {
		words := strings.Fields(d)
		directives[words[0]] = words[1:]
	}
	if !slices.Equal(directives["default-src"], []string{"'none'"}) || strings.Contains(meta[0][1], "unsafe") || strings.Contains(meta[0][1], "*") {
		t.Errorf("%s", meta[0][1])
	}
	if before, _, _ := strings.Cut(page, meta[0][0]); strings.Contains(before, "<style") || strings.Contains(before, "<script") {
		t.Error("something stands before the policy")
	}
	page = dataBlock.ReplaceAllString(page, "")
	for tag, n := range map[string]int{"style": 1, "script": scripts} {
		found := regexp.MustCompile(`(?s)<`+tag+`[^>]*>(.*?)</`+tag+`>`).FindAllStringSubmatch(page, -1)
		if len(found) != n || len(directives[tag+"-src"]) != n || strings.Count(page, "<"+tag) != n {
			t.Errorf("%d elements %s, %d hashes, expected %d", len(found), tag, len(directives[tag+"-src"]), n)
		}
		for _, f := range found {
			sum := sha256.Sum256([]byte(f[1]))
			if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !slices.Contains(directives[tag+"-src"], want) {
				t.Errorf("%s: %q, the element's is %s", tag, directives[tag+"-src"], want)
			}
		}
	}
	markup := regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`).ReplaceAllString(page, "")
	if bad := regexp.MustCompile(`<[^>]*\s(style|on[a-z]+|src|href)\s*=\s*("[^#]|[^"])`).FindString(markup); bad != "" {
		t.Errorf("an attribute that the policy forbids: %s", bad)
	}
}

func TestPolicy(t *testing.T) {
	dir := t.TempDir()
	if err := smallSet(t).Write(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	checkPolicy(t, string(page), 1)
}
