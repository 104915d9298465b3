package sim

import (
	"testing"

	"pgregory.net/rapid"
)

// Pools against the twin, which looks through all of their instances each time, with
// nodes and without.
func TestPoolEqualsTwin(t *testing.T) {
	taken, elsewhere, evicted := [2]int{}, 0, 0
	oftener(t, 10, func() bool { return taken[0]*taken[1]*elsewhere*evicted > 0 }, func(r *rapid.T) {
		t := drawer{r, 1}
		l, p := t.load(), t.platform()
		if p.Cluster.Balances() {
			p.Cluster = nil // what is sent to nodes has no pool
		}
		for p.Pool == nil && p.KeepAlive.Scope() != ScopeAccount {
			t.pool(&p)
		}
		c := Config{Workload: l, Platforms: []Platform{p}, Window: t.window(), Key: RunKey{Seed: 7}}
		want := runTwin(c, l)
		got, _ := replay(t, c)
		if d := want.diff(got); d != "" {
			t.Fatalf("twin − kernel +: %s", d)
		}
		taken[0] += want.taken[0]
		taken[1] += want.taken[1]
		elsewhere += want.elsewhere
		evicted += want.evicted
	})
	t.Logf("%d and %d taken, %d of others, %d evicted", taken[0], taken[1], elsewhere, evicted)
}

// A start from the pool at 10 goes through its runtime until 14, a new one through sandbox and runtime
// until 16. Its client has gone at 13, so that it has served nobody when it is paused, at 19 or 21,
// and is woken at 30, which takes no time: a wake is no start, wherever the instance came from, and
// its request is warm.
func TestWokenBeforeItServesIsWarm(t *testing.T) {
	stock := restock{unit: 1, every: 1000, stay: 1000, count: 1, memory: 128}
	for name, pool := range map[string]SharedPoolFactory{"from the pool": stock, "a new one": nil} {
		l := &list{functions: []Function{{Name: "f", Memory: 128, Patience: 3}}, invocations: [][]Invocation{{{Arrival: 10, Service: 1}, {Arrival: 30, Service: 1}}}}
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 100}, Platforms: []Platform{{
			KeepAlive: shrinking{}, Scaling: perRequest{}, Abandoned: Cancel, Pool: pool,
			Init: Init{{Phase: PhaseSandbox, Duration: Constant(2)}, {Phase: PhaseRuntime, Duration: Constant(4)}},
		}}})
		if o := got.outcomes; len(o) != 2 || o[0].Status != Abandoned || o[1].Status != Completed || o[1].Start != 30 || o[1].Flags&Cold != 0 {
			t.Errorf("%s: %+v, want one that is abandoned, and a warm one at 30", name, o)
		}
	}
}
