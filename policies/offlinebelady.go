package policies

import (
	"math/bits"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// OfflineBelady is Belady's rule with sizes in a memory that all instances share. It knows
// when each idle instance is used next, and where a start finds no room, the instance
// leaves that has the most of
//
//	(time until its next use) × MiB ÷ cost of a cold start
//
// and as it knows that, it has held nothing since it became idle. What is never used again
// leaves at once. Where busy instances alone need more than the memory they have it all the
// same, and nobody else is kept.
//
// Of instances of one size and cost that is the least number of cold starts that policies
// which start on demand can have in that memory: of a set of gaps too large, the one that
// ends last can leave without loss, since all that could take its room later conflicts
// with it for as long as with any other (the greedy rule for the largest part of a set of
// intervals that a capacity carries). Of several sizes the problem is NP-hard, and what
// this reaches can be reached: the least is between it and OfflineRelaxed.
type OfflineBelady struct {
	Memory spec.Size `toml:"memory" required:"true" unit:"bytes" help:"that all instances share, busy ones too; > 0"`
	Cost   string    `toml:"cost" default:"count" help:"what a cold start counts: count, 1 each, or start, the median of the function's initialisation, at least 1 ns"`
}

// InMemory is a bound in a memory that all instances share.
type InMemory interface {
	About() Entry
	SharedMiB() int64 // ≥ 1
}

var (
	_ Foreseeing = OfflineBelady{}
	_ InMemory   = OfflineBelady{}
)

// SharedMiB returns the memory.
func (p OfflineBelady) SharedMiB() int64 { return int64(p.Memory) >> 20 }

// About describes the bound.
func (p OfflineBelady) About() Entry {
	return Entry{
		Name: "offline-belady", Help: "bound, not a policy, of policies that start on demand only in a shared memory: for room, what has the most time until its next use × memory ÷ cost leaves; exact where all have one size, else what can be reached", Control: Bound, Starts: p.Cost == "start",
		Example: `memory = "16GB"`,
		Source:  "Belady's rule with sizes, as a heuristic [M]; exact for one size by the greedy rule for intervals, tested against all decisions",
	}
}

// Check wants a memory and a cost that is known.
func (p OfflineBelady) Check(n *spec.Node) error {
	if err := checkMemory(n, p.Memory); err != nil {
		return err
	}
	if p.Cost != "count" && p.Cost != "start" {
		return at(n, "cost").Errorf("%s", spec.Unknown("cost", p.Cost, []string{"count", "start"}))
	}
	return nil
}

func checkMemory(n *spec.Node, memory spec.Size) error {
	if memory < 1<<20 {
		return at(n, "memory").Errorf("found %s, want 1 MB or more", at(n, "memory"))
	}
	return nil
}

// Scope is the deployment.
func (OfflineBelady) Scope() sim.Scope { return sim.ScopeDeployment }

// New bridges nothing: nothing was rehearsed.
func (OfflineBelady) New(sim.Group) sim.KeepAlive { return offlineGap(0) }

// Foresee begins a rehearsal.
func (p OfflineBelady) Foresee() *Rehearsal {
	memory := p.SharedMiB()
	return rehearse(func(s *occupancy) { s.belady(memory, p.Cost == "start") })
}

// belady decides by the rule, in so many MiB.
func (s *occupancy) belady(memory int64, byStart bool) {
	k := newKept(s, byStart)
	busy := int64(0)
	s.turns(func(now sim.Time, ends, starts []int32) {
		for _, i := range ends {
			r := &s.requests[i]
			busy -= s.deployments[r.deployment].size
			if s.gapAfter(r) > 0 {
				k.add(r.next, now)
			}
		}
		for _, i := range starts {
			r := &s.requests[i]
			size := s.deployments[r.deployment].size
			if s.gap(r) > 0 && r.bridged {
				k.used(size)
			}
			switch {
			case r.end > r.arrival:
				busy += size
			case s.gapAfter(r) > 0:
				k.add(r.next, now)
			}
		}
		for busy+k.memory > memory && k.memory > 0 {
			k.evict(now)
		}
	})
}

// kept are the gaps that are bridged now, by class: by what a cold start after each weighs.
// Of a class those that end last are on top; one that has ended has the earliest end and
// is at the bottom, until all have.
type kept struct {
	s       *occupancy
	of      []int     // deployment → class
	weights []float64 // of the classes, MiB ÷ cost, ascending
	gaps    []heap    // of each class: the request at the end of each gap
	memory  int64     // MiB

	// A tree over the classes. Nothing below a node weighs more than the time until the latest
	// end there × the greatest weight there, so that a search for what weighs most passes by
	// the nodes that have less than it has found.
	leaves int        // a power of two: nodes from it on are classes, the first of them 0
	latest []sim.Time // node → the latest end below it; the root is 1, and the children of i 2·i and 2·i + 1
}

// noGap is before all times.
const noGap sim.Time = -1

// leastCost is what a start counts that takes no time, s: 1 ns.
const leastCost = 1e-9

func newKept(s *occupancy, byStart bool) *kept {
	weights := make([]float64, len(s.deployments))
	for i := range s.deployments {
		d := &s.deployments[i]
		weights[i] = float64(d.size)
		if byStart {
			weights[i] /= max(d.cost, leastCost)
		}
	}
	k := &kept{s: s, weights: slices.Compact(slices.Sorted(slices.Values(weights)))}
	for _, w := range weights {
		class, _ := slices.BinarySearch(k.weights, w)
		k.of = append(k.of, class)
	}
	k.gaps = slices.Repeat([]heap{{before: k.later}}, len(k.weights))
	k.leaves = 1 << bits.Len(uint(max(1, len(k.weights))-1))
	k.latest = slices.Repeat([]sim.Time{noGap}, 2*k.leaves)
	return k
}

// later orders gaps by their end, the latest first; of equals the first request's.
func (k *kept) later(a, b int32) bool {
	if x, y := k.s.requests[a].arrival, k.s.requests[b].arrival; x != y {
		return x > y
	}
	return a < b
}

// add bridges the gap before a request, from now on.
func (k *kept) add(i int32, now sim.Time) {
	r := &k.s.requests[i]
	r.bridged = true
	k.memory += k.s.deployments[r.deployment].size
	class := k.of[r.deployment]
	g := &k.gaps[class]
	if k.latest[k.leaves+class] <= now { // used: all have ended
		g.ids = g.ids[:0]
	}
	g.push(i)
	k.renew(class)
}

// used ends a gap that was bridged.
func (k *kept) used(size int64) { k.memory -= size }

// evict drops the gap that weighs most; there is one.
func (k *kept) evict(now sim.Time) {
	class := k.weighsMost(1, now, heaviest{class: -1}).class
	g := &k.gaps[class]
	r := &k.s.requests[g.ids[0]]
	r.bridged = false
	k.memory -= k.s.deployments[r.deployment].size
	g.pop()
	k.renew(class)
}

// renew notes when the last gap of a class ends.
func (k *kept) renew(class int) {
	latest, node := noGap, k.leaves+class
	if ids := k.gaps[class].ids; len(ids) > 0 {
		latest = k.s.requests[ids[0]].arrival
	}
	for k.latest[node] = latest; node > 1; {
		node /= 2
		latest = max(k.latest[2*node], k.latest[2*node+1])
		if k.latest[node] == latest {
			return
		}
		k.latest[node] = latest
	}
}

// heaviest is the class whose top weighs most of those that were looked at, of equals that
// of the first request; −1: none was.
type heaviest struct {
	class  int
	weighs float64
}

// weighsMost looks below a node for what weighs more than the best so far.
func (k *kept) weighsMost(node int, now sim.Time, best heaviest) heaviest {
	most := k.most(node, now)
	if k.latest[node] <= now || best.class >= 0 && most < best.weighs {
		return best
	}
	if class := node - k.leaves; class >= 0 {
		if best.class < 0 || most > best.weighs || k.gaps[class].ids[0] < k.gaps[best.class].ids[0] {
			return heaviest{class, most}
		}
		return best
	}
	first, second := 2*node+1, 2*node
	if k.most(second, now) > k.most(first, now) {
		first, second = second, first
	}
	return k.weighsMost(second, now, k.weighsMost(first, now, best))
}

// most is what no gap below a node weighs more than, and of a class what its top weighs.
// Rounding keeps the order of products: neither is less than what it bounds.
func (k *kept) most(node int, now sim.Time) float64 {
	depth := bits.Len(uint(k.leaves)) - bits.Len(uint(node))
	last := min((node+1)<<depth-1-k.leaves, len(k.weights)-1)
	return float64(k.latest[node]-now) * k.weights[last]
}
