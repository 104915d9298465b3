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
