package experiments

import (
	"cmp"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// checkRuntimes refuses shares that are none.
func (w *workloadSpec) checkRuntimes(n *spec.Node) error {
	sum := 0.0
	for i, r := range w.Runtimes {
		if !(r.Share >= 0 && r.Share <= maxFactor) {
			return n.Get("runtimes").Items()[i].Get("share").Errorf("found %v, want 0 to %d", r.Share, maxFactor)
		}
		sum += r.Share
	}
	if len(w.Runtimes) > 0 && sum == 0 {
		return n.Get("runtimes").Errorf("found shares that are all 0, want one above")
	}
	return nil
}

// setRuntimes draws the runtime of each function that states none. It is the same in
// every replication: what a function is does not vary with its load.
func (s *sized) setRuntimes(shares []runtimeSpec, seed uint64) {
	sum := 0.0
	for _, r := range shares {
		sum += r.Share
	}
	for i := range s.functions {
		f := &s.functions[i]
		if f.Runtime != "" || f.Outside || sum == 0 {
			continue
		}
		u := sum * sim.NewStream(sim.RunKey{Seed: seed}, sim.PurposeRuntime, f.Key()).Uniform(0)
		for _, r := range shares {
			if f.Runtime = r.Runtime; u < r.Share {
				break
			}
			u -= r.Share
		}
	}
}

// runtimesText is what of a workload determines the runtimes of functions that state
// none.
func (w *workload) runtimesText() string {
	if at := w.node.Get("runtimes"); at != nil {
		return at.Canonical()
	}
	return ""
}

// poolCells is a pool of some runtimes, whose largest instance has some MiB.
type poolCells interface {
	Runtimes() []string
	Largest() int64
}

// checkPool refuses a pool of a runtime that no function has, and of an instance for which no
// node has room.
func (p *platform) checkPool(functions []sim.Function) error {
	pool, ok := p.sim.Pool.(poolCells)
	if !ok {
		return nil
	}
	if c := p.sim.Cluster; c != nil {
		most := slices.MaxFunc(c.Nodes, func(a, b sim.Node) int { return cmp.Compare(a.Memory, b.Memory) }).Memory
		if large := pool.Largest(); large > most {
			return p.spec.Pool.Errorf("platform %q: found a pool of instances of %d MB, and no node has more than %d MB", p.name, large, most)
		}
	}
	var known []string
	for _, f := range functions {
		if !slices.Contains(known, f.Runtime) {
			known = append(known, f.Runtime)
		}
	}
	slices.Sort(known)
	for _, r := range pool.Runtimes() {
		if !slices.Contains(known, r) {
			return p.spec.Pool.Errorf("platform %q: found a pool of the runtime %q, which no function has; want one of %q", p.name, r, known)
		}
	}
	return nil
}

// addPool makes the platform's pool.
func (p *platform) addPool(known *parts) (err error) {
	at := p.spec.Pool
	if at == nil {
		return nil
	}
	if p.bound {
		return at.Errorf("found a pool beside an offline bound (%s), want one of them: a bound knows nothing of it", p.spec.KeepAlive.Place())
	}
	if _, ok := p.sim.KeepAlive.(sim.PoolingFactory); ok {
		return at.Errorf("found a pool beside the keep-alive policy %q (%s), which has its own; want one of them", nameOf(p.spec.KeepAlive), p.spec.KeepAlive.Place())
	}
	p.sim.Pool, err = known.pool(at)
	return err
}
