package policies

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies/script"
	"github.com/coldcurve/coldcurve/sim"
)

// One cell of runtime a stands from 0 on. The request at 10 s takes it, and waits for the 4 s
// of its dependencies; the next cell takes 1 + 2 s, so the one at 11 s finds none, and waits
// for all 7 s; that of 30 s takes it. f1 has another runtime. The pool of Go has the same lives.
func TestPoolOfAScript(t *testing.T) {
	replay := func(table *spec.Node) *tape {
		t.Helper()
		p, err := Pool(table)
		if err != nil {
			t.Fatal(err)
		}
		return run(t, sim.Config{Workload: layered("ab", []float64{10, 11, 30}, []float64{60}), Window: sim.Window{Horizon: sim.Hour},
			Platforms: []sim.Platform{{KeepAlive: NoKeepAlive{}, Pool: p}}})
	}
	got := replay(scriptPolicy(t, "standing.star", map[string]any{"count": 1, "runtime": "a"}))
	if want := []float64{4, 7, 4, 7}; !slices.Equal(got.waits(), want) {
		t.Errorf("requests waited for %v s, want %v", got.waits(), want)
	}
	inGo := replay(table(t, `{ name = "stem-cells", jitter = "0s", cells = [{ runtime = "a", memory = "256MB", count = 1, reactive = false }] }`))
	if diff := cmp.Diff(inGo.stages(), got.stages()); diff != "" {
		t.Errorf("lives in Go and of the script (-Go +script):\n%s", diff)
	}
}

// What a pool of a script cannot answer ends the run, with the place of the function.
func TestPoolOfAScriptIsRefused(t *testing.T) {
	const tick, idle = "def tick(ctx, view, now):\n    return stock()\n", "def idle(ctx, view, instance, now):\n    return until(never)\n"
	one := func(c string) string {
		return "def tick(ctx, view, now):\n    return stock(start = [" + c + "])\n" + idle
	}
	for _, c := range []struct{ text, want string }{
		{tick, "there is no function idle, want def idle(ctx, view, instance, now): a pool policy, which is asked when an instance of the pool is ready"},
		{idle, "there is no function tick, want def tick(ctx, view, now): a pool policy"},
		{tick + idle + "def started(ctx, now):\n    return []\n", "started: found 2 parameters, want 4: def started(ctx, view, start, now)"},
		{one(`cell(0)`), "cell: memory: found 0, want 1 MiB or more"},
		{one(`cell(256, layer = "weights")`), `cell: layer: unknown phase that a pool's instance can go on with "weights"`},
		{one(`cell(256, "z")`), `it starts a cell of the runtime "z", which no function on the platform has`},
		{one(`7`), "stock: start: found 7, want a list of cell(…)"},
		{"def tick(ctx, view, now):\n    return stock(next = now)\n" + idle, "it returns next = 0 at 0 ns, want 1 ms later or more"},
		{"def tick(ctx, view, now):\n    return until(never)\n" + idle, "it returns a until, want stock(…)"},
		{"def tick(ctx, view, now):\n    return stock(start = view.there(7))\n" + idle, "there: found 7, want cell(…)"},
		{strings.Replace(one(`cell(256, "a")`), "until(never)", "pause(now + minute)", 1), "it returns pause(…) of an instance that goes on with dependencies, want until(t), stop_now or demote(t, layer) to an earlier phase"},
		{strings.Replace(one(`cell(256, "a")`), "until(never)", `demote(now + minute, "dependencies")`, 1), "it returns demote(…) of an instance that goes on with dependencies"},
		{strings.Replace(one(`cell(256, "a")`), "until(never)", "3", 1), "it returns 3, want until(t), demote(t, layer) or stop_now"},
	} {
		n := table(t, `{ script = "mine.star" }`)
		if err := n.Set([]string{script.SourceKey}, spec.FromValue("", 0, c.text)); err != nil {
			t.Fatal(err)
		}
		p, err := Pool(n)
		if err == nil {
			_, err = sim.Run(context.Background(), sim.Config{Workload: layered("a", []float64{10}), Window: sim.Window{Horizon: sim.Hour}, Observers: func() []sim.Observer { return nil },
				Platforms: []sim.Platform{{KeepAlive: NoKeepAlive{}, Scaling: PerRequest{}, Pool: p}}})
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "mine.star") {
			t.Errorf("got %v, want %s in it", err, c.want)
		}
	}
}

// A script that sends requests does what least-requests without a preference does: of three
// at 0 on two nodes of one instance each the third waits behind the first.
func TestSendsOfAScript(t *testing.T) {
	n := table(t, `{ script = "mine.star" }`)
	const text = `
def place(ctx, nodes, now):
    return 0
def send(ctx, nodes, now):
    best = -1
    for i in range(nodes.len):
        if nodes.takes(i) and (best < 0 or nodes.requests(i) < nodes.requests(best)):
            best = i
    return best
`
	for body, want := range map[string]string{
		text: "",
		strings.Replace(text, "return best", "return 5", 1):                           "in send: what it returns: found 5, want a whole number from 0 to 1, a node",
		strings.Replace(text, "def send(ctx, nodes, now)", "def send(nodes, now)", 1): "send: found 2 parameters, want 3: def send(ctx, nodes, now)",
	} {
		if err := n.Set([]string{script.SourceKey}, spec.FromValue("", 0, body)); err != nil {
			t.Fatal(err)
		}
		p, err := Placement(n)
		if err == nil && want == "" {
			got := run(t, sim.Config{Workload: newLoad([]float64{0, 0, 0}), Window: sim.Window{Horizon: sim.Hour}, Platforms: []sim.Platform{{KeepAlive: Fixed{Window: 60e9},
				Limit: sim.Limit{Over: sim.QueueOver}, Cluster: &sim.Cluster{Nodes: []sim.Node{{Memory: 2048}, {Memory: 2048}}, Placement: p, Eviction: LRU{}}}}})
			if want := []float64{2, 2, 3}; !slices.Equal(got.waits(), want) {
				t.Errorf("requests waited for %v s, want %v", got.waits(), want)
			}
			continue
		}
		if err == nil {
			_, err = sim.Run(context.Background(), sim.Config{Workload: newLoad([]float64{0}), Window: sim.Window{Horizon: sim.Hour}, Observers: func() []sim.Observer { return nil }, Platforms: []sim.Platform{{KeepAlive: Fixed{Window: 60e9},
				Scaling: PerRequest{}, Limit: sim.Limit{Over: sim.QueueOver}, Cluster: &sim.Cluster{Nodes: []sim.Node{{Memory: 2048}, {Memory: 2048}}, Placement: p, Eviction: LRU{}}}}})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}
