package results

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// TestKeyChanges: each row is a change of one kind, told by its key.
func TestKeyChanges(t *testing.T) {
	const base = `title = "t"
seed = 1
[workload]
horizon = "1h"
[[workload.function]]
name = "f"
arrivals = { process = "poisson", rate = "1/s" }
[[platform]]
name = "p"
tariffs = ["x"]
[sweep.grid]
"platform.p.keepalive" = [{ label = "a", name = "fixed" }, { label = "b", name = "none" }]
"platform.p.memory" = ["1GB", "2GB"]
`
	for _, c := range []struct {
		name, old, new string
		want           []InputChange
	}{
		{"nothing", "", "", nil},
		{"a comment and the order of keys", "title = \"t\"\nseed = 1\n", "# about\nseed = 1\ntitle = \"t\"\n", nil},
		{"what the manifest states", "seed = 1", "seed = 2", nil},
		{"a value", `"1h"`, `"2h"`, []InputChange{{"workload.horizon", `"1h"`, `"2h"`}}},
		{"a value in a table of a named function", `"1/s"`, `"2/s"`, []InputChange{{"workload.function.f.arrivals.rate", `"1/s"`, `"2/s"`}}},
		{"a list", `["x"]`, `["x", "y"]`, []InputChange{{"platform.p.tariffs", `["x"]`, `["x", "y"]`}}},
		{"a key that is gone", "tariffs = [\"x\"]\n", "", []InputChange{{"platform.p.tariffs", `["x"]`, ""}}},
		{"a key that is new", "seed = 1\n", "seed = 1\ncounterfactual = true\n", []InputChange{{"counterfactual", "", "true"}}},
		{"a name", `name = "p"`, `name = "q.r"`, []InputChange{{"platform.p", `{ name = "p", tariffs = ["x"] }`, ""}, {`platform."q.r"`, "", `{ name = "q.r", tariffs = ["x"] }`}}},
		{"a label's value", `"fixed"`, `"forever"`, []InputChange{{`sweep.grid."platform.p.keepalive".a.name`, `"fixed"`, `"forever"`}}},
		{"a label that is gone", `{ label = "a", name = "fixed" }, `, "", []InputChange{{`sweep.grid."platform.p.keepalive".a`, `{ label = "a", name = "fixed" }`, ""}}},
		{"the order of values", `[{ label = "a", name = "fixed" }, { label = "b", name = "none" }]`, `[{ label = "b", name = "none" }, { label = "a", name = "fixed" }]`,
			[]InputChange{{`order in sweep.grid."platform.p.keepalive"`, "a, b", "b, a"}}},
		{"a value of a list without labels", `["1GB", "2GB"]`, `["1GB"]`, []InputChange{{`sweep.grid."platform.p.memory"`, `["1GB", "2GB"]`, `["1GB"]`}}},
		{"the order of paths", base[strings.Index(base, `"platform.p.k`):], "\"platform.p.memory\" = [\"1GB\", \"2GB\"]\n\"platform.p.keepalive\" = [{ label = \"a\", name = \"fixed\" }, { label = \"b\", name = \"none\" }]\n",
			[]InputChange{{"order in sweep.grid", "platform.p.keepalive, platform.p.memory", "platform.p.memory, platform.p.keepalive"}}},
	} {
		if !strings.Contains(base, c.old) {
			t.Fatalf("%s: the base has no %q", c.name, c.old)
		}
		if got := keyChanges(tree(t, base), tree(t, strings.Replace(base, c.old, c.new, 1))); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func tree(t *testing.T, text string) *spec.Node {
	t.Helper()
	root, err := spec.Parse("x.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestComparedExperiments: folders that keep their experiments say which keys
// differ and no hash; where one keeps none, the hashes are all there is.
func TestComparedExperiments(t *testing.T) {
	folder := func(hash, experiment string) string {
		set := smallSet(t)
		set.Manifest.Hash = hash
		set.Manifest.Platforms = []Input{{"p", "sha256:" + hash}}
		if experiment != "" {
			set.Experiment, set.Source = []byte(experiment), []byte("# mine\n"+experiment)
		}
		return written(t, set)
	}
	a, b, none := folder("1", "[slo]\ncost = 5\n"), folder("2", "[slo]\ncost = 6\n"), folder("3", "")
	for _, c := range []struct {
		a, b string
		want []InputChange
	}{
		{a, a, nil},
		{a, b, []InputChange{{"slo.cost", "5", "6"}}},
		{a, none, []InputChange{{"experiment.toml", "kept", "not kept, as by an earlier version: its keys cannot be told"}, {"experiment hash", "1", "3"}, {"platform p", "sha256:1", "sha256:3"}}},
		{none, none, nil},
		{folder("4", "[slo]\ncost = 5\n"), a, []InputChange{{"platform p", "sha256:4", "sha256:1"}}},
	} {
		got, err := Compare(c.a, c.b)
		if err != nil || !slices.Equal(got.Inputs, c.want) {
			t.Errorf("got %v, %v, want %v", got.Inputs, err, c.want)
		}
	}
	if text, err := os.ReadFile(filepath.Join(a, SourceFile)); err != nil || string(text) != "# mine\n[slo]\ncost = 5\n" {
		t.Errorf("the user's file is kept as %q, %v", text, err)
	}
	for _, name := range []string{ExperimentFile, SourceFile} {
		if err := os.WriteFile(filepath.Join(b, name), []byte("[slo]\ncost = 7\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Compare(a, b); err == nil || !strings.Contains(err.Error(), ": the file is damaged or was changed") {
			t.Errorf("a changed %s: got %v", name, err)
		}
	}
}

// TestTariffChanges: of a tariff that both have and that charges otherwise, the keys;
// of one that only one of them has, that it is there.
func TestTariffChanges(t *testing.T) {
	folder := func(text string, tariffs ...Input) string {
		set := smallSet(t)
		set.Experiment, set.Tariffs = []byte(""), []byte(text)
		set.Manifest.Tariffs = tariffs
		return written(t, set)
	}
	const one = "[[tariff]]\nname = \"a\"\nprice = [{ name = \"requests\", price = \"0.20\" }, { name = \"duration\", price = \"1\" }]\n"
	a := folder(one, Input{"a", "sha256:1"})
	b := folder(strings.Replace(one, "0.20", "0.30", 1)+"[[tariff]]\nname = \"b\"\n", Input{"a", "sha256:2"}, Input{"b", "sha256:3"})
	c, err := Compare(a, b)
	want := []InputChange{{"tariff a: price.requests.price", `"0.20"`, `"0.30"`}, {"tariff b", "", "sha256:3"}}
	if err != nil || !slices.Equal(c.Inputs, want) {
		t.Errorf("got %v, %v, want %v", c.Inputs, err, want)
	}
	if c, err = Compare(b, a); err != nil || len(c.Inputs) != 2 || c.Inputs[1] != (InputChange{"tariff b", "sha256:3", ""}) {
		t.Errorf("the other way round: %v, %v", c.Inputs, err)
	}
}
