package experiments_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/coldcurve/coldcurve"

// allowed lists, for each package of the project, the packages of the project
// that its code may import. Arrows point downwards only; the packages of the
// middle layer do not know each other, except that results reads bills.
var allowed = map[string][]string{
	"sim":                        {"internal/sparse"},
	"sim/flows":                  {"sim", "sim/backoff", "internal/loglinear", "internal/sparse"},
	"sim/servers":                {"sim", "sim/tokens"},
	"sim/stores":                 {"sim"},
	"sim/tokens":                 {},
	"sim/clients":                {"sim", "sim/backoff"},
	"sim/backoff":                {"sim"},
	"sim/simtest":                {"sim"},
	"internal/spec":              {"sim", "internal/plain"},
	"internal/decimal":           {},
	"internal/mutate":            {},
	"internal/fault":             {},
	"internal/plain":             {},
	"internal/folder":            {"internal/plain"},
	"internal/redact":            {},
	"internal/sparse":            {},
	"internal/loglinear":         {},
	"applications/draw":          {"applications", "applications/catalog", "internal/plain"},
	"applications":               {"sim", "sim/backoff", "sim/flows", "sim/tokens", "internal/spec", "workloads", "applications/catalog"},
	"applications/catalog":       {"internal/spec", "workloads"},
	"applications/imports":       {"sim", "internal/spec", "internal/plain", "traces"},
	"policies":                   {"sim", "internal/spec", "workloads", "policies/script"},
	"policies/script":            {"sim", "internal/spec"},
	"workloads":                  {"sim", "sim/backoff", "sim/tokens", "sim/clients", "internal/spec", "workloads/starts"},
	"workloads/starts":           {"sim", "internal/spec"},
	"workloads/hardware":         {"sim", "sim/servers", "internal/spec", "workloads/hardware/tables"},
	"workloads/hardware/tables":  {},
	"traces":                     {"sim", "sim/tokens", "internal/spec", "internal/decimal", "internal/plain", "internal/redact", "internal/folder"},
	"costmodel":                  {"sim", "internal/spec"},
	"results":                    {"sim", "sim/flows", "internal/loglinear", "internal/spec", "internal/plain", "internal/sparse", "costmodel", "results/stat", "results/pages", "internal/folder"},
	"results/stat":               {},
	"results/pages":              {},
	"internal/browser":           {},
	"experiments/serving":        {"sim", "sim/servers", "sim/tokens", "internal/spec", "workloads", "workloads/hardware"},
	"experiments/lifetimes":      {"internal/spec", "traces"},
	"experiments/calibrate":      {"sim", "sim/servers", "sim/tokens", "internal/spec", "internal/decimal", "traces", "workloads/hardware"},
	"experiments":                {"applications", "applications/catalog", "applications/draw", "sim/flows", "sim", "sim/servers", "sim/stores", "sim/tokens", "sim/clients", "experiments/serving", "internal/spec", "internal/plain", "internal/fault", "policies", "workloads", "traces", "costmodel", "results", "internal/folder"},
	"experiments/estimate/serve": {"sim", "sim/servers", "sim/tokens", "internal/spec", "policies", "workloads", "workloads/hardware", "traces", "costmodel", "results", "experiments", "experiments/serving", "experiments/estimate"},
	"experiments/estimate/apps":  {"applications", "sim/flows", "sim", "internal/spec", "internal/fault", "costmodel", "results", "experiments", "experiments/estimate"},
	"cmd/coldcurve":              {"applications", "applications/catalog", "applications/draw", "applications/imports", "sim/flows", "workloads/hardware", "sim", "sim/servers", "internal/spec", "internal/plain", "internal/fault", "policies", "workloads", "traces", "costmodel", "results", "experiments", "experiments/serving", "internal/folder"},
}

// banned lists imports that the project does without, and what to use instead.
var banned = map[string]string{
	"math/rand":             "sim.Stream: a draw must not depend on how many were made before it",
	"math/rand/v2":          "sim.Stream: a draw must not depend on how many were made before it",
	"golang.org/x/exp/rand": "sim.Stream: a draw must not depend on how many were made before it",
	"io/ioutil":             "os and io",
	"container/heap":        "the event queue of sim: container/heap boxes every event",
	"log":                   "an error, or a warning that travels in the result",
	"log/slog":              "an error, or a warning that travels in the result",
	module + "/sim/simtest": "a workload of workloads or traces, and the recorder of results: simtest is for tests",
}

// TestLayers holds the arrows of the design, and that nothing runs before main.
func TestLayers(t *testing.T) {
	root := ".."
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(rel))
		seen[dir] = true
		checkFile(t, dir, path, strings.HasSuffix(name, "_test.go"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir := range allowed {
		if !seen[dir] {
			t.Errorf("%s holds no Go file; the design has it", dir)
		}
	}
}

func checkFile(t *testing.T, dir, name string, isTest bool) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Error(err)
		return
	}
	for _, im := range file.Imports {
		name, _ := strconv.Unquote(im.Path.Value)
		checkImport(t, dir, fset.Position(im.Pos()), name, isTest)
	}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if ok && f.Recv == nil && f.Name.Name == "init" {
			t.Errorf("%s: func init: registries are explicit slices, nothing runs before main", fset.Position(f.Pos()))
		}
	}
}

func checkImport(t *testing.T, dir string, at token.Position, name string, isTest bool) {
	t.Helper()
	if instead, bad := banned[name]; bad && !isTest {
		t.Errorf("%s: imports %s; use %s", at, name, instead)
	}
	own, isOwn := strings.CutPrefix(name, module+"/")
	if !isOwn || isTest {
		return
	}
	may := allowedIn(dir)
	if may == nil {
		t.Errorf("%s: package %s is not in the design's list; give it a row in this test if it belongs there", at, dir)
		return
	}
	for _, m := range may {
		if own == m || strings.HasPrefix(own, m+"/") && m != "internal/spec" {
			return
		}
	}
	t.Errorf("%s: %s imports %s; it may import %q only", at, dir, own, may)
}

// allowedIn returns what a package may import: its own row, or, for a package
// below one of the list, that one's row and that one itself.
func allowedIn(dir string) []string {
	if may, ok := allowed[dir]; ok {
		return may
	}
	parent := path.Dir(dir)
	if may := allowed[parent]; may != nil {
		return append(slices.Clone(may), parent)
	}
	return nil
}
