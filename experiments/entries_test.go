package experiments

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// entries are those of an application file, by list; flows are whole tables.
type entries struct{ triggers, stores, functions, flows []string }

func (e *entries) lists() []*[]string {
	return []*[]string{&e.triggers, &e.stores, &e.functions, &e.flows}
}

// shuffled is the same entries in another order.
func (e entries) shuffled(t *rapid.T) entries {
	for _, list := range e.lists() {
		if len(*list) > 1 {
			*list = rapid.Permutation(*list).Draw(t, "order")
		}
	}
	return e
}

func (e entries) text() string {
	list := func(name string, of []string) string {
		return name + " = [\n" + strings.Join(of, "\n") + "\n]\n"
	}
	return list("trigger", e.triggers) + list("store", e.stores) + list("function", e.functions) + strings.Join(e.flows, "\n")
}

// drawEntries draws an application on two platforms whose parts share what can be shared: a
// table's limit, an orchestrator's, the instances of a platform, pollers, keys, dead letters.
// Each entry says where it is, since what does not is put beside the first of the file.
func drawEntries(t *rapid.T) entries {
	pick := func(what string, from ...string) string { return rapid.SampledFrom(from).Draw(t, what) }
	n := func(what string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, what) }
	var e entries
	limit := func() string { return pick("limit", "", `, limits = { read = "2/s", write = "1/s" }`) }
	e.stores = []string{
		`  { name = "table", service = "dynamodb", region = "us-east-1"` + pick("encrypt", "", `, encrypt = "keys"`) + limit() + ` },`,
		`  { name = "keys", service = "kms", region = "us-east-1" },`,
		`  { name = "files", service = "s3", region = "us-east-1" },`,
		`  { name = "bin", service = "sqs", region = "us-east-1" },`,
		`  { name = "hot", service = "elasticache-redis", region = "us-east-1", hit_rate = 0.5, behind = "table" },`,
	}
	uses := func(callee string) string {
		list := []string{`{ store = "table", op = "read", size = "2KB" }`, `{ store = "table", op = "write", size = "1KB", probability = 0.5 }`, `{ store = "hot", op = "read", size = "1KB" }`, `{ store = "files", op = "read", size = "100KB" }`}
		if callee != "" {
			list = append(list, fmt.Sprintf(`{ call = %q }`, callee))
		}
		return strings.Join(list[n("use", 0, len(list)-1):], ", ")
	}
	for i, functions := 0, n("functions", 2, 4); i < functions; i++ {
		callee := ""
		if i > 0 && n("calls", 0, 2) == 0 {
			callee = fmt.Sprintf("f%d", n("callee", 0, i-1))
		}
		service := pick("service", `{ dist = "lognormal", median = "70ms", sigma = 0.4 }`, `{ dist = "exponential", mean = "200ms" }`)
		e.functions = append(e.functions, fmt.Sprintf(`  { name = "f%d", platform = %q, memory = "512MB", timeout = "20s", service = %s, error_rate = %s, use = [%s] },`, i, pick("platform", "few", "many"), service, pick("error", "0", "0.2"), uses(callee)))
	}
	function := func() string { return fmt.Sprintf("f%d", n("function", 0, len(e.functions)-1)) }
	for i, flows := 0, n("flows", 1, 3); i < flows; i++ {
		engine := pick("engine", "step-functions-standard", "step-functions-express", "none")
		own := ""
		if engine != "none" {
			own = `, region = "us-east-1"` + pick("limits", "", `, limits = { starts = "1/s", states = "4/s" }`, `, concurrent = 2`)
		}
		e.flows = append(e.flows, fmt.Sprintf(`[[flow]]
name = "flow%d"
engine = { preset = %q%s }
steps = [
  { name = "both", parallel = [["a"], ["late", "b"]], catch = [{ on = ["any"], next = "park" }], next = "send" },
  { name = "a", call = %q, retry = [{ on = ["any"], attempts = 2, jitter = "full" }] },
  { name = "late", wait = { dist = "exponential", mean = "30ms" } },
  { name = "b", route = { to = [%q, %q], by = %q, fallback = true } },
  { name = "send", send = { to = "inner", size = "1KB" }, next = "end" },
  { name = "park", send = { to = "bin", size = "1KB" }, next = "end" },
]
`, i, engine, own, function(), "f0", "f1", pick("by", "weight", "latency", "health")))
	}
	start := func() string {
		if n("start", 0, 1) == 0 {
			return function()
		}
		return fmt.Sprintf("flow%d", n("flow", 0, len(e.flows)-1))
	}
	e.triggers = []string{fmt.Sprintf(`  { name = "inner", start = %q, queue = { service = "sqs", region = "us-east-1", batch = 3, visibility = "2m", receives = 2, dead = "bin" } },`, function())}
	for i, triggers := 0, n("triggers", 2, 5); i < triggers; i++ {
		way, to := "", start()
		switch n("way", 0, 6) {
		case 0:
			way = `, http = { service = "api-gateway-http" }`
		case 1:
			way = `, queue = { service = "sqs-fifo", region = "us-east-1", batch = 2, visibility = "2m", receives = 3, dead = "bin" }, record = { key = { count = 5 } }`
		case 2:
			way = `, queue = { service = "sqs", region = "us-east-1", batch = 5, window = "1s", visibility = "2m", duplicates = 0.1 }`
		case 3:
			way = `, stream = { service = "kinesis", region = "us-east-1", shards = 2, batch = 4, retries = 2, bisect = true, dead = "bin", max_age = "60s" }, record = { key = { count = 20 } }`
		case 4:
			way = `, bus = { service = "eventbridge", region = "us-east-1", dead = "bin" }`
		case 5:
			way, to = `, async = { dead = "bin" }`, function()
		}
		e.triggers = append(e.triggers, fmt.Sprintf(`  { name = "t%d", start = %q, region = "us-east-1", arrivals = { process = "poisson", rate = %q }%s },`, i, to, pick("rate", "1/s", "4/s"), way))
	}
	return e
}

const entriesExperiment = `replications = 1
[workload]
application = "a.app.toml"
horizon = "40s"
warmup = "2s"
[[platform]]
name = "few"
preset = "aws-lambda"
limit = { instances = 3 }
[[platform]]
name = "many"
preset = "aws-lambda"
[output]
plots = []
`

// rowsOf are the rows of all tables of a folder of results, each with its table's name, sorted.
func rowsOf(t *testing.T, dir string) (rows []string) {
	t.Helper()
	tables, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(tables) < 10 {
		t.Fatalf("%d tables in %s: %v", len(tables), dir, err)
	}
	for _, table := range tables {
		b, err := os.ReadFile(table)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			rows = append(rows, filepath.Base(table)+": "+line)
		}
	}
	slices.Sort(rows)
	return rows
}

// The order of a file's entries is the order of the rows, and changes none of them: what an
// entry draws goes by its name, and what it shares by when it is asked. What does go by the
// order is what the page of applications says: the places of those that name no region, and
// who comes first of what comes at the same time.
func TestOrderOfEntriesChangesNoRow(t *testing.T) {
	refused := 0
	files := rapid.Custom(func(t *rapid.T) [2]entries {
		e := drawEntries(t)
		return [2]entries{e, e.shuffled(t)}
	})
	for seed := range 20 {
		e := files.Example(seed)
		dirs := [2]string{t.TempDir(), t.TempDir()}
		var rows [2][]string
		for i, text := range []string{e[0].text(), e[1].text()} {
			runApplicationIn(t, dirs[i], entriesExperiment, text, nil)
			rows[i] = rowsOf(t, filepath.Join(dirs[i], "out"))
		}
		for _, row := range rows[0] {
			if strings.HasPrefix(row, "limits.csv") {
				refused++
			}
		}
		only := func(a, b []string) (list []string) {
			for _, row := range a {
				if _, found := slices.BinarySearch(b, row); !found {
					list = append(list, row)
				}
			}
			return list
		}
		if !slices.Equal(rows[0], rows[1]) {
			t.Fatalf("rows of the one order:\n%s\nof the other:\n%s\nfile\n%s\nthe other\n%s", strings.Join(only(rows[0], rows[1]), ""), strings.Join(only(rows[1], rows[0]), ""), e[0].text(), e[1].text())
		}
	}
	if refused < 10 {
		t.Errorf("%d limits held something back, want some in most files", refused)
	}
}

// backwards is an application file with each of its lists the other way round.
func backwards(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	root, err := spec.Parse(path, b)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, name := range root.Keys() {
		value := root.Get(name).String()
		if slices.Contains([]string{"trigger", "store", "function", "flow"}, name) {
			var items []string
			for _, item := range root.Get(name).Items() {
				items = append(items, item.String())
			}
			slices.Reverse(items)
			value = "[" + strings.Join(items, ", ") + "]"
		}
		fmt.Fprintf(&text, "%s = %s\n", name, value)
	}
	return text.String()
}

// An application of the gallery, of 10 functions with triggers of six kinds, says the same in
// either order.
func TestGalleryBackwards(t *testing.T) {
	const horizon = "[workload]\napplication = \"a.app.toml\"\nhorizon = \"1h\"\n[[platform]]\nname = \"lambda\"\npreset = \"aws-lambda\"\n"
	for _, name := range []string{"user-api", "mobile-backend"} {
		path := filepath.Join("apps", name+".app.toml")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		turned := backwards(t, path)
		var rows [2][]string
		for i, text := range []string{string(b), turned} {
			dir := t.TempDir()
			runApplicationIn(t, dir, horizon, text, nil)
			rows[i] = rowsOf(t, filepath.Join(dir, "out"))
		}
		if len(rows[0]) < 100 || !slices.Equal(rows[0], rows[1]) {
			t.Errorf("%s: %d rows, and %d of them another way round that are not the same", name, len(rows[0]), len(rows[1]))
		}
	}
}

// Two clocks strike together at what lets one through in a second: the one that stands first
// in the file, as the page of applications says. One of two calls is throttled each time, of
// 10 strikes 10, whoever is first.
func TestCoincidingTriggersInTheOrderOfTheFile(t *testing.T) {
	const experiment = "replications = 1\n[workload]\napplication = \"a.app.toml\"\nhorizon = \"100s\"\n[[platform]]\nname = \"p\"\npreset = \"aws-lambda\"\n"
	trigger := func(name string) string {
		return fmt.Sprintf(`{ name = %q, start = %q, schedule = { every = "10s", offset = "1s" } }`, name, "of-"+name)
	}
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		set := runApplication(t, experiment, "trigger = ["+trigger(order[0])+", "+trigger(order[1])+"]\n"+`
store = [{ name = "table", service = "custom", latency = { write = "1ms" }, limits = { write = "0.2/s" }, retry = { attempts = 1 }, region = "us-east-1", tariff = "none" }]
flow = [
  { name = "of-a", steps = [{ name = "write", use = [{ store = "table", op = "write" }] }] },
  { name = "of-b", steps = [{ name = "write", use = [{ store = "table", op = "write" }] }] },
]
function = []
`, nil)
		names, a := set.Cells[0].Application, set.Cells[0].Replications[0].Application
		if n := a.Services[0].Throttled; n != 10 {
			t.Errorf("%v: %d throttled, want one of the two of each of 10 strikes", order, n)
		}
		for i, f := range names.Flows {
			want := uint64(0)
			if f.Name == "of-"+order[1] {
				want = 10
			}
			if a.Flows[i].Failed != want {
				t.Errorf("%v: %d executions of %s failed, want %d", order, a.Flows[i].Failed, f.Name, want)
			}
		}
	}
}
