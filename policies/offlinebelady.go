package policies

import (
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
	Cost   string    `toml:"cost" default:"count" help:"what a cold start counts: count, 1 each, or start, the median of the function's initialisation"`
}

var _ Foreseeing = OfflineBelady{}

// About describes the bound.
func (OfflineBelady) About() Entry {
	return Entry{
		Name: "offline-belady", Help: "bound, not a policy, of policies that start on demand only in a shared memory: for room, what has the most time until its next use × memory ÷ cost leaves; exact where all have one size, else what can be reached", Control: Bound,
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
	memory := int64(p.Memory >> 20)
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
				k.add(r.next)
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
				k.add(r.next)
			}
		}
		for busy+k.memory > memory && k.memory > 0 {
			k.evict(now)
		}
	})
}

// kept are the gaps that are bridged now: by what a cold start after each weighs, those
// that end last on top. One that has ended has the earliest end and is at the bottom,
// until there are many.
type kept struct {
	s      *occupancy
	of     []int // deployment → class
	class  []class
	memory int64 // MiB
}

// class are gaps of one weight.
type class struct {
	weight float64 // MiB ÷ cost
	gaps   []int32 // the request at the end of each: a heap
}

func newKept(s *occupancy, byStart bool) *kept {
	k := &kept{s: s}
	known := map[float64]int{}
	weights := make([]float64, len(s.deployments))
	for i := range s.deployments {
		d := &s.deployments[i]
		weights[i] = float64(d.size)
		if byStart && d.cost > 0 {
			weights[i] /= d.cost
		}
		if _, ok := known[weights[i]]; !ok {
			known[weights[i]] = len(k.class)
			k.class = append(k.class, class{weight: weights[i]})
		}
		k.of = append(k.of, known[weights[i]])
	}
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
func (k *kept) add(i int32) {
	r := &k.s.requests[i]
	r.bridged = true
	k.memory += k.s.deployments[r.deployment].size
	c := &k.class[k.of[r.deployment]]
	c.gaps = append(c.gaps, i)
	k.up(c.gaps)
}

// used ends a gap that was bridged.
func (k *kept) used(size int64) { k.memory -= size }

// evict drops the gap that weighs most.
func (k *kept) evict(now sim.Time) {
	best, most := -1, 0.0
	for j := range k.class {
		c := &k.class[j]
		if len(c.gaps) == 0 {
			continue
		}
		ends := k.s.requests[c.gaps[0]].arrival
		if ends <= now { // used: all below ended earlier
			c.gaps = c.gaps[:0]
			continue
		}
		weighs := float64(ends-now) * c.weight
		if best < 0 || weighs > most || weighs == most && c.gaps[0] < k.class[best].gaps[0] {
			best, most = j, weighs
		}
	}
	c := &k.class[best]
	r := &k.s.requests[c.gaps[0]]
	r.bridged = false
	k.memory -= k.s.deployments[r.deployment].size
	last := len(c.gaps) - 1
	c.gaps[0] = c.gaps[last]
	c.gaps = c.gaps[:last]
	k.down(c.gaps)
}

func (k *kept) up(q []int32) {
	for i := len(q) - 1; i > 0; {
		parent := (i - 1) / 2
		if !k.later(q[i], q[parent]) {
			return
		}
		q[i], q[parent] = q[parent], q[i]
		i = parent
	}
}

func (k *kept) down(q []int32) {
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(q) {
			return
		}
		if child+1 < len(q) && k.later(q[child+1], q[child]) {
			child++
		}
		if !k.later(q[child], q[i]) {
			return
		}
		q[i], q[child] = q[child], q[i]
		i = child
	}
}
