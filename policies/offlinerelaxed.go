package policies

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// OfflineRelaxed is a lower bound on the cold starts of policies that start on demand in a
// memory that all instances share, as PFOO-L is for caches. It relaxes the memory: not at
// each time, but over the whole window, what idle instances hold has to fit beside those
// that are busy. Then the gaps with the least memory × time are bridged as long as there
// is any left.
//
// It is a lower bound. Let M be the memory, b(t) what busy instances need, and B the
// integral of max(0, M − b(t)) over the window. Whatever idle instances hold at t is at
// most max(0, M − b(t)), so that the gaps which a policy bridges hold B at most; and of
// gaps that count one cold start each, none that hold B are more than the smallest ones. So
// no policy that takes the instance used last has fewer cold starts. Nor has another: with
// F(t) the part of the window before t, a gap from e to s holds size × (F(s) − F(e)), and at
// any price λ of that, costs min(1, λ·that). Exchanged as in occupancy, the four ends have
// the same sum and are further apart, and min is concave: the cost is no more. So at each λ
// taking the last is best, and with Lagrange's bound at the λ of the last gap that fits, at
// B too.
//
// What the memory is at a time does not bind it, so that it is never above OfflineBelady,
// and far below where load comes and goes.
type OfflineRelaxed struct {
	Memory spec.Size `toml:"memory" required:"true" unit:"bytes" help:"that all instances share, busy ones too; > 0"`
}

var (
	_ Foreseeing = OfflineRelaxed{}
	_ InMemory   = OfflineRelaxed{}
)

// SharedMiB returns the memory.
func (p OfflineRelaxed) SharedMiB() int64 { return int64(p.Memory) >> 20 }

// About describes the bound.
func (OfflineRelaxed) About() Entry {
	return Entry{
		Name: "offline-relaxed", Help: "bound, not a policy, of policies that start on demand only in a shared memory, which it holds on average over the window alone: never more cold starts than any of these", Control: Bound,
		Example: `memory = "16GB"`,
		Source:  "relaxation of space to space × time as of PFOO-L (Berger et al., 2018) [M]; the proof stands at the type, tested against all decisions",
	}
}

// Check wants a memory.
func (p OfflineRelaxed) Check(n *spec.Node) error { return checkMemory(n, p.Memory) }

// Scope is the deployment.
func (OfflineRelaxed) Scope() sim.Scope { return sim.ScopeDeployment }

// New bridges nothing: nothing was rehearsed.
func (OfflineRelaxed) New(sim.Group) sim.KeepAlive { return offlineGap(0) }

// Foresee begins a rehearsal.
func (p OfflineRelaxed) Foresee() *Rehearsal {
	memory := p.SharedMiB()
	return rehearse(func(s *occupancy) { s.relaxed(memory) })
}

// relaxed bridges the smallest gaps that fit on average, in so many MiB.
func (s *occupancy) relaxed(memory int64) {
	budget := s.spare(memory)
	var gaps []int32
	for i := range s.requests {
		if s.gap(&s.requests[i]) > 0 {
			gaps = append(gaps, int32(i))
		}
	}
	holds := func(i int32) sim.Wide {
		r := &s.requests[i]
		var w sim.Wide
		w.AddProduct(s.deployments[r.deployment].size, int64(s.window.Clip(s.requests[r.prev].end, r.arrival)))
		return w
	}
	slices.SortStableFunc(gaps, func(a, b int32) int { return compareWide(holds(a), holds(b)) })
	var held sim.Wide
	for _, i := range gaps {
		held.AddWide(holds(i))
		if compareWide(held, budget) > 0 {
			return
		}
		s.requests[i].bridged = true
	}
}

// spare is the integral of the memory beside busy instances over the window, MiB·ns.
func (s *occupancy) spare(memory int64) (total sim.Wide) {
	busy, since := int64(0), sim.Time(0)
	add := func(until sim.Time) {
		total.AddProduct(max(0, memory-busy), int64(s.window.Clip(since, until)))
		since = until
	}
	s.turns(func(now sim.Time, ends, starts []int32) {
		add(now)
		for _, i := range ends {
			busy -= s.deployments[s.requests[i].deployment].size
		}
		for _, i := range starts {
			if r := &s.requests[i]; r.end > r.arrival {
				busy += s.deployments[r.deployment].size
			}
		}
	})
	add(max(since, s.window.Horizon))
	return total
}

func compareWide(a, b sim.Wide) int {
	switch {
	case a == b:
		return 0
	case a.Hi < b.Hi || a.Hi == b.Hi && a.Lo < b.Lo:
		return -1
	}
	return 1
}
