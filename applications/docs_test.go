package applications

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

var update = flag.Bool("update", false, "write the tables of docs/applications.md anew")

const page = "../docs/applications.md"

// tables are the tables of the file, as the page names them.
var tables = map[string]any{
	"the file": fileSpec{}, "trigger": triggerSpec{}, "record": recordSpec{}, "key": keySpec{}, "http": httpSpec{}, "authorizer": authSpec{}, "queue": queueSpec{},
	"pollers": pollerSpec{}, "stream": streamSpec{}, "schedule": scheduleSpec{}, "object": objectSpec{}, "bus": busSpec{}, "async": asyncSpec{},
	"store": storeSpec{}, "latency": latencySpec{}, "store retry": storeRetrySpec{}, "function": functionSpec{}, "service": serviceParts{}, "by memory": byMemorySpec{}, "use": useSpec{}, "state": stateSpec{},
	"flow": flowSpec{}, "engine": engineSpec{}, "step": stepSpec{}, "route": routeSpec{}, "cache": semanticSpec{}, "map": mapSpec{}, "items": itemsRead{}, "choice": choiceSpec{},
	"send": sendSpec{}, "callback": callbackSpec{}, "retry": retrySpec{}, "catch": catchSpec{},
	"network": networkSpec{}, "outage": outageSpec{}, "overhead": overheadSpec{}, "leaving": leavingSpec{},
}

var keysOf = regexp.MustCompile(`(?s)<!-- keys of ([a-z ]+) -->\n(.*?)<!-- end -->\n`)

// TestPage: the page has the keys of each table, as the types have them.
func TestPage(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	fresh := keysOf.ReplaceAllStringFunc(string(text), func(block string) string {
		name := keysOf.FindStringSubmatch(block)[1]
		s, ok := tables[name]
		if !ok {
			t.Errorf("the page has keys of %q, which is no table of the file", name)
			return block
		}
		seen[name] = true
		return fmt.Sprintf("<!-- keys of %s -->\n%s<!-- end -->\n", name, tableOf(t, name, s))
	})
	for name := range tables {
		if !seen[name] {
			t.Errorf("the page lacks the keys of %s", name)
		}
	}
	if fresh == string(text) {
		return
	}
	if *update {
		if err := os.WriteFile(page, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the tables of %s are not those of the types; go test ./applications -run TestPage -update", page)
}

// tableOf is the keys of a type as a table of Markdown.
func tableOf(t *testing.T, name string, s any) string {
	var b strings.Builder
	b.WriteString("| key | means | default |\n| --- | --- | --- |\n")
	for _, p := range spec.Params(s) {
		if p.Help == "" {
			t.Errorf("%s.%s has no help", name, p.Name)
		}
		without := strings.Trim(p.Default, `"`)
		switch {
		case p.Required:
			without = "required"
		case without != "":
			without = "`" + without + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", p.Name, strings.ReplaceAll(p.Help, "|", `\|`), without)
	}
	return b.String()
}

// TestPageFiles: each application that the page shows is read, without a warning.
func TestPageFiles(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		n++
		root, err := spec.Parse("page.toml", []byte(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		a, err := Read(root)
		if err != nil {
			t.Errorf("%v, of\n%s", err, m[1])
			continue
		}
		if w := a.Warnings(); len(w) > 0 {
			t.Errorf("%v, of\n%s", w, m[1])
		}
		if _, err := a.Compile(Options{}); err != nil {
			t.Errorf("%v, of\n%s", err, m[1])
		}
	}
	if n < 2 {
		t.Errorf("the page shows %d applications, want two or more", n)
	}
}
