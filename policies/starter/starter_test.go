package starter_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/policies/script"
	"github.com/coldcurve/coldcurve/policies/starter"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// TestScripts: each script that a policy begins as is one, with the parameters that are shown.
func TestScripts(t *testing.T) {
	for _, k := range starter.Kinds() {
		f, err := starter.Script(k, "office-hours")
		if err != nil {
			t.Fatal(err)
		}
		if f.Name != "office-hours.star" || !strings.Contains(string(f.Text), k.Key+` = { script = "office-hours.star"`) {
			t.Errorf("%s: it does not say how it is named:\n%s", f.Name, f.Text)
		}
		n, err := spec.Parse("x.toml", []byte("policy = { script = \"office-hours.star\", "+k.Params+" }"))
		if err != nil {
			t.Fatal(err)
		}
		n = n.Get("policy")
		if err := n.Set([]string{script.SourceKey}, spec.FromValue("", 0, string(f.Text))); err != nil {
			t.Fatal(err)
		}
		if told := begun(t, k, n); !strings.Contains(told, "served") {
			t.Errorf("%s: a run with it tells %q, want requests served", k.Name, told)
		}
	}
}

// begun runs the policy that a table names on three requests of a second at 0, and some at 10 s,
// and says how many were served, by how many instances.
func begun(t *testing.T, k starter.Kind, n *spec.Node) string {
	t.Helper()
	p := sim.Platform{KeepAlive: policies.Forever{}, Scaling: policies.PerRequest{}, Limit: sim.Limit{Over: sim.QueueOver}, Memory: 128}
	nodes := &sim.Cluster{Nodes: []sim.Node{{Memory: 256}, {Memory: 256}}, Placement: policies.FirstFit{}, Eviction: policies.LRU{}}
	var err error
	switch k.Name {
	case "keepalive":
		p.KeepAlive, err = policies.KeepAlive(n)
	case "prewarm":
		p.Prewarm, err = policies.Prewarm(n)
	case "pool":
		p.Pool, err = policies.Pool(n)
	case "scaling":
		p.Scaling, err = policies.Scaling(n)
		p.Dispatch = sim.QueueDispatch
	case "routing":
		p.Routing, err = policies.Routing(n)
		p.Concurrency = 2
	case "placement", "balance":
		nodes.Placement, err = policies.Placement(n)
		p.Cluster = nodes
	case "eviction":
		nodes.Eviction, err = policies.Eviction(n)
		p.Cluster = nodes
	default:
		t.Fatalf("no run of the kind %s", k.Name)
	}
	if err != nil {
		t.Fatal(err)
	}
	if balances := p.Cluster.Balances(); balances != (k.Name == "balance") {
		t.Errorf("%s: it sends requests to nodes: %v", k.Name, balances)
	}
	load := &simtest.Load{}
	for f := range 3 { // more than the nodes have room for: 2 of the last
		init := sim.Init{{Phase: sim.PhaseRuntime, Duration: sim.Constant(sim.Second)}, {Phase: sim.PhaseDependencies, Duration: sim.Constant(sim.Second)}}
		var calls []sim.Invocation
		for _, at := range []sim.Time{0, 0, 0, 10 * sim.Second, 20 * sim.Second} {
			calls = append(calls, sim.Invocation{Arrival: at, Service: sim.Second, Function: uint32(f)})
		}
		load.Add(sim.Function{Name: string(rune('a' + f)), Memory: 128, Init: init}, calls)
	}
	sum, err := sim.Run(context.Background(), sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Platforms: []sim.Platform{p},
		Observers: func() []sim.Observer { return []sim.Observer{&simtest.LifeObserver{}} }})
	if err != nil {
		t.Fatalf("%s: %v", k.Name, err)
	}
	served, lives := 0, 0
	for _, o := range sum.Observers {
		tape := &o[0].(*simtest.LifeObserver).Tape
		lives += len(tape.Lives)
		for _, r := range tape.Requests {
			if r.Status == sim.Completed && r.Flags&sim.Ping == 0 {
				served++
			}
		}
	}
	if served != 15 || lives == 0 {
		return fmt.Sprintf("%d of 15 requests, %d lives", served, lives)
	}
	return fmt.Sprintf("15 served, %d lives", lives)
}

// TestGo: the files of Go compile in the folder of policies, registered by the line that is
// shown, and their tests pass there, as does the conformance suite.
func TestGo(t *testing.T) {
	if testing.Short() {
		t.Skip("compiling the package anew is not short")
	}
	folder, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir, replace, tests := t.TempDir(), map[string]string{}, ""
	put := func(name, text string) {
		t.Helper()
		at := filepath.Join(dir, name)
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(folder, name)] = at
	}
	registry, err := os.ReadFile("../registry.go")
	if err != nil {
		t.Fatal(err)
	}
	registered := string(registry)
	for _, k := range starter.Kinds() {
		name := "begun-" + k.Name
		files, err := starter.Go(k, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			put(f.Name, string(f.Text))
		}
		begin := "func " + k.List + "() []Entry {\n\treturn sorted(\n"
		if !strings.Contains(registered, begin) {
			t.Fatalf("registry.go has not %q", begin)
		}
		registered = strings.Replace(registered, begin, begin+"\t\t"+k.Line(name)+"\n", 1)
		tests += "|Test" + starter.Type(name) + "$"
	}
	put("registry.go", registered)
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.Command("go", "test", "-count=1", "-short", "-v", "-rapid.checks=10", "-overlay="+overlay, "-run", "TestEntries|TestDefaults|TestUnknownParameters|TestDeterminism|TestCausality|TestWindows"+tests)
	run.Dir = folder
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, k := range starter.Kinds() {
		for _, passed := range []string{"--- PASS: Test" + starter.Type("begun-"+k.Name), "/begun-" + k.Name} {
			if !strings.Contains(string(out), passed) {
				t.Errorf("%s did not run:\n%s", passed, out)
			}
		}
	}
}

// TestNames: what can name a policy.
func TestNames(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "office-hours": true, "x2": true, "": false, "2x": false, "-a": false, "a-": false, "a--b": false, "Office": false, "a_b": false, "../a": false,
		"a b": false, "é": false, strings.Repeat("a", 60): true, strings.Repeat("a", 61): false,
	} {
		if err := starter.CheckName(name); (err == nil) != want {
			t.Errorf("%q: %v", name, err)
		}
	}
	if got := starter.Type("office-hours"); got != "OfficeHours" {
		t.Errorf("the type of office-hours is %s", got)
	}
}
